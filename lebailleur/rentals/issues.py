"""Faults in a home: reported by the tenant, taken in hand and closed by the landlord.

Either side may say that it is repaired; a fault that is not repaired after all is opened again.
"""

from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lebailleur import clock
from lebailleur.rentals import charges, rights
from lebailleur.rentals.errors import Conflict, NotAllowed, NotFound, Refused
from lebailleur.rentals.models import Issue, Lease, Tenant
from lebailleur.rentals.rights import Asker

State = Literal["open", "in_hand", "done"]
LONGEST_WORDS = 1000
# Which states may follow which: what is done is opened again before it is taken in hand.
FOLLOWS: dict[str, tuple[State, ...]] = {
    "open": ("in_hand", "done"),
    "in_hand": ("done",),
    "done": ("open",),
}


def report(session: Session, asker: Asker, lease_id: int, words: str, *, key: str) -> Issue:
    """A tenant reports a fault in what they rent. Once for a `key`. Raises `NotFound`, and
    `Refused("no_words")` when nothing is said of it."""
    lease = rights.lease_for(session, asker, lease_id, or_self=True)
    if not words.strip():
        raise Refused("no_words")
    charges.lock(session, lease.tenant.landlord)  # for the number
    existing = session.scalar(select(Issue).where(Issue.lease_id == lease.id, Issue.key == key))
    if existing is not None:
        return existing
    last = session.scalar(
        select(func.max(Issue.number)).where(Issue.landlord_id == lease.landlord_id)
    )
    issue = Issue(
        landlord_id=lease.landlord_id,
        lease_id=lease.id,
        number=(last or 0) + 1,
        words=words.strip()[:LONGEST_WORDS],
        state="open",
        key=key,
        reported_at=clock.now(),
        changed_at=clock.now(),
    )
    session.add(issue)
    session.flush()
    session.refresh(issue)
    return issue


def issue_for(session: Session, asker: Asker, issue_id: int) -> Issue:
    """A fault of the asker's, as landlord or as the tenant who reported it; raises `NotFound`."""
    issue = session.scalar(select(Issue).where(Issue.id == issue_id).with_for_update(of=Issue))
    if issue is None:
        raise NotFound("issue_not_found", id=issue_id)
    rights.lease_for(session, asker, issue.lease_id, or_self=True)
    return issue


def unsettled(session: Session, asker: Asker, landlord_id: int | None = None) -> list[Issue]:
    """What a landlord's tenants have reported and is not done, the oldest first."""
    landlord = rights.landlord(session, asker, landlord_id)
    query = (
        select(Issue)
        .join(Lease)
        .join(Tenant)
        .where(
            Issue.landlord_id == landlord.id, Issue.state != "done", Tenant.archived_at.is_(None)
        )
        .order_by(Issue.number)
    )
    return list(session.scalars(query).unique())


def reported_by(session: Session, asker: Asker) -> list[Issue]:
    """What the asker has reported as tenant, the newest first."""
    query = (
        select(Issue)
        .join(Lease)
        .join(Tenant)
        .where(Tenant.person_id == asker.person_id, Tenant.archived_at.is_(None))
        .order_by(Issue.id.desc())
    )
    return list(session.scalars(query).unique()) if asker.person_id else []


def change(session: Session, asker: Asker, issue_id: int, state: State) -> Issue:
    """Say that it is in hand (the landlord alone), done, or open again.

    Raises `NotFound`, `NotAllowed`, and `Conflict("issue_already", state=…)` where that state
    does not follow the present one: an old button, or the same one twice.
    """
    issue = issue_for(session, asker, issue_id)
    if state == "in_hand" and not _is_landlord(asker, issue):
        raise NotAllowed("landlords_only")
    if state not in FOLLOWS[issue.state]:
        raise Conflict("issue_already", state=issue.state)
    issue.state, issue.changed_at = state, clock.now()
    issue.changes += 1
    session.flush()
    return issue


def _is_landlord(asker: Asker, issue: Issue) -> bool:
    return asker.admin or issue.lease.tenant.landlord.person_id == asker.person_id
