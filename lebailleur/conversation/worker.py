"""The workers that handle the inbox: one person's messages in order, people side by side.

What a turn answers is written to the outbox in the same transaction that marks its message
handled. A turn that fails leaves its message waiting; who waits long is told once.
"""

import os
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from structlog.contextvars import bound_contextvars

from lebailleur import clock, metrics
from lebailleur.conversation import inbox, pages, turns
from lebailleur.conversation.models import Conversation, InboxItem, OutboxItem
from lebailleur.conversation.rasa import Answer, RasaClient, RasaFailure
from lebailleur.conversation.workers import Workers
from lebailleur.database import reading, writing

log = structlog.get_logger()

THREADS, TELLERS = 8, max(2, os.cpu_count() or 1)
# Where Rasa is away, asking for each of many people in turn would only load the database.
AWAY_SECONDS = 1.0
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
    returns when the turn has ended. `is_operators` tells a mobile-money operator's text: its words
    are not passed on, only that it is one.
    """

    def __init__(
        self,
        engine: Engine,
        rasa: RasaClient,
        answered: Callable[[], None] = lambda: None,
        watch: Callable[[dict[str, Any]], Callable[[], None]] = lambda _: lambda: None,
        is_operators: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self._engine, self._rasa, self._answered, self._watch = engine, rasa, answered, watch
        self._is_operators = is_operators
        self._away_until = 0.0  # in seconds of the monotonic clock; 0: it is there
        # Who writes is not to wait for what we tell others: that has few threads of its own, and
        # but one of them while somebody who wrote is being served.
        self.workers = Workers(
            engine, "busy_until", inbox.CLAIM, self._waiting(wrote=True), self._one, THREADS
        )
        self.tellers = Workers(
            engine,
            "busy_until",
            inbox.CLAIM,
            self._waiting(wrote=False),
            self._one,
            TELLERS,
            lambda: 1 if self.workers.is_busy() else TELLERS,
        )

    def _waiting(self, *, wrote: bool) -> Callable[[Session], list[str]]:
        """Who can be served: nobody for a moment after Rasa was found away, and then one, until
        Rasa is back."""

        def found(session: Session) -> list[str]:
            if time.monotonic() < self._away_until:
                return []
            people = inbox.people_waiting(session, wrote=wrote)
            return people[:1] if self._away_until else people

        return found

    def _one(self, person_id: str) -> bool:
        """Handle a person's oldest item; whether to go on with the next."""
        with reading(self._engine) as session:
            item = inbox.oldest_of(session, person_id)
            state = session.get(Conversation, person_id)
        if item is None:
            return False
        if (until := inbox.quiet_at(item, state)) is not None:
            with writing(self._engine) as session:
                session.get_one(InboxItem, item.id).next_try_at = until
            return True
        with bound_contextvars(inbox_id=item.id):
            try:
                return self._turn(item, state)
            except SQLAlchemyError:
                raise  # the database is away: it is tried again
            except Exception as error:
                # A fault of ours: it is tried again like one of Rasa's, and in the end told.
                log.error("turn_failed", code=type(error).__name__)
                return self._put_off(item, RasaFailure(type(error).__name__))

    def _turn(self, item: InboxItem, state: Conversation | None) -> bool:
        began = time.monotonic()
        if self._turned(item, state):
            _note(item, began, "page")
            return True
        ended = self._watch(item.content)
        try:
            answer = self._ask(item, state)
        except RasaFailure as failure:
            given_up = self._put_off(item, failure)
            _note(item, began, "given_up" if given_up else "put_off")
            return given_up
        finally:
            ended()
        self._away_until = 0.0
        said = turns.said_first if item.kind == "event" else turns.bubbles
        with writing(self._engine) as session:
            _finish(session, item, said(answer.replies))
        self._answered()
        if item.kind == "message":
            self.tellers.wake()  # what was done may be told to others
        _note(item, began, _outcome(answer), answer)
        return True

    def _turned(self, item: InboxItem, state: Conversation | None) -> bool:
        """Whether the message asks for another page of what is shown; then it is answered."""
        if item.kind != "message" or state is None or not _counts(state, item):
            return False
        page = pages.wanted(item.content, state.options, state.pages)
        if page is None:
            return False
        with writing(self._engine) as session:
            _turn_page(session, item, page)
        self._answered()
        return True

    def _ask(self, item: InboxItem, state: Conversation | None) -> Answer:
        if item.kind == "event":
            return self._rasa.trigger(
                item.person_id,
                item.content["trigger"],
                item.content["entities"],
                event_id=item.id,
            )
        options = state.options if state and _counts(state, item) else None
        if state is not None and inbox.is_late(state, item.said_at):
            self._rasa.start_session(item.person_id, message_id=item.id)
        if self._is_operators(item.content.get("text") or ""):
            text = turns.MOBILE_MONEY
        else:
            text = turns.for_rasa(item.content, options)
        return self._rasa.say(item.person_id, text, message_id=item.id)

    def _put_off(self, item: InboxItem, failure: RasaFailure) -> bool:
        """Try again later; a poison message, which fails while Rasa is well, is closed."""
        if failure.away:
            self._away_until = time.monotonic() + AWAY_SECONDS
        poison = item.attempts + 1 >= MOST_ATTEMPTS and self._rasa.ready()
        with writing(self._engine) as session:
            kept = session.get_one(InboxItem, item.id)
            language = inbox.language_of(session, item.person_id)
            if poison:
                kept.state, kept.handled_at = "dead", clock.now()
                if item.kind == "message":
                    _send(session, kept, {"text": SORRY[language], "options": [], "document": None})
                log.error("message_given_up", reason=str(failure))
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
        log.warning("turn_put_off", reason=str(failure), seconds=delay)
        return False


