"""Where things stand: one lease's balance, who owes, everybody's status, a landlord's month."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from lebailleur import clock
from lebailleur.rentals import charges, credits, plans, portfolio, rights
from lebailleur.rentals.charges import RENT, OpenCharge
from lebailleur.rentals.models import Charge, Landlord, Lease, Plan, PlanPart
from lebailleur.rentals.rights import Asker

Age = Literal["due", "1-30", "31-60", "61-90", "90+"]
AGES: tuple[tuple[int, Age], ...] = ((0, "due"), (30, "1-30"), (60, "31-60"), (90, "61-90"))


@dataclass(frozen=True)
class Standing:
    """How a lease stands on a day. `balance` is what is owed (credit negative), also on leases
    from which the tenant moved to this one; `promised` the next part of an agreed plan."""

    lease: Lease
    balance: int
    open: tuple[OpenCharge, ...]
    days_late: int
    next_due: tuple[date, int] | None
    today: date
    promised: PlanPart | None = None
    paid_ahead: bool = False
    ages: dict[Age, int] = field(default_factory=dict)

    @property
    def status(self) -> str:
        """``promised`` (late, with a promise whose day has not passed), ``late``, ``due``
        (today), ``ahead`` (credit or months paid before) or ``paid``."""
        if self.balance > 0:
            if self.promised is not None:
                return "promised"
            return "late" if self.days_late > 0 else "due"
        return "ahead" if self.balance < 0 or self.paid_ahead else "paid"


def standing(session: Session, asker: Asker, lease_id: int) -> Standing:
    """How one lease stands today; for its landlord, its tenant, or the operator."""
    lease = rights.lease_for(session, asker, lease_id, or_self=True)
    return _standings(session, lease.tenant.landlord, [lease], few=True)[0]


def standings_of(session: Session, asker: Asker, leases: Sequence[Lease]) -> list[Standing]:
    """How these leases stand today, ended ones too, in their order; raises `NotFound`."""
    by_landlord: dict[Landlord, list[Lease]] = {}
    for lease in leases:
        rights.lease_for(session, asker, lease.id)
        by_landlord.setdefault(lease.tenant.landlord, []).append(lease)
    found = {
        each.lease.id: each
        for landlord, own in by_landlord.items()
        for each in _standings(session, landlord, own, few=True)
    }
    return [found[each.id] for each in leases]


def standings(session: Session, asker: Asker, *, landlord_id: int | None = None) -> list[Standing]:
    """How all running leases of a landlord stand today, by property and unit."""
    landlord = rights.landlord(session, asker, landlord_id)
    running = portfolio.leases(session, asker, landlord_id=landlord.id)
    return _standings(session, landlord, running)


def arrears(session: Session, asker: Asker, *, landlord_id: int | None = None) -> list[Standing]:
    """Who owes, the longest late first; also those who have left and still owe."""
    landlord = rights.landlord(session, asker, landlord_id)
    today = clock.today(landlord.timezone)
    charges.bring_up_to_date(session, landlord, today)
    heads = _heads(session, landlord)
    owing = {
        heads.get(each.lease_id, each.lease_id)
        for each in charges.open_charges(session, landlord_id=landlord.id, due_by=today)
    }
    if not owing:
        return []
    leases = session.scalars(
        select(Lease).where(
            Lease.landlord_id == landlord.id,
            Lease.id.in_(owing),
        )
    ).unique()
    alive = [each for each in leases if each.tenant.archived_at is None]
    found = [each for each in _standings(session, landlord, alive) if each.balance > 0]
    return sorted(found, key=lambda each: (-each.days_late, -each.balance))


def ages_of(standings: Sequence[Standing]) -> dict[Age, int]:
    """What is owed altogether, by how long it has been."""
    total: dict[Age, int] = defaultdict(int)
    for each in standings:
        for age, amount in each.ages.items():
            total[age] += amount
    return dict(total)


def month_open(session: Session, lease: Lease, year: int, month: int) -> tuple[int, int] | None:
    """What was asked and what is open of the rent of a month; None when none was charged."""
    first = date(year, month, 1)
    for charge in session.scalars(
        select(Charge).where(
            Charge.lease_id == lease.id, Charge.kind == RENT, Charge.voided_on.is_(None)
        )
    ):
        if charge.period_start.replace(day=1) == first:
            return charge.amount, charge.open
    return None


def _standings(
    session: Session, landlord: Landlord, leases: Sequence[Lease], *, few: bool = False
) -> list[Standing]:
    today = clock.today(landlord.timezone)
    charges.bring_up_to_date(session, landlord, today)
    heads = _heads(session, landlord)
    mine = {each.id: each.id for each in leases}
    mine |= {old: head for old, head in heads.items() if head in mine}
    asked = (
        charges.open_charges(session, list(mine))
        if few
        else charges.open_charges(session, landlord_id=landlord.id)
    )
    open_of: dict[int, list[OpenCharge]] = defaultdict(list)
    for each in asked:
        if each.lease_id in mine:
            open_of[mine[each.lease_id]].append(each)
    credit_of: dict[int, int] = defaultdict(int)
    for lease_id, credit in credits.of_landlord(session, landlord.id).items():
        credit_of[mine.get(lease_id, lease_id)] += credit
    plan_of = plans.agreed(session, landlord.id)
    return [
        _standing(session, each, open_of[each.id], credit_of[each.id], plan_of.get(each.id), today)
        for each in leases
    ]


def _standing(
    session: Session,
    lease: Lease,
    every: list[OpenCharge],
    credit: int,
    plan: Plan | None,
    today: date,
) -> Standing:
    due = tuple(each for each in every if each.due_on <= today)
    ages: dict[Age, int] = defaultdict(int)
    for each in due:
        ages[_age((today - each.due_on).days)] += each.open
    owed = sum(each.open for each in due) - credit
    coming = _next_due(lease, every, today)
    return Standing(
        lease,
        owed,
        due,
        days_late=max(((today - each.due_on).days for each in due), default=0),
        next_due=coming,
        today=today,
        promised=plans.next_open(session, plan) if plan and owed > 0 else None,
        paid_ahead=_is_ahead(lease, coming, today),
        ages=dict(ages),
    )


def _heads(session: Session, landlord: Landlord) -> dict[int, int]:
    """Leases that a tenant moved away from, and the lease that carries what is open on them."""
    moved = {
        old: lease_id
        for old, lease_id in session.execute(
            select(Lease.moved_from_id, Lease.id).where(
                Lease.landlord_id == landlord.id, Lease.moved_from_id.is_not(None)
            )
        )
        if old is not None
    }
    found = {}
    for old in moved:
        head = old
        while head in moved:
            head = moved[head]
        found[old] = head
    return found


def _age(days: int) -> Age:
    return next((age for most, age in AGES if days <= most), "90+")


def _is_ahead(lease: Lease, coming: tuple[date, int] | None, today: date) -> bool:
    """Whether the next day on which something falls due is later than it would be by the cycles
    alone."""
    if coming is None or today < lease.scheduled_from:
        return False
    schedule = charges.schedule(lease)
    index = schedule.index_of(today)
    following = schedule.cycle(index if lease.in_arrears else index + 1)
    return coming[0] > following.due


def _next_due(lease: Lease, open_: list[OpenCharge], today: date) -> tuple[date, int] | None:
    """The next day on which something falls due, and how much: a charge made ahead that is not
    paid whole, or the first cycle that has not been charged."""
    ahead = [(each.due_on, each.open) for each in open_ if each.due_on > today]
    for cycle in charges.uncharged(lease):
        if cycle.due > today:
            ahead.append((cycle.due, charges.rent_of(lease, cycle)))
            break
    return min(ahead) if ahead else None
