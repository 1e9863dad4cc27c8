"""What people do on their phones reaches the business as signed notifications."""

import base64
import hashlib
import hmac
import itertools
import json
import re
from datetime import timedelta

import pytest
import requests
from sqlalchemy import Engine

from lebailleur import clock
from lebailleur.whatsapp.simulator.notifications import escaped, signature
from tests.simulator.stack import LANDLORD, TENANT, Stack, free_port, stack_on, until

BUTTONS = {
    "type": "button",
    "body": {"text": "Paul, chambre 4 : 30 000 F"},
    "action": {
        "buttons": [
            {"type": "reply", "reply": {"id": '/confirm{"n": 7}', "title": "Confirmer"}},
            {"type": "reply", "reply": {"id": "/cancel", "title": "Annuler"}},
        ]
    },
}
ROW = {"id": "/choose", "title": "Reçu de mai", "description": "PDF"}
LIST = {
    "type": "list",
    "body": {"text": "Lequel ?"},
    "action": {"button": "Choisir", "sections": [{"rows": [ROW]}]},
}


def test_the_signature_covers_the_escaped_bytes_of_the_fact_sheet() -> None:
    text = "Réglé ✅ 50% @Awa <b> a/b 😮"
    change = {"field": "messages", "value": {"text": text}}
    body = escaped(
        {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [change]}]}
    ).encode()
    assert len(body) == 180
    expected = "32baf00e71ad3776a3ca63d54434007f71da7a96d2edec0bc8a3acdbbaf5af40"
    assert signature("s3cr3t", body) == f"sha256={expected}"


def test_text_becomes_a_signed_notification(stack: Stack) -> None:
    said = "Réglé ✅ 50% @Awa <b> a/b 😮"
    wamid = stack.say(LANDLORD, said)
    message = stack.heard.wait("messages", 1)[0]
    body, signed, _ = stack.heard.posts[0]
    assert message["id"] == wamid
    assert message["from"] == "237677000001"
    assert message["text"] == {"body": said}
    assert isinstance(message["timestamp"], str)
    assert rb"R\u00e9gl\u00e9 \u2705 50\u0025 \u0040Awa \u003Cb> a\/b \ud83d\ude2e" in body
    secret = stack.account.app_secret.encode()
    assert signed == "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()
    value = json.loads(body)["entry"][0]["changes"][0]["value"]
    assert value["metadata"]["phone_number_id"] == stack.account.phone_number_id
    contact = value["contacts"][0]
    assert contact["profile"]["name"] == "Awa Ndongo"
    assert contact["wa_id"] == "237677000001"
    assert contact["user_id"] == message["from_user_id"]
    assert contact["user_id"].startswith("CM.")
    until(lambda: stack.chat(LANDLORD)[0]["state"] == "delivered")


def test_wamid_has_the_real_shape(stack: Stack) -> None:
    wamid = stack.say(LANDLORD, "Bonjour")
    raw = base64.b64decode(wamid.removeprefix("wamid."))
    assert raw[:3] == bytes([0x1C, 0x18, 12])
    assert raw[3:15] == b"237677000001"
    assert raw[15:19] == bytes([0x15, 0x02, 0x00, 0x12])
    assert raw[-1] == 0
    assert len(bytes.fromhex(raw[21:-1].decode())) == 10


@pytest.mark.parametrize(
    ("interactive", "option", "reply"),
    [
        (BUTTONS, "/cancel", ("button_reply", {"id": "/cancel", "title": "Annuler"})),
        (LIST, "/choose", ("list_reply", ROW)),
    ],
)
def test_tap_becomes_a_reply_with_its_context(
    stack: Stack, interactive: dict, option: str, reply: tuple[str, dict]
) -> None:
    stack.say(LANDLORD, "menu")
    shown = stack.reply(LANDLORD, "interactive", **interactive)
    stack.phone(LANDLORD, "messages", {"type": "tap", "message": shown, "option": option})
    message = stack.heard.wait("messages", 2)[1]
    kind, content = reply
    assert message["type"] == "interactive"
    assert message["interactive"] == {"type": kind, kind: content}
    assert message["context"] == {"from": "237620000001", "id": shown}
    assert stack.chat(LANDLORD)[-1]["quote"]["text"] == interactive["body"]["text"]


def test_tap_on_what_was_never_offered_is_refused(stack: Stack) -> None:
    stack.say(LANDLORD, "menu")
    shown = stack.reply(LANDLORD, "interactive", **BUTTONS)
    for phone, message, option in [
        (LANDLORD, shown, "/delete_all"),
        (LANDLORD, "wamid.unknown", "/cancel"),
        (TENANT, shown, "/cancel"),  # not this phone's message
    ]:
        answer = requests.post(
            f"{stack.url}/simulator/phone/{phone}/messages",
            json={"type": "tap", "message": message, "option": option},
            timeout=10,
        )
        assert answer.status_code == 404


