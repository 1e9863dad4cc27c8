"""Faults on demand: each code of the fact sheet, and calls about files and templates too."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from tests.simulator.stack import LANDLORD, TENANT, Stack
from tests.simulator.test_graph_side import text, upload

# The fact sheet's table (section 4): HTTP status → codes. Where it gives no status, 400.
SHEET = {
    400: (
        *(1, 4, 33, 100, 80007, 130403, 130429, 130472, 131008, 131009, 131021, 131026, 131030),
        *(131037, 131042, 131047, 131048, 131049, 131050, 131051, 131052, 131053, 131056),
        *(131062, 131063, 131064, 132000, 132005, 132007, 132008, 132012, 132015, 132016, 132018),
        *(132068, 132069, 133005, 133006, 133008, 133009, 133010, 133015, 133016, 134011, 135000),
    ),
    401: (0, 190),
    403: (10, 200, 299, 368, 130497, 131005, 131031),
    404: (132001,),
    500: (3, 131000, 131016, 131045, 131057, 133000),
    503: (2, 133004),
}
LATER = (130403, 130472, 131026, 131042, 131047, 131048, 131049, 131050, 131053)


@pytest.fixture
def calm(shared: Stack) -> Iterator[Stack]:
    """The shared stack, and no fault left behind."""
    yield shared
    requests.delete(f"{shared.url}/simulator/faults", timeout=10)


def fault(stack: Stack, **what: Any) -> requests.Response:
    return requests.post(f"{stack.url}/simulator/faults", json=what, timeout=10)


def waiting(stack: Stack) -> list[dict[str, Any]]:
    return requests.get(f"{stack.url}/simulator/faults", timeout=10).json()


@pytest.mark.parametrize(("http", "codes"), SHEET.items())
def test_each_code_can_be_had_for_one_person(calm: Stack, http: int, codes: tuple) -> None:
    for code in codes:
        fault(calm, kind="refuse", code=code, phone=LANDLORD.lstrip("+"))
        refused = calm.post(text())
        assert (refused.status_code, refused.json()["error"]["code"]) == (http, code)
    fault(calm, kind="refuse", phone=LANDLORD.lstrip("+"))
    assert calm.post(text(TENANT)).status_code == 200
    assert calm.post(text()).status_code == 500


def test_each_code_can_come_later(stack: Stack) -> None:
    stack.say(LANDLORD, "Bonjour")
    expected = {}
    for code in LATER:
        fault(stack, kind="fail", code=code, phone=LANDLORD.lstrip("+"))
        expected[stack.reply(LANDLORD)] = ("failed", code)
    statuses = stack.heard.wait("statuses", len(LATER))
    assert {each["id"]: (each["status"], each["errors"][0]["code"]) for each in statuses} == (
        expected
    )


def calls_of(stack: Stack) -> dict[str, Callable[[], requests.Response]]:
    """Calls of each kind, by a name that begins with it."""
    stack.say(LANDLORD, "Bonjour")
    received = stack.heard.wait("messages", 1)[0]["id"]
    media_id = upload(stack, b"%PDF-1.7", "application/pdf").json()["id"]
    root = f"{stack.url}/simulator/graph/v25.0"
    http = requests.Session()
    http.headers["Authorization"] = f"Bearer {stack.account.token}"
    url = http.get(f"{root}/{media_id}", timeout=10).json()["url"]
    templates = f"{root}/{stack.account.business_account_id}/message_templates"
    body = {"type": "BODY", "text": "Bonjour."}
    new = {"name": "hello", "language": "fr", "category": "UTILITY", "components": [body]}
    mark = {"messaging_product": "whatsapp", "status": "read", "message_id": received}
    return {
        "messages": lambda: stack.post(text()),
        "media up": lambda: upload(stack, b"%PDF-1.7", "application/pdf"),
        "media described": lambda: http.get(f"{root}/{media_id}", timeout=10),
        "media down": lambda: http.get(url, timeout=10),
        "templates created": lambda: http.post(templates, json=new, timeout=10),
        "templates listed": lambda: http.get(templates, timeout=10),
        "templates' app": lambda: http.get(f"{root}/app", timeout=10),
        "other: read": lambda: stack.post(mark),
        "other: number": lambda: http.get(stack.graph, timeout=10),
    }


@pytest.mark.parametrize("calls", ["messages", "media", "templates", "all"])
def test_29_a_dead_token_meets_the_calls_that_were_named(stack: Stack, calls: str) -> None:
    asked = calls_of(stack)
    met = {name for name in asked if calls == "all" or name.startswith(calls)}
    fault(stack, kind="refuse", code=190, times=len(met), calls=calls)
    answers = {name: ask() for name, ask in asked.items()}
    assert {name for name, each in answers.items() if each.status_code == 401} == met
    assert {answers[name].json()["error"]["code"] for name in met} == {190}
    assert {answers[name].status_code for name in asked.keys() - met} <= {200}
    assert waiting(stack) == []
    assert {ask().status_code for ask in asked.values()} == {200}


def test_an_upload_is_slow_and_a_templates_answer_is_lost(stack: Stack) -> None:
    asked = calls_of(stack)
    fault(stack, kind="slow", milliseconds=300, calls="media")
    began = time.monotonic()
    assert asked["media up"]().status_code == 200
    assert time.monotonic() - began >= 0.3
    fault(stack, kind="lose_answer", calls="templates")
    assert asked["templates created"]().status_code == 504
    listed = asked["templates listed"]().json()["data"]
    assert [each["name"] for each in listed] == ["hello"]


@pytest.mark.parametrize(
    "odd",
    [
        {"kind": "fail", "calls": "templates"},
        {"kind": "repeat", "calls": "all"},
        {"kind": "refuse", "calls": "media", "phone": "237677000001"},
        {"kind": "refuse", "calls": "everything"},
    ],
)
def test_what_can_never_happen_is_not_taken(calm: Stack, odd: dict[str, Any]) -> None:
    assert fault(calm, **odd).status_code == 422
    assert waiting(calm) == []


def test_a_fault_of_before_meets_messages(calm: Stack) -> None:
    assert fault(calm, kind="refuse", code=131016).json()["calls"] == "messages"
    assert upload(calm, b"%PDF-1.7", "application/pdf").status_code == 200
    assert [each["times"] for each in waiting(calm)] == [1]


def test_30_no_answer_comes_and_nobody_else_waits(stack: Stack) -> None:
    """More calls hang than the server has threads; each was taken."""
    phones = [f"+2376990000{number:02}" for number in range(45)]
    for phone in phones:
        stack.say(phone, "Bonjour")
    time.sleep(1)  # what they wrote counts among the messages of its second
    fault(stack, kind="lose_answer", milliseconds=20_000, times=len(phones))

    def send(phone: str) -> str:
        try:
            return str(impatient(stack, phone).status_code)
        except requests.ReadTimeout:
            return "no answer"

    with ThreadPoolExecutor(len(phones)) as senders:
        hanging = senders.map(send, phones)
        while waiting(stack):
            time.sleep(0.02)
        assert stack.post(text(LANDLORD)).status_code == 200
        assert set(hanging) == {"no answer"}
    assert [len(stack.chat(phone)) for phone in phones] == [2] * len(phones)


def impatient(stack: Stack, phone: str) -> requests.Response:
    headers = {"Authorization": f"Bearer {stack.account.token}"}
    return requests.post(f"{stack.graph}/messages", json=text(phone), headers=headers, timeout=5)


def test_a_patient_client_gets_the_gateways_answer(stack: Stack) -> None:
    stack.say(LANDLORD, "Bonjour")
    fault(stack, kind="lose_answer", milliseconds=300)
    began = time.monotonic()
    answer = stack.post(text())
    assert (answer.status_code, answer.headers["Content-Type"][:9]) == (504, "text/html")
    assert time.monotonic() - began >= 0.3
    assert len(stack.chat(LANDLORD)) == 2
