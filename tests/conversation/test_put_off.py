"""What cannot be handled is tried again, less and less often, and in the end its writer is told."""

from datetime import UTC, datetime, timedelta
from typing import Any
from unittest import mock

import pytest
from sqlalchemy import Engine, select

from lebailleur import clock, identity
from lebailleur.conversation import inbox
from lebailleur.conversation.models import InboxItem, OutboxItem
from lebailleur.conversation.rasa import Answer, RasaFailure, Reply
from lebailleur.conversation.worker import MOST_ATTEMPTS, SORRY, InboxWorker
from lebailleur.database import reading, writing

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


class Rasa:
    """Fails at each message that is said to be bad; is there otherwise."""

    def __init__(self, failure: Exception) -> None:
        self.failure = failure

    def say(self, person_id: str, text: str, *, message_id: int) -> Answer:
        if text == "bad":
            raise self.failure
        return Answer([Reply(text=f"answer to {text}")])

    def ready(self) -> bool:
        return True


@pytest.mark.parametrize("failure", [KeyError("a fault of ours"), RasaFailure("silence")])
def test_a_message_that_always_fails_is_told_and_the_next_is_answered(
    engine: Engine, failure: Exception
) -> None:
    now = NOW
    pauses: list[float] = []

    def handle(worker: InboxWorker, who: str) -> None:
        with mock.patch.object(clock, "now", return_value=now):
            while worker._one(who):
                pass

    worker = InboxWorker(engine, Rasa(failure))  # type: ignore[arg-type]
    with mock.patch.object(clock, "now", return_value=now), writing(engine) as session:
        who = identity.of_phone(session, "+237677000001").id
        inbox.keep(session, "wamid.1", who, "message", {"text": "bad"})
        inbox.keep(session, "wamid.2", who, "message", {"text": "good"})
    for _ in range(MOST_ATTEMPTS - 1):
        handle(worker, who)
        with reading(engine) as session:
            bad = session.scalar(select(InboxItem).where(InboxItem.key == "wamid.1"))
            assert bad is not None
            assert bad.state == "waiting"
            assert bad.next_try_at is not None
        pauses.append((bad.next_try_at - now).total_seconds())
        now = bad.next_try_at + timedelta(seconds=0.1)
    assert pauses == sorted(pauses)
    handle(worker, who)
    with reading(engine) as session:
        states = dict(session.execute(select(InboxItem.key, InboxItem.state)).all())
        told = [each.content["text"] for each in session.scalars(select(OutboxItem))]
    assert states == {"wamid.1": "dead", "wamid.2": "handled"}
    assert SORRY["fr"] in told
    assert told[-1] == "answer to good"


def test_an_event_that_always_fails_is_closed_silently(engine: Engine) -> None:
    class Broken(Rasa):
        def trigger(self, *_: Any, **__: Any) -> Answer:
            raise self.failure

    now = NOW
    worker = InboxWorker(engine, Broken(KeyError("ours")))  # type: ignore[arg-type]
    with mock.patch.object(clock, "now", return_value=now), writing(engine) as session:
        who = identity.of_phone(session, "+237677000001").id
        content = {"trigger": "EXTERNAL_digest", "entities": {}}
        inbox.keep(session, "digest:1", who, "event", content)
    for _ in range(MOST_ATTEMPTS):
        with mock.patch.object(clock, "now", return_value=now):
            worker._one(who)
        now += timedelta(minutes=1)
    with reading(engine) as session:
        assert session.scalars(select(InboxItem.state)).all() == ["dead"]
        assert session.scalars(select(OutboxItem)).all() == []
