"""What was not understood for sure, what was offered for it and what was meant: kept for those
who train the model."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lebailleur import clock
from lebailleur.conversation.models import Doubt

# Chosen when nothing that was offered was meant.
NONE = "none_meant"


def keep(
    session: Session,
    key: str,
    person_id: str,
    text: str,
    entities: list[dict[str, Any]],
    ranking: Sequence[tuple[str, float]],
    offered: Sequence[str],
) -> Doubt:
    """Keep what was unclear and what is offered for it; the same `key` is kept once."""
    found = session.scalar(select(Doubt).where(Doubt.key == key))
    if found is None:
        found = Doubt(
            key=key,
            person_id=person_id,
            text=text,
            entities=entities,
            ranking=[list(each) for each in ranking],
            offered=list(offered),
            created_at=clock.now(),
        )
        session.add(found)
        session.flush()
    return found


def decide(session: Session, person_id: str, doubt_id: int, meaning: str) -> Doubt | None:
    """Note what the person says that they meant, and return what was unclear; None when there is
    no such doubt of theirs or this was not offered. A later choice replaces an earlier one."""
    found = session.get(Doubt, doubt_id)
    if found is None or found.person_id != person_id or meaning not in [*found.offered, NONE]:
        return None
    if found.chosen != meaning:
        found.chosen, found.chosen_at = meaning, clock.now()
    return found


def every(session: Session) -> Sequence[Doubt]:
    """All that was unclear, the oldest first."""
    return session.scalars(select(Doubt).order_by(Doubt.id)).all()
