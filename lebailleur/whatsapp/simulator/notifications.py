"""Notifications in exactly Meta's form: the envelope, its escaped bytes, and their signature."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from lebailleur.whatsapp.simulator import errors
from lebailleur.whatsapp.simulator.account import Account
from lebailleur.whatsapp.simulator.tables import SimMessage, SimPhone

# Meta escapes more than JSON asks for, and signs the escaped bytes: whoever parses and dumps
# again before checking gets another signature.
_ESCAPES = {"/": "\\/", "<": "\\u003C", "%": "\\u0025", "@": "\\u0040"}
# The last version whose statuses tell of a conversation.
WITH_CONVERSATION = 23
SERVICE_IS_BILLED_SINCE = datetime(2026, 10, 1, tzinfo=UTC)


def escaped(payload: dict[str, Any]) -> str:
    """JSON as Meta writes it: compact, ASCII only, and with `_ESCAPES`."""
    text = json.dumps(payload, ensure_ascii=True, separators=(",", ":"))
    for char, escape in _ESCAPES.items():
        text = text.replace(char, escape)
    return text


def signature(secret: str, body: bytes) -> str:
    """The value of the header `X-Hub-Signature-256` for these bytes."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def of_message(account: Account, phone: SimPhone, message: SimMessage) -> str:
    """The body that tells the business of a person's message."""
    told: dict[str, Any] = {}
    if message.reply_to:
        told["context"] = {"from": account.wa_id, "id": message.reply_to}
    if not phone.username:
        told["from"] = phone.phone
    told |= {
        "from_user_id": phone.user_id,
        "id": message.wamid,
        "timestamp": _seconds(message.sent_at),
        "type": message.kind,
        message.kind: message.content,
    }
    return _envelope(account, {"contacts": [_contact(phone)], "messages": [told]})


def of_status(
    account: Account, phone: SimPhone, message: SimMessage, status: str, at: datetime
) -> str:
    """The body that tells the business what became of its message.

    `status` is sent, delivered, read or failed (then for the message's `error_code`, in turn in
    one of the two forms in which Meta tells it).
    """
    told: dict[str, Any] = {
        "id": message.wamid,
        "status": status,
        "timestamp": _seconds(at),
    }
    if not phone.username:
        told["recipient_id"] = phone.phone
    if phone.username or status != "failed":
        told["recipient_user_id"] = phone.user_id
    if message.tracker:
        told["biz_opaque_callback_data"] = message.tracker
    if status == "failed":
        code = message.error_code or 131000
        error = errors.in_notification(code, _FAILURES.get(code, ""))
        told["errors"] = [error]
        if message.id % 2:  # as Meta's papers have it: no contacts
            error["href"] = "/documentation/business-messaging/whatsapp/support/error-codes"
            return _envelope(account, {"statuses": [told]})
        # As seen in live traffic: contacts with nothing but the number, and no href.
        contacts = {} if phone.username else {"contacts": [{"wa_id": phone.phone}]}
        return _envelope(account, {**contacts, "statuses": [told]})
    if status in ("sent", "delivered"):
        told["pricing"] = _pricing(message)
    if account.version <= WITH_CONVERSATION:
        told["conversation"] = _conversation(phone, message, status)
    return _envelope(account, {"contacts": [_contact(phone)], "statuses": [told]})


_FAILURES = {
    131047: "Message failed to send because more than 24 hours have passed since the customer "
    "last replied to this number.",
    131053: "The file's content is not what its type says.",
}


def _pricing(message: SimMessage) -> dict[str, Any]:
    template = message.kind == "template"
    category = message.content.get("category", "utility") if template else "service"
    may_be_free = category == "service" or (category == "utility" and message.in_window)
    billed = message.sent_at >= SERVICE_IS_BILLED_SINCE or not may_be_free
    return {
        "billable": billed,
        "pricing_model": "PMP",
        "type": "regular" if billed else "free_customer_service",
        "category": category,
    }


def _conversation(phone: SimPhone, message: SimMessage, status: str) -> dict[str, Any]:
    """What older versions tell beside the price: one conversation a day and category."""
    category = _pricing(message)["category"]
    named = f"{phone.user_id} {category} {message.sent_at:%Y-%m-%d}"
    told: dict[str, Any] = {
        "id": hashlib.sha256(named.encode()).hexdigest()[:32],
        "origin": {"type": category},
    }
    if status == "sent":
        told["expiration_timestamp"] = _seconds(message.sent_at + timedelta(days=1))
    return told


def _contact(phone: SimPhone) -> dict[str, Any]:
    if phone.username:
        profile = {"name": phone.name or phone.username, "username": phone.username}
        return {"profile": profile, "user_id": phone.user_id}
    profile = {"name": phone.name or phone.phone}
    return {"profile": profile, "wa_id": phone.phone, "user_id": phone.user_id}


def _envelope(account: Account, value: dict[str, Any]) -> str:
    metadata = {
        "display_phone_number": account.wa_id,
        "phone_number_id": account.phone_number_id,
    }
    value = {"messaging_product": "whatsapp", "metadata": metadata} | value
    change = {"field": "messages", "value": value}
    entry = {"id": account.business_account_id, "changes": [change]}
    return escaped({"object": "whatsapp_business_account", "entry": [entry]})


def _seconds(moment: datetime) -> str:
    return str(int(moment.timestamp()))
