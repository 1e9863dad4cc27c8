"""Chats as a phone shows them: plain JSON for the page and for tests."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lebailleur.whatsapp.simulator import media
from lebailleur.whatsapp.simulator.chats import Chats, SimPerson, machine_now
from lebailleur.whatsapp.simulator.tables import SimEvent, SimMedia, SimMessage, SimPhone

View = dict[str, Any]

OTHERS_LISTED = 50


def people(chats: Chats, session: Session) -> list[View]:
    """Everybody whose phone can be chosen: the given people, then strangers and other numbers,
    latest first; each with the last message and how many are unread."""
    known = chats.people()
    given = {person.phone.lstrip("+") for person in known}
    last = (
        select(func.max(SimMessage.id).label("id"), SimMessage.phone)
        .where(SimMessage.state != "failed")
        .group_by(SimMessage.phone)
        .subquery()
    )
    newest = func.coalesce(last.c.id, 0)
    others = session.scalars(
        select(SimPhone)
        .outerjoin(last, last.c.phone == SimPhone.phone)
        .where(SimPhone.phone.not_in(given))
        .order_by(newest.desc(), SimPhone.phone)
        .limit(OTHERS_LISTED)
    ).all()
    rows = known + [
        SimPerson("+" + row.phone, row.name or "+" + row.phone, "stranger", "strangers")
        for row in others
    ]
    latest = {
        message.phone: message
        for message in session.scalars(select(SimMessage).join(last, last.c.id == SimMessage.id))
    }
    waiting = unread(session)
    return [
        {
            "phone": person.phone,
            "name": person.name,
            "role": person.role_label,
            "group": person.group,
            "unread": waiting.get(digits, 0),
            "last": _summary(latest.get(digits)),
        }
        for person in rows
        for digits in [person.phone.lstrip("+")]
    ]


def unread(session: Session, phones: set[str] | None = None) -> dict[str, int]:
    """How many messages wait unread, on each of these phones (digits) that has any; or on all."""
    counted = (
        select(SimMessage.phone, func.count())
        .where(SimMessage.by_business, SimMessage.state == "delivered")
        .group_by(SimMessage.phone)
    )
    if phones is not None:
        counted = counted.where(SimMessage.phone.in_(phones))
    return dict(session.execute(counted).all())


def page(session: Session, phone: str, before: int | None, limit: int) -> tuple[list[View], bool]:
    """The last messages of a chat (digits) before one, oldest first; whether there are older."""
    wanted = select(SimMessage).where(SimMessage.phone == phone)
    if before is not None:
        wanted = wanted.where(SimMessage.id < before)
    rows = session.scalars(wanted.order_by(SimMessage.id.desc()).limit(limit + 1)).all()
    return messages(session, rows[:limit][::-1]), len(rows) > limit


def messages(session: Session, rows: Sequence[SimMessage]) -> list[View]:
    """Messages as the phone shows them, with what they quote and the files they carry."""
    quoted = {
        row.wamid: row
        for row in session.scalars(
            select(SimMessage).where(SimMessage.wamid.in_({r.reply_to for r in rows if r.reply_to}))
        )
    }
    ids = {int(file["id"]) for row in rows if (file := _media(row)) and file.get("id")}
    files = {
        file.id: file for file in session.scalars(select(SimMedia).where(SimMedia.id.in_(ids)))
    }
    return [_message(row, quoted.get(row.reply_to or ""), files) for row in rows]


def typing_for(row: SimPhone | None) -> int:
    """For how many milliseconds the business is still shown as typing to this phone."""
    if row is None or row.typing_until is None:
        return 0
    return max(0, int((row.typing_until - machine_now()).total_seconds() * 1000))


def last_event(session: Session) -> int:
    """The newest event: what a page that loads now has already seen."""
    return session.scalar(select(func.max(SimEvent.id))) or 0


def _message(row: SimMessage, quoted: SimMessage | None, files: dict[int, SimMedia]) -> View:
    failed = row.state == "failed"
    view: View = {
        "id": row.id,
        "wamid": row.wamid,
        "mine": not row.by_business,
        "kind": "failed" if failed else row.kind,
        "state": row.state,
        "error": row.error_code,
        "at": int(row.sent_at.timestamp() * 1000),
    }
    if failed:
        return view  # the phone never got it, so it cannot show what it said
    view |= _words(row)
    if quoted:
        view["quote"] = {"mine": not quoted.by_business, "text": _line(quoted)}
    file = _media(row)
    if file:
        view["media"] = _file(file, files)
    return view


def _words(row: SimMessage) -> View:
    """The texts and the options of a message, whatever its type."""
    content = row.content
    match row.kind:
        case "text":
            return {"text": content["body"]}
        case "template":
            shown = content["shown"]
            return {
                "header": shown.get("header"),
                "text": shown.get("body", ""),
                "footer": shown.get("footer"),
                "buttons": shown["buttons"],
            }
        case "interactive":
            return _interactive(content)
        case "button":
            return {"text": content["text"]}
        case "reaction":
            return {"text": content["emoji"]}
        case _:
            return {"text": content.get("caption", "")}


def _interactive(content: View) -> View:
    if not content["type"].endswith("_reply"):
        words: View = {"text": content["body"]["text"]}
    else:
        return {"text": content[content["type"]]["title"]}
    header = content.get("header", {})
    words["header"] = header.get("text")
    words["footer"] = content.get("footer", {}).get("text")
    action = content["action"]
    match content["type"]:
        case "button":
            words["buttons"] = [button["reply"] for button in action["buttons"]]
        case "list":
            words["list"] = {"button": action["button"], "sections": action["sections"]}
        case "cta_url":
            words["link"] = {
                "title": action["parameters"]["display_text"],
                "url": action["parameters"]["url"],
            }
    return words


def _media(row: SimMessage) -> View | None:
    carried = media.carried(row.kind, row.content)
    return carried[1] if carried else None


def _file(file: View, files: dict[int, SimMedia]) -> View:
    row = files.get(int(file["id"])) if file.get("id") else None
    return {
        "url": f"/simulator/phone/media/{row.id}" if row else file.get("link"),
        "mime": row.mime if row else None,
        "size": row.size if row else None,
        "name": file.get("filename") or (row.filename if row else None),
    }


def _summary(row: SimMessage | None) -> View | None:
    if row is None:
        return None
    return {
        "text": _line(row),
        "kind": row.kind,
        "mine": not row.by_business,
        "state": row.state,
        "at": int(row.sent_at.timestamp() * 1000),
    }


def _line(row: SimMessage) -> str:
    """A message in one line, for quotes and for the list of people."""
    file = _media(row) or {}
    return (_words(row).get("text") or file.get("filename") or "")[:200]