@pytest.mark.parametrize(
    ("kind", "sent_type", "mime", "extra"),
    [
        ("voice", "audio", "audio/ogg; codecs=opus", {"voice": True}),
        ("image", "image", "image/jpeg", {"caption": "reçu"}),
        ("document", "document", "application/pdf", {"caption": "reçu", "filename": "a.pdf"}),
    ],
)
def test_files_are_fetched_in_two_steps_with_the_token(
    stack: Stack, kind: str, sent_type: str, mime: str, extra: dict
) -> None:
    content = b"%PDF-1.7 whatever"
    answer = requests.post(
        f"{stack.url}/simulator/phone/{LANDLORD}/media",
        data={"kind": kind, "caption": "" if kind == "voice" else "reçu"},
        files={"file": ("a.pdf", content, mime)},
        timeout=10,
    )
    assert answer.status_code == 201
    told = stack.heard.wait("messages", 1)[0][sent_type]
    assert {key: told[key] for key in extra} == extra
    assert told["mime_type"] == mime
    assert base64.b64decode(told["sha256"]) == hashlib.sha256(content).digest()
    headers = {"Authorization": f"Bearer {stack.account.token}"}
    step = requests.get(
        f"{stack.url}/simulator/graph/v25.0/{told['id']}", headers=headers, timeout=10
    ).json()
    assert step["file_size"] == len(content)
    for url in (step["url"], told["url"]):
        assert requests.get(url, headers=headers, timeout=10).content == content
        assert requests.get(url, timeout=10).status_code == 403


@pytest.mark.parametrize(
    ("asked", "status", "content"),
    [
        ("bytes=2-4", 206, b"cde"),
        ("bytes=7-", 206, b"hij"),
        ("bytes=-2", 206, b"ij"),
        ("bytes=8-99", 206, b"ij"),
        ("bytes=10-", 416, b""),
        ("bytes=5-2", 416, b""),
        ("bytes=-", 200, b"abcdefghij"),
        ("bytes=0-1,4-5", 200, b"abcdefghij"),
    ],
)
def test_part_of_a_file(shared: Stack, asked: str, status: int, content: bytes) -> None:
    shared.sends_file(TENANT, "voice", "reçu\r\n.ogg", b"abcdefghij", "audio/ogg")
    url = shared.url + shared.chat(TENANT)[-1]["media"]["url"]
    answer = requests.get(url, headers={"Range": asked}, timeout=10)
    assert (answer.status_code, answer.content) == (status, content)


@pytest.mark.parametrize(
    ("path", "payload"),
    [
        ("abc", {"type": "text", "text": "x"}),
        (LANDLORD, {"type": "text", "text": ""}),
        (LANDLORD, {"type": "dance"}),
        (LANDLORD, ["text"]),
    ],
)
def test_nonsense_from_a_phone_is_refused(shared: Stack, path: str, payload: object) -> None:
    answer = requests.post(
        f"{shared.url}/simulator/phone/{path}/messages", json=payload, timeout=10
    )
    assert answer.status_code == 422
    assert shared.chat(LANDLORD) == []


def test_20_who_has_a_username_shows_no_number(stack: Stack) -> None:
    phone = stack.without_a_number()
    digits = phone.lstrip("+")
    stack.say(phone, "Bonjour")
    [told] = stack.heard.wait("messages", 1)
    assert told["from_user_id"].startswith("CM.")
    payload = {"messaging_product": "whatsapp", "recipient": told["from_user_id"], "type": "text"}
    sent = stack.post({**payload, "text": {"body": "Bonjour"}})
    assert sent.json()["contacts"] == [
        {"input": told["from_user_id"], "user_id": told["from_user_id"]}
    ]
    assert stack.chat(phone)[-1]["text"] == "Bonjour"
    stack.heard.wait("statuses", 2)
    with clock.moved_to(clock.now() + timedelta(days=2)):
        stack.post({**payload, "text": {"body": "Trop tard"}})
    [failed] = [each for each in stack.heard.wait("statuses", 3) if each["status"] == "failed"]
    assert failed["errors"][0]["code"] == 131047
    for body, _, _ in stack.heard.posts:
        [change] = json.loads(body)["entry"][0]["changes"]
        for contact in change["value"].get("contacts", []):
            assert contact["user_id"] == told["from_user_id"]
            assert contact["profile"] == {"name": "Awa N.", "username": "awa.n"}
        # But for the ids of messages, which Meta makes of the number all the same.
        assert digits not in re.sub(r'"wamid[^"]*"', "", json.dumps(change))


@pytest.mark.parametrize(("version", "told"), [(23, True), (24, False), (25, False)])
def test_statuses_have_the_form_of_the_version(engine: Engine, version: int, told: bool) -> None:
    with stack_on(engine, account={"version": version}) as stack:
        stack.say(LANDLORD, "Bonjour")
        stack.reply(LANDLORD)
        sent, delivered = stack.heard.wait("statuses", 2)
    assert ("conversation" in sent, "conversation" in delivered) == (told, told)
    if told:
        assert sent["conversation"]["id"] == delivered["conversation"]["id"]
        assert sent["conversation"]["origin"] == {"type": sent["pricing"]["category"]}
        expires = int(sent["conversation"]["expiration_timestamp"])
        assert expires - int(sent["timestamp"]) == pytest.approx(86_400, abs=5)
        assert "expiration_timestamp" not in delivered["conversation"]


