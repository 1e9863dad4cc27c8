"""A notification of the Cloud API as typed messages and statuses.

Meta may put up to a thousand updates into one notification, and sends types that did not exist
yesterday: everything is looked at, nothing odd raises.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lebailleur.identity import AliasKind

# Types that say nothing which could be answered.
SILENT = {"reaction", "system", "edit", "revoke"}
MEDIA = {"image", "video", "audio", "document", "sticker"}
# WhatsApp itself could not load what somebody sent.
NOT_LOADED = 131052
LONGEST = 100_000
MOST_ID = 200


@dataclass(frozen=True)
class Incoming:
    """One message of one person. `aliases` are the names by which WhatsApp vouches for them.

    `content` has ``text`` or ``payload``, or ``unsupported`` with the type; media as metadata.
    `timestamp`: when it was written, in seconds; 0 where that is not told.
    """

    key: str
    aliases: dict[AliasKind, str]
    name: str | None
    timestamp: int
    content: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Status:
    """What became of a message of ours. `tracked` is what we sent with it."""

    wamid: str
    status: str
    error: str | None
    tracked: str | None = None
    code: int | None = None


@dataclass(frozen=True)
class Moved:
    """Somebody is known by other names now: from `old` to `new`, as alias kinds and values."""

    old: dict[AliasKind, str]
    new: dict[AliasKind, str]
    timestamp: int = 0


@dataclass(frozen=True)
class Problem:
    """What is wrong with the account, or the app, as a whole: Meta's code and its title."""

    code: int | None
    words: str


@dataclass(frozen=True)
class Notification:
    """What a notification holds: messages and people who moved, in the order of their time; then
    statuses, errors of the account that concern no message, and what is nothing to us."""

    events: list[Incoming | Moved] = field(default_factory=list)
    statuses: list[Status] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    others: list[str] = field(default_factory=list)

    @property
    def messages(self) -> list[Incoming]:
        return [each for each in self.events if isinstance(each, Incoming)]

    @property
    def moves(self) -> list[Moved]:
        return [each for each in self.events if isinstance(each, Moved)]


def read(notification: Any, number_id: str = "") -> Notification:
    """All that a notification holds; empty for what is none. With `number_id`, what is told of
    another number than that one of ours is nothing to us."""
    found = Notification()
    for name, value in _changes(notification):
        if name == "user_id_update":
            found.events.extend(_update_of_user_id(value))
        elif name != "messages":
            found.others.append(name)
        elif number_id and _number_id(value) not in ("", number_id):
            found.others.append("another_number")
        else:
            names = _names(value)
            for each in _dicts(value.get("messages")):
                if event := _message(each, names) or _moved(each):
                    found.events.append(event)
            found.statuses.extend(filter(None, map(_status, _dicts(value.get("statuses")))))
            found.problems.extend(
                Problem(_code(each), _error(each)) for each in _dicts(value.get("errors"))
            )
    found.events.sort(key=lambda each: each.timestamp)
    return found


