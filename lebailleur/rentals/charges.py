"""Charges: made for each cycle as it comes, and what is open of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import takewhile

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from lebailleur import clock
from lebailleur.rentals.cycles import Cycle, cycles
from lebailleur.rentals.models import Allocation, Charge, Landlord, Lease, Payment, Tenant

RENT = "rent"


@dataclass(frozen=True)
class OpenCharge:
    """A charge and what is still open of it. `id` is None for one that is not made yet."""

    id: int | None
    lease_id: int
    kind: str
    period_start: date
    period_end: date
    due_on: date
    amount: int
    open: int


def rent_cycles(lease: Lease) -> Iterable[Cycle]:
    """The cycles for which this ledger asks rent."""
    every = cycles(lease.start_on, lease.cycle_months, lease.end_on)
    return (each for each in every if each.start >= lease.charged_from)


def rent_of(lease: Lease, cycle: Cycle) -> int:
    """A cycle's rent: its months times the monthly rent in force on its first day (rule 1)."""
    return lease.rent * lease.cycle_months


def bring_up_to_date(session: Session, landlord: Landlord, day: date) -> None:
    """Make every rent charge of the landlord's that has fallen due by `day`, once.

    Credit pays what has become due (rule 4). Costs nothing when it was done for that day.
    """
    if landlord.charged_until is not None and landlord.charged_until >= day:
        return
    session.refresh(landlord, with_for_update=True)
    if landlord.charged_until is not None and landlord.charged_until >= day:
        return
    until = (
        select(func.max(Charge.period_end))
        .where(Charge.lease_id == Lease.id, Charge.kind == RENT)
        .scalar_subquery()
    )
    in_credit = [lease_id for lease_id, rest in credits(session, landlord).items() if rest > 0]
    leases = session.scalars(
        select(Lease)
        .join(Tenant)
        .where(
            Tenant.landlord_id == landlord.id,
            Tenant.archived_at.is_(None),
            or_(
                until < day,
                and_(until.is_(None), Lease.charged_from <= day),
                Lease.id.in_(in_credit),
            ),
        )
        .order_by(Lease.id)
    ).unique()
    for lease in leases:
        make_due(session, lease, day)
    landlord.charged_until = day
    session.flush()


def made_until(session: Session, landlord: Landlord) -> dict[int, date]:
    """The first day of the last rent charge that was made, by lease."""
    rows = session.execute(
        select(Charge.lease_id, func.max(Charge.period_start))
        .join(Lease, Lease.id == Charge.lease_id)
        .join(Tenant, Tenant.id == Lease.tenant_id)
        .where(Tenant.landlord_id == landlord.id, Charge.kind == RENT)
        .group_by(Charge.lease_id)
    )
    return {row[0]: row[1] for row in rows}


def credits(session: Session, landlord: Landlord) -> dict[int, int]:
    """Money paid on each lease that pays no charge yet."""
    of_landlord = (Payment.landlord_id == landlord.id, Payment.voided_at.is_(None))
    paid = session.execute(
        select(Payment.lease_id, func.sum(Payment.amount))
        .where(*of_landlord)
        .group_by(Payment.lease_id)
    )
    spent = session.execute(
        select(Payment.lease_id, func.sum(Allocation.amount))
        .join(Allocation)
        .where(*of_landlord)
        .group_by(Payment.lease_id)
    )
    used = {row[0]: row[1] for row in spent}
    return {row[0]: row[1] - used.get(row[0], 0) for row in paid}


def make_due(session: Session, lease: Lease, day: date) -> None:
    """Make the lease's rent charges that are due by `day` and missing; credit pays them."""
    made = set(
        session.scalars(
            select(Charge.period_start).where(Charge.lease_id == lease.id, Charge.kind == RENT)
        )
    )
    for cycle in takewhile(lambda each: each.start <= day, rent_cycles(lease)):
        if cycle.start not in made:
            make_rent(session, lease, cycle)
    session.flush()
    _spend_credit(session, lease, day)


def make_rent(session: Session, lease: Lease, cycle: Cycle) -> Charge:
    """Write one cycle's rent charge."""
    charge = Charge(
        lease_id=lease.id,
        kind=RENT,
        period_start=cycle.start,
        period_end=cycle.end,
        due_on=cycle.start,
        amount=rent_of(lease, cycle),
        created_at=clock.now(),
    )
    session.add(charge)
    session.flush()
    return charge


