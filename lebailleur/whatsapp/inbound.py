"""A notification of the Cloud API as typed messages and statuses.

Meta may put up to a thousand updates into one notification, and sends types that did not exist
yesterday: everything is looked at, nothing odd raises.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

# Types that say nothing which could be answered.
SILENT = {"reaction", "system", "edit", "revoke"}
MEDIA = {"image", "video", "audio", "document", "sticker"}
LONGEST = 100_000
MOST_ID = 200


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


def _text(value: Any, most: int = LONGEST) -> str:
    """A text as a database can keep it (no NUL, no half of a surrogate pair); "" for anything
    else."""
    if not isinstance(value, str):
        return ""
    return value[:most].replace("\x00", "").encode("utf-8", "replace").decode()


def _names(value: dict[str, Any]) -> dict[str, str]:
    """Profile names by number and by user id."""
    found = {}
    for contact in _dicts(value.get("contacts")):
        profile = contact.get("profile")
        name = _text(profile.get("name"), 300) if isinstance(profile, dict) else ""
        for key in ("wa_id", "user_id"):
            if (alias := _text(contact.get(key), MOST_ID)) and name:
                found[alias] = name
    return found


def _message(message: dict[str, Any], names: dict[str, str]) -> Incoming | None:
    key, kind = _text(message.get("id"), MOST_ID), _text(message.get("type"), 40)
    sender = _text(message.get("from"), 40).lstrip("+")
    user_id = _text(message.get("from_user_id"), 160)
    if not key or not (sender or user_id) or kind in SILENT:
        return None
    aliases: dict[str, str] = {}
    if sender:
        aliases["phone"] = f"+{sender}"
    if user_id:
        aliases["user_id"] = user_id
    return Incoming(
        key=key,
        aliases=aliases,
        name=names.get(sender) or names.get(user_id),
        timestamp=_timestamp(message.get("timestamp")),
        content={**_content(kind, message), "wamid": key},
    )


def _timestamp(value: Any) -> int:
    text = _text(value, 20)
    return int(text) if re.fullmatch(r"[0-9]{1,12}", text) else 0


def _content(kind: str, message: dict[str, Any]) -> dict[str, Any]:
    part = message.get(kind)
    part = part if isinstance(part, dict) else {}
    if kind == "text":
        return {"text": _text(part.get("body"))}
    if kind == "interactive":
        answer = part.get(_text(part.get("type")))
        if isinstance(answer, dict) and (chosen := _text(answer.get("id"))):
            return {"payload": chosen, "title": _text(answer.get("title"))}
    if kind == "button" and (chosen := _text(part.get("payload"))):
        return {"payload": chosen, "title": _text(part.get("text"))}
    if kind in MEDIA:
        media = {
            name: _text(part.get(name)) or None
            for name in ("id", "mime_type", "sha256", "filename")
        }
        return {"text": _text(part.get("caption")), "unsupported": kind, "media": media}
    return {"unsupported": kind if kind.isidentifier() else "unknown"}


def _status(status: dict[str, Any]) -> Status | None:
    wamid, state = _text(status.get("id"), MOST_ID), _text(status.get("status"), 40)
    if not wamid or not state:
        return None
    errors = _dicts(status.get("errors"))
    if not errors:
        return Status(wamid, state, None)
    code = errors[0].get("code")
    shown = code if isinstance(code, int) else _text(code, 20)
    return Status(wamid, state, f"{shown} {_text(errors[0].get('title'), 200)}".strip())
