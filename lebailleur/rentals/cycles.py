"""Payment cycles: when they begin, when they end. Rules 1, 2 and 8 of the rent accounting."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Cycle:
    """One payment cycle: `start` is also the due day, `end` its last day."""

    start: date
    end: date


def months_after(day: date, months: int) -> date:
    """The same day `months` later (or earlier, when negative).

    A month that is too short takes its last day; being computed from the original day, the next
    long month has that day again (rule 2).
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def cycle(start_on: date, cycle_months: int, index: int) -> Cycle:
    """The cycle number `index` (0 is the first) of a lease that began on `start_on`."""
    start = months_after(start_on, index * cycle_months)
    following = months_after(start_on, (index + 1) * cycle_months)
    return Cycle(start, following - timedelta(days=1))


def cycles(start_on: date, cycle_months: int, end_on: date | None = None) -> Iterator[Cycle]:
    """All cycles of a lease in order, endless without `end_on`; none begins on it or later."""
    index = 0
    while True:
        each = cycle(start_on, cycle_months, index)
        if end_on is not None and each.start >= end_on:
            return
        yield each
        index += 1


def cycle_containing(start_on: date, cycle_months: int, day: date) -> Cycle:
    """The cycle in which a day lies; days before the lease belong to its first cycle."""
    if day < start_on:
        return cycle(start_on, cycle_months, 0)
    months = (day.year - start_on.year) * 12 + day.month - start_on.month
    index = max(0, months // cycle_months - 1)
    while (each := cycle(start_on, cycle_months, index)).end < day:
        index += 1
    return each
