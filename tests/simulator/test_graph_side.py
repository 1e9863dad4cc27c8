"""The business's side behaves as Meta's Graph API does, refusals included."""

from datetime import timedelta
from typing import Any

import pytest
import requests
from sqlalchemy import Engine

from lebailleur import clock
from tests.simulator.stack import LANDLORD, TENANT, Stack, stack_on, until


def text(to: str = LANDLORD, body: str = "Bonjour", **more: Any) -> dict[str, Any]:
    return {
        "messaging_product": "whatsapp", "to": to, "type": "text", "text": {"body": body}, **more
    }  # fmt: skip


def interactive(**content: Any) -> dict[str, Any]:
    return {
        "messaging_product": "whatsapp",
        "to": LANDLORD,
        "type": "interactive",
        "interactive": {"body": {"text": "?"}, **content},
    }


def buttons(*titles: str, **more: Any) -> dict[str, Any]:
    made = [
        {"type": "reply", "reply": {"id": f"/{number}", "title": title}}
        for number, title in enumerate(titles)
    ]
    return interactive(type="button", action={"buttons": made}, **more)


def rows(*counts: int, **row: str) -> dict[str, Any]:
    sections = [
        {
            "title": f"Partie {number}",
            "rows": [{"id": f"{number}-{i}", "title": "Reçu", **row} for i in range(count)],
        }
        for number, count in enumerate(counts)
    ]
    return interactive(type="list", action={"button": "Choisir", "sections": sections})


def test_accepted_message_is_answered_and_shown_and_its_statuses_come(stack: Stack) -> None:
    stack.say(LANDLORD, "Bonjour")
    answer = stack.post(text("+237 6 77 00-00-01", biz_opaque_callback_data="turn-42"))
    assert answer.status_code == 200
    wamid = answer.json()["messages"][0]["id"]
    assert answer.json() == {
        "messaging_product": "whatsapp",
        "contacts": [{"input": "+237 6 77 00-00-01", "wa_id": "237677000001"}],
        "messages": [{"id": wamid}],
    }
    assert stack.chat(LANDLORD)[-1]["text"] == "Bonjour"
    statuses = stack.heard.wait("statuses", 2)
    assert [status["status"] for status in statuses] == ["sent", "delivered"]
    assert {status["id"] for status in statuses} == {wamid}
    assert statuses[0]["recipient_id"] == "237677000001"
    assert statuses[0]["biz_opaque_callback_data"] == "turn-42"
    assert statuses[0]["pricing"]["category"] == "service"
    stack.phone(LANDLORD, "read", {})
    assert stack.heard.wait("statuses", 3)[2]["status"] == "read"
    assert stack.phone(LANDLORD, "read", {}) == {"read": 0}


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [({}, 403, 200), ({"Authorization": "Bearer wrong"}, 401, 190)],
)
def test_token_is_checked(shared: Stack, headers: dict, status: int, code: int) -> None:
    answer = requests.post(f"{shared.graph}/messages", json=text(), headers=headers, timeout=10)
    assert answer.status_code == status
    error = answer.json()["error"]
    assert error["code"] == code
    assert error["type"] == "OAuthException"
    assert error["message"].startswith(f"(#{code})")
    assert error["error_data"]["messaging_product"] == "whatsapp"
    assert error["error_data"]["details"]
    assert error["fbtrace_id"]


