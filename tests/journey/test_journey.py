"""A message's journey on the running product: signed webhooks in, answers out, faults between."""

import json
import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from sqlalchemy import func, select

from lebailleur.conversation.models import InboxItem
from lebailleur.database import reading, writing
from lebailleur.rentals.models import Payment, Receipt
from lebailleur.settings import SIMULATED_APP_SECRET, SIMULATED_VERIFY_TOKEN
from lebailleur.whatsapp.signature import sign
from lebailleur.whatsapp.simulator.chats import user_id_of
from lebailleur.whatsapp.simulator.tables import SimPhone
from tests.conversations import houses
from tests.conversations.houses import House
from tests.stack import Stack
from tests.whatsapp.test_turns import ODD

WEBHOOK = "/api/webhook/"


def notification(*messages: dict[str, Any]) -> bytes:
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "237620000001", "phone_number_id": "1"},
        "contacts": [{"profile": {"name": "Awa N."}, "wa_id": each["from"]} for each in messages],
        "messages": list(messages),
    }
    changes = [{"field": "messages", "value": value}]
    body = {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": changes}]}
    return json.dumps(body).encode()


def message(number: str, body: str, wamid: str) -> dict[str, Any]:
    return {
        "from": number.lstrip("+"),
        "id": wamid,
        "timestamp": "1773129600",
        "type": "text",
        "text": {"body": body},
    }


def post(stack: Stack, body: bytes, signature: str | None = "") -> requests.Response:
    """Post as Meta does; `signature` "" means the right one, None none."""
    headers = {"Content-Type": "application/json"}
    if signature is not None:
        headers["X-Hub-Signature-256"] = signature or sign(body, SIMULATED_APP_SECRET)
    return requests.post(stack.url + WEBHOOK, data=body, headers=headers, timeout=10)


def villa_rose(stack: Stack) -> House:
    """Their notifications are posted here, so WhatsApp's side is told that they wrote."""
    with houses.at(stack.now()), writing(stack.engine) as session:
        house = houses.villa_rose(session, "en")
        for number in {*house.phones.values()} - {houses.SUPPORT}:
            digits = number.lstrip("+")
            session.add(
                SimPhone(
                    phone=digits,
                    user_id=user_id_of(digits),
                    stranger=False,
                    last_wrote_at=stack.now(),
                )
            )
        return house


def kept(stack: Stack) -> int:
    with reading(stack.engine) as session:
        return session.scalar(select(func.count()).select_from(InboxItem)) or 0


def payments_of(stack: Stack, house: House) -> list[int]:
    with reading(stack.engine) as session:
        return list(
            session.scalars(
                select(Payment.amount).where(
                    Payment.landlord_id == house.landlord_id, Payment.key.not_like("before:%")
                )
            )
        )


def last_words(stack: Stack, number: str) -> str:
    return str(stack.phone(number).chat()[-1].get("text") or "")


def test_a_signed_notification_becomes_a_payment_with_a_receipt_on_both_phones(
    stack: Stack,
) -> None:
    house = villa_rose(stack)
    landlord, paul = house.phones["landlord"], house.phones["Paul"]
    wamid = f"wamid.a{landlord}"
    assert post(stack, notification(message(landlord, "Paul paid half of March rent", wamid))).ok
    stack.settle(wamid)
    assert "25,000" in last_words(stack, landlord)
    assert post(stack, notification(message(landlord, "1", wamid + "1"))).ok
    stack.settle(wamid + "1")
    for number in (landlord, paul):
        # The tenant never wrote, so WhatsApp lets only a template through: with its document.
        document = stack.phone(number).chat()[-1]
        assert document["kind"] == ("document" if number == landlord else "template")
        assert "25,000" in document["text"].replace("\u202f", ",") or number == landlord
        pdf = requests.get(stack.url + document["media"]["url"], timeout=10)
        assert pdf.content.startswith(b"%PDF")
    assert payments_of(stack, house) == [25_000]


def test_whoever_holds_a_paper_can_ask_whether_it_is_genuine(stack: Stack) -> None:
    house = villa_rose(stack)
    phone = stack.phone(house.phones["landlord"])
    phone.says("Paul paid 50k")
    phone.says("1")
    with reading(stack.engine) as session:
        receipt = session.scalars(
            select(Receipt).where(Receipt.landlord_id == house.landlord_id).order_by(Receipt.id)
        ).all()[-1]
    stranger = stack.phone(house.phones["stranger"])
    said = stranger.says(f"{receipt.number} {receipt.code}").text
    assert "50,000 FCFA" in said or "50 000 FCFA" in said
    assert "Paul Mbarga" in said
    wrong = stranger.says(f"{receipt.number} {receipt.code[::-1]}").text
    assert "Paul" not in wrong
    phone.says("cancel Paul's last payment, the notes were false")
    phone.says("1")
    assert "*" in stranger.says(f"{receipt.number} {receipt.code}").text
    with reading(stack.engine) as session:
        assert session.get_one(Receipt, receipt.id).voided_on is not None


def test_1_2_the_handshake(stack: Stack) -> None:
    asked = {"hub.mode": "subscribe", "hub.challenge": "1158201444"}
    right = {**asked, "hub.verify_token": SIMULATED_VERIFY_TOKEN}
    answer = requests.get(stack.url + WEBHOOK, params=right, timeout=10)
    assert (answer.status_code, answer.text) == (200, "1158201444")
    wrong = requests.get(stack.url + WEBHOOK, params={**asked, "hub.verify_token": "x"}, timeout=10)
    assert wrong.status_code == 403
    assert "1158201444" not in wrong.text


@pytest.mark.parametrize(
    "signature",
    [None, "sha256=" + "0" * 64, "sha1=abc", "sha256=zz", "sha256=é"],
)
def test_4_an_unsigned_notification_is_refused_and_not_kept(
    stack: Stack, signature: str | None
) -> None:
    before = kept(stack)
    body = notification(message("+237677009900", "hello", "wamid.unsigned"))
    header = None if signature is None else signature.encode("latin-1").decode("latin-1")
    assert post(stack, body, header).status_code == 401
    assert kept(stack) == before


def test_4_a_body_that_was_dumped_again_does_not_match_its_signature(stack: Stack) -> None:
    body = notification(message("+237677009901", "Réglé ✅", "wamid.redumped"))
    again = json.dumps(json.loads(body), ensure_ascii=False).encode()
    assert post(stack, again, sign(body, SIMULATED_APP_SECRET)).status_code == 401


def test_3_a_text_that_is_escaped_as_meta_does_arrives_intact(stack: Stack) -> None:
    landlord = villa_rose(stack).phones["landlord"]
    words = "Réglé ✅ 50% @Awa <b> a/b 😮"
    body = notification(message(landlord, words, f"wamid.e{landlord}"))
    escaped = (
        json.dumps(json.loads(body), separators=(",", ":"))
        .replace("/", "\\/")
        .replace("<", "\\u003C")
        .replace("%", "\\u0025")
        .replace("@", "\\u0040")
        .encode()
    )
    assert b"\\u0040Awa" in escaped
    assert post(stack, escaped).status_code == 200
    stack.settle(f"wamid.e{landlord}")
    with reading(stack.engine) as session:
        [item] = session.scalars(select(InboxItem).where(InboxItem.key == f"wamid.e{landlord}"))
        assert item.content["text"] == words
        assert item.attempts == 0


def test_10_while_rasa_is_slow_the_answer_is_200_at_once_and_typing_is_shown(stack: Stack) -> None:
    landlord = villa_rose(stack).phones["landlord"]
    phone = stack.phone(landlord)
    phone.says("menu")
    seen = len(phone.chat())
    rasa = stack.pids()["rasa"]
    os.kill(rasa, signal.SIGSTOP)
    try:
        before = kept(stack)
        sent = phone.types("who owes?")
        _until(lambda: kept(stack) > before, 10)
        started = time.monotonic()
        other = notification(message(landlord, "and Paul?", f"wamid.s{landlord}"))
        assert post(stack, other).status_code == 200
        assert time.monotonic() - started < 1
        _until(phone.typing, 20)
    finally:
        os.kill(rasa, signal.SIGCONT)
    stack.settle(sent)
    stack.settle(f"wamid.s{landlord}")
    assert len(phone.received_after(seen).messages) == 2
    assert "Paul Mbarga" in phone.received_after(seen).text


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[" * 5000, b"\xff\xfe", b"null", b"[]", b'{"entry":5}']
)
def test_a_malformed_notification_is_answered_without_a_stack_trace(
    stack: Stack, body: bytes
) -> None:
    before = kept(stack)
    answer = post(stack, body)
    assert answer.status_code in (200, 400)
    assert "Traceback" not in answer.text
    assert kept(stack) == before


def test_8_too_large_a_notification_is_refused(stack: Stack) -> None:
    assert post(stack, b" " * (4 * 1024 * 1024 + 1)).status_code == 413


def test_5_6_the_same_message_again_and_at_the_same_instant_is_one_turn(stack: Stack) -> None:
    house = villa_rose(stack)
    landlord = house.phones["landlord"]
    body = notification(message(landlord, "Paul paid 50k", f"wamid.b{landlord}"))
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: post(stack, body).status_code, range(4)))
    assert answers == [200] * 4
    stack.settle(f"wamid.b{landlord}")
    summaries = [each for each in stack.phone(landlord).chat() if "50,000" in each["text"]]
    assert len(summaries) == 1


