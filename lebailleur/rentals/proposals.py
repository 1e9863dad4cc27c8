"""What waits for a yes. A slot or a button holds only its id: the dialogue holds no money.

A confirmation after a restart, twice, late, or on an old button does the right thing or is
refused, because the row says who may answer, until when, and exactly what it would write. What
each kind writes is in `deeds`.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lebailleur import clock
from lebailleur.rentals import deeds, quotes
from lebailleur.rentals.asks import Ask
from lebailleur.rentals.errors import Conflict, NotFound
from lebailleur.rentals.models import Payment, Proposal
from lebailleur.rentals.quotes import Quote
from lebailleur.rentals.rights import Asker


@dataclass(frozen=True)
class Done:
    """What a yes did: of which kind, with which content, and whether this call wrote it (False
    when it had been confirmed before). `payment` is the one that it made or took back; several
    were written under `key`."""

    kind: str
    content: dict[str, Any]
    new: bool
    payment: Payment | None
    key: str


def propose(
    session: Session,
    asker: Asker,
    kind: str,
    content: dict[str, Any],
    *,
    key: str,
    open_minutes: int,
) -> Proposal:
    """Keep what would be written until its author says yes, for `open_minutes`.

    What the same person has not answered before is dropped: one question at a time. The same
    `key` (the message it came from) gives the same proposal. `kind` and `content` as `deeds` say;
    the caller has checked them by a preview.
    """
    if asker.person_id is None:
        raise NotFound("proposal_not_found")
    drop_open(session, asker)
    proposal = session.scalar(
        select(Proposal).where(Proposal.person_id == asker.person_id, Proposal.key == key)
    ) or Proposal(
        id=uuid.uuid4().hex,
        person_id=asker.person_id,
        key=key,
        created_at=clock.now(),
    )
    if proposal.decision not in (None, "dropped"):
        raise Conflict("already_decided", decision=proposal.decision)
    proposal.kind, proposal.content = kind, content
    proposal.expires_at = clock.now() + timedelta(minutes=open_minutes)
    proposal.decided_at = proposal.decision = None
    session.add(proposal)
    session.flush()
    return proposal


def propose_payment(
    session: Session,
    asker: Asker,
    ask: Ask,
    *,
    key: str,
    open_minutes: int,
    claim: int | None = None,
) -> tuple[Proposal, Quote]:
    """Propose to record a payment, with what it would pay; `claim` is the tenant's claim that it
    settles. Raises as `quotes.quote`."""
    if asker.person_id is None:
        raise NotFound("proposal_not_found")
    quoted = quotes.quote(session, asker, ask)
    content = {"ask": ask.to_json(), "expected": quoted.fingerprint(), "claim": claim}
    proposal = propose(session, asker, deeds.PAYMENT, content, key=key, open_minutes=open_minutes)
    return proposal, quoted


def confirm(
    session: Session, asker: Asker, proposal_id: str, *, at: datetime | None = None
) -> Done:
    """Say yes: write it, once. The yes was said `at` some moment before, or now.

    Raises `NotFound`, `Conflict` (already_decided, expired, changed) and as its deed does.
    """
    proposal = _own(session, asker, proposal_id)
    if proposal.decision == "confirmed":
        payment = session.get(Payment, proposal.payment_id) if proposal.payment_id else None
        return Done(proposal.kind, proposal.content, False, payment, f"proposal:{proposal.id}")
    if proposal.decision is not None:
        raise Conflict("already_decided", decision=proposal.decision)
    if proposal.expires_at < (at or clock.now()):
        raise Conflict("expired")
    payment = deeds.DEEDS[proposal.kind](session, asker, proposal)
    proposal.decision, proposal.decided_at = "confirmed", clock.now()
    proposal.payment_id = payment.id if payment is not None else None
    session.flush()
    return Done(proposal.kind, proposal.content, True, payment, f"proposal:{proposal.id}")


def cancel(session: Session, asker: Asker, proposal_id: str) -> None:
    """Say no. Raises `NotFound`, and `Conflict` when it was confirmed before."""
    proposal = _own(session, asker, proposal_id)
    if proposal.decision == "confirmed":
        raise Conflict("already_decided", decision=proposal.decision)
    proposal.decision, proposal.decided_at = "cancelled", clock.now()


def proposal_of(session: Session, asker: Asker, proposal_id: str) -> Proposal:
    """The asker's own proposal; raises `NotFound`."""
    return _own(session, asker, proposal_id)


def ask_of(session: Session, asker: Asker, proposal_id: str) -> Ask:
    """The payment that a proposal would record, to change it. Raises `NotFound`, also when it
    is no payment."""
    proposal = _own(session, asker, proposal_id)
    if proposal.kind != deeds.PAYMENT:
        raise NotFound("proposal_not_found")
    return Ask.from_json(proposal.content["ask"])


def open_of(session: Session, asker: Asker, *, at: datetime | None = None) -> Proposal | None:
    """What waits for this person's yes now, or waited for what they said `at` a moment before."""
    return session.scalar(
        select(Proposal)
        .where(
            Proposal.person_id == asker.person_id,
            Proposal.decision.is_(None),
            Proposal.expires_at >= (at or clock.now()),
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
