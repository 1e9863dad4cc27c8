"""One message can be followed by its id through all processes, and the log holds nobody's words."""

import re
import time
from typing import Any

import requests
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import select, text

from lebailleur.conversation.models import InboxItem
from lebailleur.database import reading, writing
from lebailleur.rentals.models import Tenant
from tests.conversations import houses
from tests.conversations.houses import House
from tests.stack import METRICS_TOKEN, Stack

# So said by nobody else in any test that shares the stack.
SAID = "Paul paid 50k in zorkmids"


def villa_rose(stack: Stack) -> House:
    with houses.at(stack.now()), writing(stack.engine) as session:
        return houses.villa_rose(session, "en")


def last_of(stack: Stack, number: str) -> int:
    """The inbox id of the last message of somebody."""
    with reading(stack.engine) as session:
        mine = InboxItem.person_id == stack.person_id(number)
        return session.scalars(
            select(InboxItem.id).where(mine).order_by(InboxItem.id.desc())
        ).first()


def about(stack: Stack, inbox_id: int) -> list[dict[str, Any]]:
    return [each for each in stack.lines() if each.get("inbox_id") == inbox_id]


def value(stack: Stack, name: str, **labels: str) -> float:
    """A sample of /metrics; 0 where there is none."""
    answer = requests.get(
        f"{stack.url}/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}"}, timeout=20
    )
    assert answer.status_code == 200
    return sum(
        sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
        if sample.name == name and labels.items() <= sample.labels.items()
    )


def test_a_message_is_followed_from_the_webhook_to_its_delivery(stack: Stack) -> None:
    house = villa_rose(stack)
    landlord = house.phones["landlord"]
    phone = stack.phone(landlord)
    before = {
        "in": value(stack, "lebailleur_messages_in_total", kind="text"),
        "sent": value(stack, "lebailleur_messages_out_total", state="sent"),
        "turns": value(stack, "lebailleur_turn_seconds_count", kind="message", outcome="said"),
        "heard": value(stack, "lebailleur_understanding_confidence_count"),
    }
    phone.says(SAID)
    inbox_id = last_of(stack, landlord)
    _until(lambda: "message_sent" in _events(about(stack, inbox_id)))

    lines = about(stack, inbox_id)
    by = {(each["by"], each["event"]) for each in lines}
    assert {
        ("app", "kept"),
        ("actions", "action_ran"),
        ("rasa", "rasa_turn_ended"),
        ("app", "turn_ended"),
        ("app", "message_sent"),
    } <= by
    [turn] = [each for each in lines if each["event"] == "turn_ended"]
    assert turn["intent"] == "record_payment"
    assert 0.6 < turn["confidence"] <= 1
    assert "action_propose_payment" in turn["actions"]
    assert (turn["kind"], turn["outcome"]) == ("message", "said")
    assert turn["milliseconds"] > 0
    [kept] = [each for each in lines if each["event"] == "kept"]
    # The HTTP request that brought it is known too.
    assert kept["request_id"] in {
        each["request_id"] for each in stack.lines() if each.get("route") == "/api/webhook/"
    }
    [sent] = [each for each in lines if each["event"] == "message_sent"]
    _until(
        lambda: any(
            each["event"] == "status_noted" and each["outbox_id"] == sent["outbox_id"]
            for each in about(stack, inbox_id)
        )
    )
    assert value(stack, "lebailleur_messages_in_total", kind="text") > before["in"]
    assert value(stack, "lebailleur_messages_out_total", state="sent") > before["sent"]
    assert (
        value(stack, "lebailleur_turn_seconds_count", kind="message", outcome="said")
        > before["turns"]
    )
    assert value(stack, "lebailleur_understanding_confidence_count") > before["heard"]
    for part in ("database", "rasa", "actions", "scheduler"):
        assert value(stack, "lebailleur_up", part=part) == 1


def test_what_is_said_in_the_turn_of_another_is_followed_too(stack: Stack) -> None:
    """The tenant's receipt is an event that the landlord's yes has led to."""
    house = villa_rose(stack)
    phone = stack.phone(house.phones["landlord"])
    phone.says("Paul paid 50k")
    phone.says("1")
    yes, event = last_of(stack, house.phones["landlord"]), last_of(stack, house.phones["Paul"])
    _until(lambda: "message_sent" in _events(about(stack, event)))
    [kept] = [each for each in about(stack, event) if each["event"] == "kept"]
    assert (kept["by"], kept["cause"]) == ("actions", yes)
    assert {"actions", "rasa", "app"} <= {each["by"] for each in about(stack, event)}


def test_a_rest_request_is_followed_by_its_id(stack: Stack) -> None:
    given = "0b8f7c1e-followed"
    answer = requests.get(f"{stack.url}/tenants/", headers={"X-Request-Id": given}, timeout=10)
    assert (answer.status_code, answer.headers["X-Request-Id"]) == (401, given)
    _until(lambda: any(each.get("request_id") == given for each in stack.lines()))
    [line] = [each for each in stack.lines() if each.get("request_id") == given]
    assert (line["route"], line["status"]) == ("/tenants/", 401)


def test_while_the_actions_database_fails_nothing_that_was_said_is_in_a_log(stack: Stack) -> None:
    """rasa-sdk answers a fault with the whole request, and Rasa logs what it is answered."""
    house = villa_rose(stack)
    landlord = house.phones["landlord"]
    phone = stack.phone(landlord)
    phone.says(SAID)
    _sql(stack, "ALTER TABLE proposal RENAME TO proposal_away")
    try:
        sent = phone.types("Paul paid 20k in zorkmids")
        _until(lambda: "turn_put_off" in _events(about(stack, last_of(stack, landlord))))
    finally:
        _sql(stack, "ALTER TABLE proposal_away RENAME TO proposal")
    stack.settle(sent)
    lines = about(stack, last_of(stack, landlord))
    failed = [each for each in lines if each["level"] == "error"]
    assert {"rasa", "actions"} <= {each["by"] for each in failed}
    assert any("OperationalError" in each.get("exception", "") for each in failed)
    assert any("ClientResponseError" in each.get("exception", "") for each in failed)
    assert value(stack, "lebailleur_errors_total", kind="turn_put_off", code="silence") > 0
    _nobodys_words(stack)


def test_no_log_holds_a_number_a_name_or_a_text(stack: Stack) -> None:
    house = villa_rose(stack)
    stack.phone(house.phones["landlord"]).says(SAID)
    stack.phone(house.phones["Paul"]).says("how much do I owe?")
    _nobodys_words(stack)


def _nobodys_words(stack: Stack) -> None:
    """Of all that was logged so far, by this test and those before it."""
    log = stack.log.read_text()
    assert len(stack.lines()) > 20
    with reading(stack.engine) as session:
        numbers = session.scalars(text("SELECT value FROM person_alias")).all()
        wamids = session.scalars(text("SELECT key FROM inbox WHERE kind = 'message'")).all()
        names = set(session.scalars(select(Tenant.name)))
    assert len(numbers) > 3
    assert len(names) > 3
    for secret in ("zorkmids", "how much do I owe", *wamids, *(each[-9:] for each in numbers)):
        assert secret not in log
    for name in names:
        assert not re.search(rf"\b{re.escape(name)}\b", log)


def _events(lines: list[dict[str, Any]]) -> set[str]:
    return {each["event"] for each in lines}


def _sql(stack: Stack, statement: str) -> None:
    with stack.engine.begin() as connection:
        connection.execute(text(statement))


def _until(holds: Any, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return
        time.sleep(0.2)
    raise AssertionError("it did not come about")
