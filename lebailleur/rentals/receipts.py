"""Receipts: numbered without gaps per landlord and year, kept with all that the paper shows."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lebailleur import clock
from lebailleur.rentals import charges, leases, receipt_content, rights
from lebailleur.rentals.charges import RENT
from lebailleur.rentals.errors import NotFound, Refused
from lebailleur.rentals.models import Allocation, Charge, Lease, Payment, Receipt, Reversal
from lebailleur.rentals.papers import receipt as paper
from lebailleur.rentals.periods import Month
from lebailleur.rentals.rights import Asker

# No letters that are mistaken for digits when the code is read from paper.
CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


@dataclass(frozen=True)
class Verified:
    """What a paper's number and code vouch for, to whoever holds it."""

    number: str
    tenant: str
    landlord: str
    amount: int
    currency: str
    paid_on: date
    voided_on: date | None
    replaced_by: str | None


def issue(session: Session, payment: Payment, *, balance: int) -> Receipt:
    """Write the receipt of a payment that was just recorded. The landlord's row is locked."""
    content = {
        **receipt_content.parties(payment.lease),
        **receipt_content.of_payment(session, payment),
        "balance": balance,
    }
    return _write(session, payment.lease, content, payment_id=payment.id)


def quittance(session: Session, asker: Asker, lease_id: int, month: Month) -> Receipt:
    """The quittance of a rent period that is fully paid: the paper of the payment that paid it
    alone, or a paper of its own that lists the payments. One a period.

    Raises `Refused("not_paid_in_full")` while something is open, `NotFound`.
    """
    lease = rights.lease_for(session, asker, lease_id, or_self=True)
    charge = _charge_of(session, lease, month)
    if charge is None:
        raise NotFound("period_not_found", year=month[0], month=month[1])
    if charge.open > 0:
        raise Refused("not_paid_in_full", open=charge.open)
    charges.lock(session, lease.tenant.landlord)
    paid = [each for each in charge.allocations if each.released_on is None]
    for each in paid:
        if _is_quittance_of(each.payment.receipt, charge):
            return each.payment.receipt
    existing = session.scalar(
        select(Receipt).where(Receipt.charge_id == charge.id, Receipt.voided_on.is_(None))
    )
    if existing is not None:
        return existing
    content = {
        **receipt_content.parties(lease),
        "amount": charge.amount,
        "withheld": 0,
        "method": None,
        "paid_on": max(each.payment.paid_on for each in paid).isoformat(),
        "lines": [receipt_content.line(charge, charge.amount, 0, 0, paid)],
        "deposit": False,
        "credit": 0,
        "balance": 0,
        "older": receipt_content.older(session, lease, charge),
    }
    return _write(session, lease, content, charge_id=charge.id)


def pdf(session: Session, asker: Asker, number: str) -> bytes:
    """The paper, the same bytes each time, until it is voided. Raises `NotFound` for a receipt
    that is not theirs."""
    return _paper(session, rights.receipt_for(session, asker, number))


def pdf_by_code(session: Session, number: str, code: str) -> bytes:
    """The paper, for whoever holds it and reads its code. Raises `NotFound`."""
    return _paper(session, _by_code(session, number, code))


def verify(session: Session, number: str, code: str) -> Verified:
    """What a paper with this number and code says; for anybody who holds it. Raises `NotFound`
    when there is none (one code fits one number only)."""
    receipt = _by_code(session, number, code)
    content = receipt.content
    return Verified(
        number=receipt.number,
        tenant=content["tenant"],
        landlord=content["landlord"],
        amount=content["amount"],
        currency=content["currency"],
        paid_on=date.fromisoformat(content["paid_on"]),
        voided_on=receipt.voided_on,
        replaced_by=_replaced_by(session, receipt),
    )


def latest(
    session: Session, asker: Asker, lease_id: int, month: Month | None = None
) -> Receipt | None:
    """The newest receipt of a lease that counts, or the newest that pays (a part of) a month."""
    rights.lease_for(session, asker, lease_id, or_self=True)
    query = (
        select(Receipt)
        .join(Payment, Payment.id == Receipt.payment_id)
        .where(Payment.lease_id == lease_id, Payment.voided_at.is_(None))
        .order_by(Payment.paid_on.desc(), Receipt.id.desc())
    )
    for receipt in session.scalars(query).unique():
        if month is None or _pays(session, receipt, month):
            return receipt
    return None


