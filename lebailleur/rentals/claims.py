"""Tenants' claims: "I have paid" is a word, and only the landlord's makes it a payment.

A claim waits as long as it takes. It is answered once: by the landlord's yes or no, by a payment
of that sum which the landlord records, or by the tenant, who may correct it or take it back.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lebailleur import clock
from lebailleur.rentals import charges, payments, quotes, rights, transfers
from lebailleur.rentals.asks import Ask
from lebailleur.rentals.charges import RENT
from lebailleur.rentals.checks import Check
from lebailleur.rentals.errors import Conflict, NotAllowed, NotFound, Refused
from lebailleur.rentals.models import Claim, Lease, Payment
from lebailleur.rentals.quotes import Quote
from lebailleur.rentals.rights import Asker

LONGEST_WORDS = 1000
# A sum that was recorded so recently may be the very money that is claimed.
RECENTLY = timedelta(days=7)


@dataclass(frozen=True)
class Considered:
    """What a claim would pay, or None where it cannot be noted as it stands; and what to check."""

    claim: Claim
    quote: Quote | None
    checks: tuple[Check, ...]


def make(
    session: Session,
    asker: Asker,
    ask: Ask,
    *,
    key: str,
    words: str | None = None,
    replaces: int | None = None,
) -> tuple[Claim, bool]:
    """The tenant says that they have paid; the claim, and whether it is a new one.

    Once for a `key`; what waits already and says the same is returned as it is. `replaces` is an
    own claim that this one corrects. Raises `NotFound` for a lease that is not the asker's own,
    `Refused` as `quotes.quote` where no sum can be made of it, `Conflict("already_decided")`
    when what it corrects has been answered.
    """
    lease = _own_lease(session, asker, ask.lease_id)
    charges.lock(session, lease.tenant.landlord)
    existing = session.scalar(select(Claim).where(Claim.lease_id == lease.id, Claim.key == key))
    if existing is not None:
        return existing, False
    quoted, _ = _quoted(session, asker, ask)
    amount = quoted.amount if quoted is not None else ask.amount or 0
    if ask.months is None:
        # "The rest" is what it was today: the sum stays, whatever is recorded meanwhile.
        ask = replace(ask, amount=amount, part=None)
    old = _own_waiting(session, asker, replaces) if replaces is not None else None
    for same in own_waiting(session, asker, lease.id):
        if same is old:
            continue  # it is another day or way of paying that is corrected
        if same.amount == amount and (same.ask["bill"] or RENT) == (ask.bill or RENT):
            known = same.ask.get("reference")
            if ask.reference in (None, known):
                return same, False
            if known is None and old is None:
                old = same  # said in words first, and now by the operator's message
                break
    if old is not None:
        _decide(old, "replaced", asker)
    claim = Claim(
        lease_id=lease.id,
        lease=lease,
        state="waiting",
        words=(words or "")[:LONGEST_WORDS] or None,
        # A day was said once, and stays that day when the landlord answers later.
        ask=replace(ask, paid_on=ask.paid_on or _today(lease)).to_json(),
        amount=amount,
        claimed_by=asker.label,
        replaces_id=old.id if old is not None else None,
        key=key,
        created_at=clock.now(),
    )
    session.add(claim)
    session.flush()
    return claim, True


def again(session: Session, asker: Asker, claim_id: int) -> Claim:
    """The tenant stands by a claim that was declined: it waits once more, as a new one."""
    old = claim_for(session, asker, claim_id)
    if old.state != "declined":
        raise Conflict("already_decided", decision=old.state)
    claim, _ = make(session, asker, Ask.from_json(old.ask), key=f"again:{old.id}", words=old.words)
    return claim


def withdraw(session: Session, asker: Asker, claim_id: int) -> Claim:
    """The tenant takes it back. Raises `NotFound`, `Conflict("already_decided")`."""
    charges.lock(session, claim_for(session, asker, claim_id).lease.tenant.landlord)
    claim = _own_waiting(session, asker, claim_id)
    _decide(claim, "withdrawn", asker)
    return claim


def claim_for(session: Session, asker: Asker, claim_id: int) -> Claim:
    """A claim of the asker's, as landlord or tenant; raises `NotFound`."""
    claim = session.get(Claim, claim_id)
    if claim is None:
        raise NotFound("claim_not_found", id=claim_id)
    rights.lease_for(session, asker, claim.lease_id, or_self=True)
    return claim


def waiting(session: Session, asker: Asker, *, lease_id: int | None = None) -> list[Claim]:
    """What waits for this landlord's answer, the oldest first; of one lease where it is named."""
    landlord = rights.landlord(session, asker)
    query = (
        select(Claim)
        .join(Lease)
        .where(Lease.landlord_id == landlord.id, Claim.state == "waiting")
        .order_by(Claim.id)
    )
    if lease_id is not None:
        query = query.where(Claim.lease_id == lease_id)
    return list(session.scalars(query).unique())


def own_waiting(session: Session, asker: Asker, lease_id: int | None = None) -> list[Claim]:
    """The asker's own claims that are not answered yet, the newest first."""
    tenancies = [each.id for each in rights.tenancies_of(session, asker)]
    query = (
        select(Claim)
        .join(Lease)
        .where(Lease.tenant_id.in_(tenancies), Claim.state == "waiting")
        .order_by(Claim.id.desc())
    )
    if lease_id is not None:
        query = query.where(Claim.lease_id == lease_id)
    return list(session.scalars(query).unique())


