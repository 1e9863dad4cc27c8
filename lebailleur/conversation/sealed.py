"""Columns whose content is sealed in the database when ENCRYPTION_KEY is set."""

import json
from functools import cache
from typing import Any

from sqlalchemy import JSON, Dialect, LargeBinary, String
from sqlalchemy.types import TypeDecorator

from lebailleur.seal import Seal
from lebailleur.settings import settings


@cache
def _seal(keys: str) -> Seal:
    return Seal(keys)


def seal() -> Seal:
    """The seal of the settings."""
    return _seal(settings().encryption_key.get_secret_value())


class SealedText(TypeDecorator[str]):
    """A text."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else seal().close(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else seal().open(value)


class SealedBytes(TypeDecorator[bytes]):
    """A file."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else seal().close_bytes(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else seal().open_bytes(bytes(value))


class SealedJson(TypeDecorator[Any]):
    """An object or a list; sealed, it is a JSON string."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        if value is None:
            return None
        plain = json.dumps(value)
        closed = seal().close(plain)
        return value if closed == plain else closed

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return json.loads(seal().open(value)) if isinstance(value, str) else value
