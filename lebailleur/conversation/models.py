"""The tables of the conversation: what came in, what goes out, where each person stands, and what
was not understood for sure."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from lebailleur.conversation.sealed import SealedBytes, SealedJson, SealedText
from lebailleur.orm import Base, UtcDateTime

_WAITING = text("state = 'waiting'")
# So long WhatsApp tries to tell us of a message.
_TRIED_FOR = timedelta(days=7)


class InboxItem(Base):
    """A message that somebody sent, or an event that starts a conversation from our side.

    `key` is WhatsApp's message id, or what the event is about: the same key is kept once.
    """

    __tablename__ = "inbox"
    __table_args__ = (
        Index("ix_inbox_waiting", "state", "person_id", "id"),
        # The line of what waits, of each kind: its head is looked at many times a second.
        Index("ix_inbox_line", "kind", "id", postgresql_where=_WAITING, sqlite_where=_WAITING),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(255), unique=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(8))
    content: Mapped[dict[str, Any]] = mapped_column(SealedJson)
    state: Mapped[str] = mapped_column(String(8), default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    handled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def said_at(self) -> datetime:
        """When it was written: WhatsApp may bring it much later. Where it does not say when, or
        what cannot be, the moment when it came."""
        under_way = self.received_at.timestamp() - self.content.get("timestamp", 0)
        if not 0 < under_way <= _TRIED_FOR.total_seconds():
            return self.received_at
        return self.received_at - timedelta(seconds=under_way)


class OutboxItem(Base):
    """A message for somebody, kept until WhatsApp has it or says never."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_waiting", "state", "person_id", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    inbox_id: Mapped[int | None] = mapped_column(ForeignKey("inbox.id"), index=True)
    content: Mapped[dict[str, Any]] = mapped_column(SealedJson)
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    wamid: Mapped[str | None] = mapped_column(String(255), index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str | None] = mapped_column(String(300))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Standstill(Base):
    """That nothing can be sent, for a reason (Meta's `code`) which only the operator can mend.
    There is one at most; after `until` it is tried again, and what is delivered then ends it."""

    __tablename__ = "standstill"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[int]
    until: Mapped[datetime] = mapped_column(UtcDateTime)


class Conversation(Base):
    """Where a person stands: the options shown last, when they last wrote, who works on it.

    `pages`: a long list in pages, and which of them is shown, as `pages.wanted` reads it.
    `options_stay`: we asked first (a reminder), so the answer may come hours later.
    `busy_until`, `sending_until` and `fetching_until` are claims: one worker at a time handles,
    sends to, or fetches files of one person; a claim that runs out (its worker died) can be taken
    by another.
    """

    __tablename__ = "conversation"
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    options: Mapped[list[Any] | None] = mapped_column(SealedJson)
    pages: Mapped[dict[str, Any] | None] = mapped_column(SealedJson)
    options_stay: Mapped[bool] = mapped_column(default=False)
    last_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    busy_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sending_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    fetching_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    told_waiting_for: Mapped[int | None]


class Attachment(Base):
    """A file that somebody sent. `about` says what it belongs to (``claim:7``), and
    `to_person_id` who gets it then. `state`: ``waiting`` to be fetched, ``kept`` or ``failed``."""

    __tablename__ = "attachment"
    __table_args__ = (Index("ix_attachment_waiting", "state", "person_id", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(255), unique=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(10))
    media_id: Mapped[str] = mapped_column(String(100))
    mime: Mapped[str] = mapped_column(String(100))
    filename: Mapped[str | None] = mapped_column(SealedText)
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    data: Mapped[bytes | None] = mapped_column(SealedBytes, deferred=True)
    about: Mapped[str | None] = mapped_column(String(40))
    to_person_id: Mapped[str | None] = mapped_column(String(32))
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str | None] = mapped_column(String(300))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Doubt(Base):
    """An unclear message. `ranking` is the model's, as [intent, confidence]; `offered` the
    intents that were offered; `chosen` one of them, or "none_meant", or nothing yet."""

    __tablename__ = "understanding_doubt"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(255), unique=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    text: Mapped[str] = mapped_column(SealedText)
    entities: Mapped[list[dict[str, Any]]] = mapped_column(SealedJson)
    ranking: Mapped[list[list[Any]]] = mapped_column(JSON)
    offered: Mapped[list[str]] = mapped_column(JSON)
    chosen: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    chosen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
