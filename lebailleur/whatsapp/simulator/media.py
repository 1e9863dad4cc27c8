"""Files at WhatsApp: which ones it takes, how they are fetched in two steps, when they expire."""

import hmac
import re
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session, undefer

from lebailleur import clock
from lebailleur.whatsapp.simulator.account import Account
from lebailleur.whatsapp.simulator.errors import GraphError
from lebailleur.whatsapp.simulator.notifications import signature
from lebailleur.whatsapp.simulator.tables import SimMedia

MB = 1024 * 1024
UPLOADS_LAST = timedelta(days=30)
RECEIVED_LAST = timedelta(days=7)
URL_LASTS = timedelta(minutes=5)

# MIME type → (kind of message it is for, most bytes)
_OFFICE = "application/vnd.openxmlformats-officedocument"
TYPES: dict[str, tuple[str, int]] = {
    "image/jpeg": ("image", 5 * MB),
    "image/png": ("image", 5 * MB),
    "image/webp": ("sticker", 500 * 1024),
    "video/mp4": ("video", 16 * MB),
    "video/3gpp": ("video", 16 * MB),
    "audio/aac": ("audio", 16 * MB),
    "audio/amr": ("audio", 16 * MB),
    "audio/mpeg": ("audio", 16 * MB),
    "audio/mp4": ("audio", 16 * MB),
    "audio/ogg": ("audio", 16 * MB),
    "text/plain": ("document", 100 * MB),
    "application/pdf": ("document", 100 * MB),
    "application/msword": ("document", 100 * MB),
    "application/vnd.ms-excel": ("document", 100 * MB),
    "application/vnd.ms-powerpoint": ("document", 100 * MB),
    f"{_OFFICE}.wordprocessingml.document": ("document", 100 * MB),
    f"{_OFFICE}.spreadsheetml.sheet": ("document", 100 * MB),
    f"{_OFFICE}.presentationml.presentation": ("document", 100 * MB),
}
_BEGINNINGS = {
    "application/pdf": (b"%PDF-",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
}


def check_upload(mime: str, size: int) -> None:
    """GraphError 100 for a type that WhatsApp does not take, or a file too large for its type."""
    known = TYPES.get(base_type(mime))
    if known is None:
        raise GraphError(100, f"Param file must be one of the supported types; got {mime}.")
    if size > known[1]:
        raise GraphError(100, f"File size {size} exceeds the limit of {known[1]} bytes.")


def base_type(mime: str) -> str:
    """A MIME type without parameters: `audio/ogg; codecs=opus` is `audio/ogg`."""
    return mime.split(";")[0].strip().lower()


def find(session: Session, media_id: str, *, content: bool = False) -> SimMedia:
    """A file that has not expired, with its bytes when asked; otherwise GraphError 100."""
    options = [undefer(SimMedia.content)] if content else []
    known = media_id.isdecimal() and len(media_id) < 19
    row = session.get(SimMedia, int(media_id), options=options) if known else None
    if row is None or clock.now() - row.created_at > (RECEIVED_LAST if row.phone else UPLOADS_LAST):
        raise GraphError(100, f"Unsupported request. Object {media_id} does not exist.")
    return row


def carried(kind: str, content: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
    """The file in a message of this type, in itself or in its header: its kind, and its `id` or
    `link`."""
    if kind in ("document", "image", "video", "audio", "sticker"):
        return kind, content
    holders = {
        "interactive": content.get("header"),
        "template": content.get("shown", {}).get("media"),
    }
    holder: dict[str, Any] = holders.get(kind) or {"type": "nothing"}
    file = holder.get(holder["type"])
    return (holder["type"], file) if isinstance(file, dict) else None


def is_what_it_says(session: Session, media_id: str, kind: str) -> bool:
    """Whether an uploaded file fits the kind of message that carries it (otherwise 131053)."""
    row = find(session, media_id, content=True)
    if kind != "document" and TYPES[base_type(row.mime)][0] != kind:
        return False
    return row.content.startswith(_BEGINNINGS.get(base_type(row.mime), (b"",)))


def url(account: Account, media_id: int) -> str:
    """An address from which the file can be fetched, with the token, for five minutes."""
    until = int((clock.now() + URL_LASTS).timestamp())
    key = _key(account, media_id, until)
    return f"{account.graph_url}/lookaside/{media_id}?ext={until}&hash={key}"


def url_is_good(account: Account, media_id: int, until: int, key: str) -> bool:
    """Whether an address is one that `url` gave, at most five minutes ago."""
    expected = _key(account, media_id, until)
    return hmac.compare_digest(expected, key) and clock.now().timestamp() <= until


def as_json(account: Account, row: SimMedia) -> dict[str, Any]:
    """A file as GET /{media id} describes it."""
    return {
        "messaging_product": "whatsapp",
        "url": url(account, row.id),
        "mime_type": row.mime,
        "sha256": row.sha256,
        "file_size": row.size,
        "id": str(row.id),
    }


def part_of(content: bytes, asked: str) -> tuple[bytes, int, dict[str, str]]:
    """What a Range header asks of a file, with status and headers; players ask for its end first.

    Anything but one range of bytes is answered with the whole file, as HTTP allows.
    """
    headers = {"Accept-Ranges": "bytes"}
    size = len(content)
    match = re.fullmatch(r"bytes=(\d*)-(\d*)", asked)
    if match is None or not any(match.groups()):
        return content, 200, headers
    first, last = match.groups()
    start = int(first) if first else max(0, size - int(last))
    end = min(int(last) + 1, size) if first and last else size
    if start >= end:
        return b"", 416, headers | {"Content-Range": f"bytes */{size}"}
    headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return content[start:end], 206, headers


def _key(account: Account, media_id: int, until: int) -> str:
    return signature(account.token, f"{media_id} {until}".encode())[7:39]
