"""Files that hold people's data: whole or not there, and nobody else's to read."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


class NotWritten(Exception):
    """A file was not written; the sentence says why."""


@contextmanager
def private(target: Path, *, replace: bool) -> Iterator[BinaryIO]:
    """A file of mode 0600, under a temporary name until the block has ended well.

    Raises `NotWritten` where there is one already (unless `replace`), or none can be made.
    """
    if target.exists() and not replace:
        raise NotWritten(f"{target} is there already; --force replaces it.")
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        handle = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise NotWritten(f"{target} cannot be written: {error.strerror}.") from None
    try:
        with os.fdopen(handle, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
