"""Entities of a message: rules for closed forms, a learned CRF for names, places and the unsure.

The CRF sees normalised words with what is certain masked, the rules' findings, spaCy's guesses and
whether a list of names has the word. Sure findings of the rules stand; the CRF decides the rest.
"""

from collections import Counter
from typing import Dict, FrozenSet, List, Sequence, Tuple

import sklearn_crfsuite

from nlu import lists, names, rules
from nlu.rules import Span
from nlu.text import Word, words

Features = Dict[str, object]
# A word opens messages when it was seen to so often; once as a name weighs against it as much.
_OPENS = 3
_NAMES_COUNT = 10
# A word seen so often outside every mark is no part of a name, though it has a capital.
_PLAIN = 2
_REACH = 3
_NEAR = 1
# What is told of words farther than _NEAR.
_TOLD_OF_FAR = ("word", "hint", "listed")


def _shape(text: str) -> str:
    if text.isdigit():
        return f"9{min(len(text), 6)}"
    if text.isupper():
        return "X" if len(text) > 1 else "x1"
    return "Xx" if text[:1].isupper() else "x"


def _hints(message: Sequence[Word], spans: Sequence[Span]) -> List[str]:
    """For every word its span's kind, with the place in it and ? when unsure; else O."""
    found = []
    for word in message:
        span = next((s for s in spans if s.start <= word.start < s.end), None)
        if span is None:
            found.append("O")
        else:
            place = "B" if word.start == span.start else "I"
            found.append(f"{place}-{span.kind}{'' if span.sure else '?'}")
    return found


def _alone(word: Word, hint: str, guess: str) -> Features:
    letters = word.norm.isalpha()
    known = hint.split("-")[-1] if hint != "O" and not hint.endswith("?") else word.norm
    return {
        "word": "0" if known.isdigit() else known,
        "hint": hint,
        "guess": guess,
        "shape": _shape(word.text),
        "listed": lists.kind_of(word.norm),
        "end": word.norm[-3:] if letters else "",
        "begin": word.norm[:3] if letters else "",
    }


def features(
    message: Sequence[Word], found: Sequence[Span], guessed: Sequence[Span]
) -> List[Features]:
    """What the CRF sees of each word and of its neighbours."""
    hints, guesses = _hints(message, found), _hints(message, guessed)
    alone = [_alone(*each) for each in zip(message, hints, guesses, strict=True)]
    seen = []
    for at in range(len(alone)):
        mine: Features = {"bias": 1.0}
        for off in range(-_REACH, _REACH + 1):
            if not 0 <= at + off < len(alone):
                mine[f"{off}:edge"] = True
                continue
            for name, value in alone[at + off].items():
                if value and (abs(off) <= _NEAR or name in _TOLD_OF_FAR):
                    mine[f"{off}:{name}"] = value
        if at + 1 < len(alone):
            mine["with next"] = f"{alone[at]['word']} {alone[at + 1]['word']}"
        if at:
            mine["with last"] = f"{alone[at - 1]['word']} {alone[at]['word']}"
        seen.append(mine)
    return seen


def _labels(message: Sequence[Word], meant: Sequence[Span]) -> List[str]:
    labels, last = [], None
    for word in message:
        span = next((s for s in meant if s.start <= word.start < s.end), None)
        labels.append("O" if span is None else f"{'I' if span is last else 'B'}-{span.kind}")
        last = span
    return labels


def _spans(message: Sequence[Word], labels: Sequence[str]) -> List[Span]:
    spans: List[Span] = []
    before = "O"
    for word, label in zip(message, labels, strict=True):
        place, _, kind = label.partition("-")
        if place == "I" and before.endswith(f"-{kind}"):
            spans[-1] = Span(spans[-1].start, word.end, kind)
        elif label != "O":
            spans.append(Span(word.start, word.end, kind))
        before = label
    return spans


def _index(message: Sequence[Word], end: int) -> int:
    """Which word is the last that begins before `end`."""
    return max(at for at, word in enumerate(message) if word.start < end)


class Reader:
    """Reads the entities of a text, once taught by `learn`."""

    def __init__(self, c1: float, c2: float, rounds: int, spacy_model: str) -> None:
        """`c1`, `c2`: regularisation; `rounds`: of training, at most; `spacy_model`: a package."""
        self.crf = sklearn_crfsuite.CRF(
            algorithm="lbfgs", c1=c1, c2=c2, max_iterations=rounds, all_possible_transitions=True
        )
        self.spacy_model = spacy_model
        self.openers: FrozenSet[str] = frozenset()
        self.plain: FrozenSet[str] = frozenset()
        self.taught = False

    def wake(self) -> None:
        """Load what is loaded once, so that the first message does not wait for it."""
        names.guesses(self.spacy_model, [""])

    def learn(self, examples: Sequence[Tuple[str, Sequence[Span]]]) -> None:
        """Train on texts with their marked entities."""
        guessed = names.guesses_for_training(self.spacy_model, [text for text, _ in examples])
        xs, ys = [], []
        openings: Counter[str] = Counter()
        outside: Counter[str] = Counter()
        for (text, meant), guess in zip(examples, guessed, strict=True):
            message = words(text)
            if message:
                xs.append(features(message, rules.find(text), guess))
                ys.append(_labels(message, meant))
                openings[message[0].norm] += 1 if ys[-1][0] == "O" else -_NAMES_COUNT
                outside.update(w.norm for w, y in zip(message, ys[-1], strict=True) if y == "O")
        if any(label != "O" for y in ys for label in y):
            self.crf.fit(xs, ys)
            self.taught = True
        self.openers = frozenset(word for word, times in openings.items() if times >= _OPENS)
        self.plain = frozenset(word for word, times in outside.items() if times >= _PLAIN)

    def read(self, text: str) -> List[Span]:
        """The entities of `text`, left to right, not overlapping."""
        message, found = words(text), rules.find(text)
        sure = [span for span in found if span.sure]
        if not message or not self.taught:
            return sure
        (guessed,) = names.guesses(self.spacy_model, [text])
        labels = self.crf.predict_single(features(message, found, guessed))
        learned = [
            self._without_opener(span, message)
            for span in _spans(message, labels)
            if not any(span.overlaps(s) for s in sure)
        ]
        for at, span in enumerate(learned):
            others = [*found, *learned[:at], *learned[at + 1 :]]
            learned[at] = self._whole(span, text, message, others)
        return sorted(sure + learned, key=lambda span: span.start)

    def _whole(
        self, span: Span, text: str, message: Sequence[Word], others: Sequence[Span]
    ) -> Span:
        """Half of "Chantal Biyong" is nobody: a name goes on over the words with a capital that
        follow at once, are no plain words and nothing else."""
        if span.kind != "tenant" or not message[_index(message, span.end)].text[:1].isupper():
            return span
        end = span.end
        for word in message[_index(message, span.end) + 1 :]:
            capital = word.text[:1].isupper() and word.text[1:].islower()
            follows = capital and text[end : word.start] == " "
            if not follows or word.norm in self.plain:
                break
            if any(other.overlaps(Span(word.start, word.end, span.kind)) for other in others):
                break
            end = word.end
        return Span(span.start, end, span.kind)

    def _without_opener(self, span: Span, message: Sequence[Word]) -> Span:
        """ "Add Bertrand Eyong": a capital at the beginning makes a verb look like a first name."""
        is_first = span.start == message[0].start and len(message) > 1
        opens = is_first and span.end > message[0].end and message[0].norm in self.openers
        if span.kind == "tenant" and opens:
            return Span(message[1].start, span.end, span.kind)
        return span
