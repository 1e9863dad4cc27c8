"""The phones' side: what people do with WhatsApp, for the page and for tests."""

import base64
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, File, Form, Header, HTTPException, Path, Query, Response, UploadFile
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel, Field, StringConstraints
from sqlalchemy import select

from lebailleur import clock, database
from lebailleur.whatsapp.simulator import live, media, views
from lebailleur.whatsapp.simulator.chats import Chats
from lebailleur.whatsapp.simulator.errors import GraphError
from lebailleur.whatsapp.simulator.tables import SimMessage, SimPhone

Phone = Annotated[str, Path(pattern=r"^\+?[1-9]\d{6,14}$", description="E.164, plus optional")]
# What a browser may show in the app's own origin; everything else is downloaded.
SHOWN = ("application/pdf", "image/jpeg", "image/png", "image/webp", "audio/ogg", "audio/mpeg")
MOST_SENT = 16 * media.MB


class Text(BaseModel):
    """Typed words, perhaps as an answer to one message."""

    type: Literal["text"]
    text: Annotated[str, StringConstraints(min_length=1, max_length=100_000)]
    reply_to: str | None = None


class Tap(BaseModel):
    """A tapped option: of which message (wamid), and the option's id."""

    type: Literal["tap"]
    message: str
    option: str


class Stranger(BaseModel):
    """The WhatsApp profile name of somebody new, and their username, if they have one: then they
    show no number."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    username: Annotated[str, StringConstraints(pattern=r"^[a-z0-9._]{3,35}$")] | None = None


class Sent(BaseModel):
    """The id of a message that a phone has sent."""

    id: str


def phone_router(chats: Chats) -> APIRouter:
    """The routes under /phone: people, chats, live events, and what a phone can send."""
    router = APIRouter(prefix="/phone", tags=["simulator"])

    @router.get("/people")
    def people() -> dict[str, Any]:
        """Everybody; `now` is the simulated time in ms, `cursor` where `events` goes on."""
        with database.reading(chats.engine) as session:
            cursor = views.last_event(session)
            now = int(clock.now().timestamp() * 1000)
            return {"now": now, "cursor": cursor, "people": views.people(chats, session)}

    @router.post("/people", status_code=201)
    def add_stranger(stranger: Stranger) -> dict[str, str]:
        """Somebody with a fresh number that nobody knows."""
        phone = chats.add_stranger(stranger.name, stranger.username)
        return {"phone": f"+{phone}", "name": stranger.name}

    @router.get("/events", response_class=EventSourceResponse)
    async def events(
        cursor: int = 0, last_event_id: Annotated[int | None, Header()] = None
    ) -> AsyncIterator[ServerSentEvent]:
        """Server-sent events: `phone`, `typing_for` (ms), `unread`, perhaps `message`."""
        async for event in live.events(chats, last_event_id or cursor):
            yield event

    @router.get("/media/{media_id}")
    def file(media_id: str, range: Annotated[str, Header()] = "") -> Response:
        """A file of a chat, as the phone opens it."""
        try:
            with database.reading(chats.engine) as session:
                row = media.find(session, media_id, content=True)
        except GraphError:
            raise HTTPException(404, "no such file, or it has expired") from None
        shown = media.base_type(row.mime) in SHOWN
        disposition = "inline" if shown else "attachment"
        content, status, headers = media.part_of(row.content, range)
        return Response(
            content,
            status,
            media_type=row.mime if shown else "application/octet-stream",
            headers=headers
            | {
                "Content-Disposition": f"{disposition}; filename*=UTF-8''{quote(row.filename)}",
                "X-Content-Type-Options": "nosniff",
            },
        )

    @router.get("/{phone}/messages")
    def read(
        phone: Phone, before: int | None = None, limit: Annotated[int, Query(ge=1, le=200)] = 50
    ) -> dict[str, Any]:
        """The chat's last messages (older than message number `before`), oldest first."""
        digits = phone.lstrip("+")
        with database.reading(chats.engine) as session:
            shown, more = views.page(session, digits, before, limit)
            typing = views.typing_for(session.get(SimPhone, digits))
        return {"messages": shown, "more": more, "typing_for": typing}

    @router.post("/{phone}/messages", status_code=201)
    def send(phone: Phone, sent: Annotated[Text | Tap, Field(discriminator="type")]) -> Sent:
        """Send words, or tap an option of a message of the business."""
        digits = phone.lstrip("+")
        if isinstance(sent, Text):
            body = {"body": sent.text}
            return Sent(id=chats.write(digits, "text", body, reply_to=sent.reply_to))
        with database.reading(chats.engine) as session:
            message = session.scalar(
                select(SimMessage).where(
                    SimMessage.wamid == sent.message,
                    SimMessage.phone == digits,
                    SimMessage.by_business,
                )
            )
        tapped = _tapped(message, sent.option) if message else None
        if tapped is None:
            raise HTTPException(404, "this phone has no such option")
        return Sent(id=chats.write(digits, *tapped, reply_to=sent.message))

    @router.post("/{phone}/media", status_code=201)
    def send_file(
        phone: Phone,
        file: Annotated[UploadFile, File()],
        kind: Annotated[Literal["voice", "image", "document"], Form()],
        caption: Annotated[str, Form(max_length=1024)] = "",
    ) -> Sent:
        """Send a voice note, a picture or a document (16 MB at most)."""
        digits = phone.lstrip("+")
        content = file.file.read(MOST_SENT + 1)
        if len(content) > MOST_SENT:
            raise HTTPException(413, "at most 16 MB")
        mime = file.content_type or "application/octet-stream"
        row = chats.keep_media(content, mime, file.filename or "file", phone=digits)
        told: dict[str, Any] = {
            "id": str(row.id),
            "mime_type": mime,
            "sha256": base64.b64encode(bytes.fromhex(row.sha256)).decode(),
            "url": media.url(chats.account, row.id),
        }
        if kind == "voice":
            return Sent(id=chats.write(digits, "audio", told | {"voice": True}))
        if kind == "document":
            told["filename"] = row.filename
        if caption:
            told["caption"] = caption
        return Sent(id=chats.write(digits, kind, told))

    @router.post("/{phone}/read")
    def mark_read(phone: Phone) -> dict[str, int]:
        """The chat is open before the person's eyes: what was unread becomes read."""
        return {"read": chats.read_by_person(phone.lstrip("+"))}

    return router


def _tapped(message: SimMessage, option: str) -> tuple[str, dict[str, Any]] | None:
    """Type and content of the message that a tap sends; None without such an option."""
    content = message.content
    if message.kind == "template":
        for button in content["shown"]["buttons"]:
            if button["id"] == option:
                return "button", {"payload": button["id"], "text": button["title"]}
    if message.kind != "interactive":
        return None
    for button in content["action"].get("buttons", []):
        if button["reply"]["id"] == option:
            return "interactive", {"type": "button_reply", "button_reply": button["reply"]}
    for section in content["action"].get("sections", []):
        for row in section["rows"]:
            if row["id"] == option:
                return "interactive", {"type": "list_reply", "list_reply": row}
    return None
