"""Resumable uploads: how the Graph API is given the sample of a template's file. A session is
begun, the bytes are sent to it, and the handle that comes back stands in the template.

Nothing is kept: what a session is for, and that a handle is ours, stands signed in their names.
"""

import base64
import binascii
import hashlib
import hmac
import json
from typing import Any

from lebailleur.whatsapp.simulator.account import Account
from lebailleur.whatsapp.simulator.errors import GraphError

TYPES = ("application/pdf", "image/jpeg", "image/jpg", "image/png", "video/mp4")


def begun(account: Account, length: int, mime: str) -> str:
    """A session for a file; its id, as Meta's ``upload:…?sig=…``. Raises GraphError 100."""
    if mime not in TYPES:
        raise GraphError(100, f"file_type must be one of {', '.join(TYPES)}")
    told = _encoded(json.dumps({"length": length, "mime": mime}))
    return f"upload:{told}?sig={_signed(account, told)}"


def taken(account: Account, told: str, signature: str, offset: str | None, content: bytes) -> str:
    """The handle of a file whose bytes have come. Raises GraphError 100 for bytes that are not
    those that were announced, and for a session that was not begun here."""
    if not hmac.compare_digest(signature, _signed(account, told)):
        raise GraphError(100, "There is no such upload session.")
    announced: dict[str, Any] = json.loads(_decoded(told))
    if offset != "0":
        raise GraphError(100, "The header file_offset must be 0: nothing was uploaded yet.")
    if len(content) != announced["length"]:
        raise GraphError(100, "The bytes are not as many as file_length said.")
    named = f"{_encoded(announced['mime'])}:{_encoded(hashlib.sha256(content).hexdigest())}"
    return f"4::{named}:{_signed(account, named)}"


def type_of(account: Account, handle: str) -> str | None:
    """The MIME type of the file that a handle stands for; None for what is no handle of ours."""
    named, _, signature = handle.removeprefix("4::").rpartition(":")
    if not named or not hmac.compare_digest(signature, _signed(account, named)):
        return None
    return _decoded(named.partition(":")[0])


def _signed(account: Account, text: str) -> str:
    return hmac.new(account.app_secret.encode(), text.encode(), hashlib.sha256).hexdigest()[:32]


def _encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decoded(text: str) -> str:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    except (binascii.Error, ValueError):
        raise GraphError(100, "There is no such upload.") from None