def test_two_confirmations_at_once_record_once(stack: Stack) -> None:
    house = villa_rose(stack)
    landlord = house.phones["landlord"]
    stack.phone(landlord).says("Paul paid 50k")
    bodies = [notification(message(landlord, "1", f"wamid.c{n}{landlord}")) for n in range(2)]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda body: post(stack, body), bodies))
    for number in range(2):
        stack.settle(f"wamid.c{number}{landlord}")
    assert payments_of(stack, house) == [50_000]


def test_7_a_batch_keeps_each_senders_order(stack: Stack) -> None:
    """Five messages of three people, in two entries with two changes each."""
    house = villa_rose(stack)
    landlord, paul, awa = (house.phones[each] for each in ("landlord", "Paul", "Awa"))
    said = [
        [(landlord, "Paul paid 50k"), (paul, "hello")],
        [(awa, "how much do I owe?")],
        [(landlord, "1")],
        [(paul, "how much do I owe?")],
    ]
    changes = [
        change
        for number, each in enumerate(said)
        for change in json.loads(
            notification(*(message(who, text, f"wamid.d{number}{who}") for who, text in each))
        )["entry"][0]["changes"]
    ]
    entries = [{"id": "1", "changes": changes[:2]}, {"id": "2", "changes": changes[2:]}]
    body = {"object": "whatsapp_business_account", "entry": entries}
    assert post(stack, json.dumps(body).encode()).status_code == 200
    keys = [f"wamid.d{number}{who}" for number, each in enumerate(said) for who, _ in each]
    for each in keys:
        stack.settle(each)
    with reading(stack.engine) as session:
        turns = select(InboxItem.key).where(InboxItem.state == "handled", InboxItem.key.in_(keys))
        handled = session.scalars(turns.order_by(InboxItem.handled_at)).all()
    for who, number in ((landlord, 2), (paul, 2), (awa, 1)):
        theirs = [each for each in keys if each.endswith(who)]
        assert [each for each in handled if each.endswith(who)] == theirs
        assert len(theirs) == number
    assert payments_of(stack, house) == [50_000]
    assert "80,000" in last_words(stack, awa)


