"""Which charge a named month means (rule 6 of the rent accounting)."""

from collections.abc import Sequence
from datetime import date

from lebailleur.rentals.charges import OpenCharge

Month = tuple[int | None, int]
"""A named month: the year, when it was said, and the month 1 to 12."""


def charge_of_month(candidates: Sequence[OpenCharge], month: Month) -> OpenCharge | None:
    """The oldest of the charges that begins in the month; failing that, whose cycle holds it."""
    year, number = month
    ordered = sorted(candidates, key=lambda each: each.period_start)
    for each in ordered:
        if each.period_start.month == number and year in (None, each.period_start.year):
            return each
    for each in ordered:
        if _holds(each, year, number):
            return each
    return None


def nearest(month: Month, today: date) -> tuple[int, int]:
    """The year of a month that was named without one: so that it lies nearest to today."""
    year, number = month
    if year is not None:
        return year, number
    months_ahead = (number - today.month + 5) % 12 - 5
    index = today.year * 12 + today.month - 1 + months_ahead
    return index // 12, number


def _holds(charge: OpenCharge, year: int | None, number: int) -> bool:
    if (charge.period_end - charge.period_start).days <= 31:
        return False  # a month's charge is named after the month in which it begins
    index = charge.period_start.year * 12 + charge.period_start.month - 1
    last = charge.period_end.year * 12 + charge.period_end.month - 1
    return any(at % 12 + 1 == number and year in (None, at // 12) for at in range(index, last + 1))
