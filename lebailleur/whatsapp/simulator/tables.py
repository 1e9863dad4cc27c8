"""The simulator's memory. All its tables begin with `sim_`; the rest of the app never reads them.

Moments of the conversation (`sent_at`, `last_wrote_at`, `debt_until` …) are the clock's, which
tests may move. Moments of transport (`due_at`, `posting_until`, `typing_until`) are the machine's:
a moved clock must neither hold a notification back nor send it early.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, ForeignKey, LargeBinary, String, Text, true
from sqlalchemy.orm import Mapped, mapped_column

from lebailleur.orm import Base, UtcDateTime


class SimPhone(Base):
    """A person's phone, from the moment it first takes part. `phone` is digits, no plus. Who has a
    `username` shows the business no number: it knows them by `user_id` alone."""

    __tablename__ = "sim_phone"
    phone: Mapped[str] = mapped_column(String(20), primary_key=True)
    name: Mapped[str | None] = mapped_column(String(300))
    user_id: Mapped[str] = mapped_column(String(160), unique=True)
    username: Mapped[str | None] = mapped_column(String(60))
    stranger: Mapped[bool] = mapped_column(Boolean, default=False)
    last_wrote_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_sent_to_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    debt_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    refused_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    typing_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    posting_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SimMessage(Base):
    """One message of either side; `content` is the object under its type's name, as Meta has it.

    `state` of a person's message: sent, delivered (the webhook answered 200), read. Of one by the
    business: delivered, read, failed (then it never reached the phone). `in_window`: the person had
    written in the 24 hours before.
    """

    __tablename__ = "sim_message"
    id: Mapped[int] = mapped_column(primary_key=True)
    wamid: Mapped[str] = mapped_column(String(200), unique=True)
    phone: Mapped[str] = mapped_column(ForeignKey("sim_phone.phone"), index=True)
    by_business: Mapped[bool] = mapped_column(Boolean)
    kind: Mapped[str] = mapped_column(String(20))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    reply_to: Mapped[str | None] = mapped_column(String(200))
    tracker: Mapped[str | None] = mapped_column(String(512))
    state: Mapped[str] = mapped_column(String(10))
    error_code: Mapped[int | None]
    in_window: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SimMedia(Base):
    """A file at WhatsApp: uploaded by the business, or (`phone` set) sent by a person."""

    __tablename__ = "sim_media"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    phone: Mapped[str | None] = mapped_column(String(20))
    mime: Mapped[str] = mapped_column(String(100))
    filename: Mapped[str] = mapped_column(String(300))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SimTemplate(Base):
    """A message template of the business; approved as soon as it is created."""

    __tablename__ = "sim_template"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(512))
    language: Mapped[str] = mapped_column(String(10))
    category: Mapped[str] = mapped_column(String(20))
    components: Mapped[list[dict[str, Any]]] = mapped_column(JSON)


class SimNotification(Base):
    """A notification that the webhook has not yet answered with 200: its exact body."""

    __tablename__ = "sim_notification"
    id: Mapped[int] = mapped_column(primary_key=True)
    phone: Mapped[str] = mapped_column(ForeignKey("sim_phone.phone"), index=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("sim_message.id"))
    body: Mapped[str] = mapped_column(Text)
    attempts: Mapped[int] = mapped_column(default=0)
    first_due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class SimEvent(Base):
    """Something that an open page shows at once: a new or changed message, typing, a person."""

    __tablename__ = "sim_event"
    id: Mapped[int] = mapped_column(primary_key=True)
    phone: Mapped[str] = mapped_column(String(20))
    message_id: Mapped[int | None]


class SimFault(Base):
    """Something that shall go wrong `times` times more; see faults.Fault."""

    __tablename__ = "sim_fault"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    calls: Mapped[str] = mapped_column(String(20), default="messages", server_default="messages")
    times: Mapped[int]
    phone: Mapped[str | None] = mapped_column(String(20))
    code: Mapped[int]
    http: Mapped[int | None]
    retry_after: Mapped[int | None]
    milliseconds: Mapped[int]
