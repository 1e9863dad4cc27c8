"""The last accepted result, kept with the messages it was measured on, and what changed since."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, List, Optional, Sequence

from nlu.bars import Figures
from nlu.measure import Answer

RIGHT = "right"


@dataclass(frozen=True)
class Accepted:
    """A result somebody accepted: its numbers, those of the cross-validation if there was one, and
    what became of each message."""

    figures: Figures
    messages: Dict[str, str]
    cross: Optional[Figures] = None


@dataclass(frozen=True)
class Changes:
    """Since the accepted result: what was right and is wrong, what was wrong and is right, and how
    many messages were not measured then."""

    worse: List[Answer]
    better: List[Answer]
    new: int


def outcome(answer: Answer) -> str:
    """What became of a message, in a few words that stand in the file."""
    faults = [] if answer.intent_right else [f"taken for {answer.intent or 'nothing'}"]
    faults += [] if answer.entities_right else ["details"]
    return " and ".join(faults) or RIGHT


def read(file: Path) -> Optional[Accepted]:
    """What is kept in `file`; None when nothing was accepted yet. ValueError when it is damaged."""
    if not file.is_file():
        return None
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
        cross = kept["cross_validation"]
        return Accepted(
            Figures(**kept["figures"]), dict(kept["messages"]), cross and Figures(**cross)
        )
    except (KeyError, TypeError, ValueError) as problem:
        raise ValueError(
            f"{file} is damaged ({problem}); take it from git or accept anew with ACCEPT=1"
        ) from problem


def write(
    file: Path, figures: Figures, answers: Sequence[Answer], cross: Optional[Figures] = None
) -> None:
    """Keep a result in `file`, in an order that makes changes easy to read in git."""
    kept = {
        "figures": figures.kept(),
        "cross_validation": cross and cross.kept(),
        "messages": {a.case.text: outcome(a) for a in sorted(answers, key=lambda a: a.case.text)},
    }
    text = json.dumps(_rounded(kept), ensure_ascii=False, indent=1)
    file.write_text(text + "\n", encoding="utf-8")


def changes(answers: Sequence[Answer], before: Accepted) -> Changes:
    """What became of messages, compared with `before`."""
    worse, better, new = [], [], 0
    for answer in answers:
        then, now = before.messages.get(answer.case.text), outcome(answer)
        if then is None:
            new += 1
        elif then == RIGHT != now:
            worse.append(answer)
        elif now == RIGHT != then:
            better.append(answer)
    return Changes(worse, better, new)


def _rounded(value: object) -> object:
    """Without the digits that say nothing and differ on each machine."""
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, dict):
        return {key: _rounded(each) for key, each in value.items()}
    return value
