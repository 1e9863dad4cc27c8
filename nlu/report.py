"""A measurement of understanding in words and tables, for people."""

from dataclasses import dataclass, replace
from typing import Dict, Iterable, List, Mapping, Optional, Sequence

from nlu import bars
from nlu.accepted import Accepted, Changes, outcome
from nlu.bars import Figures, points
from nlu.measure import LANGUAGES, Answer, both_right, confusions, f1, share
from nlu.tables import asking, calibrated, confused, entities, intents, plain, table

_HEAD = ("messages", "number", "intent right", "entities F1", "both right")
# Of the cross-validation's many; the rest is in the picture.
_MOST_CONFUSED = 25


@dataclass(frozen=True)
class Measured:
    """All that a report tells of: answers by set of messages, what they amount to, and where there
    are any the accepted result with what changed since, and the answers of the cross-validation
    (see nlu.cross)."""

    parts: Mapping[str, Sequence[Answer]]
    figures: Figures
    threshold: float
    before: Optional[Accepted] = None
    changes: Optional[Changes] = None
    by_marks: Sequence[Answer] = ()
    read: Sequence[Answer] = ()

    @property
    def cross(self) -> Optional[Figures]:
        """The cross-validation in numbers: intents of all phrases, entities of what was read."""
        if not self.by_marks:
            return None
        whole, alone = bars.figures(self.read, 0.0), share(self.by_marks, "intent_right")
        return replace(whole, messages=len(self.by_marks), intents=alone, sure=None)

    @property
    def answers(self) -> List[Answer]:
        """All answers to messages nobody trained on."""
        return [answer for part in self.parts.values() for answer in part]


def _by_language(answers: Sequence[Answer]) -> Dict[str, List[Answer]]:
    return {
        name: [a for a in answers if a.case.language == code] for code, name in LANGUAGES.items()
    }


def _wishes(answers: Sequence[Answer]) -> str:
    return points(share(answers, "intent_right"))


def _both(answers: Sequence[Answer]) -> str:
    return points(both_right(answers))


def _overall(parts: Mapping[str, Sequence[Answer]], answers: Sequence[Answer]) -> List[str]:
    groups = {"all": answers, **parts, **_by_language(answers)}
    rows = [
        (
            name,
            len(group),
            _wishes(group),
            f"{f1(group)[2]:.3f}",
            _both(group),
        )
        for name, group in groups.items()
        if group
    ]
    return table(_HEAD, rows)


def _bars(figures: Figures) -> List[str]:
    rows = [
        (name, points(bar), points(value), "held" if value >= bar - 1e-9 else "MISSED")
        for name, bar, value in bars.bars(figures)
    ]
    return table(("what", "at least", "measured", "bar"), rows)


def _changed(name: str, now: Figures, then: Figures) -> Iterable[Sequence[str]]:
    for key in ("intents", "entities", "both"):
        was, is_ = getattr(then, key), getattr(now, key)
        # Adding zero makes -0.0 a plain 0.
        yield name, key, points(was), points(is_), f"{round(100 * (is_ - was), 1) + 0.0:+.1f}"


def _since(measured: Measured) -> List[str]:
    before, changes = measured.before, measured.changes
    if before is None or changes is None:
        return ["Nothing was accepted yet: `make evaluate ACCEPT=1` accepts this result.", ""]
    rows = list(_changed("unseen messages", measured.figures, before.figures))
    if measured.cross and before.cross:
        rows += _changed("cross-validation", measured.cross, before.cross)
    lines = table(("measured on", "what", "accepted", "now", "points"), rows)
    lines += [f"{changes.new} messages were not measured then.", ""]
    for title, answers in (("wrong", changes.worse), ("right", changes.better)):
        lines += [f"Became {title}: {len(answers) or 'none'}.", ""]
        lines += [f"- {plain(a.case.text)} · {plain(outcome(a))}" for a in answers]
        lines += [""] if answers else []
    return lines


