"""Meta's signature of a notification: HMAC-SHA256 of the raw body under the app secret."""

import hashlib
import hmac


def sign(body: bytes, secret: str) -> str:
    """The value of ``X-Hub-Signature-256`` for these bytes."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def is_valid(header: str | None, body: bytes, secret: str) -> bool:
    """Whether the header signs exactly these bytes. Never parse and dump a body before."""
    if not header or not header.isascii():
        return False
    return hmac.compare_digest(header, sign(body, secret))
