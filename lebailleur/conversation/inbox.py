"""The inbox: nothing that was kept is lost, nothing is kept twice."""

from datetime import datetime, timedelta
from typing import Any, Literal

import structlog
from sqlalchemy import ColumnElement, Select, case, event, exists, func, or_, select
from sqlalchemy.orm import Session, aliased
from structlog.contextvars import get_contextvars

from lebailleur import clock, working_hours
from lebailleur.conversation.models import Conversation, InboxItem
from lebailleur.identity import Person
from lebailleur.orm import insert_into
from lebailleur.settings import settings

log = structlog.get_logger()

# A person whose turn has not ended after this long is anybody's again.
CLAIM = timedelta(seconds=60)
_WAITING = InboxItem.state == "waiting"


def keep(
    session: Session,
    key: str,
    person_id: str,
    kind: Literal["message", "event"],
    content: dict[str, Any],
) -> bool:
    """Keep a message or an event; False when this key was kept before.

    A message's content may have its ``timestamp``, in seconds, as WhatsApp tells it. An event's is
    ``{"trigger": intent, "entities": {...}}``: it is handled in the person's order like a message,
    and what Rasa answers goes out to them.
    """
    kept = session.execute(
        insert_into(session, InboxItem)
        .values(
            key=key,
            person_id=person_id,
            kind=kind,
            content=content,
            state="waiting",
            attempts=0,
            received_at=clock.now(),
        )
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(InboxItem.id)
    ).scalar()
    if kept is None:
        return False
    # An item that was kept in the turn of another one names that.
    line = {"inbox_id": kept, "kind": kind, "cause": get_contextvars().get("inbox_id")}
    event.listen(session, "after_commit", lambda _: log.info("kept", **line), once=True)
    return True


def people_waiting(session: Session, *, wrote: bool, limit: int = 50) -> list[str]:
    """People with something to be handled now and nobody at it, the longest waiting first: those
    who have written (`wrote`), or those to whom we only have something to tell."""
    now = clock.now()
    found = _who_wrote(now) if wrote else _who_is_told(now)
    return list(dict.fromkeys(session.scalars(found.limit(limit))))


def _who_wrote(now: datetime) -> Select[str]:
    """Who has written, unless their oldest message has been put off."""
    oldest = (
        select(InboxItem.person_id, func.min(InboxItem.id).label("id"))
        .where(_WAITING, InboxItem.kind == "message")
        .group_by(InboxItem.person_id)
        .subquery()
    )
    return (
        select(oldest.c.person_id)
        .join(InboxItem, InboxItem.id == oldest.c.id)
        .outerjoin(Conversation, Conversation.person_id == oldest.c.person_id)
        .where(_due(now), _free(now))
        .order_by(oldest.c.id)
    )


def _who_is_told(now: datetime) -> Select[str]:
    """Who is to be told something, in the order of the line (ten thousand may stand in it, and only
    its head is looked at); a person may come twice."""
    theirs = aliased(InboxItem)
    wrote = exists().where(
        theirs.state == "waiting",
        theirs.kind == "message",
        theirs.person_id == InboxItem.person_id,
    )
    return (
        select(InboxItem.person_id)
        .outerjoin(Conversation, Conversation.person_id == InboxItem.person_id)
        .where(_WAITING, InboxItem.kind == "event", _due(now), ~wrote, _free(now))
        .order_by(InboxItem.id)
    )


def oldest_of(session: Session, person_id: str) -> InboxItem | None:
    """A person's oldest item that waits, if its time has come. An event that was put off holds up
    nothing."""
    now = clock.now()
    item = session.scalar(
        select(InboxItem)
        .where(InboxItem.person_id == person_id, InboxItem.state == "waiting", _in_line(now))
        .order_by(InboxItem.id)
        .limit(1)
    )
    if item is None or (item.next_try_at is not None and item.next_try_at > now):
        return None
    return item


