"""The outbox: answers are kept until WhatsApp has them, or says never.

Somebody can be written to freely for a day after they last wrote (the window). Outside it only a
template gets through; what it has no room for is held until they write.
"""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from lebailleur import clock, working_hours
from lebailleur.conversation import inbox
from lebailleur.conversation.models import Conversation, InboxItem, OutboxItem

# Sending one message, a PDF's upload included, ends well before this.
CLAIM = timedelta(seconds=90)
_TRACKED = re.compile(r"outbox:([0-9]{1,18}):([0-9]{1,4})/([0-9]{1,4})")
# What we say first and could not send for so long may be true no longer.
TRUE_FOR = timedelta(hours=1)
# A day, less what a message may have been under way before it was kept.
WINDOW = timedelta(hours=23, minutes=55)
Window = Literal["open", "closed", "unknown"]
"""Whether somebody can be written to freely; ``unknown``: they never wrote to us."""
# A status never goes back; what failed stays failed.
RANK = {
    "held": 0,
    "later": 0,
    "waiting": 0,
    "sending": 1,
    "unknown": 1,
    "sent": 2,
    "delivered": 3,
    "read": 4,
    "played": 5,
    "failed": 9,
}
# Of a message's content: what it says, as opposed to what became of it.
_SAID = ("text", "options", "document", "secret", "first", "matter")
# What may still have to be sent; of an `unknown` one no answer came, so a status may settle it.
OPEN = ("waiting", "sending", "unknown")
# Put off for hours (`later`), and until the person writes (`held`): what comes after goes first.
ASIDE = ("later", "held")
# Of these, what has reached somebody, or will once they write.
_SAID_NOW = ("sent", "delivered", "read", "played", "held")


def people_waiting(session: Session, limit: int = 50) -> list[str]:
    """People for whom something can be sent now and nobody is at it: first answers to what they
    wrote, then what we say first; of each the longest waiting first."""
    now = clock.now()
    answers = case((InboxItem.kind == "message", 1), else_=0)
    oldest = (
        select(
            OutboxItem.person_id,
            func.min(OutboxItem.id).label("id"),
            func.max(answers).label("answers"),
        )
        .outerjoin(InboxItem, InboxItem.id == OutboxItem.inbox_id)
        .where(_in_line(now))
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
            .order_by(oldest.c.answers.desc(), oldest.c.id)
            .limit(limit)
        )
    )


def oldest_of(session: Session, person_id: str) -> OutboxItem | None:
    """The next message for a person, if its time has come. Order is kept: a later message waits
    for an earlier one, unless that was put off for hours."""
    now = clock.now()
    item = session.scalar(
        select(OutboxItem)
        .where(OutboxItem.person_id == person_id, _in_line(now))
        .order_by(OutboxItem.id)
        .limit(1)
    )
    if item is None or (item.next_try_at is not None and item.next_try_at > now):
        return None
    return item


def _in_line(now: datetime) -> ColumnElement[bool]:
    return or_(
        OutboxItem.state.in_(OPEN),
        and_(OutboxItem.state == "later", OutboxItem.next_try_at <= now),
    )


def take_back(session: Session, item: OutboxItem) -> bool:
    """Whether what we say first has waited too long to be sent as it stands, or past working hours:
    then it is forgotten, and its event handled again, which asks anew what is still true. What
    WhatsApp has had of it stays; what it may have had is not said again hours later."""
    event = _said_first(session, item)
    if event is None:
        return False
    if not _is_old(item) and working_hours.are_now(inbox.timezone_of(event)):
        return False
    every = session.scalars(select(OutboxItem).where(OutboxItem.inbox_id == event.id)).all()
    if all(each.state in ("waiting", *ASIDE) and not _was_tried(each) for each in every):
        for each in every:
            session.delete(each)
        inbox.handle_again(event)
        return True
    if item.state == "later" and item.content.get("doubts"):
        item.state, item.error = "failed", "no answer, and no longer true"
        return True
    return False


def _said_first(session: Session, item: OutboxItem) -> InboxItem | None:
    """The event of what we say first; None of what somebody waits for."""
    event = session.get(InboxItem, item.inbox_id) if item.inbox_id else None
    return event if event is not None and event.content.get("quiet") else None


def _is_old(item: OutboxItem) -> bool:
    return clock.now() - item.created_at >= TRUE_FOR


def _was_tried(item: OutboxItem) -> bool:
    """Whether WhatsApp has taken, or may have, something of a message."""
    return any(item.content.get(each) for each in ("parts_sent", "doubts", "refused"))


