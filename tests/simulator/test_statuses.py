"""Statuses have each of Meta's forms, and tell what a message costs on its day."""

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from sqlalchemy import Engine

from lebailleur.whatsapp import inbound
from tests.simulator.stack import LANDLORD, TENANT, Stack, stack_on
from tests.simulator.test_limits import standing_at

BILLED_SINCE = datetime(2026, 10, 1, tzinfo=UTC)
FREE, PAID = (False, "free_customer_service"), (True, "regular")


def test_each_status_comes_with_its_delay(engine: Engine) -> None:
    with stack_on(engine, status_delay=0.2) as stack:
        stack.say(LANDLORD, "Bonjour")
        stack.heard.wait("messages", 1)
        began = time.monotonic()
        stack.reply(LANDLORD)
        stack.heard.wait("statuses", 2)
        was_read = time.monotonic()
        stack.phone(LANDLORD, "read", {})
        stack.heard.wait("statuses", 3)
        sent, delivered, read = (at for _, _, at in stack.heard.posts[1:])
    assert sent - began >= 0.2
    assert delivered - began >= 0.4
    assert read - was_read >= 0.6


def failed_values(stack: Stack, count: int) -> list[dict[str, Any]]:
    """What the notifications of failed messages hold, in the order of their sending."""
    stack.heard.wait("statuses", count)
    bodies = [json.loads(body) for body, _, _ in stack.heard.posts]
    values = [body["entry"][0]["changes"][0]["value"] for body in bodies]
    return [value for value in values if "statuses" in value]


def test_22_a_failure_comes_in_both_forms_and_both_are_understood(stack: Stack) -> None:
    wamids = [stack.reply(TENANT) for _ in range(2)]
    values = failed_values(stack, 2)
    bare, live = sorted(values, key=lambda value: "contacts" in value)
    assert "href" in bare["statuses"][0]["errors"][0]
    assert live["contacts"] == [{"wa_id": TENANT.lstrip("+")}]
    assert "href" not in live["statuses"][0]["errors"][0]
    for value in values:
        [status] = value["statuses"]
        assert status["recipient_id"] == TENANT.lstrip("+")
        assert "recipient_user_id" not in status
    read = [
        status
        for body, _, _ in stack.heard.posts
        for status in inbound.read(json.loads(body)).statuses
    ]
    assert {each.wamid for each in read} == set(wamids)
    assert {(each.status, each.error, each.code) for each in read} == {
        ("failed", "131047 Re-engagement message", 131047)
    }


def test_22_a_failure_to_who_shows_no_number_names_them_by_their_user_id(stack: Stack) -> None:
    phone = stack.without_a_number()
    stack.say(phone, "Bonjour")
    user_id = stack.heard.wait("messages", 1)[0]["from_user_id"]
    fault = {"kind": "fail", "code": 131026, "times": 2}
    requests.post(f"{stack.url}/simulator/faults", json=fault, timeout=10)
    payload = {"messaging_product": "whatsapp", "recipient": user_id, "type": "text"}
    for _ in range(2):
        stack.post({**payload, "text": {"body": "Bonjour"}})
    for value in failed_values(stack, 2):
        assert "contacts" not in value
        assert "recipient_id" not in value["statuses"][0]
        assert value["statuses"][0]["recipient_user_id"] == user_id


def template(name: str, category: str) -> dict[str, Any]:
    body = {"type": "BODY", "text": "Bonjour."}
    return {"name": name, "language": "fr", "category": category, "components": [body]}


@pytest.mark.parametrize(
    ("now", "in_window"),
    [(BILLED_SINCE - timedelta(seconds=1), FREE), (BILLED_SINCE, PAID)],
)
def test_what_is_said_within_the_window_is_billed_since_october(
    engine: Engine, now: datetime, in_window: tuple[bool, str]
) -> None:
    approved = [template("due", "UTILITY"), template("offer", "MARKETING")]
    with stack_on(engine, status_delay=0.03, approved=approved) as stack, standing_at(now):
        stack.say(LANDLORD, "Bonjour")
        due = {"name": "due", "language": {"code": "fr"}}
        expected = {
            stack.reply(LANDLORD): ("service", *in_window),
            stack.reply(LANDLORD, "template", **due): ("utility", *in_window),
            stack.reply(TENANT, "template", **due): ("utility", *PAID),
            stack.reply(LANDLORD, "template", **due | {"name": "offer"}): ("marketing", *PAID),
        }
        statuses = stack.heard.wait("statuses", 8)
    for status in statuses:
        told = status["pricing"]
        assert told["pricing_model"] == "PMP"
        assert (told["category"], told["billable"], told["type"]) == expected[status["id"]]
