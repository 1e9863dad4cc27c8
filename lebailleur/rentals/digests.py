"""A landlord's morning: what the day brings, and what the days before it brought."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lebailleur import clock
from lebailleur.rentals import months, plans, reminding, reports, rights
from lebailleur.rentals.cycles import DAY
from lebailleur.rentals.models import Lease, Payment
from lebailleur.rentals.reports import Standing
from lebailleur.rentals.rights import Asker

# A morning is no list of all who owe: that is one tap away.
MOST_NAMED = 5


@dataclass(frozen=True)
class Line:
    """A lease and a sum, in whole units of the landlord's currency; `day`: of a promise, for which
    day it was; of what is owed, since when."""

    lease: Lease
    amount: int
    day: date | None = None


@dataclass(frozen=True)
class Digest:
    """`due` today, `promised` for today, `broken` and `received` from `since` until yesterday;
    `claims` that wait for an answer; how many owe (`owing`), how much altogether (`owed`), and the
    `oldest` of those of whom nothing else is told."""

    today: date
    since: date
    due: tuple[Line, ...]
    promised: tuple[Line, ...]
    broken: tuple[Line, ...]
    received: int
    payments: int
    claims: int
    owing: int
    owed: int
    oldest: tuple[Line, ...]

    @property
    def has_news(self) -> bool:
        """Whether there is anything that is worth a message."""
        return bool(self.due or self.promised or self.broken or self.payments)


def digest(
    session: Session, asker: Asker, since: date, *, landlord_id: int | None = None
) -> Digest:
    """What a landlord is told this morning; `since`: the first local day not told of yet. Raises
    `NotAllowed`, `NotFound`."""
    landlord = rights.landlord(session, asker, landlord_id)
    today = clock.today(landlord.timezone)
    every = reports.standings(session, asker, landlord_id=landlord.id)
    owing = reports.arrears(session, asker, landlord_id=landlord.id)
    due = []
    for each in every:
        asked = sum(one.open for one in each.open if one.due_on == today)
        if amount := min(asked, each.balance) if each.balance > 0 else 0:
            due.append(Line(each.lease, amount))
    balances = {each.lease.id: each.balance for each in [*every, *owing]}
    promised, broken = [], []
    for plan in plans.agreed(session, landlord.id).values():
        for part, state in ((each.part, each.state) for each in plans.standings(session, plan)):
            amount = part.amount or max(balances.get(plan.lease_id, 0), 0)
            line = Line(plan.lease, amount, part.due_on)
            if state == "open" and part.due_on == today:
                promised.append(line)
            if state == "broken" and since <= part.due_on < today:
                broken.append(line)
    received, payments = _received(session, landlord.id, since, today)
    return Digest(
        today,
        since,
        tuple(due),
        tuple(promised),
        tuple(broken),
        received,
        payments,
        len(reminding.claimed(session, landlord.id)),
        len(owing),
        sum(each.balance for each in owing),
        _oldest(owing, {each.lease.id for each in (*due, *promised, *broken)}),
    )


def _oldest(owing: Sequence[Standing], told: Set[int]) -> tuple[Line, ...]:
    lines = [
        Line(each.lease, each.balance, min(charge.due_on for charge in each.open))
        for each in owing
        if each.open and each.lease.id not in told
    ]
    return tuple(sorted(lines, key=lambda line: (line.day, line.lease.id))[:MOST_NAMED])


def _received(session: Session, landlord_id: int, since: date, until: date) -> tuple[int, int]:
    total, number = session.execute(
        select(func.coalesce(func.sum(Payment.amount), 0), func.count()).where(
            *months.came_in(landlord_id, since, until - DAY)
        )
    ).one()
    return int(total), int(number)
