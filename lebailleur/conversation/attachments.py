"""Files that people send. They are fetched from WhatsApp, kept, and go on to whom they concern once
it is known what they are about: the payment that a tenant says to have made, a fault, a message.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from lebailleur import clock
from lebailleur.conversation import inbox
from lebailleur.conversation.models import Attachment
from lebailleur.orm import insert_into
from lebailleur.settings import settings

# Fetching one file ends well before this.
CLAIM = timedelta(seconds=120)
MOST_BYTES = 16 * 1024 * 1024
"""WhatsApp's own limit but for documents, which may be larger; ours keep to it too."""
TYPES = frozenset(
    (
        *("image/jpeg", "image/png", "image/webp", "application/pdf", "video/mp4", "video/3gpp"),
        *("audio/ogg", "audio/mpeg", "audio/mp4", "audio/aac", "audio/amr"),
    )
)
# So long WhatsApp has a file.
LASTS = timedelta(days=7)
# From one try to the next four times as long, up to an hour.
FIRST_DELAY, LONGEST_DELAY = timedelta(seconds=2), timedelta(hours=1)
MOST_GROWTH = 6
TRIGGER = "EXTERNAL_attachment"
REFUSED_TRIGGER = "EXTERNAL_attachment_refused"


def keep(session: Session, key: str, person_id: str, kind: str, media: dict[str, Any]) -> None:
    """Note a file that a message brought; it is fetched later. The same message brings it once."""
    if not media.get("id"):
        return
    session.execute(
        insert_into(session, Attachment)
        .values(
            key=key,
            person_id=person_id,
            kind=kind,
            media_id=str(media["id"])[:100],
            mime=str(media.get("mime_type") or "")[:100],
            filename=str(media["filename"])[:240] if media.get("filename") else None,
            state="waiting",
            attempts=0,
            received_at=clock.now(),
        )
        .on_conflict_do_nothing(index_elements=["key"])
    )


def people_waiting(session: Session, limit: int = 50) -> list[str]:
    """People of whom a file can be fetched now."""
    return list(
        session.scalars(
            select(Attachment.person_id)
            .where(Attachment.state == "waiting", _its_time())
            .distinct()
            .limit(limit)
        )
    )


def oldest_of(session: Session, person_id: str) -> Attachment | None:
    """The next file of a person to be fetched."""
    return session.scalar(
        select(Attachment)
        .where(Attachment.state == "waiting", Attachment.person_id == person_id, _its_time())
        .order_by(Attachment.id)
        .limit(1)
    )


def fetched(session: Session, number: int, data: bytes, mime: str) -> None:
    """A file is here; who waits for it gets it."""
    item = session.get_one(Attachment, number)
    item.data, item.mime, item.state, item.error = data, mime[:100], "kept", None
    _pass_on(session, item)


def put_off(session: Session, number: int, error: str) -> None:
    """It could not be fetched: again later, as long as WhatsApp has it."""
    item = session.get_one(Attachment, number)
    item.attempts += 1
    item.error = error[:300]
    now = clock.now()
    if now - item.received_at >= LASTS:
        gone(session, number, error)
    else:
        delay = FIRST_DELAY * 4 ** min(item.attempts - 1, MOST_GROWTH)
        item.next_try_at = now + min(delay, LONGEST_DELAY)


def gone(session: Session, number: int, error: str) -> None:
    """It can never be had; who waits for it is told that there was one."""
    item = session.get_one(Attachment, number)
    item.state, item.error = "failed", error[:300]
    _pass_on(session, item)


def refused(session: Session, number: int, error: str) -> None:
    """It is too large, or of a type that is not kept: whoever sent it is told so too."""
    gone(session, number, error)
    person_id = session.get_one(Attachment, number).person_id
    content = {"trigger": REFUSED_TRIGGER, "entities": {}}
    inbox.keep(session, f"attachment_refused:{number}", person_id, "event", content)


def attach(session: Session, person_id: str, about: str, to_person_id: str) -> int:
    """What this person has sent in this session and is about nothing yet is about this
    (``claim:7``, ``issue:3``), and goes on to `to_person_id`. How many files that is."""
    since = clock.now() - timedelta(minutes=settings().session_minutes)
    found = session.scalars(
        select(Attachment)
        .where(
            Attachment.person_id == person_id,
            Attachment.about.is_(None),
            Attachment.received_at >= since,
        )
        .order_by(Attachment.id)
    ).all()
    for item in found:
        item.about, item.to_person_id = about, to_person_id
        _pass_on(session, item)
    return len(found)


def for_person(session: Session, number: int, person_id: str) -> Attachment:
    """A file, for the one to whom it goes. Raises `LookupError` for others and for what is not
    there."""
    item = session.get(Attachment, number)
    if item is None or item.to_person_id != person_id:
        raise LookupError(f"no attachment {number} for this person")
    return item


def _pass_on(session: Session, item: Attachment) -> None:
    if item.to_person_id is None or item.state == "waiting":
        return
    content = {"trigger": TRIGGER, "entities": {"choice": str(item.id)}}
    inbox.keep(session, f"attachment:{item.id}", item.to_person_id, "event", content)


def _its_time() -> Any:
    return or_(Attachment.next_try_at.is_(None), Attachment.next_try_at <= clock.now())
