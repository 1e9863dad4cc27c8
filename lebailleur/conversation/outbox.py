"""The outbox: answers are kept until WhatsApp has them, or says never."""

import re
from datetime import timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from lebailleur import clock
from lebailleur.conversation.models import Conversation, OutboxItem

# Sending one message, a PDF's upload included, ends well before this.
CLAIM = timedelta(seconds=90)
_TRACKED = re.compile(r"outbox:([0-9]{1,18}):([0-9]{1,4})/([0-9]{1,4})")
# What failed after it was taken rests so long, times the tries, before it is sent again.
AGAIN_AFTER = timedelta(seconds=10)
# A status never goes back; what failed stays failed.
RANK = {
    "waiting": 0,
    "sending": 1,
    "unknown": 1,
    "sent": 2,
    "delivered": 3,
    "read": 4,
    "played": 5,
    "failed": 9,
}
# What may still have to be sent; of an `unknown` one no answer came, so a status may settle it.
OPEN = ("waiting", "sending", "unknown")


def people_waiting(session: Session, limit: int = 50) -> list[str]:
    """People for whom something can be sent now and nobody is at it."""
    now = clock.now()
    oldest = (
        select(OutboxItem.person_id, func.min(OutboxItem.id).label("id"))
        .where(OutboxItem.state.in_(OPEN))
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
        .where(OutboxItem.person_id == person_id, OutboxItem.state.in_(OPEN))
        .order_by(OutboxItem.id)
        .limit(1)
    )
    if item is None or (item.next_try_at is not None and item.next_try_at > clock.now()):
        return None
    return item


def tracker(item: OutboxItem, part: int, parts: int) -> str:
    """What WhatsApp gives back with each status of a part (from 0) of a message."""
    return f"outbox:{item.id}:{part}/{parts}"


def note_part(session: Session, item_id: int, part: int, parts: int, wamid: str) -> None:
    """A part of a message was taken; the message is sent when its last part is."""
    item = session.get_one(OutboxItem, item_id)
    item.wamid, item.error = wamid, None
    item.content = {**item.content, "parts_sent": max(part + 1, parts_sent(item))}
    if part + 1 >= parts and RANK[item.state] < RANK["sent"]:
        item.state = "sent"


def parts_sent(item: OutboxItem) -> int:
    """How many parts of a message WhatsApp has taken."""
    return int(item.content.get("parts_sent", 0))


def apply_status(
    session: Session,
    wamid: str,
    status: str,
    error: str | None,
    tracked: str | None = None,
    *,
    tries: int = 0,
) -> None:
    """Note what became of a message. `tracked` is what `tracker` made: by it a message is known
    whose sending had no answer, or has none yet. An unknown one is left alone: it is not ours.

    What failed is sent again while it was tried less than `tries` times.
    """
    item = session.scalar(select(OutboxItem).where(OutboxItem.wamid == wamid))
    found = _TRACKED.fullmatch(tracked or "")
    number, part, parts = map(int, found.groups()) if found else (0, 0, 1)
    if item is None and found:
        item = session.get(OutboxItem, number)
        if item is not None and wamid in item.content.get("refused", ()):
            return  # told again of what is being sent again already
        if item is not None and part >= parts_sent(item):
            note_part(session, number, part, parts, wamid)
        if item is not None and part + 1 < parts and status != "failed":
            return  # what is delivered is only its beginning
    if item is None or RANK.get(status, -1) <= RANK[item.state]:
        return
    if error:
        item.error = error[:300]
    item.state = status
    if status == "failed" and item.attempts + 1 < tries:
        item.attempts += 1
        item.state, item.wamid = "waiting", None
        refused = [*item.content.get("refused", ()), wamid]
        item.content = {**item.content, "parts_sent": part, "refused": refused}
        item.next_try_at = clock.now() + AGAIN_AFTER * item.attempts
