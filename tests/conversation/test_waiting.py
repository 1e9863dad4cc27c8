"""Whoever writes is served before those whom we tell something."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lebailleur import clock, identity
from lebailleur.conversation import inbox, outbox
from lebailleur.conversation.models import InboxItem, OutboxItem
from lebailleur.database import reading, writing
from lebailleur.settings import settings

EVENT = {"trigger": "EXTERNAL_rent_due", "entities": {}}


@pytest.fixture
def by_day() -> Iterator[None]:
    with clock.moved_to(datetime(2026, 11, 20, 9, tzinfo=UTC)):
        yield


def person(session: Session, number: int) -> str:
    return identity.of_phone(session, f"+2376770{number:05d}").id


def test_who_writes_comes_before_a_thousand_reminders(engine: Engine) -> None:
    with writing(engine) as session:
        for number in range(1000):
            inbox.keep(session, f"due:{number}", person(session, number), "event", EVENT)
        wrote = [person(session, number) for number in (5000, 7)]
        for each in wrote:
            inbox.keep(session, f"wamid.{each}", each, "message", {"text": "who owes?"})
    with reading(engine) as session:
        # The seventh has a reminder too, which has waited longer than all messages.
        assert inbox.people_waiting(session, wrote=True) == wrote
        told = inbox.people_waiting(session, wrote=False)
        assert len(told) == 50
        assert not set(told) & set(wrote)


def test_an_answer_is_sent_before_a_thousand_reminders(engine: Engine) -> None:
    with writing(engine) as session:
        for number in range(1000):
            inbox.keep(session, f"due:{number}", person(session, number), "event", EVENT)
        wrote = person(session, 5000)
        inbox.keep(session, "wamid.1", wrote, "message", {"text": "who owes?"})
        session.flush()
        for item in session.query(InboxItem).order_by(InboxItem.id).all():
            session.add(
                OutboxItem(
                    person_id=item.person_id,
                    inbox_id=item.id,
                    content={"text": "…", "options": []},
                    created_at=clock.now(),
                )
            )
    with reading(engine) as session:
        assert outbox.people_waiting(session)[0] == wrote


@pytest.mark.usefixtures("by_day")
def test_nobody_is_interrupted_and_what_was_put_off_holds_up_nothing(engine: Engine) -> None:
    """A landlord in the middle of a payment: the morning's message waits until the session is
    over; their own messages do not."""
    now, session_lasts = clock.now(), timedelta(minutes=settings().session_minutes)
    with writing(engine) as session:
        who = person(session, 1)
        inbox.conversation_of(session, who).last_in_at = now
        inbox.keep(session, "digest:1", who, "event", {**EVENT, "quiet": True})
        inbox.keep(session, "claim:1", who, "event", EVENT)
    with writing(engine) as session:
        item = inbox.oldest_of(session, who)
        assert item is not None
        until = inbox.quiet_at(item, inbox.conversation_of(session, who))
        assert until is not None
        assert until - now == session_lasts
        item.next_try_at = until
        session.flush()
        following = inbox.oldest_of(session, who)
        assert following is not None
        assert following.key == "claim:1"
        assert inbox.quiet_at(following, inbox.conversation_of(session, who)) is None
        inbox.keep(session, "wamid.1", who, "message", {"text": "1"})
        inbox.handled(following)
        session.flush()
        said = inbox.oldest_of(session, who)
        assert said is not None
        assert said.key == "wamid.1"
        assert inbox.people_waiting(session, wrote=True) == [who]
    with clock.moved_to(now + 2 * session_lasts), reading(engine) as session:
        assert inbox.quiet_at(item, inbox.conversation_of(session, who)) is None
