"""Bills beside the rent: electricity, water, Wi-Fi, other; for one tenant, a unit, a house, all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lebailleur import clock
from lebailleur.rentals import charges, credits, portfolio, reversals, rights
from lebailleur.rentals.corrections import cleaned_reason
from lebailleur.rentals.cycles import DAY, months_after, next_day_of_month, shares
from lebailleur.rentals.errors import Conflict, Refused
from lebailleur.rentals.models import Charge, Lease
from lebailleur.rentals.rights import Asker

KINDS = ("electricity", "water", "wifi", "other")
# A bill of more than this is a slip of zeros.
MOST = 50_000_000


@dataclass(frozen=True)
class NewBill:
    """A bill for some leases. `amount` is asked of each, or with `split` of all together: by
    `weights` (persons, meters; one for each lease), or equally; `amounts`, one for each lease
    and together `amount`, say who is asked what. `month` is the (year, month)
    that it is for; `due_on` the day for all, instead of each tenant's own day for bills."""

    kind: str
    amount: int
    lease_ids: tuple[int, ...]
    split: bool = False
    weights: tuple[int, ...] | None = None
    month: tuple[int, int] | None = None
    due_on: date | None = None
    note: str | None = None
    amounts: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Part:
    """What a bill asks of one lease."""

    lease: Lease
    amount: int
    due_on: date


def leases_of(
    session: Session,
    asker: Asker,
    *,
    unit_id: int | None = None,
    property_id: int | None = None,
    landlord_id: int | None = None,
) -> list[Lease]:
    """The running leases of a unit, of a property, or of all. Raises `NotFound`."""
    if unit_id is not None:
        rights.unit_for(session, asker, unit_id)
    if property_id is not None:
        rights.property_for(session, asker, property_id)
    return [
        each
        for each in portfolio.leases(session, asker, landlord_id=landlord_id)
        if unit_id in (None, each.unit_id) and property_id in (None, each.unit.property_id)
    ]


def preview(session: Session, asker: Asker, bill: NewBill) -> list[Part]:
    """Who would be asked how much, and by when. Raises `Refused` (bad_bill, not_positive,
    too_large, bad_split, nobody_to_bill, bad_start) and `NotFound`."""
    if bill.kind not in KINDS:
        raise Refused("bad_bill", bill=bill.kind)
    if bill.amount <= 0:
        raise Refused("not_positive", amount=bill.amount)
    if bill.amount > MOST:
        raise Refused("too_large", amount=bill.amount, most=MOST)
    found = [rights.lease_for(session, asker, each) for each in dict.fromkeys(bill.lease_ids)]
    if not found:
        raise Refused("nobody_to_bill")
    if len({each.landlord_id for each in found}) > 1:
        raise Refused("bad_split")
    amounts = _amounts(bill, len(found))
    return [
        Part(lease, amount, _due_on(bill, lease))
        for lease, amount in zip(found, amounts, strict=True)
        if amount > 0
    ]


def record(session: Session, asker: Asker, bill: NewBill, *, key: str) -> list[Charge]:
    """Ask for it, once for a `key`; credit pays what is due already. Raises as `preview`."""
    parts = preview(session, asker, bill)
    landlord = parts[0].lease.tenant.landlord
    charges.lock(session, landlord)
    already = session.scalars(
        select(Charge).where(Charge.landlord_id == landlord.id, Charge.key == key)
    ).all()
    if already:
        return list(already)
    today = clock.today(landlord.timezone)
    charges.bring_up_to_date(session, landlord, today)
    made = [_charge(session, asker, bill, part, key) for part in parts]
    session.flush()
    credits.spend(session, landlord.id, today, not_before=today)
    return made


def void(session: Session, asker: Asker, charge_id: int, *, reason: str | None = None) -> Charge:
    """Ask a bill (or a late fee) no longer; what was paid on it is credit again. Raises
    `Conflict("already_void")`, `Refused("bad_bill")` for rent, `NotFound`."""
    charge = rights.charge_for(session, asker, charge_id)
    landlord = charge.lease.tenant.landlord
    charges.lock(session, landlord)
    if charge.kind == charges.RENT:
        raise Refused("bad_bill", bill=charge.kind)
    if charge.voided_on is not None:
        raise Conflict("already_void", number=str(charge.id))
    today = clock.today(landlord.timezone)
    reversals.void_charge(session, charge, on=today, by=asker.label, reason=cleaned_reason(reason))
    credits.spend(session, landlord.id, today, not_before=today)
    return charge


def _amounts(bill: NewBill, count: int) -> Sequence[int]:
    if bill.amounts is not None:
        if len(bill.amounts) != count or sum(bill.amounts) != bill.amount or min(bill.amounts) <= 0:
            raise Refused("bad_split")
        return bill.amounts
    if not bill.split:
        return [bill.amount] * count
    weights = bill.weights or (1,) * count
    if len(weights) != count:
        raise Refused("bad_split")
    try:
        return shares(bill.amount, weights)
    except ValueError as error:
        raise Refused("bad_split") from error


def _due_on(bill: NewBill, lease: Lease) -> date:
    today = clock.today(lease.tenant.landlord.timezone)
    if bill.due_on is not None:
        if not months_after(today, -24) <= bill.due_on <= months_after(today, 24):
            raise Refused("bad_start", day=bill.due_on)
        return bill.due_on
    if lease.bills_due_on is not None:
        return next_day_of_month(today, lease.bills_due_on.day)
    return today


def _charge(session: Session, asker: Asker, bill: NewBill, part: Part, key: str) -> Charge:
    year, month = bill.month or (part.due_on.year, part.due_on.month)
    start = date(year, month, 1)
    serial = session.scalar(
        select(func.max(Charge.serial)).where(
            Charge.lease_id == part.lease.id,
            Charge.kind == bill.kind,
            Charge.period_start == start,
        )
    )
    charge = Charge(
        landlord_id=part.lease.landlord_id,
        lease_id=part.lease.id,
        kind=bill.kind,
        period_start=start,
        period_end=months_after(start, 1) - DAY,
        serial=0 if serial is None else serial + 1,
        due_on=part.due_on,
        amount=part.amount,
        open=part.amount,
        note=cleaned_reason(bill.note),
        key=key,
        recorded_by=asker.label,
        created_at=clock.now(),
    )
    session.add(charge)
    return charge