def consider(session: Session, asker: Asker, claim_id: int) -> Considered:
    """What the landlord sees before answering; kept, so that a yes writes nothing else. Raises
    `NotFound`, also for the tenant."""
    claim = claim_for(session, asker, claim_id)
    rights.lease_for(session, asker, claim.lease_id)  # the landlord's to see
    ask = Ask.from_json(claim.ask)
    quoted, checks = _quoted(session, asker, ask)
    if quoted is not None and quoted.credit and quoted.balance < 0:
        checks.append(Check("more_than_owed", {"covered": quoted.amount - quoted.credit}))
    before = _recorded_before(session, claim)
    if before is not None:
        details: dict[str, object] = {"number": before.receipt.number, "day": before.paid_on}
        checks.append(Check("recorded_before", details))
    checks += transfers.checks(session, asker, claim.lease, ask, claim.created_at)
    claim.shown = quoted.fingerprint() if quoted is not None else None
    return Considered(claim, quoted, tuple(checks))


def confirm(session: Session, asker: Asker, claim_id: int) -> tuple[Payment, bool]:
    """The landlord's yes: the payment, written once, and whether this call wrote it.

    Raises `NotFound`; `Conflict`: ``already_decided`` (with the `decision`), ``changed`` when it
    would now pay something else than was shown, ``reference_used``; `Refused` when it
    cannot be noted as it stands.
    """
    claim = _to_answer(session, asker, claim_id)
    if claim.state == "confirmed" and claim.payment is not None:
        return claim.payment, False
    if claim.state != "waiting":
        raise Conflict("already_decided", decision=claim.state)
    quoted, _ = _quoted(session, asker, Ask.from_json(claim.ask))
    if quoted is None or claim.shown is None:
        raise Conflict("changed")
    payment = payments.record(
        session,
        asker,
        quoted.ask,
        key=f"claim:{claim.id}",
        expected=claim.shown,
        source=claim.key,
    )
    payments.settle_claim(claim, asker, payment)
    return payment, True


def decline(session: Session, asker: Asker, claim_id: int) -> bool:
    """The landlord has not received it; whether this call said so first. Raises `NotFound`,
    `Conflict("already_decided")`."""
    claim = _to_answer(session, asker, claim_id)
    if claim.state == "declined":
        return False
    if claim.state != "waiting":
        raise Conflict("already_decided", decision=claim.state)
    _decide(claim, "declined", asker)
    return True


def settleable(session: Session, asker: Asker, claim_id: int) -> Claim:
    """A claim that a payment of another sum may still settle, also one that was declined before.
    Raises `NotFound`, `Conflict("already_decided")`."""
    claim = _to_answer(session, asker, claim_id)
    if claim.state not in ("waiting", "declined"):
        raise Conflict("already_decided", decision=claim.state)
    return claim


def _to_answer(session: Session, asker: Asker, claim_id: int) -> Claim:
    """The claim, with nobody else deciding on it meanwhile; for the landlord alone."""
    claim = claim_for(session, asker, claim_id)
    lease = rights.lease_for(session, asker, claim.lease_id)
    charges.lock(session, lease.tenant.landlord)
    return claim


def _own_lease(session: Session, asker: Asker, lease_id: int) -> Lease:
    lease = rights.lease_for(session, asker, lease_id, or_self=True)
    if asker.person_id is None or lease.tenant.person_id != asker.person_id:
        raise NotAllowed("tenants_only")
    return lease


def _own_waiting(session: Session, asker: Asker, claim_id: int) -> Claim:
    claim = claim_for(session, asker, claim_id)
    _own_lease(session, asker, claim.lease_id)
    if claim.state != "waiting":
        raise Conflict("already_decided", decision=claim.state)
    return claim


def _quoted(session: Session, asker: Asker, ask: Ask) -> tuple[Quote | None, list[Check]]:
    """What the claim would pay. A tenant may be wrong about the day, the month or the bill: what
    is known to be wrong is left out and named, so that the sum is not lost."""
    checks: list[Check] = []
    for _ in range(3):
        try:
            return quotes.quote(session, asker, ask, or_self=True), checks
        except Refused as refused:
            checks.append(Check(refused.code, refused.details))
            if refused.code in ("future_date", "before_lease"):
                ask = replace(ask, paid_on=None)
            elif refused.code == "already_paid" and ask.amount is not None:
                ask = replace(ask, months_named=())
            elif refused.code == "lease_ended" and ask.amount is not None:
                return None, checks
            else:
                raise
    return None, checks


def _recorded_before(session: Session, claim: Claim) -> Payment | None:
    """A payment of this sum that was recorded shortly before it was claimed."""
    return session.scalar(
        select(Payment)
        .where(
            Payment.lease_id == claim.lease_id,
            Payment.amount == claim.amount,
            Payment.voided_at.is_(None),
            Payment.recorded_at > claim.created_at - RECENTLY,
        )
        .order_by(Payment.id.desc())
        .limit(1)
    )


def _decide(claim: Claim, state: str, asker: Asker) -> None:
    claim.state, claim.decided_by, claim.decided_at = state, asker.label, clock.now()


def _today(lease: Lease) -> date:
    return clock.today(lease.tenant.landlord.timezone)
