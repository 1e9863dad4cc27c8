"""The only source of "now".

Everything that asks what time it is asks here, so that a test can run a whole year by moving
the clock, in one process (`moved_to`) or in all of them (`CLOCK_FILE`, a file that holds the
ISO time which should be now; the clock runs on from there).
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

_offset = timedelta(0)
_file_read_at: float | None = None
_file_offset = timedelta(0)


def now() -> datetime:
    """The present moment, timezone-aware, in UTC."""
    return datetime.now(UTC) + _offset + _offset_from_file()


def today(timezone: str) -> date:
    """The local day in an IANA time zone, such as ``Africa/Douala``."""
    return local(now(), timezone).date()


def local(moment: datetime, timezone: str) -> datetime:
    """A moment as the wall clock of a time zone shows it."""
    return moment.astimezone(ZoneInfo(timezone))


@contextmanager
def moved_to(moment: datetime) -> Iterator[None]:
    """Within the block, `now` starts from `moment` (aware) and runs on, in this process."""
    global _offset
    before = _offset
    _offset = timedelta(0)
    _offset = moment - now()
    try:
        yield
    finally:
        _offset = before


def _offset_from_file() -> timedelta:
    """How far `CLOCK_FILE` moves this process; read again only when the file changes."""
    global _file_read_at, _file_offset
    path = os.environ.get("CLOCK_FILE")
    if not path:
        return timedelta(0)
    try:
        changed_at = Path(path).stat().st_mtime
    except FileNotFoundError:
        return timedelta(0)
    if changed_at != _file_read_at:
        text = Path(path).read_text().strip()
        written_at = datetime.fromtimestamp(changed_at, UTC)
        _file_offset = datetime.fromisoformat(text) - written_at if text else timedelta(0)
        _file_read_at = changed_at
    return _file_offset
