"""Whoever writes is served before those whom we tell something."""

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lebailleur import clock, identity
from lebailleur.conversation import inbox, outbox
from lebailleur.conversation.models import InboxItem, OutboxItem
from lebailleur.database import reading, writing

EVENT = {"trigger": "EXTERNAL_rent_due", "entities": {}}


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
        waiting = inbox.people_waiting(session)
        # The seventh has a reminder that waited longest, and is first for that.
        assert set(waiting[:2]) == set(wrote)
        assert len(waiting) == 50


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
