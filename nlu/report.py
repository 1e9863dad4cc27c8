"""A measurement of understanding in words and tables, for people."""

from typing import Dict, Iterable, List, Sequence

from nlu.measure import LANGUAGES, Answer, both_right, confusions, f1, share

_STEPS = (0.0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98)
_EXAMPLES = 3


def _percent(part: float) -> str:
    return f"{100 * part:.1f} %"


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> List[str]:
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    lines += ["| " + " | ".join(str(cell).replace("|", "/") for cell in row) + " |" for row in rows]
    return [*lines, ""]


def _by_language(answers: Sequence[Answer]) -> Dict[str, List[Answer]]:
    return {
        name: [a for a in answers if a.case.language == code] for code, name in LANGUAGES.items()
    }


def _overall(parts: Dict[str, Sequence[Answer]], answers: Sequence[Answer]) -> List[str]:
    groups = {"all": answers, **parts, **_by_language(answers)}
    rows = [
        (
            name,
            len(group),
            _percent(share(group, "intent_right")),
            f"{f1(group)[2]:.3f}",
            _percent(both_right(group)),
        )
        for name, group in groups.items()
        if group
    ]
    return _table(("messages", "number", "intent right", "entities F1", "both right"), rows)


def _entities(answers: Sequence[Answer]) -> List[str]:
    kinds = sorted({s.kind for a in answers for s in (*a.case.spans, *a.spans)})
    rows = []
    for kind in kinds:
        precision, recall, score, number = f1(answers, kind)
        rows.append((kind, number, f"{precision:.3f}", f"{recall:.3f}", f"{score:.3f}"))
    lines = _table(("entity", "marked", "precision", "recall", "F1"), rows)
    wrong = [answer for answer in answers if not answer.entities_right]
    lines.append(f"Not as marked in {len(wrong)} messages:\n")
    for answer in wrong:
        text = answer.case.text
        meant = {(s.start, s.end, s.kind) for s in answer.case.spans}
        found = {(s.start, s.end, s.kind) for s in answer.spans}
        missed = ", ".join(f"{text[a:b]} ({kind})" for a, b, kind in sorted(meant - found))
        extra = ", ".join(f"{text[a:b]} ({kind})" for a, b, kind in sorted(found - meant))
        lines.append(f"- {text} · missed: {missed or '–'} · too much: {extra or '–'}")
    return [*lines, ""]


def _intents(answers: Sequence[Answer]) -> List[str]:
    rows = []
    for intent in sorted({a.case.intent for a in answers}):
        meant = [a for a in answers if a.case.intent == intent]
        named = [a for a in answers if a.intent == intent]
        right = sum(a.intent_right for a in meant)
        rows.append((intent, len(meant), right, len(named) - right))
    return _table(("intent", "messages", "understood", "others taken for it"), rows)


def _confusions(answers: Sequence[Answer]) -> List[str]:
    rows = []
    for (meant, understood), wrong in confusions(answers).items():
        shown = [f"{a.case.text} ({a.confidence:.2f})" for a in wrong[:_EXAMPLES]]
        rows.append((meant, understood, len(wrong), " · ".join(shown)))
    return _table(("meant", "understood", "times", "for example (confidence)"), rows)


def _calibration(answers: Sequence[Answer]) -> List[str]:
    rows = []
    for step in _STEPS:
        sure = [a for a in answers if a.confidence >= step]
        unsure = [a for a in answers if a.confidence < step]
        offered = sum(a.case.intent in [name for name, _ in a.ranking[:3]] for a in unsure)
        rows.append(
            (
                step,
                _percent(len(sure) / len(answers)),
                _percent(share(sure, "intent_right")),
                f"{offered} of {len(unsure)}" if unsure else "–",
            )
        )
    head = (
        "at least this sure",
        "share of messages",
        "of them right",
        "below it, among its first three",
    )
    return _table(head, rows)


def _times(answers: Sequence[Answer]) -> str:
    took = sorted(answer.seconds for answer in answers)
    middle, late = took[len(took) // 2], took[int(len(took) * 0.95)]
    return (
        f"One message took {1000 * middle:.0f} ms (half of them), {1000 * late:.0f} ms (19 in 20)."
    )


def markdown(parts: Dict[str, Sequence[Answer]]) -> str:
    """The whole report on the measured sets of messages."""
    answers = [answer for part in parts.values() for answer in part]
    lines = [
        "# How well messages are understood",
        "",
        "Measured on messages of tests/understanding/, which nobody trained on. An entity counts",
        "when its place and kind are exactly as marked; nlu_fallback is not counted as an intent.",
        "",
        *_overall(parts, answers),
        _times(answers),
        "",
        "## Confidence",
        "",
        *_calibration(answers),
        f"{sum(a.fallback for a in answers)} messages were given up on (nlu_fallback).",
        "",
        "## Confused intents",
        "",
        *_confusions(answers),
        "## Intents",
        "",
        *_intents(answers),
        "## Entities",
        "",
        *_entities(answers),
    ]
    return "\n".join(lines)


def gist(answers: Sequence[Answer]) -> str:
    """Five lines in plain words."""
    wanted = share(answers, "intent_right")
    languages = ", ".join(
        f"{name} {_percent(share(group, 'intent_right'))}"
        for name, group in _by_language(answers).items()
        if group
    )
    precision, recall, score, number = f1(answers)
    worst = list(confusions(answers).items())[:2]
    mixed = "; ".join(
        f"{meant} taken for {understood} ({len(wrong)})" for (meant, understood), wrong in worst
    )
    return "\n".join(
        (
            f"Of {len(answers)} unseen messages, {_percent(wanted)} were understood ({languages}).",
            f"Names, sums, days and the like: {_percent(recall)} of {number} found,"
            f" {_percent(precision)} of what was found is right (F1 {score:.3f}).",
            f"Wish and details both right: {_percent(both_right(answers))}.",
            f"Most often mixed up: {mixed or 'nothing'}.",
            _times(answers),
        )
    )
