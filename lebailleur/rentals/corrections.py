"""Corrections: a payment is taken back, or another stands in its place. Nothing is overwritten
(rule 9): the old entry stays, its receipt is void, and each entry names the other."""

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from lebailleur import clock
from lebailleur.rentals import charges, credits, payments, quotes, reversals, rights
from lebailleur.rentals.asks import Ask
from lebailleur.rentals.errors import Conflict, Refused
from lebailleur.rentals.models import Payment, Payout
from lebailleur.rentals.quotes import Quote
from lebailleur.rentals.rights import Asker
from lebailleur.rentals.shown import can_be_shown

LONGEST_REASON = 300


@dataclass(frozen=True)
class Change:
    """What is right instead; what is None stays as it was. One of `amount` and `months`."""

    amount: int | None = None
    months: int | None = None
    part: str | None = None
    lease_id: int | None = None
    bill: str | None = None
    months_named: tuple[tuple[int | None, int], ...] | None = None
    method: str | None = None
    paid_on: date | None = None


def void(session: Session, asker: Asker, payment_id: int, *, reason: str | None = None) -> Payment:
    """Count a payment no longer, from today on. What it paid is open again; other credit pays
    that if there is some. Its receipt keeps its number, marked void.

    Raises `Conflict("already_void")`, `Refused("paid_back")` when some of it was given back to
    the tenant or a deposit was used, `NotFound`.
    """
    payment = _standing(session, asker, payment_id)
    today = clock.today(payment.lease.tenant.landlord.timezone)
    reversals.void_payment(
        session, payment, on=today, by=asker.label, reason=cleaned_reason(reason)
    )
    credits.spend(session, payment.landlord_id, today, not_before=today)
    return payment


def correct(
    session: Session,
    asker: Asker,
    payment_id: int,
    change: Change,
    *,
    key: str,
    reason: str | None = None,
    source: str | None = None,
) -> Payment:
    """Put another payment in the place of one that was wrong, with a receipt of its own; it is
    spread by the words of the first one, on the same payment day unless that is what was wrong.

    The same `key` again returns what it made. Raises as `void` and `quotes.quote` do, and
    `Refused("nothing_changes")`; then roll the transaction back, for the old one was taken out.
    """
    old = rights.payment_for(session, asker, payment_id)
    charges.lock(session, old.lease.tenant.landlord)
    if (already := payments.by_key(session, old.landlord_id, key)) is not None:
        return already
    _take_out(session, asker, payment_id, change, reason)
    ask = _asked_instead(old, change)
    new = payments.record(session, asker, ask, key=key, source=source, corrects=old)
    if old.reversal is not None:
        old.reversal.replaced_by_id = new.id
    session.flush()
    return new


def preview(session: Session, asker: Asker, payment_id: int, change: Change) -> Quote:
    """What a correction would do. Nothing is written. Raises as `correct` does."""
    savepoint = session.begin_nested()
    try:
        old = _take_out(session, asker, payment_id, change, None)
        return quotes.quote(session, asker, _asked_instead(old, change))
    finally:
        savepoint.rollback()
        session.expire_all()


def cleaned_reason(reason: str | None) -> str | None:
    """A reason as it is kept; None for nothing."""
    tidy = " ".join((reason or "").split())
    if len(tidy) > LONGEST_REASON or not can_be_shown(tidy):
        raise Refused("reason_too_long", most=LONGEST_REASON)
    return tidy or None


def _take_out(
    session: Session, asker: Asker, payment_id: int, change: Change, reason: str | None
) -> Payment:
    old = _standing(session, asker, payment_id)
    if _asked_instead(old, change) == _asked_instead(old, Change()):
        raise Refused("nothing_changes")
    # From its payment day on: looking back, no day counts both.
    reversals.void_payment(
        session, old, on=old.paid_on, by=asker.label, reason=cleaned_reason(reason)
    )
    return old


def _standing(session: Session, asker: Asker, payment_id: int) -> Payment:
    """A payment that counts and can be taken back; its landlord's ledger is locked."""
    payment = rights.payment_for(session, asker, payment_id)
    landlord = payment.lease.tenant.landlord
    charges.lock(session, landlord)
    charges.bring_up_to_date(session, landlord, clock.today(landlord.timezone))
    if payment.voided_at is not None:
        raise Conflict("already_void", number=payment.receipt.number)
    paid_back = session.scalar(
        select(Payout.id)
        .where(Payout.payment_id == payment.id, Payout.voided_on.is_(None))
        .limit(1)
    )
    if paid_back is not None:
        raise Refused("paid_back")
    return payment


def _asked_instead(old: Payment, change: Change) -> Ask:
    if old.asked is not None:
        before = Ask.from_json(old.asked)
    else:
        before = Ask(old.lease_id, bill=old.bill, method=old.method)
    before = replace(before, amount=old.amount - old.withheld, part=None, months=None)
    total = {"amount": change.amount, "months": change.months, "part": change.part}
    if any(each is not None for each in total.values()):
        before = replace(before, **total)  # type: ignore[arg-type]
    others = {
        "lease_id": change.lease_id,
        "bill": change.bill,
        "months_named": change.months_named,
        "method": change.method,
        "paid_on": change.paid_on,
    }
    kept = {name: value for name, value in others.items() if value is not None}
    return replace(before, remaining=None, rest_on=None, **{"paid_on": old.paid_on, **kept})  # type: ignore[arg-type]