def open_charges(
    session: Session, lease_ids: Sequence[int], *, due_by: date | None = None
) -> list[OpenCharge]:
    """What is open of the leases' charges, in the order in which they are paid (rule 4):
    rent before bills, oldest first. With `due_by`, only what has fallen due by that day."""
    paid = (
        select(Allocation.charge_id, func.sum(Allocation.amount).label("paid"))
        .join(Charge, Charge.id == Allocation.charge_id)
        .where(Charge.lease_id.in_(lease_ids))
        .group_by(Allocation.charge_id)
        .subquery()
    )
    rest = Charge.amount - func.coalesce(paid.c.paid, 0)
    query = (
        # Columns, not rows with all that hangs on them: this is asked at every turn.
        select(
            Charge.id,
            Charge.lease_id,
            Charge.kind,
            Charge.period_start,
            Charge.period_end,
            Charge.due_on,
            Charge.amount,
            rest,
        )
        .outerjoin(paid, paid.c.charge_id == Charge.id)
        .where(Charge.lease_id.in_(lease_ids), rest > 0)
    )
    if due_by is not None:
        query = query.where(Charge.due_on <= due_by)
    found = [OpenCharge(*row) for row in session.execute(query)]
    return sorted(found, key=lambda each: (each.kind != RENT, each.due_on, each.id))


def coming(session: Session, lease: Lease, count: int) -> list[OpenCharge]:
    """The next `count` rent charges that are not made yet, as they will be."""
    last = session.scalar(
        select(func.max(Charge.period_start)).where(
            Charge.lease_id == lease.id, Charge.kind == RENT
        )
    )
    found: list[OpenCharge] = []
    for cycle in rent_cycles(lease):
        if len(found) == count:
            break
        if last is not None and cycle.start <= last:
            continue
        rent = rent_of(lease, cycle)
        found.append(
            OpenCharge(None, lease.id, RENT, cycle.start, cycle.end, cycle.start, rent, rent)
        )
    return found


def credit(session: Session, lease_id: int) -> int:
    """Money paid on a lease that pays no charge yet."""
    of_lease = (Payment.lease_id == lease_id, Payment.voided_at.is_(None))
    paid = select(func.coalesce(func.sum(Payment.amount), 0)).where(*of_lease)
    spent = select(func.coalesce(func.sum(Allocation.amount), 0)).join(Payment).where(*of_lease)
    return session.scalar(select(paid.scalar_subquery() - spent.scalar_subquery())) or 0


def paid_until(session: Session, lease: Lease) -> date | None:
    """The last day for which rent is paid without a gap; None when not even the first cycle is."""
    reached = lease.charged_from - timedelta(days=1)
    open_rent = {
        each.period_start for each in open_charges(session, [lease.id]) if each.kind == RENT
    }
    for charge in session.scalars(
        select(Charge)
        .where(Charge.lease_id == lease.id, Charge.kind == RENT)
        .order_by(Charge.period_start)
    ).unique():
        if charge.period_start in open_rent:
            break
        reached = charge.period_end
    return reached if reached >= lease.start_on else None


def _spend_credit(session: Session, lease: Lease, day: date) -> None:
    """Let credit pay what is due, on the day it fell due (rule 4)."""
    if credit(session, lease.id) <= 0:
        return
    waiting = open_charges(session, [lease.id], due_by=day)
    for payment in session.scalars(
        select(Payment)
        .where(Payment.lease_id == lease.id, Payment.voided_at.is_(None))
        .order_by(Payment.paid_on, Payment.id)
    ).unique():
        rest = payment.amount - sum(each.amount for each in payment.allocations)
        while rest > 0 and waiting:
            first = waiting.pop(0)
            part = min(rest, first.open)
            on = max(first.due_on, payment.paid_on)
            payment.allocations.append(Allocation(charge_id=first.id, amount=part, on=on))
            rest -= part
            if part < first.open:
                waiting.insert(0, OpenCharge(**{**vars(first), "open": first.open - part}))
    session.flush()
