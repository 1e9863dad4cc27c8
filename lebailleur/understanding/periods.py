"""Which months: ``March``, ``mars-avril``, ``de janvier à mars``, ``le mois passé``, ``2026``."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from lebailleur.understanding.calendar_words import Month, month_number
from lebailleur.understanding.folding import LONGEST, fold, wordset
from lebailleur.understanding.numerals import number, ordinal
from lebailleur.understanding.reading import Reading, sure, unsure

YearMonth = tuple[int, int]

MOST = 24
"""Months; a longer period is a slip."""


@dataclass(frozen=True, slots=True)
class Period:
    """The months that were named, in order of the words; the year is None where it was unsaid.

    `whole_year` tells that years were named, and not their months.
    """

    months: tuple[Month, ...]
    whole_year: bool = False


class _NoPeriodError(Exception):
    """The words name no period."""


_KINDS = re.compile(
    r"(?P<before_last>(?:the )?month before last|il y a deux mois|(?:two|2) months? ago)"
    r"|(?P<last_month>(?:last|previous|past) month|mois (?:passe|dernier|precedent|ecoule))"
    r"|(?P<next_month>(?:next|following|coming) month|mois (?:prochain|suivant|qui vient))"
    r"|(?P<this_month>(?:this|current|dis) month|(?:ce|le) mois[ -]ci|ce mois"
    r"|mois (?:en cours|actuel))"
    r"|(?P<last_year>(?:last|previous) year|(?:an|annee) (?:passee?|derniere?|precedente))"
    r"|(?P<next_year>next year|(?:an|annee) prochaine?)"
    r"|(?P<this_year>(?:this|current|dis) year|cette annee(?:[ -]ci)?|annee en cours)"
    r"|(?P<quarter>(?:[qt] ?[1-4]|\w+ (?:trimestre|quarter))\b(?: (?:de |of )?20\d\d\b)?)"
    r"|(?P<iso>20\d\d[-/.](?:0?[1-9]|1[0-2])\b)"
    r"|(?P<figures>(?:0?[1-9]|1[0-2]) ?[-/.] ?(?:20\d\d|[2-9]\d)\b)"
    r"|(?P<year>20\d\d\b)"
    r"|(?P<to>jusqu'?(?:a|au|en)?\b|(?:to|till|until|through|thru|au|a)\b|[-–—→>]+)"
    r"|(?P<word>[^\W\d_]+)"
    r"|(?P<gap>[ ,;&+/.'?!()]+)"
    r"|(?P<unknown>.)"
)
_FROM_THIS_MONTH = {"before_last": -2, "last_month": -1, "this_month": 0, "next_month": 1}
_FROM_THIS_YEAR = {"last_year": -1, "this_year": 0, "next_year": 1}
_FILLER = wordset(
    "of de du d des the le la les l month months mois for pour rent loyer loyers from"
    " s mwa in en whole entire full tout toute entier entiere only"
    " year years an annee"
)
_AND = wordset("and et plus then puis")
_SIDES = {"last": -1, "past": -1, "dernier": -1, "passe": -1, "next": 1, "prochain": 1}
_COUNTED = re.compile(
    r"(?:the |les )?(?:(?P<en>last|past|previous|next|coming) (?P<n>\w+) months"
    r"|(?P<m>\w+) (?P<fr>derniers|prochains) mois)"
)


def read_period(text: str, today: date) -> Reading[Period]:
    """The months named; `today` (the landlord's day) is what "last month" is reckoned from.

    Reasons: ``not_a_period`` · ``too_long`` (over `MOST` months) · ``ambiguous_period`` ("the
    last three months": with the current one or without).
    """
    if len(text) > LONGEST:
        return unsure("not_a_period")
    folded = fold(text)
    folded = re.sub(r"\b(?:between|entre) (.+) (?:and|et) ", r"\1 to ", folded)
    folded = re.sub(r"(mois|month)(.*) (?:and|et) (?:the |le )?(?:next|prochain|suivant)(?: one)?$",
                    r"\1\2 next month", folded)  # fmt: skip
    folded = re.sub(r"^(?:since|depuis) (.+)$", r"\1 to this month", folded)
    here = today.year * 12 + today.month - 1
    if counted := _COUNTED.fullmatch(folded):
        return _counted(counted, here)
    try:
        items = list(_items(folded, here))
        months = _years_filled(_ranges_filled(items))
    except _NoPeriodError:
        return unsure("not_a_period")
    if len(months) > MOST:
        return unsure("too_long")
    return sure(Period(tuple(dict.fromkeys(months)), any(type(each) is int for each in items)))


def _counted(match: re.Match[str], here: int) -> Reading[Period]:
    count = number(match["n"] or match["m"]) or 0
    if not 0 < count <= MOST:
        return unsure("not_a_period")

    def from_month(start: int) -> Period:
        return Period(tuple(_month(here + start + at) for at in range(count)))

    if (match["en"] or match["fr"]) in ("next", "coming", "prochains"):
        return sure(from_month(1))
    return unsure("ambiguous_period", from_month(-count), from_month(1 - count))


def _items(folded: str, here: int) -> Iterator[Month | int | Literal["to"]]:
    """Months, whole years, and "to" between the ends of a range."""
    waiting: int | None = None  # a month after which its year, or "last", may come
    side = 0
    for match in _KINDS.finditer(folded):
        kind, said = str(match.lastgroup), match[0]
        if kind == "gap" or said in _FILLER:
            continue
        if said in _SIDES:
            side = _SIDES[said]
            continue
        if kind == "year" or kind in _FROM_THIS_YEAR:
            year = int(said) if kind == "year" else here // 12 + _FROM_THIS_YEAR[kind]
            yield (year, waiting) if waiting else year
            waiting = None
            continue
        if waiting:
            yield _named(waiting, side, here)
            waiting, side = None, 0
        if kind == "word":
            waiting = month_number(said)
            if waiting is None and said not in _AND:
                raise _NoPeriodError
        elif kind == "to":
            yield "to"
        elif kind in _FROM_THIS_MONTH:
            yield _month(here + _FROM_THIS_MONTH[kind])
        elif kind in ("iso", "figures"):
            small, large = sorted(int(each) for each in re.findall(r"\d+", said))
            yield (large if large > 99 else 2000 + large), small
        elif kind == "quarter":
            yield from _quarter(said)
        else:
            raise _NoPeriodError
    if waiting:
        yield _named(waiting, side, here)
    elif side:
        raise _NoPeriodError


def _named(month: int, side: int, here: int) -> Month:
    """``March`` (side 0), ``last March`` (-1), ``mars prochain`` (1)."""
    if side == 0:
        return None, month
    ahead = (month - 1 - here) % 12
    return _month(here + (ahead or 12) if side > 0 else here + ahead - 12)


def _quarter(said: str) -> Iterator[Month]:
    named = re.sub(r"^[qt] ?(?=\d)", "", said).split()
    quarter, year = ordinal(named[0]), named[-1]
    if quarter not in (1, 2, 3, 4):
        raise _NoPeriodError
    of_year = int(year) if len(year) == 4 and year.isdecimal() else None
    yield from ((of_year, 3 * quarter - 2 + at) for at in range(3))


def _ranges_filled(items: Sequence[Month | int | str]) -> list[Month]:
    months: list[Month] = []
    to = False
    for item in items:
        if item == "to":
            # "de mars à" or "to march" has one end only.
            if to or not months:
                raise _NoPeriodError
            to = True
        elif isinstance(item, int):
            if to:
                raise _NoPeriodError
            months += [(item, month) for month in range(1, 13)]
        elif isinstance(item, tuple):
            months += _after(months[-1], item) if to else [item]
            to = False
    if to or not months:
        raise _NoPeriodError
    return months


def _after(first: Month, last: Month) -> list[Month]:
    """The months after the first of a range, up to its last."""
    if first[0] and last[0]:
        steps = (last[0] - first[0]) * 12 + last[1] - first[1]
        if steps < 0:
            raise _NoPeriodError
    else:
        steps = (last[1] - first[1]) % 12
    if first[0]:
        return [_month(first[0] * 12 + first[1] - 1 + at) for at in range(1, steps + 1)]
    return [(None, (first[1] - 1 + at) % 12 + 1) for at in range(1, steps)] + [last] * (steps > 0)


def _years_filled(months: list[Month]) -> list[Month]:
    """A year said once holds for its neighbours: ``mars et avril 2026``, ``nov to feb 2026``."""
    filled = list(months)
    for at in range(len(filled) - 2, -1, -1):
        (year, month), (next_year, next_month) = filled[at], filled[at + 1]
        if year is None and next_year is not None:
            filled[at] = next_year - (month > next_month), month
    for at in range(1, len(filled)):
        (year, month), (last_year, last_month) = filled[at], filled[at - 1]
        if year is None and last_year is not None:
            filled[at] = last_year + (month < last_month), month
    return filled


def resolve(
    period: Period,
    today: date,
    open_months: Sequence[YearMonth],
    otherwise: Literal["coming", "nearest"] = "coming",
) -> list[YearMonth]:
    """The months meant, with their years, in the order they were named.

    An unnamed year is the open one's (`open_months`: what is charged and not paid); of several the
    oldest. If none is open it is the nearest coming one, this month included; for questions and
    papers say ``nearest``: the one that is closest to today, on either side. Months in a row
    ("jan to march") keep together, in the row of which most are open.
    """
    here = today.year * 12 + today.month - 1
    opened = {year * 12 + month - 1 for year, month in open_months}
    meant: list[YearMonth] = []
    for row in _rows(period.months):
        if row[0][0] is not None:
            meant += [(year, month) for year, month in row if year is not None]
            continue
        ascending = len(row) < 2 or row[1][1] == row[0][1] % 12 + 1
        first = row[0] if ascending else row[-1]
        years = range(min([here, *opened]) // 12 - 1, here // 12 + 3)
        starts = [year * 12 + first[1] - 1 for year in years]
        indexes = [
            _best_row(starts, len(row), here, opened, otherwise) + at for at in range(len(row))
        ]
        meant += [(at // 12, at % 12 + 1) for at in (indexes if ascending else reversed(indexes))]
    return meant


def _best_row(starts: list[int], length: int, here: int, opened: set[int], otherwise: str) -> int:
    def how_open(start: int) -> int:
        return len(opened.intersection(range(start, start + length)))

    best = max(starts, key=how_open)  # the first, so the oldest, of equals
    if how_open(best):
        return best
    if otherwise == "nearest":
        return min(starts, key=lambda start: max(start - here, here - start - length + 1))
    return next(start for start in starts if start + length > here)


def _rows(months: Sequence[Month]) -> list[list[Month]]:
    """Months in a row, up or down, whose year is unsaid; every other month alone."""
    rows: list[list[Month]] = []
    for month in months:
        row = rows[-1] if rows else []
        step = (month[1] - row[-1][1]) % 12 if row and month[0] is row[-1][0] is None else 0
        so_far = (row[1][1] - row[0][1]) % 12 if len(row) > 1 else step
        if step in (1, 11) and step == so_far:
            row.append(month)
        else:
            rows.append([month])
    return rows


def _month(index: int) -> YearMonth:
    return index // 12, index % 12 + 1
