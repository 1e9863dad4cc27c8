"""Words of a message: cut for French and English, folded and spelled out, with their offsets.

Everything here keeps positions: `fold` gives as many characters as it takes, so that what is
found in the folded text is found at the same place in the original.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Dict, List

# What is read of a message; a rent message is never longer, a pasted book is.
LONGEST = 2000

_ODD = {"œ": "o", "æ": "a", "ø": "o", "ß": "s", "’": "'", "‘": "'", "`": "'", "´": "'", "ʼ": "'"}


@lru_cache(maxsize=4096)
def _fold_char(char: str) -> str:
    if char in _ODD:
        return _ODD[char]
    if char.isspace():
        return "\n" if char == "\n" else " "
    folded = unicodedata.normalize("NFKD", char.lower())
    return folded[0] if folded else char


def fold(text: str) -> str:
    """`text` in lower case without accents, of exactly the same length."""
    return "".join(map(_fold_char, text))


@dataclass(frozen=True)
class Word:
    """A word of a message: as written, its place, and its plain spelling."""

    text: str
    start: int
    end: int
    norm: str


_WORD = re.compile(
    r"2(?:day|moro|morow|morrow)\b|b4\b|(?:aujourd'hui|quelqu'un|d'accord|presqu'ile)"
    r"|\b(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)'(?=\w)"  # French elision: l'|eau
    r"|'s\b"  # Paul's, it's
    r"|[a-z]+'(?!s\b)[a-z]+"  # don't, i've, Eto'o
    r"|\d+|[^\W\d_]+(?:-[^\W\d_]+)*|[^\w\s]|_"
)


def words(text: str) -> List[Word]:
    """The words of `text`, at most of its first LONGEST characters."""
    text = text[:LONGEST]
    folded = fold(text)
    return [
        Word(text[m.start() : m.end()], m.start(), m.end(), spelled(m.group()))
        for m in _WORD.finditer(folded)
    ]


def spelled(folded_word: str) -> str:
    """The usual spelling of a folded word: shorthand in full, drawn-out letters cut."""
    word = re.sub(r"([a-z])\1{2,}", r"\1", folded_word)
    return _shorthand().get(word, word)


@lru_cache(maxsize=1)
def _shorthand() -> Dict[str, str]:
    lines = (Path(__file__).parent / "lists" / "shorthand.txt").read_text(encoding="utf-8")
    pairs = (line.split(" = ") for line in lines.splitlines() if " = " in line)
    return {fold(short): full for short, full in pairs}