def of_month(session: Session, asker: Asker, lease_id: int, month: Month) -> Receipt | None:
    """The paper for a month's rent: its quittance when it is fully paid, otherwise the newest
    receipt for a part of it; None when nothing was paid."""
    try:
        return quittance(session, asker, lease_id, month)
    except (NotFound, Refused):
        return latest(session, asker, lease_id, month)


def _write(
    session: Session,
    lease: Lease,
    content: dict[str, Any],
    *,
    payment_id: int | None = None,
    charge_id: int | None = None,
) -> Receipt:
    tenant, landlord = lease.tenant, lease.tenant.landlord
    year = clock.today(landlord.timezone).year
    last = session.scalar(
        select(func.max(Receipt.serial)).where(
            Receipt.landlord_id == landlord.id, Receipt.year == year
        )
    )
    serial = (last or 0) + 1
    receipt = Receipt(
        landlord_id=landlord.id,
        year=year,
        serial=serial,
        number=f"L{landlord.id}-{year}-{serial:04d}",
        payment_id=payment_id,
        charge_id=charge_id,
        lease_id=lease.id,
        language=tenant.language or landlord.language,
        code="".join(secrets.choice(CODE_LETTERS) for _ in range(8)),
        content=content,
        issued_at=clock.now(),
    )
    session.add(receipt)
    session.flush()
    return receipt


def _paper(session: Session, receipt: Receipt) -> bytes:
    void: dict[str, Any] | None = None
    if receipt.voided_on is not None:
        reversal = session.scalar(select(Reversal).where(Reversal.payment_id == receipt.payment_id))
        void = {
            # The day on which it was said, not the payment day from which a correction counts.
            "on": clock.local(reversal.recorded_at, receipt.content["timezone"]).date()
            if reversal
            else receipt.voided_on,
            "reason": reversal.reason if reversal else None,
            "replaced_by": _replaced_by(session, receipt),
        }
    return paper.receipt_pdf(
        number=receipt.number,
        code=receipt.code,
        language=receipt.language,
        issued_at=receipt.issued_at,
        content=receipt.content,
        void=void,
    )


def _replaced_by(session: Session, receipt: Receipt) -> str | None:
    return session.scalar(
        select(Receipt.number)
        .join(Reversal, Reversal.replaced_by_id == Receipt.payment_id)
        .where(Reversal.payment_id == receipt.payment_id)
    )


def _by_code(session: Session, number: str, code: str) -> Receipt:
    found = session.scalar(select(Receipt).where(Receipt.number == number))
    if found is None or not hmac.compare_digest(found.code.encode(), code.strip().upper().encode()):
        raise NotFound("receipt_not_found", number=number)
    return found


def _pays(session: Session, receipt: Receipt, month: Month) -> bool:
    year, number = month
    starts = session.scalars(
        select(Charge.period_start)
        .join(Allocation)
        .where(
            Allocation.payment_id == receipt.payment_id,
            Allocation.released_on.is_(None),
            Charge.kind == RENT,
        )
    ).all()
    return any(day.month == number and year in (None, day.year) for day in starts)


def _charge_of(session: Session, lease: Lease, month: Month) -> Charge | None:
    """The rent charge that begins in a month; of several years the newest on which something
    was paid."""
    year, number = month
    found = session.scalars(
        select(Charge)
        .where(
            Charge.lease_id.in_(leases.chain(session, lease)),
            Charge.kind == RENT,
            Charge.voided_on.is_(None),
        )
        .order_by(Charge.period_start.desc())
    ).all()
    named = [
        each
        for each in found
        if each.period_start.month == number and year in (None, each.period_start.year)
    ]
    paid = [each for each in named if each.open < each.amount]
    return next(iter(paid or named), None)


def _is_quittance_of(receipt: Receipt, charge: Charge) -> bool:
    lines = receipt.content["lines"]
    return (
        len(lines) == 1
        and lines[0]["kind"] == RENT
        and lines[0]["from"] == charge.period_start.isoformat()
        and lines[0]["remains"] == 0
    )
