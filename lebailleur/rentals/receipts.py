"""Receipts: numbered without gaps per landlord and year, kept with all that the paper shows."""

import secrets
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lebailleur import clock
from lebailleur.rentals import charges, paper, rights
from lebailleur.rentals.charges import RENT
from lebailleur.rentals.models import Allocation, Charge, Lease, Payment, Receipt
from lebailleur.rentals.periods import Month
from lebailleur.rentals.rights import Asker

# No letters that are mistaken for digits when the code is read from paper.
CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def issue(session: Session, payment: Payment, *, balance: int) -> Receipt:
    """Write the receipt of a payment that was just recorded. The landlord's row is locked."""
    lease = payment.lease or session.get_one(Lease, payment.lease_id)
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
        payment_id=payment.id,
        language=tenant.language or landlord.language,
        code="".join(secrets.choice(CODE_LETTERS) for _ in range(8)),
        content=_content(session, payment, lease, balance),
        issued_at=clock.now(),
    )
    session.add(receipt)
    session.flush()
    return receipt


def pdf(session: Session, asker: Asker, number: str) -> bytes:
    """The paper, the same bytes each time. Raises `NotFound` for a receipt that is not theirs."""
    receipt = rights.receipt_for(session, asker, number)
    return paper.receipt_pdf(
        number=receipt.number,
        code=receipt.code,
        language=receipt.language,
        issued_at=receipt.issued_at,
        content=receipt.content,
    )


def latest(
    session: Session, asker: Asker, lease_id: int, month: Month | None = None
) -> Receipt | None:
    """The newest receipt of a lease, or the newest that pays (a part of) a month's rent."""
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


def _pays(session: Session, receipt: Receipt, month: Month) -> bool:
    year, number = month
    starts: Sequence[date] = session.scalars(
        select(Charge.period_start)
        .join(Allocation)
        .where(Allocation.payment_id == receipt.payment_id, Charge.kind == RENT)
    ).all()
    return any(day.month == number and year in (None, day.year) for day in starts)


def _content(session: Session, payment: Payment, lease: Lease, balance: int) -> dict[str, Any]:
    tenant, landlord, unit = lease.tenant, lease.tenant.landlord, lease.unit
    open_now = {each.id: each.open for each in charges.open_charges(session, [lease.id]) if each.id}
    lines: list[dict[str, Any]] = []
    for allocation in payment.allocations:
        charge = session.get_one(Charge, allocation.charge_id)
        remains = open_now.get(charge.id, 0)
        lines.append(
            {
                "kind": charge.kind,
                "from": charge.period_start.isoformat(),
                "to": charge.period_end.isoformat(),
                "charged": charge.amount,
                "before": charge.amount - remains - allocation.amount,
                "paid": allocation.amount,
                "remains": remains,
            }
        )
    return {
        "landlord": landlord.name,
        "landlord_phone": landlord.contact_phone or landlord.phone,
        "tenant": tenant.name,
        "tenant_phone": tenant.phone,
        "unit": unit.name,
        "property": unit.property.name,
        "address": unit.property.address,
        "timezone": landlord.timezone,
        "currency": landlord.currency,
        "amount": payment.amount,
        "method": payment.method,
        "paid_on": payment.paid_on.isoformat(),
        "lines": lines,
        "credit": payment.amount - sum(each["paid"] for each in lines),
        "balance": balance,
    }