def _outcome(answer: Answer) -> str:
    """What a turn came to, in one word; where nothing was to be said, why."""
    if any(each.failed for each in answer.replies):
        return "failed"
    nothing = (each.nothing for each in answer.replies if each.nothing is not None)
    return next(nothing, "said")


def _note(item: InboxItem, began: float, outcome: str, answer: Answer | None = None) -> None:
    """One line, and what is counted, when a turn has ended."""
    seconds = time.monotonic() - began
    answer = answer or Answer([])
    intent = item.content.get("trigger", answer.intent)
    log.info(
        "turn_ended",
        kind=item.kind,
        outcome=outcome,
        milliseconds=round(seconds * 1000),
        intent=intent,
        confidence=answer.confidence,
        actions=answer.actions,
    )
    metrics.turn(item.kind, outcome, seconds, trigger=item.content.get("trigger"))
    if answer.confidence is not None:
        metrics.understood(answer.intent, answer.likeliest, answer.confidence)


def _counts(state: Conversation, item: InboxItem) -> bool:
    """Whether the options that were shown still count when this message comes."""
    return state.options_stay or not inbox.is_late(state, item.said_at)


def _turn_page(session: Session, item: InboxItem, page: int) -> None:
    """Show another page, and end the message, in one transaction."""
    kept = session.get_one(InboxItem, item.id)
    state = inbox.conversation_of(session, item.person_id)
    if kept.state != "waiting" or not state.pages:
        return
    inbox.handled(kept)
    every = state.pages["pages"]
    _send(session, kept, every[page])
    state.pages = {**state.pages, "shown": page}
    state.options = pages.numbered(every, page)
    inbox.note_said(state, item)


def _finish(session: Session, item: InboxItem, contents: list[dict[str, Any]]) -> None:
    """The answers and the end of the message, in one transaction."""
    kept = session.get_one(InboxItem, item.id)
    if kept.state != "waiting":
        return  # another worker's claim began when ours had run out, and it has answered
    inbox.handled(kept)
    state = inbox.conversation_of(session, item.person_id)
    language = inbox.language_of(session, item.person_id)
    every = [pages.of(content, str(item.id), language) for content in contents]
    for found in every:
        _send(session, kept, found[0])
    asking = next((each for each in reversed(every) if each[0]["options"]), None)
    # An event that only tells something leaves open what the person was asked before.
    if asking is not None or item.kind == "message":
        state.options = pages.numbered(asking, 0) if asking else None
        paged = asking is not None and len(asking) > 1
        state.pages = {"key": str(item.id), "shown": 0, "pages": asking} if paged else None
        state.options_stay = item.kind == "event"
    if item.kind == "message":
        inbox.note_said(state, item)


def _send(session: Session, item: InboxItem, content: dict[str, Any]) -> None:
    if item.kind == "event":
        content = {**content, "matter": item.content["trigger"]}
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
