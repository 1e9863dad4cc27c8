"""What we say first and could not send in time is asked for anew, so that nothing is said that has
become untrue, nor at night."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest import mock

import pytest
from sqlalchemy import Engine, select

from lebailleur import clock, identity
from lebailleur.conversation import inbox, outbox
from lebailleur.conversation.models import InboxItem, OutboxItem
from lebailleur.database import reading, writing

# Ten in the morning, and half past six in the evening, in Douala.
MORNING = datetime(2026, 11, 20, 9, tzinfo=UTC)
EVENING = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)
QUIET = {
    "trigger": "EXTERNAL_rent_due",
    "entities": {},
    "quiet": True,
    "timezone": "Africa/Douala",
}


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    with mock.patch.object(clock, "now", return_value=moment):
        yield


def said(engine: Engine, moment: datetime, event: dict[str, Any], **content: Any) -> int:
    """An event that was handled, and waits to be sent; its message's id."""
    with at(moment), writing(engine) as session:
        who = identity.of_phone(session, "+237677000001").id
        inbox.keep(session, "due:1", who, "event", event)
        found = inbox.event_of(session, "due:1")
        assert found is not None
        inbox.handled(found)
        item = OutboxItem(
            person_id=who,
            inbox_id=found.id,
            content={"text": "Rent is due", "options": [], **content},
            created_at=moment,
        )
        session.add(item)
        session.flush()
        return item.id


def taken_back(engine: Engine, number: int, moment: datetime) -> bool:
    with at(moment), writing(engine) as session:
        return outbox.take_back(session, session.get_one(OutboxItem, number))


@pytest.mark.parametrize(
    ("decided", "minutes"), [(MORNING, 61), (EVENING, 31)], ids=["too old", "past working hours"]
)
def test_what_waited_too_long_is_asked_for_anew(
    engine: Engine, decided: datetime, minutes: int
) -> None:
    number = said(engine, decided, QUIET)
    assert not taken_back(engine, number, decided + timedelta(minutes=29))
    assert taken_back(engine, number, decided + timedelta(minutes=minutes))
    with reading(engine) as session:
        assert session.scalars(select(OutboxItem)).all() == []
        [event] = session.scalars(select(InboxItem))
        assert (event.state, event.handled_at) == ("waiting", None)


@pytest.mark.parametrize(
    ("event", "content"),
    [
        ({**QUIET, "quiet": False}, {}),
        (QUIET, {"parts_sent": 1}),
        (QUIET, {"doubts": 1}),
        (QUIET, {"refused": ["wamid.1"]}),
    ],
    ids=["somebody waits for it", "a part was sent", "it may have been sent", "it was taken"],
)
def test_what_was_asked_for_or_may_have_arrived_stays(
    engine: Engine, event: dict[str, Any], content: dict[str, Any]
) -> None:
    number = said(engine, MORNING, event, **content)
    assert not taken_back(engine, number, MORNING + timedelta(days=1))


def test_the_rest_of_what_a_template_began_stays(engine: Engine) -> None:
    number = said(engine, MORNING, QUIET)
    with at(MORNING), writing(engine) as session:
        item = session.get_one(OutboxItem, number)
        item.state = "delivered"
        outbox.hold(session, item.id)
        session.flush()
        outbox.release(session, [item.person_id])
        rest = outbox.oldest_of(session, item.person_id)
        assert rest is not None
    assert not taken_back(engine, rest.id, MORNING + timedelta(days=1))


def test_what_is_said_first_waits_for_the_morning(engine: Engine) -> None:
    night = datetime(2026, 11, 20, 21, tzinfo=UTC)
    with at(EVENING), writing(engine) as session:
        who = identity.of_phone(session, "+237677000001").id
        inbox.keep(session, "due:1", who, "event", QUIET)
        item = inbox.event_of(session, "due:1")
        assert item is not None
        assert inbox.quiet_at(item, None) is None
        state = inbox.conversation_of(session, who)
    with at(night):
        assert inbox.quiet_at(item, None) == datetime(2026, 11, 21, 7, tzinfo=UTC)
    # Who wrote at the very end of the day is not written to when their session ends.
    state.last_in_at = datetime(2026, 11, 20, 17, 55, tzinfo=UTC)
    with at(datetime(2026, 11, 20, 17, 59, tzinfo=UTC)):
        assert inbox.quiet_at(item, state) == datetime(2026, 11, 21, 7, tzinfo=UTC)


def test_what_was_said_is_known(engine: Engine) -> None:
    number = said(engine, MORNING, QUIET)
    for state, reached in (("waiting", False), ("failed", False), ("sent", True), ("held", True)):
        with writing(engine) as session:
            session.get_one(OutboxItem, number).state = state
        with reading(engine) as session:
            event = inbox.event_of(session, "due:1")
            assert event is not None
            assert outbox.was_said(session, event) is reached
