"""What was worked out for the last training, kept in Rasa's cache: a trainer's ten new phrases then
take seconds."""

import os
from pathlib import Path
from typing import Callable, Dict, List, Sequence, TypeVar

import joblib

_FOLDER = Path(".rasa")
_MOST = 60_000
Value = TypeVar("Value")


def remembered(
    name: str, version: str, texts: Sequence[str], work_out: Callable[[List[str]], Sequence[Value]]
) -> List[Value]:
    """What `work_out` makes of each of `texts`; of those that it was asked about before under
    this `name` and `version`, what it said then."""
    file = _FOLDER / f"{name}.joblib"
    known: Dict[str, Value] = {}
    if file.is_file():
        kept = joblib.load(file)
        known = kept["known"] if kept["version"] == version else {}
    wanted = list(dict.fromkeys(texts))
    new = [text for text in wanted if text not in known]
    if new:
        known.update(zip(new, work_out(new), strict=True))
        # What was wanted now is forgotten last.
        known.update({text: known.pop(text) for text in wanted})
        _FOLDER.mkdir(exist_ok=True)
        whole = file.with_suffix(f".{os.getpid()}")
        joblib.dump({"version": version, "known": dict(list(known.items())[-_MOST:])}, whole)
        whole.replace(file)
    return [known[text] for text in texts]
