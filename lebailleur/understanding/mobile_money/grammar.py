"""The pieces of which operators' messages are made: sums, numbers, ids, moments."""

import re
import unicodedata
from datetime import date, datetime, time

LONGEST = 20_000
"""Characters; what stands after them is not looked at (time is bounded)."""
MASK = "•••"
MOST = 10_000_000
"""Francs: no account of either operator may hold more."""

_MARKS = str.maketrans(dict.fromkeys("’‘`´ʼ", "'") | dict.fromkeys("*_~>"))

CURRENCY = r"(?:f ?cfa|xaf|cfa|frs?|f)\b"
_SUM = r"[0-9](?:[0-9]|[ .,'](?=[0-9]))*"
# A figure with nothing behind it may have been cut off.
AMOUNT = rf"(?:{_SUM} ?{CURRENCY}|{CURRENCY} ?:? ?{_SUM}(?= ?[.,;]? ?[a-z(]))"
NUMBER = r"(?:(?:\+|00)?237 ?)?[0-9](?: ?[0-9]){8}(?![0-9])"

_ORANGE_ID = r"[a-z]{2} ?[0-9]{6} ?\. ?[0-9]{4} ?\. ?[a-z]?[0-9]{4,7}(?![0-9])"
_ID_LABEL = (
    r"(?:identifiant|id|n°|no|num(?:ero)?|ref(?:erence)?)\.? ?(?:de )?(?:la |l')?"
    r"(?:trans(?:action)?|transfert|txn)(?: financiere)?"
    r"|(?:trans(?:action)?|transfer|txn)\.? ?(?:id(?:entifiant)?|no|number|num|ref(?:erence)?)"
)
ID = re.compile(
    rf"(?:{_ID_LABEL})\b ?(?:est|is)? ?[:=.#-]* ?(?P<labelled>{_ORANGE_ID}|[0-9]{{8,14}}(?![0-9]))"
    rf"|\b(?P<bare>{_ORANGE_ID})",
    re.I,
)
_DATED_ID = re.compile(r"([A-Z]{2})([0-9]{6})\.([0-9]{4})\.[A-Z]?[0-9]+")


def _clock(hour: str, minute: str) -> str:
    return (
        rf"(?:[ t,]*(?:a |at )?(?P<{hour}>[0-9]{{1,2}})[:h](?P<{minute}>[0-9]{{2}})"
        r"(?::[0-9]{2})?(?![0-9]))?"
    )


_MOMENT = re.compile(
    r"\b(?P<y>20[0-9]{2})(?P<sep>[-/.])(?P<m>[0-9]{1,2})(?P=sep)(?P<d>[0-9]{1,2})(?![0-9])"
    + _clock("h", "n")
    + r"|\b(?P<d2>[0-9]{1,2})(?P<sep2>[-/.])(?P<m2>[0-9]{1,2})(?P=sep2)(?P<y2>20[0-9]{2})(?![0-9])"
    + _clock("h2", "n2"),
    re.I,
)


class Unreadable(Exception):
    """A part that cannot be as it is written; the only argument is the reason's code."""


def plain(text: str) -> str:
    """The text in one line: no accents, no marks of bold or quotation, plain spaces and quotes."""
    decomposed = unicodedata.normalize("NFKD", text[:LONGEST])
    kept = (
        " " if unicodedata.category(each)[0] in "ZC" and each != "\u200d" else each
        for each in decomposed
        if unicodedata.category(each) not in ("Mn", "Cf", "Cs")
    )
    return " ".join("".join(kept).translate(_MARKS).split())


def has_odd_digits(text: str) -> bool:
    """Whether figures of another script stand in it: no operator writes them."""
    return any(each.isdecimal() and not each.isascii() for each in text[:LONGEST])


def francs(written: str) -> int:
    """The whole francs that a figure with its currency says; raises `Unreadable("bad_sum")`.

    A last separator before three figures parts thousands, before one or two it parts decimals,
    which must be noughts.
    """
    figures = re.sub(rf"^{CURRENCY}|{CURRENCY}$", "", written, flags=re.I).strip(" :")
    match = re.fullmatch(
        r"([1-9][0-9]{0,2}(?:([ .,'])[0-9]{3}(?:\2[0-9]{3})*)?|[1-9][0-9]*)(?:[.,]0{1,2})?", figures
    )
    value = int(re.sub(r"[^0-9]", "", match[1])) if match else 0
    if not 0 < value <= MOST:
        raise Unreadable("bad_sum")
    return value


def subscriber(written: str | None) -> str | None:
    """The last nine figures of a phone number; None where none is written."""
    figures = re.sub(r"[^0-9]", "", written or "")
    return figures[-9:] if 9 <= len(figures) <= 15 else None


def find_id(text: str) -> str | None:
    """The operator's id of the transaction, as it is kept: upper case, no spaces."""
    found = list(ID.finditer(text))
    labelled = [each["labelled"] for each in found if each["labelled"]]
    best = labelled or [each["bare"] for each in found]
    return "".join(best[0].split()).upper() if best else None


def moment_of_id(reference: str) -> datetime | None:
    """When an Orange id says that it was made (local time); None for an id that says nothing.
    Raises `Unreadable("bad_id")` for a moment that cannot be."""
    match = _DATED_ID.fullmatch(reference)
    if match is None:
        return None
    try:
        return datetime.strptime(match[2] + match[3], "%y%m%d%H%M")
    except ValueError as error:
        raise Unreadable("bad_id") from error


def find_moment(text: str) -> tuple[date | None, time | None, tuple[str, ...]]:
    """The first day and time that stand there, and what is unlike the operators' way of writing
    them. Raises `Unreadable("bad_date")` for a day that cannot be."""
    match = _MOMENT.search(text)
    if match is None:
        return None, None, ("no_date",)
    try:
        if match["y"]:
            day = date(int(match["y"]), int(match["m"]), int(match["d"]))
            hour, minute = match["h"], match["n"]
        else:
            day = date(int(match["y2"]), int(match["m2"]), int(match["d2"]))
            hour, minute = match["h2"], match["n2"]
        at = time(int(hour), int(minute)) if hour else None
    except ValueError as error:
        raise Unreadable("bad_date") from error
    odd = ["odd_date"] if match["sep"] in ("/", ".") else []
    return day, at, tuple(odd if at else [*odd, "no_time"])
