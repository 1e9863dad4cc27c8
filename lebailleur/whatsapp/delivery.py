"""Delivery: the outbox goes to the Graph API, a person's messages in order, again and again with
back-off until WhatsApp accepts them or says never.

WhatsApp has no way of sending a thing once: where no answer came, a status tells what became of it
(`outbox.apply_status`). It is waited for before the message is sent a second time.
"""

import random
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
from lebailleur.conversation import outbox
from lebailleur.conversation.inbox import language_of
from lebailleur.conversation.models import OutboxItem
from lebailleur.conversation.workers import Workers
from lebailleur.database import writing
from lebailleur.settings import settings
from lebailleur.whatsapp import outbound, templates
from lebailleur.whatsapp.errors import FILE_REFUSED, Action, rule_for
from lebailleur.whatsapp.graph import GraphClient, GraphError
from lebailleur.whatsapp.pace import Pace

log = structlog.get_logger()

Document = tuple[bytes, str]
"""The bytes of a file, or of a text that is kept nowhere, and their MIME type."""

THREADS = 8
FIRST_DELAY, LONGEST_DELAY = 1.0, 300.0
# How long a status may take to say what became of a message that had no answer: the first time,
# and after that.
STATUS_WITHIN = (timedelta(minutes=1), timedelta(hours=1))
TOMORROW = timedelta(hours=25)
# A template that is missing in one language is tried in the other; a paused one is held: Meta
# pauses it for three hours, then for six.
TEMPLATE_MISSING, TEMPLATE_PAUSED = 132001, 132015
TEMPLATE_TRIES, PAUSED_FOR = 4, timedelta(hours=3, minutes=5)
# How long all sending rests after an error that only the operator can mend.
STOPPED_FOR = timedelta(minutes=5)


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
        self._stopped_until: datetime | None = None
        self._lock = threading.Lock()
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
            if outbox.take_back(session, item):
                log.info("taken_back", outbox_id=item.id, inbox_id=item.inbox_id)
                return True
            if seconds := self._pace.too_soon(person_id):
                item.next_try_at = clock.now() + timedelta(seconds=seconds)
                return False
            closed = self._is_closed(session, item)
            if closed != bool(item.content.get("as_template")):
                # Parts that were sent the one way are no beginning of the other.
                item.content = {**item.content, "as_template": closed, "parts_sent": 0}
            item.state = "sending"
            language = language_of(session, person_id) or settings().default_language
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
        for number in range(outbox.parts_sent(item), len(parts)):
            tracker = outbox.tracker(item, number, len(parts))
            self._pace.wait()
            wamid = self._graph.send(
                {**parts[number], **address, "biz_opaque_callback_data": tracker}
            )
            with writing(self._engine) as session:
                outbox.note_part(session, item.id, number, len(parts), wamid)
                if not whole:
                    outbox.hold(session, item)

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
        rule = rule_for(error.code)
        if rule.action == "stop":
            self._rest(error)
        with writing(self._engine) as session:
            kept = session.get_one(OutboxItem, item.id)
            if outbox.RANK[kept.state] >= outbox.RANK["sent"]:
                return True  # a status has settled it meanwhile
            kept.error = str(error)[:300]
            kept.attempts += 1
            times = outbox.times_refused(kept, error.code)
            if _by_other_means(kept, error, language, times):
                return True
            tried_enough = rule.tries is not None and times >= rule.tries
            if tried_enough or rule.action in ("template", "never", "fix", "alert"):
                outbox.give_up(kept, language, of_file=error.code == FILE_REFUSED)
                metrics.messages_out.labels("failed").inc()
                say = log.warning if rule.action in ("template", "never") else log.error
                say("message_refused", code=error.code, calls_for=rule.action)
                return True
            if error.unknown:
                doubts = int(kept.content.get("doubts", 0))
                kept.content = {**kept.content, "doubts": doubts + 1}
                kept.state, pause = "unknown", STATUS_WITHIN[min(doubts, 1)]
            else:
                kept.state, pause = "waiting", _pause(kept.attempts, error, rule.action)
            kept.next_try_at = clock.now() + pause
        log.warning("send_put_off", code=error.code, attempts=item.attempts)
        return False

    def _rest(self, error: GraphError) -> None:
        """Stop all sending for a while and tell the operator, once."""
        with self._lock:
            if not self._rests():
                log.error("sending_stopped", code=error.code, minutes=STOPPED_FOR.seconds // 60)
            self._stopped_until = clock.now() + STOPPED_FOR

    def _rests(self) -> bool:
        return self._stopped_until is not None and clock.now() < self._stopped_until


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


def _by_other_means(item: OutboxItem, error: GraphError, language: str, times: int) -> bool:
    """Whether a refused message can go otherwise: as a template where only one gets through, in
    the other language where that template is missing, each once; later where it is paused."""
    content = item.content
    if rule_for(error.code).action == "template" and not content.get("as_template"):
        item.content = {**content, "closed": True}
    elif error.code == TEMPLATE_MISSING and "template_language" not in content:
        log.error("template_missing", code=error.code)
        other = next(each for each in templates.LANGUAGES if each != language)
        item.content = {**content, "template_language": other}
    elif error.code == TEMPLATE_PAUSED and times < TEMPLATE_TRIES:
        log.error("template_paused", code=error.code)
        item.next_try_at = clock.now() + PAUSED_FOR
    else:
        return False
    item.state = "waiting"
    return True


def _address(phone: str | None, user_id: str | None) -> dict[str, str]:
    """`to` with its plus (without one Meta may add the business's country), or a user id."""
    if phone:
        return {"to": phone}
    return {"recipient": user_id or ""}


def _pause(attempts: int, error: GraphError, action: Action) -> timedelta:
    if error.retry_after is not None:
        return timedelta(seconds=error.retry_after)
    if action == "tomorrow":
        return TOMORROW
    base = 4.0 ** min(attempts - 1, 4) if action == "pause" else FIRST_DELAY * 2.0 ** (attempts - 1)
    return timedelta(seconds=min(base, LONGEST_DELAY) * random.uniform(0.8, 1.2))
