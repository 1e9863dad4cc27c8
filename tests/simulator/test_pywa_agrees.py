"""pywa as the referee: its client works against our Graph side, its types read what we emit."""

import json

import httpx
import pytest
import requests
from pywa import WhatsApp
from pywa.errors import ExpiredAccessToken, WhatsAppError
from pywa.types import (
    Button,
    CallbackButton,
    CallbackSelection,
    Message,
    MessageStatus,
    MessageStatusType,
    MessageType,
    Section,
    SectionList,
    SectionRow,
)
from sqlalchemy import Engine

from tests.simulator.stack import LANDLORD, TENANT, Stack, stack_on, until


def client(stack: Stack, token: str | None = None) -> WhatsApp:
    made = WhatsApp(
        phone_id=stack.account.phone_number_id,
        token=token or stack.account.token,
        session=httpx.Client(trust_env=False),
        api_version=25.0,
    )
    made.api._session.base_url = f"{stack.url}/simulator/graph/v25.0"  # it hard-codes Meta's
    return made


def notifications(stack: Stack, key: str, count: int) -> list[dict]:
    stack.heard.wait(key, count)
    bodies = [json.loads(body) for body, _, _ in stack.heard.posts]
    return [body for body in bodies if key in body["entry"][0]["changes"][0]["value"]]


def test_client_sends_everything_we_send(stack: Stack) -> None:
    stack.say(LANDLORD, "Bonjour")
    wa = client(stack)
    sent = wa.send_message(LANDLORD, "Bonjour *Awa*", tracker="turn-42")
    wa.send_message(
        LANDLORD, "Confirmer ?", footer="LeBailleur",
        buttons=[Button(title="Oui", callback_data="/affirm")],
    )  # fmt: skip
    row = SectionRow(title="Mai", callback_data="/may", description="PDF")
    wa.send_message(
        LANDLORD, "Lequel ?",
        buttons=SectionList(button_title="Choisir", sections=[Section(title="Reçus", rows=[row])]),
    )  # fmt: skip
    wa.send_document(
        LANDLORD, b"%PDF-1.7 receipt", filename="recu.pdf", caption="Mars",
        mime_type="application/pdf",
    )  # fmt: skip
    assert sent.id.startswith("wamid.")
    chat = stack.chat(LANDLORD)[1:]
    assert [m["kind"] for m in chat] == ["text", "interactive", "interactive", "document"]
    assert chat[1]["buttons"] == [{"id": "/affirm", "title": "Oui"}]
    assert chat[2]["list"]["sections"][0]["rows"][0]["id"] == "/may"
    assert requests.get(stack.url + chat[3]["media"]["url"], timeout=10).content[:4] == b"%PDF"


def test_client_marks_read_types_and_fetches_media(stack: Stack) -> None:
    wamid = stack.say(LANDLORD, "Bonjour")
    wa = client(stack)
    assert wa.mark_message_as_read(wamid)
    assert wa.indicate_typing(wamid)
    assert stack.chat(LANDLORD)[0]["state"] == "read"
    stack.sends_file(LANDLORD, "voice", "note.ogg", b"OggS sound", "audio/ogg; codecs=opus")
    told = stack.heard.wait("messages", 2)[1]["audio"]
    assert wa.get_media_bytes(wa.get_media_url(told["id"]).url) == b"OggS sound"


def test_client_shows_the_sample_of_a_template(stack: Stack) -> None:
    wa, pdf = client(stack), b"%PDF-1.7 a sample"
    begun = wa.api.create_upload_session(
        app_id=stack.account.app_id, file_name="a.pdf", file_length=len(pdf),
        file_type="application/pdf",
    )  # fmt: skip
    handle = wa.api.upload_file(begun["id"], pdf)["h"]
    header = {"type": "HEADER", "format": "DOCUMENT", "example": {"header_handle": [handle]}}
    created = wa.api.create_template(
        stack.account.business_account_id,
        {
            "name": "paper", "language": "fr", "category": "UTILITY",
            "components": [header, {"type": "BODY", "text": "Voici le document."}],
        },
    )  # fmt: skip
    assert created["status"] == "APPROVED"


