"""A message counts as said when it was written, not when WhatsApp brought it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from unittest import mock

import pytest
from sqlalchemy import Engine, select

from lebailleur import clock, identity
from lebailleur.conversation import inbox, outbox, pages
from lebailleur.conversation.models import Conversation, InboxItem, OutboxItem
from lebailleur.conversation.rasa import Answer, Reply
from lebailleur.conversation.worker import InboxWorker
from lebailleur.database import reading, writing
from tests.conversation.test_pages import content

LAST = datetime(2026, 11, 20, 9, tzinfo=UTC)
CAME = LAST + timedelta(minutes=30)


class Rasa:
    """Notes what it is told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def say(self, person_id: str, text: str, *, message_id: int) -> Answer:
        self.told.append(text)
        return Answer([Reply(text="…")])

    def start_session(self, person_id: str, *, message_id: int) -> None:
        self.told.append("a new session")


def brought(engine: Engine, text: str, **when: Any) -> tuple[str, list[str]]:
    """A message is brought at `CAME`, of somebody who last wrote at `LAST` and was shown options;
    our id of them, and what Rasa is told."""
    rasa = Rasa()
    with mock.patch.object(clock, "now", return_value=CAME):
        with writing(engine) as session:
            who = identity.of_phone(session, "+237677000001").id
            state = inbox.conversation_of(session, who)
            state.last_in_at, state.options = LAST, [["Oui", "/affirm"]]
            inbox.keep(session, "wamid.1", who, "message", {"text": text, **when})
        InboxWorker(engine, rasa)._one(who)  # type: ignore[arg-type]
    return who, rasa.told


def stamp(minutes: float) -> dict[str, int]:
    return {"timestamp": int((LAST + timedelta(minutes=minutes)).timestamp())}


def last_in_at(engine: Engine) -> datetime | None:
    with reading(engine) as session:
        return session.scalars(select(Conversation.last_in_at)).one()


def test_who_answered_in_time_has_answered(engine: Engine) -> None:
    _, told = brought(engine, "1", **stamp(9))
    assert told == ["/affirm"]
    assert last_in_at(engine) == LAST + timedelta(minutes=9)


def test_who_answered_late_is_late(engine: Engine) -> None:
    _, told = brought(engine, "1", **stamp(11))
    assert told == ["a new session", "1"]
    assert last_in_at(engine) == LAST + timedelta(minutes=11)


def test_a_page_is_turned_for_who_asked_in_time(engine: Engine) -> None:
    found = pages.of(content(30), "1", "fr")
    with writing(engine) as session:
        who = identity.of_phone(session, "+237677000001").id
        inbox.conversation_of(session, who).pages = {"key": "1", "shown": 0, "pages": found}
    _, told = brought(engine, "plus", **stamp(9))
    assert told == []
    assert last_in_at(engine) == LAST + timedelta(minutes=9)


def test_what_was_said_before_the_last_message_moves_nothing_back(engine: Engine) -> None:
    _, told = brought(engine, "1", **stamp(-5))
    assert told == ["/affirm"]
    assert last_in_at(engine) == LAST


@pytest.mark.parametrize(
    "when", [{}, {"timestamp": 0}, {"timestamp": 1}, stamp(31), {"timestamp": 999_999_999_999}]
)
def test_what_was_said_at_no_moment_that_can_be_was_said_now(
    engine: Engine, when: dict[str, int]
) -> None:
    _, told = brought(engine, "1", **when)
    assert told == ["a new session", "1"]
    assert last_in_at(engine) == CAME
    with reading(engine) as session:
        item = session.scalars(select(InboxItem)).one()
        assert item.said_at == item.received_at == CAME


def test_the_window_is_closed_a_day_after_somebody_wrote(engine: Engine) -> None:
    """However late it was brought: WhatsApp counts from when it was written."""
    who, _ = brought(engine, "1", **stamp(1))
    with reading(engine) as session:
        for hours, window in ((23, "open"), (24.1, "closed")):
            with mock.patch.object(clock, "now", return_value=LAST + timedelta(hours=hours)):
                assert outbox.window_of(session, who) == window


def test_how_long_we_let_wait_is_counted_from_when_it_came(engine: Engine) -> None:
    brought(engine, "1", **stamp(1))
    with reading(engine) as session:
        assert session.scalars(select(InboxItem.received_at)).one() == CAME
        assert session.scalars(select(OutboxItem.created_at)).one() == CAME