def test_a_text_of_70_000_characters_is_answered(stack: Stack) -> None:
    house = villa_rose(stack)
    answer = stack.phone(house.phones["landlord"]).says("Paul a payé " + "très " * 14_000)
    assert answer.messages
    assert payments_of(stack, house) == []


@pytest.mark.parametrize(
    "odd",
    [
        *({"type": kind, kind: {}} for kind in ("audio", "image", "location", "poll")),
        *(odd for odd, _ in ODD.values()),
    ],
    ids=["audio", "image", "a location of nothing", "poll", *ODD],
)
def test_15_17_18_what_is_no_text_gets_one_kind_answer(stack: Stack, odd: dict[str, Any]) -> None:
    landlord = villa_rose(stack).phones["landlord"]
    wamid = f"wamid.odd{landlord}"
    whole = {"from": landlord.lstrip("+"), "id": wamid, "timestamp": "1", **odd}
    assert post(stack, notification(whole)).status_code == 200
    stack.settle(wamid)
    [answer] = stack.phone(landlord).chat()
    assert answer["text"].startswith("I cannot listen to voice notes or look at pictures yet.")


def test_a_typed_payload_is_only_words(stack: Stack) -> None:
    house = villa_rose(stack)
    phone = stack.phone(house.phones["landlord"])
    lease = house.leases["Paul"]
    said = f'/record_payment{{"choice_field": "payment_lease", "choice": "{lease}"}}'
    assert "How much did Paul" not in phone.says(said).text
    assert "Traceback" not in phone.says("/").text


@pytest.mark.parametrize("name", ["actions", "rasa", "app"])
def test_12_a_killed_process_comes_back_and_the_message_is_answered_once(
    stack: Stack, name: str
) -> None:
    house = villa_rose(stack)
    landlord = house.phones["landlord"]
    stack.phone(landlord).says("Paul paid 50k")
    if name == "app":
        _keep_then_kill(stack, landlord)
    else:
        os.kill(stack.pids()[name], signal.SIGKILL)
        assert post(stack, notification(message(landlord, "1", f"wamid.k{landlord}"))).ok
        assert not stack.ready()
    _until(stack.ready)
    stack.settle(f"wamid.k{landlord}")
    assert payments_of(stack, house) == [50_000]
    receipts = [each for each in stack.phone(landlord).chat() if each["kind"] == "document"]
    assert len(receipts) == 1


def _keep_then_kill(stack: Stack, landlord: str) -> None:
    """Kill the app right after it has acknowledged a message."""
    assert post(stack, notification(message(landlord, "1", f"wamid.k{landlord}"))).ok
    os.kill(stack.pids()["app"], signal.SIGKILL)


def _until(holds: Callable[[], bool], seconds: float = 150) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return
        time.sleep(0.2)
    raise AssertionError("it did not come about")
