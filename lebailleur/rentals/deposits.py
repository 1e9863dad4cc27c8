"""Deposits and money given back. A deposit is held: neither a charge paid nor credit (rule 3)."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lebailleur import clock
from lebailleur.rentals import charges, leases, payments, reports, rights
from lebailleur.rentals.asks import DEPOSIT, Ask
from lebailleur.rentals.corrections import cleaned_reason
from lebailleur.rentals.errors import Refused
from lebailleur.rentals.models import Lease, Payment, Payout
from lebailleur.rentals.rights import Asker


def held(session: Session, asker: Asker, lease_id: int) -> int:
    """The deposit that is held of a tenant; for the landlord or the tenant."""
    lease = rights.lease_for(session, asker, lease_id, or_self=True)
    return sum(rest for _, rest in _held(session, lease))


def use(
    session: Session,
    asker: Asker,
    lease_id: int,
    *,
    key: str,
    reason: str | None = None,
    amount: int | None = None,
) -> Payment:
    """Pay what is owed (or a sum of it) from the deposit, with a receipt. Raises
    `Refused("no_deposit")`, `Refused("nothing_open")`, and as `payments.record` does."""
    lease = _locked(session, asker, lease_id)
    if (already := payments.by_key(session, lease.landlord_id, key)) is not None:
        return already
    owed = max(0, reports.standing(session, asker, lease_id).balance)
    have = held(session, asker, lease_id)
    if owed == 0:
        raise Refused("nothing_open")
    wanted = _wanted(amount, most=min(owed, have), code="no_deposit")
    ask = Ask(lease_id, amount=wanted, method=DEPOSIT)
    paid = payments.record(session, asker, ask, key=key)
    for payment, part in _parts(_held(session, lease), wanted):
        _pay_out(session, asker, payment, "deposit_use", part, key, reason, into=paid.id)
    return paid


def give_back(
    session: Session,
    asker: Asker,
    lease_id: int,
    *,
    key: str,
    reason: str | None = None,
    amount: int | None = None,
) -> int:
    """Give the deposit (or a part) back to the tenant; how much that was. Once for a `key`.
    Raises `Refused("no_deposit")`."""
    lease = _locked(session, asker, lease_id)
    if (already := _paid_out(session, lease, key)) is not None:
        return already
    wanted = _wanted(amount, most=held(session, asker, lease_id), code="no_deposit")
    for payment, part in _parts(_held(session, lease), wanted):
        _pay_out(session, asker, payment, "deposit_return", part, key, reason)
    return wanted


def refund(
    session: Session,
    asker: Asker,
    lease_id: int,
    *,
    key: str,
    reason: str | None = None,
    amount: int | None = None,
) -> int:
    """Pay a tenant's credit (or a part) back; how much that was. Once for a `key`. Raises
    `Refused("no_credit")`."""
    lease = _locked(session, asker, lease_id)
    if (already := _paid_out(session, lease, key)) is not None:
        return already
    have = [
        (each, each.unused)
        for each in session.scalars(
            select(Payment)
            .where(Payment.lease_id.in_(leases.chain(session, lease)), Payment.unused > 0)
            .order_by(Payment.paid_on.desc(), Payment.id.desc())
        ).unique()
    ]
    wanted = _wanted(amount, most=sum(rest for _, rest in have), code="no_credit")
    for payment, part in _parts(have, wanted):
        _pay_out(session, asker, payment, "refund", part, key, reason)
        payment.unused -= part
    session.flush()
    return wanted


def _locked(session: Session, asker: Asker, lease_id: int) -> Lease:
    lease = rights.lease_for(session, asker, lease_id)
    charges.lock(session, lease.tenant.landlord)
    today = clock.today(lease.tenant.landlord.timezone)
    charges.bring_up_to_date(session, lease.tenant.landlord, today)
    return lease


def _held(session: Session, lease: Lease) -> list[tuple[Payment, int]]:
    """Each deposit payment and what is still held of it."""
    deposits = session.scalars(
        select(Payment)
        .where(
            Payment.lease_id.in_(leases.chain(session, lease)),
            Payment.bill == DEPOSIT,
            Payment.voided_at.is_(None),
        )
        .order_by(Payment.id)
    ).unique()
    found = []
    for payment in deposits:
        gone = session.scalar(
            select(func.coalesce(func.sum(Payout.amount), 0)).where(
                Payout.payment_id == payment.id, Payout.voided_on.is_(None)
            )
        )
        found.append((payment, payment.amount - int(gone or 0)))
    return found


def _wanted(amount: int | None, *, most: int, code: str) -> int:
    if most <= 0:
        raise Refused(code)
    if amount is not None and not 0 < amount <= most:
        raise Refused("more_than_held", amount=amount, most=most)
    return amount if amount is not None else most


def _parts(have: list[tuple[Payment, int]], wanted: int) -> list[tuple[Payment, int]]:
    found = []
    for payment, rest in have:
        part = min(rest, wanted)
        if part > 0:
            found.append((payment, part))
            wanted -= part
    return found


def _paid_out(session: Session, lease: Lease, key: str) -> int | None:
    found = session.scalar(
        select(func.sum(Payout.amount))
        .join(Payment, Payment.id == Payout.payment_id)
        .where(Payment.landlord_id == lease.landlord_id, Payout.key == key)
    )
    return int(found) if found is not None else None


def _pay_out(
    session: Session,
    asker: Asker,
    payment: Payment,
    kind: str,
    amount: int,
    key: str,
    reason: str | None,
    *,
    into: int | None = None,
) -> None:
    today: date = clock.today(payment.lease.tenant.landlord.timezone)
    session.add(
        Payout(
            payment_id=payment.id,
            into_payment_id=into,
            kind=kind,
            amount=amount,
            on=today,
            reason=cleaned_reason(reason),
            recorded_by=asker.label,
            recorded_at=clock.now(),
            key=key,
        )
    )
    session.flush()
