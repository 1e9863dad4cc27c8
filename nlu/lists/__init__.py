"""Lists of Cameroonian names and places: hints for the reader, and to vary phrases with."""

from functools import cache
from pathlib import Path
from typing import Dict, Tuple

from nlu.text import fold

_HERE = Path(__file__).parent


@cache
def of(name: str) -> Tuple[str, ...]:
    """The entries of the list `name` (first_names, surnames, places, titles), as written."""
    lines = (_HERE / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))


@cache
def _kinds() -> Dict[str, str]:
    kinds: Dict[str, str] = {}
    for name in ("places", "surnames", "first_names", "titles"):
        kinds.update((fold(entry), name) for entry in of(name) if " " not in entry)
    return kinds


def kind_of(folded_word: str) -> str:
    """The list that has this folded word, or an empty string."""
    return _kinds().get(folded_word, "")
