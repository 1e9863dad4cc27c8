"""Which sum is for which day: ``20k Friday, the rest at month end``."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from lebailleur.understanding.days import read_day
from lebailleur.understanding.parts import Part

Share = int | Fraction | Part | None
"""A sum; a part of what is owed; or nothing said."""

_BREAK = re.compile(r"[,;.]|\b(?:and|then|after|et|puis|ensuite|apr[eè]s)\b", re.IGNORECASE)
_NOW = re.compile(
    r"\b(?:now|today|maintenant|aujourd['’]hui|tout de suite|right away)\b", re.IGNORECASE
)
_SPAN = re.compile(
    r"\b(?:(?P<few>[^\W_]+) )?(?:more |extra |autres )?(?P<unit>days?|weeks?|months?|jours?"
    r"|semaines?|mois)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Spoken[T]:
    """What was read at a place of the text."""

    start: int
    end: int
    value: T


def pair(
    text: str, days: Sequence[Spoken[date]], shares: Sequence[Spoken[Share]], today: date
) -> tuple[list[tuple[date, Share]], list[Share]]:
    """The parts in the order of the text, and the sums for which no day was said.

    A sum belongs to the day of its clause, after it or before it. Where as many sums as days were
    said, they go together in their order; "now" beside a sum is today. A day without a sum
    stands with None.
    """
    days = sorted([*days, *_said_now(text, days, shares, today)], key=lambda each: each.start)
    shares = sorted(shares, key=lambda each: each.start)
    if len(days) == len(shares):
        return [(d.value, s.value) for d, s in zip(days, shares, strict=True)], []
    clause = _clauses(text, [*days, *shares])
    of_day: dict[int, Share] = {}
    left: list[Spoken[Share]] = []
    for share in shares:
        own = [at for at, day in enumerate(days) if clause(day) == clause(share)]
        free = [at for at in own if at not in of_day]
        after = [at for at in free if days[at].start >= share.end]
        if after or free:
            of_day[(after or free[::-1])[0]] = share.value
        else:
            left.append(share)
    for share in list(left):  # "20,000 and then, on the 15th": the nearest day after it, if free
        free = [at for at in range(len(days)) if at not in of_day and days[at].start >= share.end]
        if free:
            of_day[free[0]] = share.value
            left.remove(share)
    parts = [(day.value, of_day.get(at)) for at, day in enumerate(days)]
    return parts, [each.value for each in left]


def read_delay(text: str, today: date) -> date | None:
    """The day to which "give me two more weeks" leads; None when no such span is said."""
    for found in _SPAN.finditer(text):
        few, unit = found["few"] or "", found["unit"]
        day = read_day(f"{few} {unit}".strip(), today, prefer="future").value
        if few and day is not None and day > today:
            return day
    return None


def sums(parts: Sequence[Share], owed: int) -> tuple[list[int], int]:
    """Francs of each part, and what remains of `owed` without a day (negative when the parts
    are more than is owed).

    Fractions are of what is owed; a rest, and a part of which nothing was said beside others,
    share what the others leave. Fractions that make a whole lose no franc to rounding.
    """
    fixed = [_fixed(each, owed) for each in parts]
    open_ = [at for at, each in enumerate(fixed) if each is None]
    rest = max(owed - sum(each or 0 for each in fixed), 0)
    found = [each or 0 for each in fixed]
    for number, at in enumerate(open_, 1):
        # The last takes what division leaves over.
        found[at] = rest // len(open_) + (rest % len(open_) if number == len(open_) else 0)
    fractions = [each for each in parts if isinstance(each, Fraction)]
    if not open_ and len(fractions) == len(parts) and sum(fractions) == 1:
        found[-1] = owed - sum(found[:-1])
    return found, owed - sum(found)


def _fixed(share: Share, owed: int) -> int | None:
    if isinstance(share, Fraction):
        return int(owed * share)
    if isinstance(share, Part):
        return owed if share is Part.ALL else None
    return share


def _said_now(
    text: str, days: Sequence[Spoken[date]], shares: Sequence[Spoken[Share]], today: date
) -> list[Spoken[date]]:
    if len(shares) <= len(days):
        return []
    found = [Spoken(each.start(), each.end(), today) for each in _NOW.finditer(text)]
    return [
        each
        for each in found[: len(shares) - len(days)]
        if not any(day.start < each.end and each.start < day.end for day in days)
    ]


def _clauses(text: str, spoken: Sequence[Spoken[object]]):  # type: ignore[no-untyped-def]
    """A function that gives the number of the clause in which something was said."""
    breaks = [
        each.start()
        for each in _BREAK.finditer(text)
        if not any(one.start <= each.start() < one.end for one in spoken)
    ]
    return lambda one: sum(at <= one.start for at in breaks)
