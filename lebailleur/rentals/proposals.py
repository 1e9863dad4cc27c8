"""What waits for a yes. A slot or a button holds only its id: the dialogue holds no money.

A confirmation after a restart, twice, late, or on an old button does the right thing or is
refused, because the row says who may answer, until when, and exactly what it would write.
"""

import uuid
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lebailleur import clock
from lebailleur.rentals import payments, quotes
from lebailleur.rentals.asks import Ask
from lebailleur.rentals.errors import Conflict, NotFound
from lebailleur.rentals.models import Payment, Proposal
from lebailleur.rentals.quotes import Quote
from lebailleur.rentals.rights import Asker

PAYMENT = "payment"


def propose_payment(
    session: Session, asker: Asker, ask: Ask, *, key: str, open_minutes: int
) -> tuple[Proposal, Quote]:
    """Keep what a payment would write until its author says yes, for `open_minutes`.

    Earlier payments that the same person has not answered are dropped: one question at a time.
    The same `key` (the message it came from) gives the same proposal. Raises as `quotes.quote`.
    """
    if asker.person_id is None:
        raise NotFound("proposal_not_found")
    quoted = quotes.quote(session, asker, ask)
    drop_open(session, asker)
    proposal = session.scalar(
        select(Proposal).where(Proposal.person_id == asker.person_id, Proposal.key == key)
    ) or Proposal(
        id=uuid.uuid4().hex,
        kind=PAYMENT,
        person_id=asker.person_id,
        key=key,
        created_at=clock.now(),
    )
    if proposal.decision not in (None, "dropped"):
        raise Conflict("already_decided", decision=proposal.decision)
    proposal.content = {"ask": ask.to_json(), "expected": quoted.fingerprint()}
    proposal.expires_at = clock.now() + timedelta(minutes=open_minutes)
    proposal.decided_at = proposal.decision = None
    session.add(proposal)
    session.flush()
    return proposal, quoted


def confirm(session: Session, asker: Asker, proposal_id: str) -> tuple[Payment, bool]:
    """Say yes: the payment, and whether this call wrote it (False when it had been confirmed).

    Raises `NotFound`, `Conflict` (already_decided, expired, changed) and as `payments.record`.
    """
    proposal = _own(session, asker, proposal_id)
    if proposal.decision == "confirmed":
        payment = session.get(Payment, proposal.payment_id)
        if payment is None:
            raise NotFound("payment_not_found", id=proposal.payment_id)
        return payment, False
    if proposal.decision is not None:
        raise Conflict("already_decided", decision=proposal.decision)
    if proposal.expires_at < clock.now():
        raise Conflict("expired")
    payment = payments.record(
        session,
        asker,
        Ask.from_json(proposal.content["ask"]),
        key=f"proposal:{proposal.id}",
        source=proposal.key,
        expected=proposal.content["expected"],
    )
    proposal.decision, proposal.decided_at = "confirmed", clock.now()
    proposal.payment_id = payment.id
    session.flush()
    return payment, True


def cancel(session: Session, asker: Asker, proposal_id: str) -> None:
    """Say no. Raises `NotFound`, and `Conflict` when it was confirmed before."""
    proposal = _own(session, asker, proposal_id)
    if proposal.decision == "confirmed":
        raise Conflict("already_decided", decision=proposal.decision)
    proposal.decision, proposal.decided_at = "cancelled", clock.now()


def ask_of(session: Session, asker: Asker, proposal_id: str) -> Ask:
    """What a proposal would record, to change it. Raises `NotFound`."""
    return Ask.from_json(_own(session, asker, proposal_id).content["ask"])


def open_of(session: Session, asker: Asker) -> Proposal | None:
    """What waits for this person's yes now."""
    return session.scalar(
        select(Proposal)
        .where(
            Proposal.person_id == asker.person_id,
            Proposal.decision.is_(None),
            Proposal.expires_at >= clock.now(),
        )
        .order_by(Proposal.created_at.desc())
        .limit(1)
    )


def drop_open(session: Session, asker: Asker) -> None:
    """Forget what waits for this person's yes: they have turned to something else."""
    for each in session.scalars(
        select(Proposal).where(Proposal.person_id == asker.person_id, Proposal.decision.is_(None))
    ):
        each.decision, each.decided_at = "dropped", clock.now()


def _own(session: Session, asker: Asker, proposal_id: str) -> Proposal:
    proposal = session.scalar(select(Proposal).where(Proposal.id == proposal_id).with_for_update())
    if proposal is None or proposal.person_id != asker.person_id:
        raise NotFound("proposal_not_found")
    return proposal
