"""What understanding must reach, in one place, and whether a measurement reaches it."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Dict, List, Optional, Sequence, Tuple

import yaml

from nlu.measure import Answer, both_right, f1, options, share

# On messages nobody trained on.
INTENTS, ENTITIES, BOTH = 0.95, 0.93, 0.85
# So much below them may English and French be, each.
LANGUAGE_BELOW = 0.02
BOUND_LANGUAGES = {"en": "English", "fr": "French"}
# Of what is answered at once so much must be right; of what is asked, so much among the options.
SURE, OFFERED = 0.98, 0.95
# So much may a figure fall since the last accepted result.
MAY_FALL = 0.01
_MAIN = {
    "intents": ("wishes understood", INTENTS),
    "entities": ("names, sums, days and the like (F1)", ENTITIES),
    "both": ("wish and details both right", BOTH),
}


@dataclass(frozen=True)
class Figures:
    """A measurement in numbers, each a share of 1; None for what no message was there to tell."""

    messages: int
    intents: float
    entities: float
    both: float
    languages: Dict[str, Dict[str, float]]
    sure: Optional[float] = None
    offered: Optional[float] = None

    def kept(self) -> Dict[str, Any]:
        """As it is kept in a JSON file."""
        return asdict(self)


def _main(answers: Sequence[Answer]) -> Dict[str, float]:
    return {
        "intents": share(answers, "intent_right"),
        "entities": f1(answers)[2],
        "both": both_right(answers),
    }


def figures(answers: Sequence[Answer], threshold: float) -> Figures:
    """What `answers` amount to, where people are asked below `threshold`."""
    sure = [a for a in answers if a.confidence >= threshold]
    asked = [a for a in answers if a.confidence < threshold]
    spoken = {code: [a for a in answers if a.case.language == code] for code in BOUND_LANGUAGES}
    return Figures(
        messages=len(answers),
        languages={code: _main(group) for code, group in spoken.items() if group},
        sure=share(sure, "intent_right") if sure else None,
        offered=sum(a.case.intent in options(a) for a in asked) / len(asked) if asked else None,
        **_main(answers),
    )


def asking_threshold(config: Path) -> float:
    """The confidence below which people are asked, from Rasa's config.yml; 0 if they never are."""
    for part in yaml.safe_load(config.read_text(encoding="utf-8"))["pipeline"]:
        if part["name"] == "FallbackClassifier":
            return float(part.get("threshold", 0.0))
    return 0.0


def bars(measured: Figures) -> List[Tuple[str, float, float]]:
    """Every bar that applies: what it is of, how high it is, what was measured."""
    found = [(name, bar, getattr(measured, key)) for key, (name, bar) in _MAIN.items()]
    for code, parts in measured.languages.items():
        found += [
            (f"{BOUND_LANGUAGES[code]}: {name}", bar - LANGUAGE_BELOW, parts[key])
            for key, (name, bar) in _MAIN.items()
        ]
    if measured.sure is not None:
        found.append(("answered at once, and rightly", SURE, measured.sure))
    if measured.offered is not None:
        found.append(("asked, with the right meaning among the options", OFFERED, measured.offered))
    return found


def missed(measured: Figures) -> List[str]:
    """A plain sentence for each bar that is missed."""
    return [
        f"Too low: {name}: {points(value)}, it must be at least {points(bar)}."
        for name, bar, value in bars(measured)
        if value < bar - 1e-9
    ]


def fallen(measured: Figures, before: Figures) -> List[str]:
    """A plain sentence for each main figure that fell by more than may be."""
    sentences = []
    for key, (name, _) in _MAIN.items():
        now, then = getattr(measured, key), getattr(before, key)
        if then - now > MAY_FALL + 1e-9:
            sentences.append(
                f"Fallen: {name}: from {points(then)} to {points(now)};"
                f" more than {100 * MAY_FALL:g} point since the accepted result."
            )
    return sentences


def points(part: float) -> str:
    """A share in words: 0.953 → "95.3 %"."""
    return f"{100 * part:.1f} %"