def _changes(notification: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    if not isinstance(notification, dict):
        return
    for entry in _dicts(notification.get("entry")):
        for change in _dicts(entry.get("changes")):
            name, value = _text(change.get("field"), 60), change.get("value")
            if name and isinstance(value, dict):
                yield name, value


def _number_id(value: dict[str, Any]) -> str:
    """Of which number of the business this is told; "" where that is left open."""
    metadata = value.get("metadata")
    return _text(metadata.get("phone_number_id"), 40) if isinstance(metadata, dict) else ""


def _moved(message: dict[str, Any]) -> Moved | None:
    """A system message: the number or the user id has changed."""
    part = message.get("system")
    if message.get("type") != "system" or not isinstance(part, dict):
        return None
    old = _aliases(message.get("from"), message.get("from_user_id"))
    new = {
        "user_changed_number": _aliases(part.get("wa_id") or part.get("new_wa_id"), None),
        "customer_changed_number": _aliases(part.get("new_wa_id") or part.get("wa_id"), None),
        "user_changed_user_id": _aliases(None, part.get("user_id")),
    }.get(_text(part.get("type"), 40), {})
    # With the number the user id changes too, when it is given.
    if new.get("phone"):
        new |= _aliases(None, part.get("user_id"))
    return Moved(old, new, _timestamp(message.get("timestamp"))) if old and new else None


def _update_of_user_id(value: dict[str, Any]) -> Iterator[Moved]:
    for each in [value, *_dicts(value.get("user_id_update"))]:
        changed = each.get("user_id")
        if isinstance(changed, dict):
            old = _aliases(None, changed.get("previous")) or _aliases(each.get("wa_id"), None)
            if old and (new := _aliases(None, changed.get("current"))):
                yield Moved(old, new, _timestamp(each.get("timestamp")))


def _aliases(number: Any, user_id: Any) -> dict[AliasKind, str]:
    found: dict[AliasKind, str] = {}
    if digits := _text(number, 40).lstrip("+"):
        found["phone"] = f"+{digits}"
    if known := _text(user_id, 160):
        found["user_id"] = known
    return found


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _text(value: Any, most: int = LONGEST) -> str:
    """A text as a database can keep it (no NUL, no half of a surrogate pair); "" for anything
    else."""
    if not isinstance(value, str):
        return ""
    return value[:most].replace("\x00", "").encode("utf-8", "replace").decode()


def _names(value: dict[str, Any]) -> dict[str, str]:
    """Profile names by alias: number or user id."""
    found = {}
    for contact in _dicts(value.get("contacts")):
        profile = contact.get("profile")
        if isinstance(profile, dict) and (name := _text(profile.get("name"), 300)):
            aliases = _aliases(contact.get("wa_id"), contact.get("user_id"))
            found.update(dict.fromkeys(aliases.values(), name))
    return found


def _message(message: dict[str, Any], names: dict[str, str]) -> Incoming | None:
    key, kind = _text(message.get("id"), MOST_ID), _text(message.get("type"), 40)
    aliases = _aliases(message.get("from"), message.get("from_user_id"))
    if not key or not aliases or kind in SILENT:
        return None
    return Incoming(
        key=key,
        aliases=aliases,
        name=next((names[each] for each in aliases.values() if each in names), None),
        timestamp=_timestamp(message.get("timestamp")),
        content={**_content(kind, message), "wamid": key},
    )


def _timestamp(value: Any) -> int:
    text = _text(value, 20)
    return int(text) if re.fullmatch(r"[0-9]{1,12}", text) else 0


def _content(kind: str, message: dict[str, Any]) -> dict[str, Any]:
    part = message.get(kind)
    part = part if isinstance(part, dict) else {}
    if any(each.get("code") == NOT_LOADED for each in _dicts(message.get("errors"))):
        return {"unsupported": "not_loaded"}
    if kind == "text":
        return {"text": _text(part.get("body"))}
    if kind == "interactive":
        answer = part.get(_text(part.get("type")))
        if isinstance(answer, dict) and (chosen := _text(answer.get("id"))):
            return {"payload": chosen, "title": _text(answer.get("title"))}
        if isinstance(answer, dict) and (filled_in := _text(answer.get("response_json"))):
            # We send no forms, so nobody waits for it: it is kept as it came, and read by nobody.
            return {"unsupported": "form", "form": filled_in}
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
    tracked = _text(status.get("biz_opaque_callback_data"), 512) or None
    errors = _dicts(status.get("errors"))
    if not errors:
        return Status(wamid, state, None, tracked)
    return Status(wamid, state, _error(errors[0]), tracked, _code(errors[0]))


def _code(error: dict[str, Any]) -> int | None:
    code = error.get("code")
    return code if isinstance(code, int) else None


def _error(error: dict[str, Any]) -> str:
    code = error.get("code")
    shown = code if isinstance(code, int) else _text(code, 20)
    return f"{shown} {_text(error.get('title'), 200)}".strip()