@pytest.mark.parametrize(
    "payload",
    [
        text(body="x" * 4096),
        text(context={"message_id": "wamid.X"}),
        buttons("Oui", "Non", "Peut-être que oui là"),
        buttons("Oui", header={"type": "text", "text": "x" * 60}, footer={"text": "x" * 60}),
        rows(5, 5, description="x" * 72),
        interactive(
            type="list", body={"text": "x" * 4096}, action=rows(1)["interactive"]["action"]
        ),
        interactive(
            type="cta_url",
            action={
                "name": "cta_url",
                "parameters": {"display_text": "Payer", "url": "https://example.org"},
            },
        ),
        interactive(type="request_contact_info", action={"name": "request_contact_info"}),
        {
            "messaging_product": "whatsapp",
            "to": LANDLORD,
            "type": "document",
            "document": {"link": "https://example.org/a.pdf", "filename": "a.pdf"},
        },
    ],
)
def test_what_meta_takes_is_taken(shared: Stack, payload: dict) -> None:
    answer = shared.post(payload)
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ([], 100),
        ({}, 131008),
        (text() | {"messaging_product": "sms"}, 131009),
        (text() | {"txt": {}}, 100),
        (text() | {"type": "carrier_pigeon"}, 131051),
        (text(body="x" * 4097), 100),
        (text(body=""), 131009),
        (text(body=5), 131009),  # type: ignore[arg-type]
        ({"messaging_product": "whatsapp", "to": LANDLORD, "type": "text"}, 131008),
        ({"messaging_product": "whatsapp", "type": "text", "text": {"body": "x"}}, 131008),
        (text(to="Paul"), 131009),
        (text(to="+12"), 131009),
        (text(to="+237620000001"), 131021),
        (text(biz_opaque_callback_data="x" * 513), 100),
        (buttons("1", "2", "3", "4"), 131009),
        (buttons(), 131009),
        (buttons("x" * 21), 131009),
        (buttons("Oui", "Oui"), 131009),
        (buttons("Oui", body={"text": "x" * 1025}), 131009),
        (buttons("Oui", footer={"text": "x" * 61}), 131009),
        (rows(11), 131009),
        (rows(6, 5), 131009),
        (rows(1, title="x" * 25), 131009),
        (rows(1, description="x" * 73), 131009),
        (
            {
                "messaging_product": "whatsapp",
                "to": LANDLORD,
                "type": "document",
                "document": {"filename": "a.pdf"},
            },
            131009,
        ),
        (
            {
                "messaging_product": "whatsapp",
                "to": LANDLORD,
                "type": "document",
                "document": {"id": "123"},
            },
            100,
        ),
    ],
)
def test_23_what_meta_refuses_is_refused(shared: Stack, payload: Any, code: int) -> None:
    before = len(shared.chat(LANDLORD))
    answer = shared.post(payload)
    assert answer.json()["error"]["code"] == code, answer.text
    assert answer.status_code == 400
    assert len(shared.chat(LANDLORD)) == before


def test_broken_json_wrong_number_id_and_wrong_version(shared: Stack) -> None:
    headers = {"Authorization": f"Bearer {shared.account.token}"}
    root = f"{shared.url}/simulator/graph"
    for path, body, code in [
        (f"v25.0/{shared.account.phone_number_id}/messages", b"{", 100),
        ("v25.0/999/messages", b"{}", 33),
        (f"25/{shared.account.phone_number_id}/messages", b"{}", 2500),
    ]:
        answer = requests.post(f"{root}/{path}", data=body, headers=headers, timeout=10)
        assert answer.json()["error"]["code"] == code


def test_30_number_without_plus_gets_the_business_country_code(stack: Stack) -> None:
    stack.say(LANDLORD, "Bonjour")
    answer = stack.post(text("237677000001")).json()
    assert answer["contacts"] == [{"input": "237677000001", "wa_id": "237237677000001"}]
    assert len(stack.chat(LANDLORD)) == 1


def test_user_id_stands_in_for_a_number(stack: Stack) -> None:
    stack.say(LANDLORD, "Bonjour")
    user_id = stack.heard.wait("messages", 1)[0]["from_user_id"]
    payload = text() | {"recipient": user_id}
    del payload["to"]
    answer = stack.post(payload).json()
    assert answer["contacts"] == [{"input": user_id, "user_id": user_id}]
    assert stack.chat(LANDLORD)[-1]["text"] == "Bonjour"


def test_outside_the_window_the_message_fails_afterwards(stack: Stack) -> None:
    stack.say(LANDLORD, "Bonjour")
    with clock.moved_to(clock.now() + timedelta(hours=23, minutes=59)):
        stack.reply(LANDLORD)
    with clock.moved_to(clock.now() + timedelta(hours=24, minutes=1)):
        late = stack.reply(LANDLORD)
    never_wrote = stack.reply(TENANT)
    until(lambda: len([s for s in stack.heard.values("statuses") if s["status"] == "failed"]) == 2)
    failed = {s["id"]: s for s in stack.heard.values("statuses") if s["status"] == "failed"}
    assert set(failed) == {late, never_wrote}
    error = failed[late]["errors"][0]
    assert (error["code"], error["title"]) == (131047, "Re-engagement message")
    assert stack.chat(LANDLORD)[-1]["error"] == 131047
    assert stack.phone(TENANT, "read", {}) == {"read": 0}


def test_window_can_be_left_open(engine: Engine) -> None:
    with stack_on(engine, keep_window=False) as stack:
        stack.reply(TENANT)
        assert [s["status"] for s in stack.heard.wait("statuses", 2)] == ["sent", "delivered"]