def test_11_refused_notification_is_posted_again_with_growing_pauses(stack: Stack) -> None:
    stack.heard.answers = [500, 204, 503]
    stack.say(LANDLORD, "Bonjour")
    until(lambda: len(stack.heard.posts) == 4)
    assert len({body for body, _, _ in stack.heard.posts}) == 1
    times = [at for _, _, at in stack.heard.posts]
    pauses = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert pauses[0] < pauses[1] < pauses[2]
    until(lambda: stack.chat(LANDLORD)[0]["state"] == "delivered")


def test_notifications_survive_a_restart(engine: Engine) -> None:
    port = free_port()
    nowhere = {"account": {"webhook_url": f"http://127.0.0.1:{free_port()}/"}}
    with stack_on(engine, port, **nowhere) as stack:
        wamid = stack.say(LANDLORD, "Bonjour")
        assert stack.chat(LANDLORD)[0]["state"] == "sent"
    with stack_on(engine, port) as stack:
        assert stack.heard.wait("messages", 1)[0]["id"] == wamid
        until(lambda: stack.chat(LANDLORD)[0]["state"] == "delivered")
        assert len(stack.heard.posts) == 1


def test_one_phones_messages_arrive_in_order_and_all_phones_at_once(stack: Stack) -> None:
    phones = [f"+2376990000{number:02}" for number in range(10)]
    for number in range(10):
        for phone in phones:
            stack.say(phone, str(number))
    messages = stack.heard.wait("messages", 100, 30)
    for phone in phones:
        mine = [m["text"]["body"] for m in messages if m["from"] == phone.lstrip("+")]
        assert mine == [str(number) for number in range(10)]


def test_two_processes_post_each_notification_once(engine: Engine) -> None:
    with stack_on(engine) as one, stack_on(engine) as other:
        for number in range(20):
            (one if number % 2 else other).say(f"+2376990000{number % 5:02}", str(number))
        until(lambda: len(one.heard.posts) + len(other.heard.posts) >= 20)
        until(lambda: all(m["state"] == "delivered" for m in one.chat("+237699000000")))
        ids = [m["id"] for stack in (one, other) for m in stack.heard.values("messages")]
        assert len(ids) == len(set(ids)) == 20


def test_people_are_listed_with_strangers_unread_and_last_words(stack: Stack) -> None:
    stack.say(TENANT, "Bonjour")
    stack.reply(TENANT, "text", body="Bienvenue")
    stranger = requests.post(
        f"{stack.url}/simulator/phone/people", json={"name": "Aline"}, timeout=10
    ).json()
    another = requests.post(
        f"{stack.url}/simulator/phone/people", json={"name": "Aline"}, timeout=10
    ).json()
    assert stranger["phone"] != another["phone"]
    listed = requests.get(f"{stack.url}/simulator/phone/people", timeout=10).json()["people"]
    by_phone = {person["phone"]: person for person in listed}
    assert listed[0]["phone"] == LANDLORD
    assert by_phone[TENANT]["unread"] == 1
    assert by_phone[TENANT]["last"]["text"] == "Bienvenue"
    assert by_phone[stranger["phone"]]["name"] == "Aline"
    assert by_phone[stranger["phone"]]["group"] == "strangers"


def test_long_chats_come_in_pages(stack: Stack) -> None:
    for number in range(7):
        stack.say(LANDLORD, str(number))
    last = stack.chat(LANDLORD, limit=3)
    assert [m["text"] for m in last] == ["4", "5", "6"]
    older = stack.chat(LANDLORD, limit=3, before=last[0]["id"])
    assert [m["text"] for m in older] == ["1", "2", "3"]
    answer = requests.get(
        f"{stack.url}/simulator/phone/{LANDLORD}/messages", params={"limit": 7}, timeout=10
    ).json()
    assert answer["more"] is False


def test_changes_are_told_as_they_happen_and_after_a_gap(engine: Engine) -> None:
    with (
        stack_on(engine) as one,
        stack_on(engine) as other,
        requests.get(
            f"{one.url}/simulator/phone/events", params={"cursor": 0}, stream=True, timeout=10
        ) as stream,
    ):
        other.say(LANDLORD, "Bonjour")  # another process: found by looking at the database
        lines = stream.iter_lines(decode_unicode=True)
        data = next(line for line in lines if line.startswith("data:"))
        event = json.loads(data.removeprefix("data:"))
        assert event["phone"] == LANDLORD
        assert event["message"]["text"] == "Bonjour"
        number = next(line for line in lines if line.startswith("id:")).removeprefix("id:").strip()
        one.say(LANDLORD, "Encore")
        with requests.get(
            f"{one.url}/simulator/phone/events",
            headers={"Last-Event-ID": number},
            stream=True,
            timeout=10,
        ) as again:
            told = (
                json.loads(line.removeprefix("data:"))["message"]["text"]
                for line in again.iter_lines(decode_unicode=True)
                if line.startswith("data:")
            )
            assert "Encore" in (next(told), next(told))
