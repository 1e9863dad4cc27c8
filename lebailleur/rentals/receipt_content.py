"""What a receipt shows, as it is kept with it: so that the paper stays what it was."""

from typing import Any

from sqlalchemy.orm import Session

from lebailleur.rentals import charges, leases
from lebailleur.rentals.asks import DEPOSIT
from lebailleur.rentals.charges import RENT
from lebailleur.rentals.models import Allocation, Charge, Lease, Payment


def parties(lease: Lease) -> dict[str, Any]:
    """Who gives and who gets the paper, and for which place."""
    tenant, landlord, unit = lease.tenant, lease.tenant.landlord, lease.unit
    return {
        "landlord": landlord.name,
        "landlord_phone": landlord.contact_phone or landlord.phone or "",
        "tenant": tenant.name,
        "tenant_phone": tenant.phone,
        "unit": unit.name,
        "property": unit.property.name,
        "address": unit.property.address,
        "timezone": landlord.timezone,
        "currency": landlord.currency,
    }


def of_payment(session: Session, payment: Payment) -> dict[str, Any]:
    """What a payment was, and what it pays."""
    lines: list[dict[str, Any]] = []
    for allocation in payment.standing_allocations:
        charge = allocation.charge
        before = charge.amount - charge.open - allocation.amount
        earlier = [
            each
            for each in charge.allocations
            if each.released_on is None and each.payment_id != payment.id
        ]
        lines.append(line(charge, allocation.amount, before, charge.open, earlier))
    lines.sort(key=lambda each: (each["kind"] != RENT, each["from"]))
    first_rent = next((each for each in payment.standing_allocations), None)
    deposit = payment.bill == DEPOSIT
    return {
        "amount": payment.amount,
        "withheld": payment.withheld,
        "method": payment.method,
        # Enough of the operator's id to find it, not all of it.
        "reference": ((payment.asked or {}).get("reference") or "")[-6:] or None,
        "paid_on": payment.paid_on.isoformat(),
        "lines": lines,
        "deposit": deposit,
        "credit": payment.unused,
        "older": older(session, payment.lease, first_rent.charge) if first_rent else 0,
    }


def line(
    charge: Charge, paid: int, before: int, remains: int, earlier: list[Allocation]
) -> dict[str, Any]:
    """A charge and what was paid of it, now and before (`earlier`)."""
    return {
        "kind": charge.kind,
        "note": charge.note,
        "from": charge.period_start.isoformat(),
        "to": charge.period_end.isoformat(),
        "charged": charge.amount,
        "before": before,
        "paid": paid,
        "remains": remains,
        "payments": [
            {
                "amount": each.amount,
                "on": each.payment.paid_on.isoformat(),
                "number": each.payment.receipt.number,
                "method": each.payment.method,
            }
            for each in earlier
        ],
    }


def older(session: Session, lease: Lease, charge: Charge) -> int:
    """What is open of the rents before this one."""
    return sum(
        each.open
        for each in charges.open_charges(session, leases.chain(session, lease))
        if each.kind == RENT and each.period_start < charge.period_start
    )
