"""The outbox: answers are kept until WhatsApp has them, or says never."""

from datetime import timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from lebailleur import clock
from lebailleur.conversation.models import Conversation, OutboxItem

# Sending one message, a PDF's upload included, ends well before this.
CLAIM = timedelta(seconds=90)
# A status never goes back; what failed stays failed.
RANK = {"waiting": 0, "sending": 1, "sent": 2, "delivered": 3, "read": 4, "played": 5, "failed": 9}


def people_waiting(session: Session, limit: int = 50) -> list[str]:
    """People for whom something can be sent now and nobody is at it."""
    now = clock.now()
    oldest = (
        select(OutboxItem.person_id, func.min(OutboxItem.id).label("id"))
        .where(OutboxItem.state.in_(("waiting", "sending")))
        .group_by(OutboxItem.person_id)
        .subquery()
    )
    return list(
        session.scalars(
            select(oldest.c.person_id)
            .join(OutboxItem, OutboxItem.id == oldest.c.id)
            .outerjoin(Conversation, Conversation.person_id == oldest.c.person_id)
            .where(
                or_(OutboxItem.next_try_at.is_(None), OutboxItem.next_try_at <= now),
                or_(Conversation.sending_until.is_(None), Conversation.sending_until < now),
            )
            .order_by(oldest.c.id)
            .limit(limit)
        )
    )


def oldest_of(session: Session, person_id: str) -> OutboxItem | None:
    """The next message for a person, if its time has come. Order is kept: a later message waits
    for an earlier one."""
    item = session.scalar(
        select(OutboxItem)
        .where(OutboxItem.person_id == person_id, OutboxItem.state.in_(("waiting", "sending")))
        .order_by(OutboxItem.id)
        .limit(1)
    )
    if item is None or (item.next_try_at is not None and item.next_try_at > clock.now()):
        return None
    return item


def apply_status(session: Session, wamid: str, status: str, error: str | None) -> None:
    """Note what became of a message. An unknown id is left alone: it is no message of ours."""
    item = session.scalar(select(OutboxItem).where(OutboxItem.wamid == wamid))
    if item is None or RANK.get(status, -1) <= RANK[item.state]:
        return
    item.state = status
    if error:
        item.error = error[:300]
