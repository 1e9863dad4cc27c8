"""Taking back: an entry of its own, that says who, when and why (rule 9)."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from lebailleur import clock
from lebailleur.rentals.models import Charge, Payment, Payout, Receipt, Reversal


def void_charge(session: Session, charge: Charge, *, on: date, by: str, reason: str | None) -> None:
    """Ask a charge no longer. What was paid on it becomes credit of its payments again."""
    for each in charge.allocations:
        if each.released_on is None:
            each.released_on = on
            each.payment.unused += each.amount
    charge.open, charge.voided_on = 0, on
    _void_quittances(session, [charge.id], on)
    session.add(
        Reversal(
            landlord_id=charge.landlord_id,
            charge_id=charge.id,
            on=on,
            reason=reason,
            recorded_by=by,
            recorded_at=clock.now(),
        )
    )
    session.flush()


def void_payment(
    session: Session, payment: Payment, *, on: date, by: str, reason: str | None
) -> Reversal:
    """Count a payment no longer: what it paid is open again, its papers are void."""
    released = payment.standing_allocations
    for each in released:
        each.released_on = on
        if each.charge.voided_on is None:
            each.charge.open += each.amount
    payment.unused, payment.voided_at = 0, clock.now()
    for payout in session.scalars(select(Payout).where(Payout.into_payment_id == payment.id)):
        payout.voided_on = on  # the deposit that it came from is held again
    if payment.receipt is not None:
        payment.receipt.voided_on = on
    _void_quittances(session, [each.charge_id for each in released], on)
    reversal = Reversal(
        landlord_id=payment.landlord_id,
        payment_id=payment.id,
        on=on,
        reason=reason,
        recorded_by=by,
        recorded_at=clock.now(),
    )
    session.add(reversal)
    session.flush()
    session.refresh(payment, ["reversal"])
    return reversal


def _void_quittances(session: Session, charge_ids: list[int], on: date) -> None:
    for paper in session.scalars(
        select(Receipt).where(Receipt.charge_id.in_(charge_ids), Receipt.voided_on.is_(None))
    ).unique():
        paper.voided_on = on