def test_pair_limit_refuses_the_46th_until_the_debt_is_paid(stack: Stack) -> None:
    stack.say(LANDLORD, "Bonjour")
    stack.say(TENANT, "Bonjour")
    start = clock.now()
    codes = [stack.post(text()).json().get("error", {}).get("code") for _ in range(46)]
    assert codes == [None] * 45 + [131056]
    assert stack.post(text(TENANT)).status_code == 200
    with clock.moved_to(start + timedelta(seconds=6 * 44)):
        assert stack.post(text()).json()["error"]["code"] == 131056
    with clock.moved_to(start + timedelta(seconds=6 * 45 + 10)):
        assert stack.post(text()).status_code == 200


def test_read_mark_and_typing(stack: Stack) -> None:
    first = stack.say(LANDLORD, "Bonjour")
    second = stack.say(LANDLORD, "Paul a payé")
    until(lambda: stack.chat(LANDLORD)[-1]["state"] == "delivered")
    mark = {"messaging_product": "whatsapp", "status": "read", "message_id": second}
    assert stack.post(mark | {"typing_indicator": {"type": "text"}}).json() == {"success": True}
    assert {m["wamid"]: m["state"] for m in stack.chat(LANDLORD)} == {first: "read", second: "read"}
    url = f"{stack.url}/simulator/phone/{LANDLORD}/messages"
    assert 20_000 < requests.get(url, timeout=10).json()["typing_for"] <= 25_000
    stack.reply(LANDLORD)
    assert requests.get(url, timeout=10).json()["typing_for"] == 0
    assert stack.post(mark | {"message_id": "wamid.X"}).json()["error"]["code"] == 131009


def upload(stack: Stack, content: bytes, mime: str) -> requests.Response:
    return requests.post(
        f"{stack.graph}/media",
        data={"messaging_product": "whatsapp", "type": mime},
        files={"file": ("recu.pdf", content, mime)},
        headers={"Authorization": f"Bearer {stack.account.token}"},
        timeout=10,
    )


def test_document_is_uploaded_sent_opened_and_deleted(stack: Stack) -> None:
    stack.say(LANDLORD, "Bonjour")
    media_id = upload(stack, b"%PDF-1.7 receipt", "application/pdf").json()["id"]
    stack.reply(LANDLORD, "document", id=media_id, filename="reçu.pdf", caption="Mars")
    shown = stack.chat(LANDLORD)[-1]
    assert shown["text"] == "Mars"
    assert (shown["media"]["name"], shown["media"]["size"]) == ("reçu.pdf", 16)
    opened = requests.get(stack.url + shown["media"]["url"], timeout=10)
    assert opened.content == b"%PDF-1.7 receipt"
    assert opened.headers["Content-Type"] == "application/pdf"
    assert opened.headers["Content-Disposition"].startswith("inline")
    headers = {"Authorization": f"Bearer {stack.account.token}"}
    media = f"{stack.url}/simulator/graph/v25.0/{media_id}"
    assert requests.delete(media, headers=headers, timeout=10).json() == {"success": True}
    assert requests.get(media, headers=headers, timeout=10).json()["error"]["code"] == 100


def test_unfit_files(stack: Stack) -> None:
    stack.say(LANDLORD, "Bonjour")
    assert upload(stack, b"x", "application/x-msdownload").json()["error"]["code"] == 100
    assert upload(stack, b"x" * (5 * 1024 * 1024 + 1), "image/png").json()["error"]["code"] == 100
    no_pdf = upload(stack, b"<html>", "application/pdf").json()["id"]
    stack.reply(LANDLORD, "document", id=no_pdf, filename="a.pdf")
    status = stack.heard.wait("statuses", 1)[0]
    assert (status["status"], status["errors"][0]["code"]) == ("failed", 131053)


def test_media_addresses_and_ids_expire(stack: Stack) -> None:
    media_id = upload(stack, b"%PDF-1.7", "application/pdf").json()["id"]
    headers = {"Authorization": f"Bearer {stack.account.token}"}
    media = f"{stack.url}/simulator/graph/v25.0/{media_id}"
    url = requests.get(media, headers=headers, timeout=10).json()["url"]
    assert requests.get(url, headers=headers, timeout=10).status_code == 200
    with clock.moved_to(clock.now() + timedelta(minutes=6)):
        assert requests.get(url, headers=headers, timeout=10).status_code == 404
        url = requests.get(media, headers=headers, timeout=10).json()["url"]
        assert requests.get(url, headers=headers, timeout=10).status_code == 200
    with clock.moved_to(clock.now() + timedelta(days=31)):
        assert requests.get(media, headers=headers, timeout=10).json()["error"]["code"] == 100


