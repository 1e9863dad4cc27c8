"""A notification of the Cloud API as typed messages and statuses.

Meta may put up to a thousand updates into one notification, and sends types that did not exist
yesterday: everything is looked at, nothing odd raises.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

# Types that say nothing which could be answered.
SILENT = {"reaction", "system", "edit", "revoke"}
MEDIA = {"image", "video", "audio", "document", "sticker"}


@dataclass(frozen=True)
class Incoming:
    """One message of one person. `aliases` are the names by which WhatsApp vouches for them.

    `content` has ``text`` or ``payload``, or ``unsupported`` with the type; media as metadata.
    """

    key: str
    aliases: dict[str, str]
    name: str | None
    timestamp: int
    content: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Status:
    """What became of a message of ours."""

    wamid: str
    status: str
    error: str | None


def read(notification: Any) -> tuple[list[Incoming], list[Status]]:
    """All messages and statuses of a notification, each sender's in the order of their time."""
    messages: list[Incoming] = []
    statuses: list[Status] = []
    for value in _values(notification):
        names = _names(value)
        messages += filter(None, (_message(each, names) for each in _dicts(value.get("messages"))))
        statuses += filter(None, map(_status, _dicts(value.get("statuses"))))
    return sorted(messages, key=lambda each: each.timestamp), statuses


def _values(notification: Any) -> Iterator[dict[str, Any]]:
    if not isinstance(notification, dict):
        return
    for entry in _dicts(notification.get("entry")):
        for change in _dicts(entry.get("changes")):
            if change.get("field") == "messages" and isinstance(change.get("value"), dict):
                yield change["value"]


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _names(value: dict[str, Any]) -> dict[str, str]:
    """Profile names by number and by user id."""
    found = {}
    for contact in _dicts(value.get("contacts")):
        profile = contact.get("profile")
        name = profile.get("name") if isinstance(profile, dict) else None
        for key in ("wa_id", "user_id"):
            if contact.get(key) and name:
                found[str(contact[key])] = str(name)[:300]
    return found


def _message(message: dict[str, Any], names: dict[str, str]) -> Incoming | None:
    key, kind = message.get("id"), message.get("type")
    sender, user_id = message.get("from"), message.get("from_user_id")
    if not isinstance(key, str) or not (sender or user_id) or kind in SILENT:
        return None
    aliases: dict[str, str] = {}
    if sender:
        aliases["phone"] = "+" + str(sender).lstrip("+")
    if user_id:
        aliases["user_id"] = str(user_id)
    timestamp = str(message.get("timestamp", "0"))
    return Incoming(
        key=key,
        aliases=aliases,
        name=names.get(str(sender)) or names.get(str(user_id)),
        timestamp=int(timestamp) if timestamp.isdigit() else 0,
        content={**_content(str(kind), message), "wamid": key},
    )


def _content(kind: str, message: dict[str, Any]) -> dict[str, Any]:
    part = message.get(kind)
    part = part if isinstance(part, dict) else {}
    if kind == "text":
        return {"text": str(part.get("body") or "")}
    if kind == "interactive":
        answer = part.get(str(part.get("type")))
        if isinstance(answer, dict) and answer.get("id"):
            return {"payload": str(answer["id"]), "title": answer.get("title")}
    if kind == "button" and part.get("payload"):
        return {"payload": str(part["payload"]), "title": part.get("text")}
    if kind in MEDIA:
        media = {name: part.get(name) for name in ("id", "mime_type", "sha256", "filename")}
        caption = str(part.get("caption") or "")
        return {"text": caption, "unsupported": kind, "media": media}
    return {"unsupported": kind if kind.isidentifier() else "unknown"}


def _status(status: dict[str, Any]) -> Status | None:
    wamid, state = status.get("id"), status.get("status")
    if not isinstance(wamid, str) or not isinstance(state, str):
        return None
    errors = _dicts(status.get("errors"))
    error = f"{errors[0].get('code')} {errors[0].get('title', '')}".strip() if errors else None
    return Status(wamid, state, error)
