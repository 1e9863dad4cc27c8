"""Payment cycles: when they begin, when they end. Rules 1, 2 and 8 of the rent accounting."""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import count

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Cycle:
    """One payment cycle, from `start` to `end` (its last day). `months` is how many months' rent
    it asks: a fraction for one that was cut to some of its days."""

    start: date
    end: date
    due: date
    months: Fraction

    @property
    def days(self) -> int:
        """Its length in calendar days."""
        return (self.end - self.start).days + 1


@dataclass(frozen=True)
class Schedule:
    """A lease's cycles. Those of `cycle_months` follow `anchor_on`; when that is later than
    `start_on`, a shorter first one leads up to it. Due on the first day, or (`in_arrears`) on
    the day after the last. With `end_by_days` the last one ends with the lease."""

    start_on: date
    cycle_months: int
    anchor_on: date
    end_on: date | None = None
    end_by_days: bool = False
    in_arrears: bool = False

    def cycle(self, index: int) -> Cycle:
        """The cycle number `index`, from 0."""
        led_up_to = self.anchor_on > self.start_on
        if led_up_to and index == 0:
            whole = self.anchor_on - months_after(self.anchor_on, -1)
            months = Fraction((self.anchor_on - self.start_on).days, whole.days)
            return self._due(Cycle(self.start_on, self.anchor_on - DAY, self.start_on, months))
        number = index - led_up_to
        start = months_after(self.anchor_on, number * self.cycle_months)
        following = months_after(self.anchor_on, (number + 1) * self.cycle_months)
        return self._due(Cycle(start, following - DAY, start, Fraction(self.cycle_months)))

    def cycles(self, first: int = 0) -> Iterator[Cycle]:
        """All cycles in order from number `first`, endless without `end_on`; none begins on that
        day or later."""
        for index in count(first):
            each = self.cycle(index)
            if self.end_on is not None and each.start >= self.end_on:
                return
            yield each

    def containing(self, day: date) -> Cycle:
        """The cycle in which a day lies; days before the lease belong to its first cycle."""
        return self.cycle(self.index_of(day))

    def index_of(self, day: date) -> int:
        """The number of the cycle in which a day lies, 0 for days before the lease."""
        months = (day.year - self.anchor_on.year) * 12 + day.month - self.anchor_on.month
        index = max(0, months // self.cycle_months - 1)
        while self.cycle(index).end < day:
            index += 1
        return index

    def _due(self, cycle: Cycle) -> Cycle:
        cut = self.end_on
        if self.end_by_days and cut is not None and cycle.start <= cut < cycle.end:
            share = Fraction((cut - cycle.start).days + 1, cycle.days)
            cycle = replace(cycle, end=cut, months=cycle.months * share)
        return replace(cycle, due=cycle.end + DAY) if self.in_arrears else cycle


def months_after(day: date, months: int) -> date:
    """The same day `months` later (or earlier, when negative).

    A month that is too short takes its last day; being computed from the original day, the next
    long month has that day again (rule 2).
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def next_day_of_month(day: date, wanted: int) -> date:
    """The first day on or after `day` that is the `wanted`th of its month (or its month's last)."""
    for months in (0, 1):
        first = months_after(day.replace(day=1), months)
        found = first.replace(day=min(wanted, monthrange(first.year, first.month)[1]))
        if found >= day:
            return found
    raise ValueError(f"no {wanted}th follows {day}")


def rounded(value: Fraction) -> int:
    """Whole francs, half up (rule 5)."""
    return int((value + Fraction(1, 2)) // 1)


def shares(total: int, weights: Sequence[int]) -> list[int]:
    """`total` divided by weights without losing a franc: what is left over goes to the largest
    remainders. Raises `ValueError` for weights that are no division."""
    whole = sum(weights)
    if not weights or min(weights) < 0 or whole <= 0:
        raise ValueError("weights must be counts, not all of them zero")
    parts = [total * each // whole for each in weights]
    by_remainder = sorted(range(len(weights)), key=lambda at: (-(total * weights[at] % whole), at))
    for at in by_remainder[: total - sum(parts)]:
        parts[at] += 1
    return parts