def test_client_understands_our_refusals(stack: Stack) -> None:
    with pytest.raises(ExpiredAccessToken):
        client(stack, token="wrong").send_message(LANDLORD, "Bonjour")
    with pytest.raises(WhatsAppError) as refused:
        client(stack).send_message(LANDLORD, "x" * 4097)
    assert refused.value.code == 100
    assert refused.value.fbtrace_id


def test_types_read_our_messages(stack: Stack) -> None:
    wa = client(stack)
    stack.say(LANDLORD, "Paul a payé la moitié du loyer de mars 😮")
    shown = wa.send_message(
        LANDLORD, "Confirmer ?", buttons=[Button(title="Oui", callback_data="/affirm")]
    )
    row = SectionRow(title="Mai", callback_data="/may")
    listed = wa.send_message(
        LANDLORD, "Lequel ?",
        buttons=SectionList(button_title="Choisir", sections=[Section(title="R", rows=[row])]),
    )  # fmt: skip
    stack.phone(LANDLORD, "messages", {"type": "tap", "message": shown.id, "option": "/affirm"})
    stack.phone(LANDLORD, "messages", {"type": "tap", "message": listed.id, "option": "/may"})
    text, button, selection = notifications(stack, "messages", 3)
    message = Message.from_update(wa, text)
    assert message.type is MessageType.TEXT
    assert message.text == "Paul a payé la moitié du loyer de mars 😮"
    assert message.from_user.name == "Awa Ndongo"
    assert message.from_user.wa_id == "237677000001"
    tapped = CallbackButton.from_update(wa, button)
    assert (tapped.data, tapped.title) == ("/affirm", "Oui")
    assert tapped.reply_to_message.id == shown.id
    assert CallbackSelection.from_update(wa, selection).data == "/may"


def test_types_read_who_shows_no_number_and_an_older_versions_status(engine: Engine) -> None:
    with stack_on(engine, account={"version": 23}) as stack:
        phone = stack.without_a_number()
        stack.say(phone, "Bonjour")
        wa = client(stack)
        [told] = notifications(stack, "messages", 1)
        message = Message.from_update(wa, told)
        assert message.from_user.wa_id is None
        assert message.from_user.username == "awa.n"
        message.reply("Bonjour Awa")
        status = MessageStatus.from_update(wa, notifications(stack, "statuses", 2)[0])
    assert stack_user(told) == message.from_user.bsuid
    assert status.status is MessageStatusType.SENT
    assert status.conversation is not None


def stack_user(told: dict) -> str:
    return told["entry"][0]["changes"][0]["value"]["messages"][0]["from_user_id"]


def test_types_read_our_statuses(stack: Stack) -> None:
    wa = client(stack)
    stack.say(LANDLORD, "Bonjour")
    sent = wa.send_message(LANDLORD, "Bonjour", tracker="turn-42")
    stack.heard.wait("statuses", 2)
    stack.phone(LANDLORD, "read", {})
    stack.heard.wait("statuses", 3)
    for _ in range(2):
        wa.send_message(TENANT, "Hors fenêtre")
    told = notifications(stack, "statuses", 5)
    # Of the two forms of a failure it reads the one of live traffic: without contacts it fails.
    read = [body for body in told if "contacts" in body["entry"][0]["changes"][0]["value"]]
    statuses = [MessageStatus.from_update(wa, body) for body in read]
    assert [s.status for s in statuses] == [
        MessageStatusType.SENT,
        MessageStatusType.DELIVERED,
        MessageStatusType.READ,
        MessageStatusType.FAILED,
    ]
    assert statuses[0].id == sent.id
    assert statuses[0].tracker == "turn-42"
    assert statuses[3].error is not None
    assert statuses[3].error.code == 131047
    until(lambda: stack.chat(TENANT)[-1]["state"] == "failed")
