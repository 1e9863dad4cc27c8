"""Days that are named by the calendar: ``05/04``, ``le 15``, ``5 mars 2026``, ``fin du mois``.

Day first, always. A function returns None when the words are nothing of its kind, and raises
`DoubtError` when they are, but are no one day that can be taken without asking.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Literal

from lebailleur.understanding.calendar_words import month_number
from lebailleur.understanding.folding import wordset
from lebailleur.understanding.numerals import ordinal
from lebailleur.understanding.reading import Reading, unsure

Prefer = Literal["past", "future"]

# "5 March" said on 11 March as a promise is hardly next year's: beyond this it is asked.
_FAR = timedelta(days=300)

THIS_MONTH = wordset("mois month")
_EDGES = [
    (re.compile(pattern), edge)
    for pattern, edge in [
        (r"(?:fin|end)(?: of| de| du| d')? ?(?:the )?(.+)", "end"),
        (r"(.+?)[ -]?(?:end|ending)", "end"),
        (r"(?:middle of|milieu de|milieu du|mid|mi)[ -](?:the )?(.+)", "middle"),
        (r"(?:debut|beginning|start|early)(?: of| de| du| d')? ?(?:the )?(.+)", "start"),
    ]
]
_OFFSETS = [
    (re.compile(r"(?:next|coming) (month|week)|(mois|semaine) (?:prochaine?|suivante?)"), 1),
    (re.compile(r"(?:last|past|previous) (month|week)|(mois|semaine) (?:passee?|derniere?)"), -1),
    (re.compile(r"(?:this|current) (month|week)|(?:ce|cette) (mois|semaine)(?:[ -]ci)?"), 0),
    (re.compile(r"(mois) en cours"), 0),
]
_YEAR = wordset("year annee l'annee")
_DAY_OF_MONTH = re.compile(
    r"(.+?) (?:of |de |du |d')?(?:the )?((?:(?:this|next|last|ce) )?(?:month|mois)(?: \w+){0,2})"
)
_SMALL_WORDS = wordset("of de du d des the le la les l mois month jour day")


class DoubtError(Exception):
    """The words are no clear day; carries the reading to return."""

    def __init__(self, reason: str, *candidates: date) -> None:
        self.reading: Reading[date] = unsure(reason, *candidates)


def in_figures(words: str, today: date, prefer: Prefer) -> date | None:
    """``05/04``, ``5-4-26``, ``2026-04-05``."""
    if iso := re.fullmatch(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", words):
        return _exact(int(iso[1]), int(iso[2]), int(iso[3]))
    said = re.fullmatch(r"(\d{1,2}) ?[-/.] ?(\d{1,2})(?: ?[-/.] ?(\d{4}|\d{2}))?", words)
    if not said:
        return None
    return _in_year(int(said[1]), int(said[2]), said[3], today, prefer)


def month_edge(words: str, today: date, prefer: Prefer) -> date | None:
    """``fin du mois``, ``month end``, ``mi-mars``, ``début avril``."""
    for pattern, edge in _EDGES:
        if said := pattern.fullmatch(words):
            of_year = edge == "end" and said[1] in _YEAR
            months = possible_months("december" if of_year else said[1].strip(), today, prefer)
            if months is None:
                continue
            return preferred((edge_day(*month, edge) for month in months), today, prefer)
    return None


def edge_day(year: int, month: int, edge: str) -> date:
    day = {"start": 1, "middle": 15, "end": monthrange(year, month)[1]}[edge]
    return date(year, month, day)


def day_and_month(words: str, today: date, prefer: Prefer) -> date | None:
    """``15th``, ``le 15 du mois prochain``, ``5 mars 2026``, ``March 5th``, ``1er avril``."""
    parts = [each for each in re.findall(r"[^\W_]+", words) if each not in _SMALL_WORDS]
    at = next((i for i, part in enumerate(parts) if month_number(part)), None)
    if at is not None:
        month = month_number(parts[at])
        before, after = " ".join(parts[:at]), parts[at + 1 :]
        year_form = r"(?:20)?\d\d" if before else r"20\d\d"
        year = after.pop() if after and re.fullmatch(year_form, after[-1]) else None
        said = before or " ".join(after)
        day = ordinal(said) if said and not (before and after) else None
        assert month is not None
        return None if day is None else _in_year(day, month, year, today, prefer)
    numbered = _DAY_OF_MONTH.fullmatch(
        re.sub(r"^(next month|this month) (?:the )?(.+)$", r"\2 \1", words)
    )
    if numbered and numbered[2] not in THIS_MONTH:
        months = possible_months(numbered[2], today, prefer)
        day = ordinal(numbered[1])
        if months and day is not None:
            return _exact(*months[0], day)
    day = ordinal(" ".join(parts))
    return None if day is None or day > 31 else _of_month(day, today, prefer)


def _of_month(day: int, today: date, prefer: Prefer) -> date:
    """The last or next such day of a month; asked when the nearest month is too short for it."""
    ahead = range(0, 12) if prefer == "future" else range(0, -12, -1)
    skipped: list[date] = []
    for step in ahead:
        year, month = _month_after(today, step)
        length = monthrange(year, month)[1]
        if not 1 <= day <= 31:
            break
        if day > length:
            skipped.append(date(year, month, length))
            continue
        found = date(year, month, day)
        if found == today or (found > today) == (prefer == "future"):
            if skipped:
                raise DoubtError("no_such_day", skipped[0], found)
            return found
    raise DoubtError("no_such_day")


def _in_year(day: int, month: int, year: str | None, today: date, prefer: Prefer) -> date:
    if year:
        return _exact(int(year) if len(year) == 4 else 2000 + int(year), month, day)
    years = [today.year + step for step in (-1, 0, 1)]
    possible = [found for each in years if (found := _date_or_none(each, month, day))]
    if len(possible) < len(years):
        nearest = min(possible, key=lambda each: abs(each - today), default=None)
        if nearest is None or abs(nearest - today) > _FAR:
            _exact(today.year, month, day)
    return preferred(iter(possible), today, prefer)


def _exact(year: int, month: int, day: int) -> date:
    """That day, or the doubt "no such day" with what may have been meant."""
    if found := _date_or_none(year, month, day):
        return found
    if 1 <= month <= 12 and 28 < day <= 31:
        raise DoubtError("no_such_day", date(year, month, monthrange(year, month)[1]))
    swapped = _date_or_none(year, day, month)  # written month first
    raise DoubtError("no_such_day", *([swapped] if swapped else []))


def _date_or_none(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def preferred(possible: Iterator[date], today: date, prefer: Prefer) -> date:
    """The nearest on the preferred side; asked when that is most of a year away."""
    days = sorted(possible, key=lambda each: abs(each - today))
    wanted: Callable[[date], bool] = (
        (lambda each: each >= today) if prefer == "future" else (lambda each: each <= today)
    )
    found = next(filter(wanted, days), days[0])
    if found != days[0] and abs(found - today) > _FAR:
        raise DoubtError("ambiguous_day", days[0], found)
    return found


def possible_months(words: str, today: date, prefer: Prefer) -> list[tuple[int, int]] | None:
    """The months that "mois", "mois prochain", "mars" or "mars 2026" can be."""
    if words in THIS_MONTH:
        return [_month_after(today, step) for step in (-1, 0, 1)]
    stretch = weeks_or_months(words)
    if stretch:
        return [_month_after(today, stretch[1])] if stretch[0] == "month" else None
    named = re.fullmatch(r"(?:mois de |month of |mois d')?([^\W\d_]+)(?: (20\d\d))?", words)
    month = month_number(named[1]) if named else None
    if named is None or month is None:
        return None
    years = [int(named[2])] if named[2] else [today.year + step for step in (-1, 0, 1)]
    return [(year, month) for year in years]


def weeks_or_months(words: str) -> tuple[Literal["week", "month"], int] | None:
    """``next month`` → ("month", 1), ``la semaine passée`` → ("week", -1)."""
    for pattern, offset in _OFFSETS:
        if said := pattern.fullmatch(re.sub(r"^(?:la |le |the |l')", "", words)):
            return ("month" if {"month", "mois"} & set(said.groups()) else "week"), offset
    return None


def _month_after(today: date, months: int) -> tuple[int, int]:
    index = today.year * 12 + today.month - 1 + months
    return index // 12, index % 12 + 1