def _cross(measured: Measured, picture: Optional[str]) -> List[str]:
    if not measured.by_marks:
        return []
    read = measured.read
    rows = (
        ("with marks given", len(measured.by_marks), _wishes(measured.by_marks), "–", "–"),
        ("read from end to end", len(read), _wishes(read), f"{f1(read)[2]:.3f}", _both(read)),
    )
    return [
        "## Cross-validation of the phrases",
        "",
        "Each quarter of the trainers' phrases, understood by who learned only the other three.",
        "Lower than above is usual: the phrases collect what is odd. *With marks given* tells of",
        "intents alone; *read from end to end* is one quarter with entities read as well. How sure",
        "it was is not calibrated here.",
        "",
        *table(_HEAD, rows),
        *_shown(picture, "What is taken for what, in the cross-validation"),
        *confused(measured.by_marks, _MOST_CONFUSED),
        *intents(measured.by_marks),
        *entities(measured.read, listed=False),
    ]


def _shown(picture: Optional[str], words: str) -> List[str]:
    return [f"![{words}]({picture})", ""] if picture else []


def _times(answers: Sequence[Answer]) -> str:
    took = sorted(answer.seconds for answer in answers)
    middle, late = took[len(took) // 2], took[int(len(took) * 0.95)]
    return (
        f"One message took {1000 * middle:.0f} ms (half of them), {1000 * late:.0f} ms (19 in 20)."
    )


def markdown(
    measured: Measured, picture: Optional[str] = None, cross_picture: Optional[str] = None
) -> str:
    """The whole report; the pictures are names of files beside it."""
    answers = measured.answers
    return "\n".join(
        (
            "# How well messages are understood",
            "",
            "Measured on messages of tests/understanding/, which nobody trained on. An entity",
            "counts when its place and kind are exactly as marked; nlu_fallback is no intent here.",
            "",
            *_overall(measured.parts, answers),
            _times(answers),
            "",
            "## The bars",
            "",
            *_bars(measured.figures),
            "## Since the accepted result",
            "",
            *_since(measured),
            "## When people are asked",
            "",
            *asking(answers, measured.threshold),
            f"{sum(a.fallback for a in answers)} messages were given up on (nlu_fallback).",
            "",
            "## Confidence",
            "",
            *calibrated(answers),
            "## Confused intents",
            "",
            *_shown(picture, "What is taken for what"),
            *confused(answers),
            "## Intents",
            "",
            *intents(answers),
            "## Entities",
            "",
            *entities(answers),
            *_cross(measured, cross_picture),
        )
    )


def gist(measured: Measured) -> str:
    """A few lines in plain words."""
    answers = measured.answers
    languages = ", ".join(
        f"{name} {_wishes(group)}" for name, group in _by_language(answers).items() if group
    )
    precision, recall, score, number = f1(answers)
    mixed = "; ".join(
        f"{meant} taken for {understood or 'nothing'} ({len(wrong)})"
        for (meant, understood), wrong in list(confusions(answers).items())[:2]
    )
    lines = [
        f"Of {len(answers)} unseen messages, {points(measured.figures.intents)} were understood"
        f" ({languages}).",
        f"Names, sums, days and the like: {points(recall)} of {number} found,"
        f" {points(precision)} of what was found is right (F1 {score:.3f}).",
        f"Wish and details both right: {points(measured.figures.both)}.",
        f"Most often mixed up: {mixed or 'nothing'}.",
        _times(answers),
    ]
    if measured.cross:
        lines.append(
            f"Of the {len(measured.by_marks)} phrases themselves, {points(measured.cross.intents)}"
            " are understood by who learned only the others (cross-validation)."
        )
    if measured.changes:
        worse, better = len(measured.changes.worse), len(measured.changes.better)
        new = f", {measured.changes.new} are new" if measured.changes.new else ""
        lines.append(
            f"Since the accepted result {worse} messages became wrong, {better} right{new}."
        )
    return "\n".join(lines)
