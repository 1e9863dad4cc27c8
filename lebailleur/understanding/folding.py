"""Text made comparable: case, accents, odd spaces and pictures do not matter."""

import re
import unicodedata

LONGEST = 200
"""Characters; what is longer is no single value, and is not looked at (time is bounded)."""

_APOSTROPHES = str.maketrans(dict.fromkeys("’‘`´ʼ", "'") | {"œ": "oe", "æ": "ae"})


def fold(text: str) -> str:
    """Lower case without accents, emoji and control characters; one plain space for any gap."""
    decomposed = unicodedata.normalize("NFKD", text[: LONGEST + 1]).casefold()
    kept = (
        " " if unicodedata.category(each)[0] in "ZC" else each
        for each in decomposed.translate(_APOSTROPHES)
        if unicodedata.category(each) not in ("Mn", "So", "Sk", "Cf", "Co", "Cs")
    )
    return " ".join("".join(kept).split())


def words(text: str) -> list[str]:
    """The words and figures of a text, folded: ``"N°4, Appt-B"`` → n, 4, appt, b."""
    return re.findall(r"[^\W\d_]+|\d+", fold(text))


def wordset(listed: str) -> frozenset[str]:
    """The words of a list that is written with spaces."""
    return frozenset(listed.split())


def vocabulary[T](meanings: dict[T, str]) -> dict[str, T]:
    """Word → meaning, from meaning → its words written with spaces."""
    return {word: meaning for meaning, listed in meanings.items() for word in listed.split()}
