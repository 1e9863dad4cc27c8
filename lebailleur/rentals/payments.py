"""The one place where a payment is written."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lebailleur import clock
from lebailleur.rentals import charges, credits, late_fees, quotes, receipts, rights
from lebailleur.rentals.asks import DEPOSIT, Ask
from lebailleur.rentals.charges import RENT, OpenCharge
from lebailleur.rentals.errors import Conflict
from lebailleur.rentals.models import Charge, Claim, Lease, Payer, Payment, Transfer
from lebailleur.rentals.quotes import Quote
from lebailleur.rentals.rights import Asker


def record(
    session: Session,
    asker: Asker,
    ask: Ask,
    *,
    key: str,
    expected: Sequence[Sequence[object]] | None = None,
    source: str | None = None,
    corrects: Payment | None = None,
) -> Payment:
    """Write a payment, its allocations and its receipt, once for a `key`.

    `expected` is the fingerprint of the quote that was shown: when the same words would now pay
    something else, `Conflict("changed")` is raised and nothing written. The same key again
    returns the payment that it made. `source` names the message that said so. A transaction
    that was recorded before raises `Conflict("reference_used")`. Otherwise raises as
    `quotes.quote` does.
    """
    lease = rights.lease_for(session, asker, ask.lease_id)
    landlord = lease.tenant.landlord
    charges.lock(session, landlord)
    if (already := by_key(session, landlord.id, key)) is not None:
        return already
    quoted = quotes.quote(session, asker, ask)
    if expected is not None and quoted.fingerprint() != [list(each) for each in expected]:
        raise Conflict("changed")
    payment = Payment(
        landlord_id=landlord.id,
        lease_id=lease.id,
        lease=lease,
        amount=quoted.amount,
        # A deposit is held, it is no credit (rule 3).
        unused=0 if ask.bill == DEPOSIT else quoted.amount,
        withheld=ask.withheld,
        bill=ask.bill,
        method=ask.method,
        paid_on=quoted.paid_on,
        asked=replace(ask, paid_on=quoted.paid_on).to_json(),
        recorded_by=asker.label,
        recorded_at=clock.now(),
        source=source,
        key=key,
        corrects_id=corrects.id if corrects else None,
    )
    # An id that is used leaves nothing behind, also where the caller goes on and says so.
    with session.begin_nested():
        session.add(payment)
        session.flush()
        _keep_reference(session, payment, ask)
    _remember_payer(session, lease, ask)
    _allocate(session, payment, quoted)
    today = clock.today(landlord.timezone)
    late_fees.take_back(session, [each.charge for each in payment.allocations], today)
    credits.spend(session, landlord.id, today)
    receipts.issue(session, payment, balance=quoted.balance)
    _settle_claim(session, asker, payment)
    return payment


def own_payments(session: Session, asker: Asker, lease_id: int) -> list[Payment]:
    """Payments on one lease, the newest first; for its landlord or its tenant."""
    rights.lease_for(session, asker, lease_id, or_self=True)
    query = (
        select(Payment)
        .where(Payment.lease_id == lease_id)
        .order_by(Payment.paid_on.desc(), Payment.id.desc())
    )
    return list(session.scalars(query).unique())


def last_recorded(session: Session, asker: Asker, *, since: datetime) -> Payment | None:
    """The last payment that the asker (a landlord) recorded since a moment, and that counts."""
    return session.scalar(
        select(Payment)
        .where(
            Payment.landlord_id == rights.landlord(session, asker).id,
            Payment.recorded_by == asker.label,
            Payment.recorded_at >= since,
            Payment.voided_at.is_(None),
        )
        .order_by(Payment.recorded_at.desc(), Payment.id.desc())
        .limit(1)
    )


def by_key(session: Session, landlord_id: int, key: str) -> Payment | None:
    """The payment that a key has made."""
    return session.scalar(
        select(Payment).where(Payment.landlord_id == landlord_id, Payment.key == key)
    )


def by_reference(session: Session, method: str | None, reference: str | None) -> Payment | None:
    """The payment that stands for an operator's transaction, anybody's."""
    if not method or not reference:
        return None
    kept = session.get(Transfer, (method, _tidy(reference)))
    found = session.get(Payment, kept.payment_id) if kept else None
    return found if found is not None and found.voided_at is None else None


def _settle_claim(session: Session, asker: Asker, payment: Payment) -> None:
    """A tenant's claim of this very sum, if one waits, is answered by it: the oldest."""
    for claim in session.scalars(
        select(Claim)
        .where(
            Claim.lease_id == payment.lease_id,
            Claim.state == "waiting",
            Claim.amount == payment.amount,
        )
        .order_by(Claim.id)
    ):
        if (claim.ask["bill"] or RENT) == (payment.bill or RENT):
            settle_claim(claim, asker, payment)
            return


def settle_claim(claim: Claim, asker: Asker, payment: Payment) -> None:
    """The payment is what the tenant claimed, or what came instead."""
    claim.state, claim.payment_id = "confirmed", payment.id
    claim.decided_by, claim.decided_at = asker.label, clock.now()


def _tidy(reference: str) -> str:
    return "".join(reference.split()).upper()[:64]


def _keep_reference(session: Session, payment: Payment, ask: Ask) -> None:
    """Keep the operator's id; one whose payment was taken back may be recorded again."""
    if not ask.method or not ask.reference:
        return
    before = by_reference(session, ask.method, ask.reference)
    if before is not None:
        raise Conflict("reference_used", reference=_tidy(ask.reference))
    kept = session.get(Transfer, (ask.method, _tidy(ask.reference)))
    if kept is not None:
        kept.payment_id = payment.id
        session.flush()
        return
    try:
        # Another landlord's writer may be keeping it at this very moment.
        with session.begin_nested():
            session.add(
                Transfer(operator=ask.method, reference=_tidy(ask.reference), payment_id=payment.id)
            )
    except IntegrityError as error:
        raise Conflict("reference_used", reference=_tidy(ask.reference)) from error


def _remember_payer(session: Session, lease: Lease, ask: Ask) -> None:
    """The landlord has confirmed that this number pays for this tenant."""
    number = ask.proof.payer if ask.proof is not None and not ask.proof.deposit else None
    if number is None or lease.tenant.phone.endswith(number):
        return
    if session.get(Payer, (lease.tenant_id, number)) is None:
        session.add(Payer(tenant_id=lease.tenant_id, number=number, since=clock.now()))
        session.flush()


def _allocate(session: Session, payment: Payment, quoted: Quote) -> None:
    ahead = [line.charge for line in quoted.lines if line.charge.id is None]
    if ahead:
        # Those before it are made too, so that no month is skipped.
        last = max(each.period_start for each in ahead)
        charges.make_until(session, payment.lease, last)
    for line in quoted.lines:
        charge = _charge(session, payment.lease, line.charge)
        credits.allocate(payment, charge, line.amount, quoted.paid_on)
    session.flush()


def _charge(session: Session, lease: Lease, wanted: OpenCharge) -> Charge:
    if wanted.id is not None:
        return session.get_one(Charge, wanted.id)
    return session.scalars(
        select(Charge).where(
            Charge.lease_id == lease.id,
            Charge.kind == RENT,
            Charge.period_start == wanted.period_start,
            Charge.voided_on.is_(None),
        )
    ).one()
