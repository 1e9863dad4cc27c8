"""Delivery: the outbox goes to the Graph API, a person's messages in order, again and again with
back-off until WhatsApp accepts them or says never.

WhatsApp has no way of sending a thing once: where no answer came, a status tells what became of it
(`outcomes.apply_status`). It is waited for before the message is sent a second time.
"""

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from structlog.contextvars import bound_contextvars

from lebailleur import clock, identity, metrics
from lebailleur.conversation import outbox, outcomes, standstill
from lebailleur.conversation.inbox import language_of
from lebailleur.conversation.models import OutboxItem
from lebailleur.conversation.workers import Workers
from lebailleur.database import reading, writing
from lebailleur.whatsapp import outbound, templates
from lebailleur.whatsapp.errors import FILE_REFUSED, TOO_FAST, rule_for
from lebailleur.whatsapp.graph import GraphClient, GraphError
from lebailleur.whatsapp.pace import Pace
from lebailleur.whatsapp.refusals import refused

log = structlog.get_logger()

Document = tuple[bytes, str]
"""The bytes of a file, or of a text that is kept nowhere, and their MIME type."""

THREADS = 8
# So long a process may not know that another one has found that nothing can be sent.
ASK_EVERY = timedelta(seconds=1)


class Delivery:
    """Sends what waits in the outbox. `resolve` turns a document's ref into its bytes."""

    def __init__(
        self,
        engine: Engine,
        graph: GraphClient,
        resolve: Callable[[str, str], Document],
        pace: Pace,
        *,
        unknown_is_closed: bool = False,
    ) -> None:
        """`unknown_is_closed`: who never wrote to us never wrote to this number at all; else
        they may have, before this database began, so it is tried."""
        self._unknown_is_closed = unknown_is_closed
        self._engine, self._graph, self._resolve, self._pace = engine, graph, resolve, pace
        self._asked_at: datetime | None = None
        self._stands_still = False
        self.workers = Workers(
            engine,
            "sending_until",
            outbox.CLAIM,
            lambda session: [] if self._rests() else outbox.people_waiting(session),
            self._one,
            THREADS,
        )

    def _one(self, person_id: str) -> bool:
        """Send a person's next message; whether to go on with the one after it."""
        if self._rests():
            return False
        with writing(self._engine) as session:
            item = outbox.oldest_of(session, person_id)
            if item is None:
                return False
            if item.state == "sending":
                # Who sent it has died, or could not note what Meta said.
                outcomes.doubt(item)
                return False
            if outbox.take_back(session, item):
                log.info("taken_back", outbox_id=item.id, inbox_id=item.inbox_id)
                return True
            if seconds := self._pace.too_soon(person_id):
                item.next_try_at = clock.now() + timedelta(seconds=seconds)
                return False
            closed = self._is_closed(session, item)
            if closed != bool(item.content.get("as_template")):
                # Parts that were sent the one way are no beginning of the other.
                outcomes.anew(item, as_template=closed)
            item.state = "sending"
            language = language_of(session, person_id)
            address = _address(
                identity.alias_of(session, person_id, "phone"),
                identity.alias_of(session, person_id, "user_id"),
            )
        with bound_contextvars(outbox_id=item.id, inbox_id=item.inbox_id):
            began = time.monotonic()
            try:
                self._send(item, address, language)
            except GraphError as error:
                return self._failed(item, error, language)
            except SQLAlchemyError:
                raise
            except Exception as error:
                # A fault of ours: it is kept, and tried again until it is mended.
                log.error("send_failed", code=type(error).__name__)
                return self._failed(item, GraphError(None, type(error).__name__), language)
            template = bool(item.content.get("as_template"))
            milliseconds = round((time.monotonic() - began) * 1000)
            log.info("message_sent", milliseconds=milliseconds, template=template)
        metrics.messages_out.labels("sent").inc()
        return True

    def _is_closed(self, session: Session, item: OutboxItem) -> bool:
        """Whether only a template gets through: as far as we know, or as Meta has said."""
        window = outbox.window_of(session, item.person_id)
        unknown = window == "unknown" and self._unknown_is_closed
        return window == "closed" or unknown or bool(item.content.get("closed"))

    def _send(self, item: OutboxItem, address: dict[str, str], language: str) -> None:
        """Send what of a message has not been sent yet, part by part; outside the window as a
        template."""
        whole = True
        if item.content.get("as_template"):
            template, whole = self._template(item, language)
            parts = [template]
        else:
            parts = self._parts(item, language)
        if not whole:
            with writing(self._engine) as session:
                outbox.hold(session, item.id)
        to_send = outbox.parts_to_send(item, len(parts))
        for number in to_send:
            if number != to_send[0]:
                self._pace.one_more(item.person_id)
            tracker = outbox.tracker(item, number, len(parts))
            self._pace.wait()
            wamid = self._graph.send(
                {**parts[number], **address, "biz_opaque_callback_data": tracker}
            )
            with writing(self._engine) as session:
                outbox.note_part(session, item.id, number, len(parts), wamid)

    def _template(self, item: OutboxItem, language: str) -> tuple[dict[str, Any], bool]:
        content = item.content
        options, media = content.get("options") or [], None
        if document := content.get("document"):
            media_id, _ = self._uploaded(document, item.person_id)
            media = {"id": media_id, "filename": document["filename"]}
        language = content.get("template_language", language)
        template = templates.chosen(
            content.get("matter"), language, len(options), document=media is not None
        )
        return templates.filled(template, language, content.get("text") or "", options, media)

    def _parts(self, item: OutboxItem, language: str) -> list[dict[str, Any]]:
        content = item.content
        if document := content.get("document"):
            media_id, mime = self._uploaded(document, item.person_id)
            text = content.get("text") or ""
            return [outbound.file(media_id, document["filename"], mime, text)]
        text = content["text"]
        if secret := content.get("secret"):
            # Made at this moment, and kept nowhere.
            text = f"{text}\n\n{self._made(secret, item.person_id)[0].decode()}"
        return outbound.payloads(text, content["options"], language, first=content.get("first", 1))

    def _uploaded(self, document: dict[str, str], person_id: str) -> tuple[str, str]:
        """A file's media id and MIME type. Raises `GraphError`, with `FILE_REFUSED` where trying it
        more than once again would change nothing."""
        data, mime = self._made(document["ref"], person_id)
        try:
            return self._graph.upload(data, document["filename"], mime), mime
        except GraphError as error:
            if rule_for(error.code).action in ("fix", "never", "alert"):
                raise GraphError(FILE_REFUSED, str(error)) from error
            raise

    def _made(self, ref: str, person_id: str) -> Document:
        try:
            return self._resolve(ref, person_id)
        except SQLAlchemyError:
            raise  # the database is away: it is tried again
        except Exception as error:
            log.error("file_not_made", code=type(error).__name__)
            raise GraphError(FILE_REFUSED, type(error).__name__) from error

    def _failed(self, item: OutboxItem, error: GraphError, language: str) -> bool:
        """Note a refusal, and what comes of it; whether to go on with the next message."""
        with writing(self._engine) as session:
            kept = session.get_one(OutboxItem, item.id)
            if outbox.RANK[kept.state] >= outbox.RANK["sent"]:
                return True  # a status has settled it meanwhile
            kept.error = str(error)[:300]
            if error.unknown:
                outcomes.doubt(kept)
                log.warning("send_unanswered", code=error.code, attempts=kept.attempts)
                return False
            goes_on = refused(session, kept, error.code, language, retry_after=error.retry_after)
            if error.code in TOO_FAST and kept.next_try_at is not None:
                self._pace.rest((kept.next_try_at - clock.now()).total_seconds())
        self._asked_at = None
        return goes_on and not self._rests()

    def _rests(self) -> bool:
        """Whether nothing is to be sent now."""
        now = clock.now()
        if self._asked_at is None or abs(now - self._asked_at) >= ASK_EVERY:
            with reading(self._engine) as session:
                self._stands_still = standstill.until(session) is not None
            self._asked_at = now
        return self._stands_still or self._pace.rests()


class Attention:
    """Shows that a message was read and that an answer is being written, when it takes longer."""

    AFTER_SECONDS = 1.0

    def __init__(self, graph: GraphClient) -> None:
        self._graph = graph

    def watch(self, content: dict[str, Any]) -> Callable[[], None]:
        """Begin to watch over one message's turn; call what comes back when it has ended."""
        wamid = content.get("wamid")
        if not wamid:
            return lambda: None
        timer = threading.Timer(self.AFTER_SECONDS, self._show, (str(wamid),))
        timer.daemon = True
        timer.start()
        return timer.cancel

    def _show(self, wamid: str) -> None:
        try:
            self._graph.mark_read(wamid, typing=True)
        except GraphError as error:
            log.info("typing_not_shown", code=error.code)


def _address(phone: str | None, user_id: str | None) -> dict[str, str]:
    """`to` with its plus (without one Meta may add the business's country), or a user id."""
    if phone:
        return {"to": phone}
    return {"recipient": user_id or ""}
