"""Message ids of the real shape. They hold the person's number, so they are personal data."""

import base64
import secrets


def new_wamid(phone: str, *, by_business: bool) -> str:
    """A fresh id for a message with this person (digits of the phone, no plus)."""
    digits = phone.encode()
    unique = secrets.token_hex(9 if by_business else 10).upper().encode()
    direction = 0x11 if by_business else 0x12
    raw = (
        bytes([0x1C, 0x18, len(digits)])
        + digits
        + bytes([0x15, 0x02, 0x00, direction, 0x18, len(unique)])
        + unique
        + b"\x00"
    )
    return "wamid." + base64.b64encode(raw).decode()
