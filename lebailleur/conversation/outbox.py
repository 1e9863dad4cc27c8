"""The outbox: answers are kept until WhatsApp has them, or says never.

Somebody can be written to freely for a day after they last wrote (the window). Outside it only a
template gets through; what it has no room for is held until they write.
"""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import case, func, or_, select, update
from sqlalchemy.orm import Session

from lebailleur import clock, working_hours
from lebailleur.conversation.inbox import language_of
from lebailleur.conversation.models import Conversation, InboxItem, OutboxItem
from lebailleur.settings import settings

# Sending one message, a PDF's upload included, ends well before this.
CLAIM = timedelta(seconds=90)
_TRACKED = re.compile(r"outbox:([0-9]{1,18}):([0-9]{1,4})/([0-9]{1,4})")
# What failed after it was taken rests so long, times the tries, before it is sent again.
AGAIN_AFTER = timedelta(seconds=10)
# What we say first and could not send for so long may be true no longer.
TRUE_FOR = timedelta(hours=1)
# A day, less what a message may have been under way before it was kept.
WINDOW = timedelta(hours=23, minutes=55)
Window = Literal["open", "closed", "unknown"]
"""Whether somebody can be written to freely; ``unknown``: they never wrote to us."""
# A status never goes back; what failed stays failed.
RANK = {
    "held": 0,
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
# Of these, what has reached somebody, or will once they write.
_SAID_NOW = ("sent", "delivered", "read", "played", "held")
NO_FILE = {
    "fr": "(Le document n'a pas pu être joint. Redemandez-le plus tard, s'il vous plaît.)",
    "en": "(The document could not be attached. Please ask for it again later.)",
}


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
            .order_by(oldest.c.answers.desc(), oldest.c.id)
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


def take_back(session: Session, item: OutboxItem) -> bool:
    """Whether what we say first has waited too long to be sent as it stands, or past working hours:
    then it is forgotten, and its event handled again, which asks anew what is still true. What
    WhatsApp may have had of it stays."""
    event = session.get(InboxItem, item.inbox_id) if item.inbox_id else None
    if event is None or not event.content.get("quiet"):
        return False
    now = clock.now()
    too_late = working_hours.from_then(now, event.content["timezone"]) > now
    if now - item.created_at < TRUE_FOR and not too_late:
        return False
    every = session.scalars(select(OutboxItem).where(OutboxItem.inbox_id == event.id)).all()
    if not all(each.state == "waiting" and not _was_tried(each) for each in every):
        return False
    for each in every:
        session.delete(each)
    event.state, event.handled_at, event.next_try_at = "waiting", None, None
    return True


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


def hold(session: Session, item: OutboxItem) -> None:
    """Keep the whole of a message, of which a template could say only the beginning, until the
    person writes."""
    content = {key: item.content[key] for key in _SAID if key in item.content}
    session.add(
        OutboxItem(
            person_id=item.person_id,
            inbox_id=item.inbox_id,
            content=content,
            state="held",
            attempts=0,
            created_at=clock.now(),
        )
    )


def release(session: Session, people: Iterable[str]) -> None:
    """These people have written: what was held for them can be said."""
    session.execute(
        update(OutboxItem)
        .where(OutboxItem.state == "held", OutboxItem.person_id.in_(set(people)))
        .values(state="waiting")
    )


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
    code: int | None = None,
    tries: int = 0,
    template: bool = False,
    of_file: bool = False,
) -> OutboxItem | None:
    """Note what became of a message; it, or None where nothing was noted. `tracked` is what
    `tracker` made: by it a message is known whose sending had no answer, or has none yet. An
    unknown one is left alone: it is not ours.

    What failed with `code` is sent again while it failed so less than `tries` times, or where only
    a `template` gets through: as that, once. What failed for its file alone (`of_file`) is sent
    without it then.
    """
    item, part = _found(session, wamid, status, tracked)
    if item is None or RANK.get(status, -1) <= RANK[item.state]:
        return None
    if error:
        item.error = error[:300]
    item.state = status
    if status != "failed":
        return item
    if template and not item.content.get("as_template"):
        _again(item, wamid, 0, closed=True)
    elif times_refused(item, code) < tries:
        item.attempts += 1
        _again(item, wamid, part)
        item.next_try_at = clock.now() + AGAIN_AFTER * item.attempts
    else:
        give_up(item, language_of(session, item.person_id), of_file=of_file)
    return item


def give_up(item: OutboxItem, language: str | None, *, of_file: bool) -> None:
    """A message has failed for good. Where its file alone was the reason (`of_file`), its words go
    without it, and say so."""
    content = item.content
    without = {"document": None, "secret": None}
    if not of_file or not any(content.get(each) for each in without):
        item.state = "failed"
        return
    said = NO_FILE[language or settings().default_language]
    text = "\n\n".join(each for each in (content.get("text"), said) if each)
    refused = [*content.get("refused", ()), *filter(None, [item.wamid])]
    item.content = {**content, **without, "text": text, "parts_sent": 0, "refused": refused}
    item.state, item.wamid, item.next_try_at = "waiting", None, None


def backlog(session: Session) -> dict[str, tuple[int, datetime]]:
    """By state, how many messages are not sent yet, and since when the oldest is kept."""
    rows = session.execute(
        select(OutboxItem.state, func.count(), func.min(OutboxItem.created_at))
        .where(OutboxItem.state.in_((*OPEN, "held")))
        .group_by(OutboxItem.state)
    )
    return {state: (count, oldest) for state, count, oldest in rows}


def times_refused(item: OutboxItem, code: int | None) -> int:
    """Count one more refusal of a message; how often it was refused with this code by now. Each
    code has tries of its own: what passed once Meta was well again is not held against it."""
    times = dict(item.content.get("times_refused", {}))
    times[str(code)] = times.get(str(code), 0) + 1
    item.content = {**item.content, "times_refused": times}
    return int(times[str(code)])


def _found(
    session: Session, wamid: str, status: str, tracked: str | None
) -> tuple[OutboxItem | None, int]:
    """The message that a status is about, and which part of it; None where nothing is to be noted
    of it."""
    item = session.scalar(select(OutboxItem).where(OutboxItem.wamid == wamid))
    found = _TRACKED.fullmatch(tracked or "")
    number, part, parts = map(int, found.groups()) if found else (0, 0, 1)
    if item is not None or not found:
        return item, part
    item = session.get(OutboxItem, number)
    if item is None or wamid in item.content.get("refused", ()):
        return None, part  # not ours, or told again of what is being sent again already
    if part >= parts_sent(item):
        note_part(session, number, part, parts, wamid)
    # What is delivered is only its beginning.
    return (None if part + 1 < parts and status != "failed" else item), part


def _again(item: OutboxItem, wamid: str, part: int, **more: Any) -> None:
    item.state, item.wamid = "waiting", None
    refused = [*item.content.get("refused", ()), wamid]
    item.content = {**item.content, "parts_sent": part, "refused": refused, **more}
