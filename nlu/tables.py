"""Tables of what was measured, in Markdown."""

import re
from typing import Iterable, List, Optional, Sequence

from nlu.bars import points
from nlu.measure import (
    Answer,
    calibration,
    calibration_error,
    confusions,
    f1,
    options,
    scores,
    share,
)

_STEPS = (0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98)
_EXAMPLES = 3
# An underscore within a word, as in an intent's name, is none.
_SPECIAL = re.compile(r"[\\`*\[\]<>~|#]|(?<!\w)_|_(?!\w)")


def plain(text: object) -> str:
    """Text that Markdown shows as it is."""
    return _SPECIAL.sub(r"\\\g<0>", str(text)).replace("\n", " ")


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> List[str]:
    """The lines of a table."""
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    lines += ["| " + " | ".join(plain(cell) for cell in row) + " |" for row in rows]
    return [*lines, ""]


def entities(answers: Sequence[Answer], listed: bool = True) -> List[str]:
    """By kind of entity; with `listed`, also every message that was not read as marked."""
    kinds = sorted({s.kind for a in answers for s in (*a.case.spans, *a.spans)})
    rows = []
    for kind in kinds:
        precision, recall, score, number = f1(answers, kind)
        rows.append((kind, number, f"{precision:.3f}", f"{recall:.3f}", f"{score:.3f}"))
    lines = table(("entity", "marked", "precision", "recall", "F1"), rows)
    if not listed:
        return lines
    wrong = [answer for answer in answers if not answer.entities_right]
    lines.append(f"Not as marked in {len(wrong)} messages:\n")
    for answer in wrong:
        text = answer.case.text
        meant = {(s.start, s.end, s.kind) for s in answer.case.spans}
        found = {(s.start, s.end, s.kind) for s in answer.spans}
        missed = ", ".join(f"{text[a:b]} ({kind})" for a, b, kind in sorted(meant - found))
        extra = ", ".join(f"{text[a:b]} ({kind})" for a, b, kind in sorted(found - meant))
        said = f"{text} · missed: {missed or '–'} · too much: {extra or '–'}"
        lines.append(f"- {plain(said)}")
    return [*lines, ""]


def intents(answers: Sequence[Answer]) -> List[str]:
    """By intent."""
    rows = []
    for intent in sorted({a.case.intent for a in answers}):
        precision, recall, score, number = scores(answers, intent)
        rows.append((intent, number, f"{precision:.3f}", f"{recall:.3f}", f"{score:.3f}"))
    return table(("intent", "messages", "precision", "recall", "F1"), rows)


def confused(answers: Sequence[Answer], most: Optional[int] = None) -> List[str]:
    """What is taken for what, with examples; at most so many pairs."""
    lines = []
    for (meant, understood), wrong in list(confusions(answers).items())[:most]:
        shown = " · ".join(f"{a.case.text} ({a.confidence:.2f})" for a in wrong[:_EXAMPLES])
        lines.append(
            f"- **{meant}** as **{understood or 'nothing'}**, {len(wrong)}: {plain(shown)}"
        )
    # A list, because a phone has no room for examples beside names.
    return ["Meant, understood as, how often; examples with their confidence.", "", *lines, ""]


def asking(answers: Sequence[Answer], threshold: float) -> List[str]:
    """What would be answered at once, and what asked, at several thresholds and at the one set."""
    rows = []
    for step in sorted({*_STEPS, threshold}):
        sure = [a for a in answers if a.confidence >= step]
        unsure = [a for a in answers if a.confidence < step]
        offered = sum(a.case.intent in options(a) for a in unsure)
        rows.append(
            (
                f"{step} (asks below it now)" if step == threshold else step,
                points(len(sure) / len(answers)),
                points(share(sure, "intent_right")) if sure else "–",
                f"{offered} of {len(unsure)}" if unsure else "–",
            )
        )
    head = (
        "at least this sure",
        "share of messages",
        "of them right",
        "below it, among the options",
    )
    return table(head, rows)


def calibrated(answers: Sequence[Answer]) -> List[str]:
    """Whether it is right as often as it claims."""
    rows = []
    for edge, group in calibration(answers):
        claimed = sum(a.confidence for a in group) / len(group)
        right = share(group, "intent_right")
        rows.append((f"{edge:.1f} – {edge + 0.1:.1f}", len(group), points(claimed), points(right)))
    lines = table(("confidence", "messages", "claimed on average", "right"), rows)
    error = calibration_error(answers)
    return [*lines, f"Expected calibration error: {100 * error:.1f} points.", ""]