def was_said(session: Session, event: InboxItem) -> bool:
    """Whether what an event had to say has gone out."""
    said = select(OutboxItem.id).where(
        OutboxItem.inbox_id == event.id, OutboxItem.state.in_(_SAID_NOW)
    )
    return session.scalar(said.limit(1)) is not None


def window_of(session: Session, person_id: str) -> Window:
    """Whether a person can be written to freely now."""
    since = clock.now() - WINDOW
    state = session.get(Conversation, person_id)
    last = state.last_in_at if state else None
    if last is not None and last > since:
        return "open"
    # What they have just written is answered before its turn has ended, when that takes long.
    unanswered = session.scalar(
        select(func.max(InboxItem.received_at)).where(
            InboxItem.state == "waiting",
            InboxItem.person_id == person_id,
            InboxItem.kind == "message",
        )
    )
    if unanswered is not None and unanswered > since:
        return "open"
    return "closed" if last is not None else "unknown"


def hold(session: Session, number: int) -> None:
    """Keep the whole of a message, of which a template can say only the beginning, until the person
    writes. Asked again, it is kept once."""
    item = session.get_one(OutboxItem, number)
    if item.content.get("rest_held"):
        return
    item.content = {**item.content, "rest_held": True}
    content = {key: item.content[key] for key in _SAID if key in item.content}
    session.add(
        OutboxItem(
            person_id=item.person_id,
            inbox_id=item.inbox_id,
            content={**content, "rest_of": item.id},
            state="held",
            attempts=0,
            created_at=clock.now(),
        )
    )


def release(session: Session, people: Iterable[str]) -> None:
    """These people have written: what was put aside for them can be said, and freely. What we say
    first is asked for anew where it has become old."""
    aside = select(OutboxItem).where(
        OutboxItem.state.in_(("waiting", *ASIDE)), OutboxItem.person_id.in_(set(people))
    )
    for item in session.scalars(aside.order_by(OutboxItem.id)).all():
        if item.state == "held" and not _is_to_be_said(session, item):
            session.delete(item)
        elif not item.content.get("doubts"):
            if item.state in ASIDE:
                item.state, item.next_try_at = "waiting", None
            if item.content.get("closed"):
                item.content = {**item.content, "closed": False}


def _is_to_be_said(session: Session, rest: OutboxItem) -> bool:
    """Whether what was held is said as it stands. The message, whose rest it is, may have to be
    sent still: then it goes whole. What has become old is asked for anew."""
    whole = session.get(OutboxItem, rest.content.get("rest_of", 0))
    if whole is not None and whole.state in ("waiting", "later") and not _was_tried(whole):
        return False
    event = _said_first(session, rest)
    if event is None or not _is_old(rest):
        return True
    inbox.handle_again(event)
    return False


def tracker(item: OutboxItem, part: int, parts: int) -> str:
    """What WhatsApp gives back with each status of a part (from 0) of a message."""
    return f"outbox:{item.id}:{part}/{parts}"


def read_tracker(tracked: str | None) -> tuple[int, int, int] | None:
    """A message's id, the number of the part and of all parts; None for what `tracker` did not
    make."""
    found = _TRACKED.fullmatch(tracked or "")
    return (int(found[1]), int(found[2]), int(found[3])) if found else None


def note_part(session: Session, item_id: int, part: int, parts: int, wamid: str) -> None:
    """A part of a message was taken; the message is sent when all of them are. Nothing is noted of
    what has failed meanwhile."""
    item = session.get_one(OutboxItem, item_id)
    if wamid in item.content.get("refused", ()):
        return
    item.wamid, item.error = wamid, None
    item.content = {
        **item.content,
        "parts_sent": max(part + 1, parts_sent(item)),
        "redo": [each for each in item.content.get("redo", ()) if each != part],
        "wamids": {**item.content.get("wamids", {}), str(part): wamid},
    }
    if not parts_to_send(item, parts) and RANK[item.state] < RANK["sent"]:
        item.state = "sent"


def parts_sent(item: OutboxItem) -> int:
    """How many parts of a message WhatsApp has taken, the last of them included."""
    return int(item.content.get("parts_sent", 0))


def parts_to_send(item: OutboxItem, parts: int) -> list[int]:
    """The numbers (from 0) of a message's parts that are still to be sent, of so many."""
    return [*item.content.get("redo", ()), *range(parts_sent(item), parts)]


def backlog(session: Session) -> dict[str, tuple[int, datetime]]:
    """By state, how many messages are not sent yet, and since when the oldest is kept."""
    rows = session.execute(
        select(OutboxItem.state, func.count(), func.min(OutboxItem.created_at))
        .where(OutboxItem.state.in_((*OPEN, *ASIDE)))
        .group_by(OutboxItem.state)
    )
    return {state: (count, oldest) for state, count, oldest in rows}
