"""Sealing of stored texts with Fernet (AES-128-CBC and HMAC), under keys that can be changed.

Rasa's process uses this too: plain Python 3.10, nothing of ours imported.
"""

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

_MARK = b"sealed:"


class SealError(Exception):
    """A text is sealed, and no key here opens it."""


class Seal:
    """Seals with the first key, opens with any; without keys texts pass as they are.

    `keys`: Fernet keys with commas between them, the newest first. Raises `ValueError` for what
    is no key.
    """

    def __init__(self, keys: str) -> None:
        parts = [each.strip() for each in keys.split(",") if each.strip()]
        try:
            self._keys = MultiFernet([Fernet(each) for each in parts]) if parts else None
        except ValueError:
            raise ValueError("ENCRYPTION_KEY must be Fernet keys, with commas between") from None

    def close(self, text: str) -> str:
        """The text, sealed where there is a key."""
        return self.close_bytes(text.encode()).decode()

    def open(self, text: str) -> str:
        """The text as it was; what was never sealed comes back as it is. Raises `SealError`."""
        return self.open_bytes(text.encode()).decode()

    def close_bytes(self, data: bytes) -> bytes:
        """As `close`, of a file's bytes."""
        return data if self._keys is None else _MARK + self._keys.encrypt(data)

    def open_bytes(self, data: bytes) -> bytes:
        """As `open`, of a file's bytes."""
        if not data.startswith(_MARK):
            return data
        if self._keys is None:
            raise SealError("something is sealed, and ENCRYPTION_KEY is not set")
        try:
            return self._keys.decrypt(data[len(_MARK) :])
        except InvalidToken:
            raise SealError("no key in ENCRYPTION_KEY opens what is sealed") from None
