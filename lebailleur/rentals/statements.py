"""Statements: every charge, payment and allocation of a lease, with the running balance.

The balance on a day follows rule 3 of the rent accounting: what is open of all charges due by
then, less credit. Rent that was paid ahead is no credit: so of a charge that is not due yet, as
much as has been paid on it counts as asked, from the day on which it was paid.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session, lazyload, selectinload

from lebailleur import clock
from lebailleur.rentals import charges, leases, rights
from lebailleur.rentals.asks import DEPOSIT
from lebailleur.rentals.models import Allocation, Charge, Lease, Payment, Payout, Tenant
from lebailleur.rentals.rights import Asker

EntryKind = Literal[
    "charge", "charge_void", "paid_ahead", "payment", "payment_void", "refund", "deposit"
]


@dataclass(frozen=True)
class Paid:
    """A part of a payment and the charge that it pays."""

    charge_id: int
    kind: str
    period_start: date
    amount: int


@dataclass(frozen=True)
class Entry:
    """One line. `amount` is what it adds to what is owed (a payment takes away); `total` is the
    whole charge or payment that it is about; `balance` what is owed after it."""

    on: date
    kind: EntryKind
    lease_id: int
    unit: str
    amount: int
    total: int
    balance: int
    charge_id: int | None = None
    payment_id: int | None = None
    bill: str | None = None
    period_start: date | None = None
    period_end: date | None = None
    method: str | None = None
    receipt_number: str | None = None
    note: str | None = None
    allocations: tuple[Paid, ...] = ()


@dataclass(frozen=True)
class Statement:
    """A tenant's account from a day (or the beginning) to a day. `opening` is the balance before
    the first line; `deposit` what is held."""

    tenant: Tenant
    start: date | None
    end: date
    opening: int
    entries: tuple[Entry, ...]
    balance: int
    deposit: int


@dataclass(frozen=True)
class _Move:
    """What changes the balance on a day, before lines are made of it."""

    on: date
    order: tuple[int, int, int]
    entry: Entry


def statement(
    session: Session,
    asker: Asker,
    tenant_id: int,
    *,
    start: date | None = None,
    end: date | None = None,
) -> Statement:
    """A tenant's account on all their leases up to a day (today by default), for the landlord
    or the tenant; also of one who was deleted. Raises `NotFound`."""
    tenant = rights.tenant_for(session, asker, tenant_id, or_self=True, gone_too=True)
    today = clock.today(tenant.landlord.timezone)
    charges.bring_up_to_date(session, tenant.landlord, today)
    until = end or today
    every = session.scalars(
        select(Lease).where(Lease.tenant_id == tenant.id).order_by(Lease.id)
    ).unique()
    moves = sorted(
        (move for lease in every for move in _moves(session, lease) if move.on <= until),
        key=lambda move: (move.on, *move.order),
    )
    opening, owed, deposit = 0, 0, 0
    entries: list[Entry] = []
    for move in moves:
        if move.entry.kind == "deposit":
            deposit += move.entry.total
        owed += move.entry.amount
        if start is not None and move.on < start:
            opening = owed
            continue
        entries.append(_with_balance(move.entry, owed))
    return Statement(tenant, start, until, opening, tuple(entries), owed, deposit)


def balance(session: Session, lease: Lease, day: date) -> int:
    """What was owed on a lease (and those from which its tenant moved to it) on a day."""
    found = 0
    for lease_id in leases.chain(session, lease):
        each = session.get_one(Lease, lease_id)
        found += sum(move.entry.amount for move in _moves(session, each) if move.on <= day)
    return found


def _with_balance(entry: Entry, owed: int) -> Entry:
    return Entry(**{**vars(entry), "balance": owed})


def _moves(session: Session, lease: Lease) -> list[_Move]:
    every = session.scalars(
        select(Charge)
        .where(Charge.lease_id == lease.id)
        .options(
            selectinload(Charge.allocations)
            .joinedload(Allocation.payment)
            .options(lazyload(Payment.lease))
        )
        .order_by(Charge.id)
    ).all()
    payments = session.scalars(
        select(Payment)
        .where(Payment.lease_id == lease.id)
        .options(
            lazyload(Payment.lease),
            selectinload(Payment.allocations),
            selectinload(Payment.receipt).options(lazyload("*")),
            selectinload(Payment.reversal),
        )
        .order_by(Payment.id)
    ).all()
    payouts: dict[int, list[Payout]] = defaultdict(list)
    for payout in session.scalars(
        select(Payout)
        .join(Payment, Payment.id == Payout.payment_id)
        .where(Payment.lease_id == lease.id)
    ):
        payouts[payout.payment_id].append(payout)
    found = [move for each in every for move in _of_charge(each, lease)]
    return found + [
        move for each in payments for move in _of_payment(each, payouts[each.id], lease)
    ]


def _of_charge(charge: Charge, lease: Lease) -> list[_Move]:
    """The charge on its due day; what was paid on it before then, on the day it was paid."""
    found = []
    ahead = 0

    def entry(kind: EntryKind, on: date, amount: int) -> _Move:
        line = Entry(
            on,
            kind,
            lease.id,
            lease.unit.name,
            amount,
            charge.amount,
            0,
            charge_id=charge.id,
            bill=charge.kind,
            period_start=charge.period_start,
            period_end=charge.period_end,
            note=charge.note,
        )
        return _Move(on, (0, charge.id, 0), line)

    for each in charge.allocations:
        end = _first(charge.due_on, each.released_on)
        if each.on < end:
            found.append(entry("paid_ahead", each.on, each.amount))
            if end == charge.due_on:
                ahead += each.amount
            else:
                found.append(entry("paid_ahead", end, -each.amount))
    if charge.voided_on is not None and charge.voided_on <= charge.due_on:
        if ahead:
            found.append(entry("charge_void", charge.due_on, -ahead))
        return found
    found.append(entry("charge", charge.due_on, charge.amount - ahead))
    if charge.voided_on is not None:
        found.append(entry("charge_void", charge.voided_on, -charge.amount))
    return found


def _of_payment(payment: Payment, payouts: Sequence[Payout], lease: Lease) -> list[_Move]:
    deposit = payment.bill == DEPOSIT
    sign = 0 if deposit else 1
    paid = tuple(
        Paid(each.charge_id, each.charge.kind, each.charge.period_start, each.amount)
        for each in payment.allocations
        if each.released_on is None
    )

    def entry(kind: EntryKind, on: date, amount: int, total: int, step: int = 0) -> _Move:
        line = Entry(
            on,
            kind,
            lease.id,
            lease.unit.name,
            amount,
            total,
            0,
            payment_id=payment.id,
            bill=payment.bill,
            method=payment.method,
            receipt_number=payment.receipt.number,
            allocations=paid,
            note=payment.reversal.reason if payment.reversal and total < 0 else None,
        )
        return _Move(on, (1, payment.id, step), line)

    kind: EntryKind = "deposit" if deposit else "payment"
    found = [entry(kind, payment.paid_on, -sign * payment.amount, payment.amount)]
    if payment.reversal is not None:
        back: EntryKind = "deposit" if deposit else "payment_void"
        total = -payment.amount
        found.append(entry(back, payment.reversal.on, sign * payment.amount, total, step=1))
    for payout in payouts:
        kind = "refund" if payout.kind == "refund" else "deposit"
        adds = payout.amount if payout.kind == "refund" else 0
        found.append(entry(kind, payout.on, adds, -payout.amount, step=2))
        if payout.voided_on is not None:
            found.append(entry(kind, payout.voided_on, -adds, payout.amount, step=3))
    return found


def _first(day: date, other: date | None) -> date:
    return day if other is None else min(day, other)
