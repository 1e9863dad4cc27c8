"""The workers that handle the inbox: one person's messages in order, people side by side.

What a turn answers is written to the outbox in the same transaction that marks its message
handled. A turn that fails leaves its message waiting; who waits long is told once.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lebailleur import clock
from lebailleur.conversation import inbox, turns
from lebailleur.conversation.models import Conversation, InboxItem, OutboxItem
from lebailleur.conversation.rasa import RasaClient, RasaFailure, Reply
from lebailleur.conversation.workers import Workers
from lebailleur.database import reading, writing
from lebailleur.settings import settings

log = structlog.get_logger()

THREADS = 8
FIRST_DELAY_SECONDS, LONGEST_DELAY_SECONDS = 0.5, 30.0
TELL_AFTER = timedelta(seconds=8)
# Rasa answers others, but this message fails again and again: it gets an apology and is closed.
MOST_ATTEMPTS = 10

COMING = {
    "fr": "Un instant, s'il vous plaît : votre message est bien arrivé, la réponse vient.",
    "en": "One moment please: your message has arrived, the answer is coming.",
}
SORRY = {
    "fr": "Je n'arrive pas à traiter ce message ; rien n'est noté. Écrivez *menu* pour continuer.",
    "en": "I cannot handle that message, and nothing was noted. Write *menu* to go on.",
}


class InboxWorker:
    """Handles waiting items until stopped.

    `answered` is called when something is to be sent; `watch` when a turn begins, and what it
    returns when the turn has ended.
    """

    def __init__(
        self,
        engine: Engine,
        rasa: RasaClient,
        answered: Callable[[], None] = lambda: None,
        watch: Callable[[dict[str, Any]], Callable[[], None]] = lambda _: lambda: None,
    ) -> None:
        self._engine, self._rasa, self._answered, self._watch = engine, rasa, answered, watch
        self.workers = Workers(
            engine, "busy_until", inbox.CLAIM, inbox.people_waiting, self._one, THREADS
        )

    def _one(self, person_id: str) -> bool:
        """Handle a person's oldest item; whether to go on with the next."""
        with reading(self._engine) as session:
            item = inbox.oldest_of(session, person_id)
            state = session.get(Conversation, person_id)
        if item is None:
            return False
        ended = self._watch(item.content)
        try:
            contents = turns.bubbles(self._ask(item, state))
        except RasaFailure as failure:
            return self._put_off(item, failure)
        finally:
            ended()
        with writing(self._engine) as session:
            _finish(session, item, contents)
        self._answered()
        return True

    def _ask(self, item: InboxItem, state: Conversation | None) -> list[Reply]:
        if item.kind == "event":
            return self._rasa.trigger(
                item.person_id, item.content["trigger"], item.content["entities"]
            )
        options = state.options if state else None
        if state is not None and _idle(state.last_in_at, item.received_at):
            self._rasa.start_session(item.person_id, message_id=item.id)
            options = options if state.options_stay else None
        text = turns.for_rasa(item.content, options)
        return self._rasa.say(item.person_id, text, message_id=item.id)

    def _put_off(self, item: InboxItem, failure: RasaFailure) -> bool:
        """Try again later; a poison message, which fails while Rasa is well, is closed."""
        poison = item.attempts + 1 >= MOST_ATTEMPTS and self._rasa.ready()
        with writing(self._engine) as session:
            kept = session.get_one(InboxItem, item.id)
            language = inbox.language_of(session, item.person_id) or settings().default_language
            if poison:
                kept.state, kept.handled_at = "dead", clock.now()
                if item.kind == "message":
                    _send(session, kept, {"text": SORRY[language], "options": [], "document": None})
                log.error("message_given_up", inbox_id=item.id, reason=str(failure))
                return True
            delay = min(FIRST_DELAY_SECONDS * 2**item.attempts, LONGEST_DELAY_SECONDS)
            inbox.try_later(kept, delay)
            waited = clock.now() - item.received_at
            if item.kind == "message" and waited >= TELL_AFTER:
                state = inbox.conversation_of(session, item.person_id)
                if state.told_waiting_for != item.id:
                    state.told_waiting_for = item.id
                    text = COMING[language]
                    _send(session, kept, {"text": text, "options": [], "document": None})
        log.warning("turn_put_off", inbox_id=item.id, reason=str(failure), seconds=delay)
        return False


def _idle(last: datetime | None, now: datetime) -> bool:
    return last is not None and now - last > timedelta(minutes=settings().session_minutes)


def _finish(session: Session, item: InboxItem, contents: list[dict[str, object]]) -> None:
    """The answers and the end of the message, in one transaction."""
    kept = session.get_one(InboxItem, item.id)
    if kept.state != "waiting":
        return  # another worker's claim began when ours had run out, and it has answered
    inbox.handled(kept)
    for content in contents:
        _send(session, kept, content)
    state = inbox.conversation_of(session, item.person_id)
    shown = next((each["options"] for each in reversed(contents) if each["options"]), None)
    state.options = shown  # type: ignore[assignment]
    state.options_stay = item.kind == "event"
    if item.kind == "message":
        state.last_in_at = item.received_at


def _send(session: Session, item: InboxItem, content: dict[str, object]) -> None:
    session.add(
        OutboxItem(
            person_id=item.person_id,
            inbox_id=item.id,
            content=content,
            state="waiting",
            attempts=0,
            created_at=clock.now(),
        )
    )
