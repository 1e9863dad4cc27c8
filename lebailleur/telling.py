"""Who hears of a payment that was written or taken back. Each is told of each state of it once."""

from sqlalchemy.orm import Session

from lebailleur.conversation import inbox
from lebailleur.rentals.models import Payment


def tell_tenant(session: Session, payment: Payment) -> None:
    """Send the tenant the payment's receipt as it is now."""
    trigger = "EXTERNAL_receipt_void" if payment.voided_at else "EXTERNAL_receipt"
    _tell(session, payment, payment.lease.tenant.person_id, trigger, "")


def tell_landlord(session: Session, payment: Payment) -> None:
    """Let the landlord know what another program has written in their name."""
    trigger = "EXTERNAL_payment_voided" if payment.voided_at else "EXTERNAL_payment_noted"
    _tell(session, payment, payment.lease.tenant.landlord.person_id, trigger, ":landlord")


def _tell(session: Session, payment: Payment, person_id: str, trigger: str, whom: str) -> None:
    void = ":void" if payment.voided_at else ""
    content = {"trigger": trigger, "entities": {"payment": payment.receipt.number}}
    inbox.keep(session, f"receipt:{payment.id}{void}{whom}", person_id, "event", content)