def quiet_at(item: InboxItem, state: Conversation | None) -> datetime | None:
    """When an event that interrupts nobody can be told; None: now. It waits until the session is
    over (a "1" that is under way is meant for what was asked before it), and for working hours."""
    if item.kind != "event" or not item.content.get("quiet"):
        return None
    now = until = clock.now()
    if state is not None and state.last_in_at is not None:
        until = max(now, state.last_in_at + timedelta(minutes=settings().session_minutes))
    until = working_hours.from_then(until, timezone_of(item))
    return until if until > now else None


def timezone_of(event: InboxItem) -> str:
    """Where the working hours count that an event keeps."""
    return event.content.get("timezone") or settings().default_timezone


def handle_again(event: InboxItem) -> None:
    """What an event had to say was not said: it is asked anew."""
    event.state, event.handled_at, event.next_try_at = "waiting", None, None


def event_of(session: Session, key: str) -> InboxItem | None:
    """The event that was kept under a key."""
    return session.scalar(select(InboxItem).where(InboxItem.key == key))


def backlog(session: Session) -> dict[str, tuple[int, datetime]]:
    """By kind, how many items could be handled now and are not, and since when the oldest could."""
    since = case(
        (InboxItem.kind == "message", InboxItem.received_at),
        else_=func.coalesce(InboxItem.next_try_at, InboxItem.received_at),
    )
    rows = session.execute(
        select(InboxItem.kind, func.count(), func.min(since))
        .where(InboxItem.state == "waiting", _in_line(clock.now()))
        .group_by(InboxItem.kind)
    )
    return {kind: (count, oldest) for kind, count, oldest in rows}


def _due(now: datetime) -> ColumnElement[bool]:
    return or_(InboxItem.next_try_at.is_(None), InboxItem.next_try_at <= now)


def _in_line(now: datetime) -> ColumnElement[bool]:
    return or_(InboxItem.kind == "message", _due(now))


def _free(now: datetime) -> ColumnElement[bool]:
    return or_(Conversation.busy_until.is_(None), Conversation.busy_until < now)


def text_of(session: Session, person_id: str, item_id: int | None) -> str | None:
    """The words of a person's own message; None where there are none."""
    item = session.get(InboxItem, item_id) if item_id is not None else None
    if item is None or item.person_id != person_id or item.kind != "message":
        return None
    return item.content.get("text") or None


def conversation_of(session: Session, person_id: str) -> Conversation:
    """Where a person stands, made when new."""
    session.execute(
        insert_into(session, Conversation)
        .values(person_id=person_id, options_stay=False)
        .on_conflict_do_nothing(index_elements=["person_id"])
    )
    return session.get_one(Conversation, person_id)


def said_at(session: Session, item_id: int | None) -> datetime:
    """When a message was written; now, where there is none."""
    item = session.get(InboxItem, item_id) if item_id is not None else None
    return item.said_at if item is not None else clock.now()


def note_said(state: Conversation, item: InboxItem) -> None:
    """A person has written. What came late moves nothing back."""
    state.last_in_at = max(item.said_at, state.last_in_at or item.said_at)


def is_late(state: Conversation | None, at: datetime) -> bool:
    """Whether somebody who wrote at this moment was silent for longer than a session lasts:
    what was open is closed."""
    last = state.last_in_at if state else None
    return last is not None and at - last > timedelta(minutes=settings().session_minutes)


def language_of(session: Session, person_id: str) -> str:
    """The language that a person writes; before it is known, the default."""
    person = session.get(Person, person_id)
    return (person.language if person else None) or settings().default_language


def try_later(item: InboxItem, delay_seconds: float) -> None:
    """Leave an item waiting, for some seconds."""
    item.attempts += 1
    item.next_try_at = clock.now() + timedelta(seconds=delay_seconds)


def handled(item: InboxItem, at: datetime | None = None) -> None:
    """What was asked is done, and its answers are in the outbox."""
    item.state, item.handled_at = "handled", at or clock.now()