def test_what_people_send_lasts_seven_days(stack: Stack) -> None:
    stack.sends_file(LANDLORD, "voice", "note.ogg", b"OggS sound", "audio/ogg")
    told = stack.heard.wait("messages", 1)[0]["audio"]
    headers = {"Authorization": f"Bearer {stack.account.token}"}
    media = f"{stack.url}/simulator/graph/v25.0/{told['id']}"
    with clock.moved_to(clock.now() + timedelta(days=6, hours=23)):
        assert requests.get(media, headers=headers, timeout=10).json()["file_size"] == 10
        assert requests.get(told["url"], headers=headers, timeout=10).status_code == 404
    with clock.moved_to(clock.now() + timedelta(days=7, minutes=1)):
        assert requests.get(media, headers=headers, timeout=10).json()["error"]["code"] == 100


def test_file_of_a_header_is_looked_at_too(stack: Stack) -> None:
    stack.say(LANDLORD, "Bonjour")
    media_id = upload(stack, b"%PDF-1.7", "application/pdf").json()["id"]
    header = {"type": "document", "document": {"id": media_id, "filename": "bail.pdf"}}
    assert stack.post(buttons("Oui", header=header)).status_code == 200
    shown = stack.chat(LANDLORD)[-1]
    assert shown["media"]["name"] == "bail.pdf"
    assert shown["buttons"][0]["title"] == "Oui"
    for unknown in ("abc", "9" * 40):
        header["document"] = {"id": unknown}
        assert stack.post(buttons("Oui", header=header)).json()["error"]["code"] == 100


def template(language: str = "fr", *parameters: dict[str, str]) -> dict[str, Any]:
    return {
        "messaging_product": "whatsapp",
        "to": TENANT,
        "type": "template",
        "template": {
            "name": "rent_due",
            "language": {"code": language},
            "components": [
                {"type": "body", "parameters": [{"type": "text", **p} for p in parameters]},
                {
                    "type": "button",
                    "sub_type": "quick_reply",
                    "index": "0",
                    "parameters": [{"type": "payload", "payload": "/already_paid"}],
                },
            ],
        },
    }


def test_template_reaches_who_never_wrote_and_its_button_answers(stack: Stack) -> None:
    created = requests.post(
        f"{stack.url}/simulator/graph/v25.0/{stack.account.business_account_id}/message_templates",
        json={
            "name": "rent_due",
            "language": "fr",
            "category": "UTILITY",
            "components": [
                {"type": "BODY", "text": "Bonjour {{tenant}}, {{sum}} F sont dus."},
                {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Déjà payé"}]},
            ],
        },
        headers={"Authorization": f"Bearer {stack.account.token}"},
        timeout=10,
    )
    assert created.json()["status"] == "APPROVED"
    values = ({"parameter_name": "tenant", "text": "Paul"}, {"parameter_name": "sum", "text": "9"})
    sent = stack.post(template("fr", *values)).json()["messages"][0]
    assert sent["message_status"] == "accepted"
    shown = stack.chat(TENANT)[-1]
    assert shown["text"] == "Bonjour Paul, 9 F sont dus."
    stack.phone(
        TENANT, "messages", {"type": "tap", "message": sent["id"], "option": "/already_paid"}
    )
    told = stack.heard.wait("messages", 1)[0]
    assert (told["type"], told["button"]) == (
        "button", {"payload": "/already_paid", "text": "Déjà payé"},
    )  # fmt: skip
    assert stack.post(template("fr_CA", *values)).json()["error"]["code"] == 132001
    assert stack.post(template("fr", values[0])).json()["error"]["code"] == 132000
    wrong = ({"parameter_name": "who", "text": "Paul"}, values[1])
    assert stack.post(template("fr", *wrong)).json()["error"]["code"] == 132012


def test_clock_that_is_set_back_leaves_no_debt(stack: Stack) -> None:
    stack.say(LANDLORD, "Bonjour")
    with clock.moved_to(clock.now() + timedelta(days=1) - timedelta(minutes=1)):
        assert all(stack.post(text()).status_code == 200 for _ in range(45))
        assert stack.post(text()).json()["error"]["code"] == 131056
    assert stack.post(text()).status_code == 200
