"""What we say first is said only while it is true, however long it was under way."""

import time
from datetime import timedelta
from typing import Any

import requests
from sqlalchemy import select

from lebailleur.conversation import inbox
from lebailleur.conversation.models import InboxItem, OutboxItem
from lebailleur.database import reading, writing
from lebailleur.rentals import payments
from lebailleur.rentals.asks import Ask
from lebailleur.rentals.rights import ADMIN
from tests.conversations import houses
from tests.conversations.houses import House
from tests.journey.test_journey import villa_rose
from tests.stack import Stack

# Three days before Paul's April falls due.
AS_OF = "2026-03-29T09:00:00+01:00"


def remind(stack: Stack, house: House, who: str, step: str | None, **content: Any) -> str:
    """Keep the reminder of somebody's rent, as the scheduler does; its key."""
    entities = {"choice": str(house.leases[who]), "as_of": AS_OF}
    if step is not None:
        entities["step"] = step
    event = {"trigger": "EXTERNAL_rent_due", "entities": entities, **content}
    key = f"due:{house.leases[who]}:{step}"
    with houses.at(stack.now()), writing(stack.engine) as session:
        inbox.keep(session, key, stack.person_id(house.phones[who]), "event", event)
    return key


def event_of(stack: Stack, key: str) -> InboxItem:
    with reading(stack.engine) as session:
        return session.scalars(select(InboxItem).where(InboxItem.key == key)).one()


def test_a_reminder_that_is_no_longer_true_is_not_said(stack: Stack) -> None:
    house = villa_rose(stack)
    key = remind(stack, house, "Marie", None)  # she has paid until March, and is asked in April
    stack.settle()
    assert (event_of(stack, key).state, event_of(stack, key).attempts) == ("handled", 0)
    assert stack.phone(house.phones["Marie"]).chat() == []


def test_of_steps_that_waited_together_the_last_is_said(stack: Stack) -> None:
    """The app was away while the scheduler was not."""
    house = villa_rose(stack)
    keys = [remind(stack, house, "Paul", f"2026-0{day}") for day in ("3-01:7", "4-01:-3")]
    stack.settle()
    assert [event_of(stack, key).state for key in keys] == ["handled", "handled"]
    [told] = stack.phone(house.phones["Paul"]).chat()
    assert "1 April 2026" in told["text"]


def test_what_could_not_be_sent_in_time_is_asked_for_anew(stack: Stack) -> None:
    """Meta refuses for an hour; meanwhile Paul pays, and Awa does not."""
    house = villa_rose(stack)
    quiet = {"quiet": True, "timezone": "Africa/Douala"}
    for who in ("Paul", "Awa"):
        digits = house.phones[who].lstrip("+")
        fault = {"kind": "refuse", "code": 131016, "times": 90, "phone": digits}
        assert requests.post(f"{stack.url}/simulator/faults", json=fault, timeout=10).ok
    keys = {
        "Paul": remind(stack, house, "Paul", "2026-04-01:-3", **quiet),
        "Awa": remind(stack, house, "Awa", "2026-03-31:-3", **quiet),
    }
    events = {who: event_of(stack, key).id for who, key in keys.items()}
    assert all(refused(stack, number) for number in events.values())
    with houses.at(stack.now()), writing(stack.engine) as session:
        payments.record(session, ADMIN, Ask(house.leases["Paul"], months=6), key=keys["Paul"])
        for item in session.scalars(
            select(OutboxItem).where(OutboxItem.inbox_id.in_(events.values()))
        ):
            item.created_at -= timedelta(minutes=61)
    requests.delete(f"{stack.url}/simulator/faults", timeout=10)
    stack.settle()
    assert stack.phone(house.phones["Paul"]).chat() == []
    [told] = stack.phone(house.phones["Awa"]).chat()
    assert "Shop 2" in told["text"]
    assert {event_of(stack, key).state for key in keys.values()} == {"handled"}


def refused(stack: Stack, inbox_id: int) -> bool:
    """Wait until what an event says was refused."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with reading(stack.engine) as session:
            item = session.scalar(select(OutboxItem).where(OutboxItem.inbox_id == inbox_id))
            if item is not None and item.attempts > 0:
                return True
        time.sleep(0.1)
    return False
