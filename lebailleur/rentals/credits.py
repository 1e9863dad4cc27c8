"""Credit: money received that pays no charge yet. It pays what falls due, by itself (rule 4)."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, lazyload

from lebailleur.rentals.models import Allocation, Charge, Lease, Payment


def of_landlord(session: Session, landlord_id: int) -> dict[int, int]:
    """The credit on each of a landlord's leases that has any, by the lease's id."""
    rows = session.execute(
        select(Payment.lease_id, func.sum(Payment.unused))
        .where(Payment.landlord_id == landlord_id, Payment.unused > 0)
        .group_by(Payment.lease_id)
    )
    return {row[0]: int(row[1]) for row in rows}


def of_lease(session: Session, lease: Lease) -> int:
    """The credit on one lease."""
    found = session.scalar(
        select(func.coalesce(func.sum(Payment.unused), 0)).where(
            # The index of payments with credit is by landlord: there are few of them.
            Payment.landlord_id == lease.landlord_id,
            Payment.unused > 0,
            Payment.lease_id == lease.id,
        )
    )
    return int(found or 0)


def allocate(payment: Payment, charge: Charge, amount: int, on: date) -> None:
    """Let a part of a payment pay a part of a charge."""
    payment.allocations.append(Allocation(charge_id=charge.id, charge=charge, amount=amount, on=on))
    payment.unused -= amount
    charge.open -= amount


def spend(session: Session, landlord_id: int, day: date, *, not_before: date | None = None) -> None:
    """Let credit pay what is due by `day`, each charge on the day on which it fell due, as if
    somebody had looked every day. A tenant who moved takes the old lease's credit along.

    `not_before`: the day on which a charge was opened again, or a payment made known.
    """
    session.flush()
    by_lease: dict[int, list[Payment]] = defaultdict(list)
    for payment in session.scalars(
        select(Payment)
        .where(Payment.landlord_id == landlord_id, Payment.unused > 0)
        .options(lazyload(Payment.lease))
        .order_by(Payment.paid_on, Payment.id)
    ):
        by_lease[payment.lease_id].append(payment)
    for lease_id, money in by_lease.items():
        for charge in _due(session, lease_id, day):
            for payment in money:
                part = min(payment.unused, charge.open)
                if part > 0:
                    on = max(charge.due_on, payment.paid_on, not_before or charge.due_on)
                    allocate(payment, charge, part, on)
    session.flush()


def _due(session: Session, lease_id: int, day: date) -> Iterator[Charge]:
    """What is open and due, on this lease and those to which its tenant moved on."""
    leases: list[int] = []
    following: int | None = lease_id
    while following is not None and following not in leases:
        leases.append(following)
        following = session.scalar(select(Lease.id).where(Lease.moved_from_id == following))
    found = session.scalars(
        select(Charge)
        .where(Charge.lease_id.in_(leases), Charge.open > 0, Charge.due_on <= day)
        .options(lazyload(Charge.lease))
    ).all()
    yield from sorted(found, key=lambda each: (each.due_on, each.kind != "rent", each.id))
