"""A landlord's month: what was expected, what was collected, what is outstanding."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from lebailleur import clock
from lebailleur.rentals import charges, rights
from lebailleur.rentals.asks import DEPOSIT
from lebailleur.rentals.cycles import DAY, months_after
from lebailleur.rentals.models import Allocation, Charge, Lease, Payment, Property, Unit
from lebailleur.rentals.portfolio import counted
from lebailleur.rentals.rights import Asker

CREDIT = "credit"


@dataclass
class Sums:
    """`expected`: fell due in the month. `outstanding`: what is still open of that.
    `collected`: received in the month, whatever it pays."""

    expected: int = 0
    outstanding: int = 0
    collected: int = 0


@dataclass
class Month:
    """A landlord's month in sums: altogether, by kind of charge, by property. What was received
    and pays nothing yet is collected under the kind ``credit``; a deposit is under its own."""

    year: int
    month: int
    total: Sums = field(default_factory=Sums)
    withheld: int = 0
    by_kind: dict[str, Sums] = field(default_factory=lambda: defaultdict(Sums))
    by_property: dict[str, Sums] = field(default_factory=lambda: defaultdict(Sums))


def of_landlord(
    session: Session,
    asker: Asker,
    year: int,
    month: int,
    *,
    landlord_id: int | None = None,
    until: tuple[int, int] | None = None,
) -> Month:
    """The month's sums as the ledger knows them today; with `until` (year, month), those of all
    months up to that one. Deposits are collected, but part of no total. Raises `NotFound`."""
    landlord = rights.landlord(session, asker, landlord_id)
    charges.bring_up_to_date(session, landlord, clock.today(landlord.timezone))
    first = date(year, month, 1)
    last = months_after(date(*(until or (year, month)), 1), 1) - DAY
    found = Month(year, month)
    _expected(session, landlord.id, first, last, found)
    _collected(session, landlord.id, first, last, found)
    return found


def by_lease(
    session: Session, asker: Asker, year: int, month: int, *, landlord_id: int | None = None
) -> list[tuple[Lease, Sums]]:
    """The month's sums of each lease that has any, by property and unit; deposits are none of
    them. Raises `NotFound`."""
    landlord = rights.landlord(session, asker, landlord_id)
    charges.bring_up_to_date(session, landlord, clock.today(landlord.timezone))
    first = date(year, month, 1)
    last = months_after(first, 1) - DAY
    found: dict[int, Sums] = defaultdict(Sums)
    asked = session.execute(
        select(Charge.lease_id, func.sum(Charge.amount), func.sum(Charge.open))
        .where(*_fell_due(landlord.id, first, last))
        .group_by(Charge.lease_id)
    )
    for lease_id, expected, open_ in asked:
        found[lease_id].expected, found[lease_id].outstanding = int(expected), int(open_)
    paid = session.execute(
        select(Payment.lease_id, func.sum(Payment.amount))
        .where(
            *came_in(landlord.id, first, last),
            Payment.bill.is_distinct_from(DEPOSIT),
        )
        .group_by(Payment.lease_id)
    )
    for lease_id, amount in paid:
        found[lease_id].collected = int(amount)
    leases = session.scalars(select(Lease).where(Lease.id.in_(found))).unique()
    named = sorted(leases, key=lambda each: (each.unit.property.name, counted(each.unit.name)))
    return [(each, found[each.id]) for each in named]


def came_in(landlord_id: int, first: date, last: date) -> tuple[ColumnElement[bool], ...]:
    """The conditions under which a payment is money that a landlord received on these days. A
    deposit that pays a debt is no new money."""
    return (
        Payment.landlord_id == landlord_id,
        Payment.paid_on.between(first, last),
        Payment.voided_at.is_(None),
        Payment.method.is_distinct_from(DEPOSIT),
    )


def _fell_due(landlord_id: int, first: date, last: date) -> tuple[ColumnElement[bool], ...]:
    return (
        Charge.landlord_id == landlord_id,
        Charge.due_on.between(first, last),
        Charge.voided_on.is_(None),
    )


def _expected(session: Session, landlord_id: int, first: date, last: date, found: Month) -> None:
    rows = session.execute(
        select(Charge.kind, Property.name, func.sum(Charge.amount), func.sum(Charge.open))
        .join(Lease, Lease.id == Charge.lease_id)
        .join(Unit, Unit.id == Lease.unit_id)
        .join(Property, Property.id == Unit.property_id)
        .where(*_fell_due(landlord_id, first, last))
        .group_by(Charge.kind, Property.name)
    )
    for kind, house, asked, open_ in rows:
        for sums in (found.total, found.by_kind[kind], found.by_property[house]):
            sums.expected += int(asked)
            sums.outstanding += int(open_)


def _collected(session: Session, landlord_id: int, first: date, last: date, found: Month) -> None:
    in_month = came_in(landlord_id, first, last)
    money = session.execute(
        select(Property.name, Payment.bill, func.sum(Payment.amount), func.sum(Payment.withheld))
        .join(Lease, Lease.id == Payment.lease_id)
        .join(Unit, Unit.id == Lease.unit_id)
        .join(Property, Property.id == Unit.property_id)
        .where(*in_month)
        .group_by(Property.name, Payment.bill)
    )
    for house, bill, amount, withheld in money:
        if bill == DEPOSIT:
            found.by_kind[DEPOSIT].collected += int(amount)
            continue
        found.total.collected += int(amount)
        found.by_property[house].collected += int(amount)
        found.withheld += int(withheld)
    spread = session.execute(
        select(Charge.kind, func.sum(Allocation.amount))
        .join(Payment, Payment.id == Allocation.payment_id)
        .join(Charge, Charge.id == Allocation.charge_id)
        .where(*in_month, Allocation.released_on.is_(None))
        .group_by(Charge.kind)
    )
    for kind, amount in spread:
        found.by_kind[kind].collected += int(amount)
    allocated = sum(sums.collected for kind, sums in found.by_kind.items() if kind != DEPOSIT)
    if found.total.collected > allocated:
        found.by_kind[CREDIT].collected = found.total.collected - allocated
