"""Both sides of every chat: what the business sends, what people send, and who has read it."""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import phonenumbers
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from lebailleur import clock, database
from lebailleur.orm import insert_into
from lebailleur.whatsapp.simulator import faults, limits, notifications
from lebailleur.whatsapp.simulator.account import Account
from lebailleur.whatsapp.simulator.bell import Bell
from lebailleur.whatsapp.simulator.errors import GraphError
from lebailleur.whatsapp.simulator.tables import (
    SimEvent,
    SimMedia,
    SimMessage,
    SimNotification,
    SimPhone,
)
from lebailleur.whatsapp.simulator.wamid import new_wamid

TYPING_LASTS = timedelta(seconds=25)


@dataclass(frozen=True)
class SimPerson:
    """Somebody whose phone can be chosen: number (E.164), name, what they are, and the heading
    under which they are listed. The page translates the roles `landlord` and `tenant` and the
    groups `landlords`, `tenants` and `strangers`; anything else it shows as it is."""

    phone: str
    name: str
    role_label: str
    group: str


class People(Protocol):
    """Whose phones can be chosen: all, or who has this number (E.164), if anybody."""

    def __call__(self, phone: str | None = None, /) -> list[SimPerson]: ...


def machine_now() -> datetime:
    """The machine's time, for what concerns transport: a moved clock must not disturb it."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Chats:
    """The simulated WhatsApp. `status_delay` is the pause, in seconds, before each status."""

    account: Account
    people: People
    throughput: limits.Throughput
    engine: Engine | None = None
    keep_window: bool = True
    status_delay: float = 0.15
    bell: Bell = field(default_factory=Bell)

    def send(
        self,
        phone: str,
        kind: str,
        content: dict[str, Any],
        *,
        reply_to: str | None = None,
        tracker: str | None = None,
        broken: int | None = None,
        shuffled: bool = False,
        copies: int = 1,
    ) -> str:
        """A message from the business to a phone (digits); its wamid.

        It fails later, as Meta lets it, outside the 24-hour window or for the error `broken`. Its
        statuses come in the wrong order when `shuffled`, each in so many `copies`. Raises
        GraphError 130429 when too much is sent in this second, 131056 when this person is written
        to too often.
        """
        if self.throughput.exceeded():
            raise GraphError(130429, "Too many messages sent from this number in this second.")
        now = clock.now()
        with database.writing(self.engine) as session:
            row = self.phone(session, phone)
            refused = limits.pair_limit_hit(row, now)
            if not refused:
                in_window = limits.window_is_open(row, now)
                if self.keep_window and kind != "template" and not in_window:
                    broken = 131047
                message = SimMessage(
                    wamid=new_wamid(phone, by_business=True),
                    phone=phone,
                    by_business=True,
                    kind=kind,
                    content=content,
                    reply_to=reply_to,
                    tracker=tracker,
                    state="failed" if broken else "delivered",
                    error_code=broken,
                    in_window=in_window,
                    sent_at=now,
                )
                session.add(message)
                row.typing_until = None
                self._shown(session, message)
                statuses = ["failed"] if broken else ["sent", "delivered"]
                if kind == "reaction":
                    statuses = statuses[:1]
                order = reversed(statuses) if shuffled else statuses
                for step, status in enumerate(order, 1):
                    body = notifications.of_status(self.account, row, message, status, now)
                    for copy in range(copies):
                        self._queue(session, message, body, (step + copy / 2) * self.status_delay)
        self.bell.ring()
        if refused:  # raised only here, so that the refusal itself is remembered
            raise GraphError(131056, "Too many messages sent from this number to this person.")
        return message.wamid

    def write(
        self, phone: str, kind: str, content: dict[str, Any], *, reply_to: str | None = None
    ) -> str:
        """A message from a person (digits) to the business; its wamid."""
        self.throughput.exceeded()  # it counts, but nobody stops people from writing
        now = clock.now()
        with database.writing(self.engine) as session:
            row = self.phone(session, phone)
            row.last_wrote_at = now
            message = SimMessage(
                wamid=new_wamid(phone, by_business=False),
                phone=phone,
                by_business=False,
                kind=kind,
                content=content,
                reply_to=reply_to,
                state="sent",
                sent_at=now,
            )
            session.add(message)
            self._shown(session, message)
            body = notifications.of_message(self.account, row, message)
            self._queue(session, message, body, 0)
            if faults.any_pending(session) and faults.take(session, "repeat", "messages", phone):
                self._queue(session, message, body, self.status_delay)
        self.bell.ring()
        return message.wamid

    def read_by_person(self, phone: str) -> int:
        """The phone shows its chat: all the business wrote is read. How many were unread."""
        now = clock.now()
        with database.writing(self.engine) as session:
            unread = session.scalars(
                select(SimMessage)
                .where(SimMessage.phone == phone, SimMessage.by_business)
                .where(SimMessage.state == "delivered")
                .order_by(SimMessage.id)
            ).all()
            for message in unread:
                message.state = "read"
                self._shown(session, message)
                if message.kind != "reaction":
                    row = self.phone(session, phone)
                    body = notifications.of_status(self.account, row, message, "read", now)
                    self._queue(session, message, body, 3 * self.status_delay)
        if unread:
            self.bell.ring()
        return len(unread)

    def read_by_business(self, wamid: str, *, typing: bool) -> None:
        """The business marks a person's message, and all before it, as read."""
        with database.writing(self.engine) as session:
            last = session.scalar(
                select(SimMessage).where(
                    SimMessage.wamid == wamid, SimMessage.by_business.is_(False)
                )
            )
            if last is None:
                raise GraphError(131009, "message_id is no message that was received.")
            for message in session.scalars(
                select(SimMessage).where(
                    SimMessage.phone == last.phone,
                    SimMessage.by_business.is_(False),
                    SimMessage.id <= last.id,
                    SimMessage.state != "read",
                )
            ):
                message.state = "read"
                self._shown(session, message)
            if typing:
                self.phone(session, last.phone).typing_until = machine_now() + TYPING_LASTS
                session.add(SimEvent(phone=last.phone))
        self.bell.ring()

    def add_stranger(self, name: str, username: str | None = None) -> str:
        """A new phone that nobody knows yet, and whose number the business never sees where it has
        a `username`; its digits."""
        with database.writing(self.engine) as session:
            while True:
                phone = f"{self.account.country_code}65{secrets.randbelow(10**7):07}"
                if not self.people(f"+{phone}") and session.get(SimPhone, phone) is None:
                    break
            row = self.phone(session, phone)
            row.name, row.stranger, row.username = name, True, username
            session.add(SimEvent(phone=phone))
        self.bell.ring()
        return phone

    def keep_media(
        self, content: bytes, mime: str, filename: str, *, phone: str | None = None
    ) -> SimMedia:
        """Keep a file: the business's, or one that a phone sends."""
        media = SimMedia(
            id=10**14 + secrets.randbelow(9 * 10**14),
            phone=phone,
            mime=mime[:100],
            filename=filename[:300],
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            content=content,
            created_at=clock.now(),
        )
        with database.writing(self.engine) as session:
            session.add(media)
        return media

    def phone(self, session: Session, phone: str) -> SimPhone:
        """The row of a phone (digits), made when new; safe against two at once."""
        row = session.get(SimPhone, phone)
        if row is None:
            name = next((each.name for each in self.people(f"+{phone}")), None)
            session.execute(
                insert_into(session, SimPhone)
                .values(phone=phone, name=name, user_id=user_id_of(phone), stranger=False)
                .on_conflict_do_nothing(index_elements=["phone"])
            )
        return session.get_one(SimPhone, phone, with_for_update=True)

    def _shown(self, session: Session, message: SimMessage) -> None:
        session.flush()
        session.add(SimEvent(phone=message.phone, message_id=message.id))

    def _queue(self, session: Session, message: SimMessage, body: str, delay: float) -> None:
        due = machine_now() + timedelta(seconds=delay)
        session.add(
            SimNotification(
                phone=message.phone,
                message_id=message.id,
                body=body,
                first_due_at=due,
                due_at=due,
                attempts=0,
            )
        )


def user_id_of(phone: str) -> str:
    """The business-scoped user id of a phone: country, point, and digits that do not tell it."""
    try:
        region = phonenumbers.region_code_for_number(phonenumbers.parse("+" + phone))
    except phonenumbers.NumberParseException:
        region = None
    digest = hashlib.sha256(b"user id of " + phone.encode()).hexdigest()
    return f"{region or 'ZZ'}.{int(digest[:16], 16)}"


def mark_delivered(session: Session, message_id: int) -> None:
    """The webhook has taken a person's message: its second tick."""
    changed = session.execute(
        update(SimMessage)
        .where(SimMessage.id == message_id, SimMessage.by_business.is_(False))
        .where(SimMessage.state == "sent")
        .values(state="delivered")
        .returning(SimMessage.phone)
    ).scalar()
    if changed:
        session.add(SimEvent(phone=changed, message_id=message_id))
