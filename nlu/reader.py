"""Entities of a message: rules for closed forms, a learned CRF for names, places and the unsure.

The CRF sees normalised words, numbers by their shape, the rules' findings and lists of names. Sure
findings of the rules stand; the CRF decides about everything else.
"""

from typing import Dict, List, Sequence, Tuple

import sklearn_crfsuite

from nlu import lists, rules
from nlu.rules import Span
from nlu.text import Word, words

Features = Dict[str, object]


def _shape(text: str) -> str:
    if text.isdigit():
        return f"9{min(len(text), 6)}"
    if text.isupper():
        return "X" if len(text) > 1 else "x1"
    return "Xx" if text[:1].isupper() else "x"


def _hints(message: Sequence[Word], spans: Sequence[Span]) -> List[str]:
    """For every word, the rules' finding: B-/I- and the kind, with ? when unsure; else O."""
    found = []
    for word in message:
        span = next((s for s in spans if s.start <= word.start and word.end <= s.end), None)
        if span is None:
            found.append("O")
        else:
            place = "B" if word.start == span.start else "I"
            found.append(f"{place}-{span.kind}{'' if span.sure else '?'}")
    return found


def features(message: Sequence[Word], spans: Sequence[Span]) -> List[Features]:
    """What the CRF sees of each word and of its neighbours."""
    hints = _hints(message, spans)
    lone = []
    for word, hint in zip(message, hints):
        masked = hint.split("-")[-1] if hint != "O" and not hint.endswith("?") else word.norm
        lone.append(
            {
                "word": "0" if masked.isdigit() else masked,
                "hint": hint,
                "shape": _shape(word.text),
                "listed": lists.kind_of(word.norm),
                "end3": word.norm[-3:] if word.norm.isalpha() else "",
                "start3": word.norm[:3] if word.norm.isalpha() else "",
            }
        )
    seen = []
    for at in range(len(lone)):
        mine: Features = {"bias": 1.0}
        for off in (-3, -2, -1, 0, 1, 2, 3):
            there = at + off
            if not 0 <= there < len(lone):
                mine[f"{off}:edge"] = True
                continue
            for name, value in lone[there].items():
                if value and (abs(off) <= 1 or name in ("word", "hint", "listed")):
                    mine[f"{off}:{name}"] = value
        if at + 1 < len(lone):
            mine["pair+"] = f"{lone[at]['word']} {lone[at + 1]['word']}"
        if at:
            mine["pair-"] = f"{lone[at - 1]['word']} {lone[at]['word']}"
        seen.append(mine)
    return seen


def _labels(message: Sequence[Word], gold: Sequence[Span]) -> List[str]:
    labels = []
    for word in message:
        span = next((s for s in gold if s.start <= word.start < s.end), None)
        first = span is not None and not any(
            span.start <= w.start < word.start for w in message
        )
        labels.append("O" if span is None else f"{'B' if first else 'I'}-{span.kind}")
    return labels


def _spans(message: Sequence[Word], labels: Sequence[str]) -> List[Span]:
    spans: List[Span] = []
    for word, label in zip(message, labels):
        place, _, kind = label.partition("-")
        if place == "I" and spans and spans[-1].kind == kind and spans[-1].end >= 0:
            spans[-1] = Span(spans[-1].start, word.end, kind)
        elif place in ("B", "I"):
            spans.append(Span(word.start, word.end, kind))
        else:
            spans.append(Span(-1, -1, ""))  # a word between: nothing grows across it
    return [s for s in spans if s.kind]


class Reader:
    """Reads the entities of a text, once taught by `learn`."""

    def __init__(self, c1: float = 0.1, c2: float = 0.05, rounds: int = 80) -> None:
        """`c1`, `c2`: regularisation; `rounds`: at most so many passes of training."""
        self.crf = sklearn_crfsuite.CRF(
            algorithm="lbfgs", c1=c1, c2=c2, max_iterations=rounds, all_possible_transitions=True
        )
        self.taught = False

    def learn(self, examples: Sequence[Tuple[str, Sequence[Span]]]) -> None:
        """Train on texts with their marked entities."""
        xs, ys = [], []
        for text, gold in examples:
            message = words(text)
            if message:
                xs.append(features(message, rules.find(text)))
                ys.append(_labels(message, gold))
        if any(label != "O" for y in ys for label in y):
            self.crf.fit(xs, ys)
            self.taught = True

    def read(self, text: str) -> List[Span]:
        """The entities of `text`, left to right, not overlapping."""
        message = words(text)
        found = rules.find(text)
        if not message or not self.taught:
            return [span for span in found if span.sure]
        learned = _spans(message, self.crf.predict_single(features(message, found)))
        sure = [span for span in found if span.sure]
        kept = [
            span
            for span in learned
            if all(span.end <= s.start or s.end <= span.start for s in sure)
        ]
        return sorted(sure + kept, key=lambda span: span.start)
