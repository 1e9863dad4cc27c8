"""The audit log: every write to the books, with who, when, what, and from where.

It hangs on SQLAlchemy's flush, so no function can forget it: whatever is made, changed or deleted
in a table of `rentals` leaves a line in the same transaction. Names, numbers and words stay out of
it (of them it says only that they changed), so that a person can be forgotten.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, String, event, insert, inspect, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from lebailleur import clock
from lebailleur.orm import Base, UtcDateTime

AUDITED = "lebailleur.rentals."
# Whose values are told: of all other columns only that they changed. Text is told where it is one
# of a few words of ours.
TOLD_TEXT = frozenset(
    {
        *("kind", "bill", "method", "state", "decision", "language", "currency", "timezone"),
        *("number", "recorded_by", "decided_by", "late_fee_kind", "remind_after", "operator"),
    }
)
SILENT = frozenset({("payer", "number")})


class AuditEntry(Base):
    """One write. `who`: ``admin``, ``person:…``, ``token:…``, ``operator`` or the process;
    `source`: the chat message (``message:17``) or request (``request:…``) that led to it;
    `changes`: by column the new value, or [old, new]."""

    __tablename__ = "audit_entry"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    who: Mapped[str] = mapped_column(String(80), index=True)
    source: Mapped[str] = mapped_column(String(200))
    did: Mapped[str] = mapped_column(String(8))
    what: Mapped[str] = mapped_column(String(32))
    what_id: Mapped[str] = mapped_column(String(80))
    changes: Mapped[dict[str, Any]] = mapped_column(JSON)


@dataclass
class Origin:
    """Who writes, and from where."""

    who: str
    source: str = ""


_process = Origin("system")
_origin: ContextVar[Origin | None] = ContextVar("origin", default=None)


def process_is(name: str) -> None:
    """What this process writes by itself is written by `name`."""
    _process.who = name


@contextmanager
def written_by(who: str, source: str) -> Iterator[Origin]:
    """Within the block, what is written comes from there. `who` may be told later: the origin that
    is handed out is the one that counts, in threads of the block as well."""
    origin = Origin(who, source[:200])
    token = _origin.set(origin)
    try:
        yield origin
    finally:
        _origin.reset(token)


def entries(session: Session, *, most: int = 100) -> list[AuditEntry]:
    """The last `most` writes, the newest first."""
    return list(session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(most)))


@event.listens_for(Session, "after_flush")
def _note(session: Session, _context: Any) -> None:
    found = [
        entry
        for did, rows in (
            ("create", session.new),
            ("change", session.dirty),
            ("delete", session.deleted),
        )
        for row in rows
        if type(row).__module__.startswith(AUDITED) and (entry := _entry(did, row)) is not None
    ]
    if not found:
        return
    origin = _origin.get() or _process
    now = clock.now()
    about = {"at": now, "who": origin.who[:80], "source": origin.source}
    session.connection().execute(insert(AuditEntry), [{**about, **each} for each in found])


def _entry(did: str, row: Any) -> dict[str, Any] | None:
    state = inspect(row)
    changes: dict[str, Any] = {}
    for each in state.mapper.column_attrs:
        history = state.attrs[each.key].history
        if did == "change" and not history.has_changes():
            continue
        new = state.dict.get(each.key)  # what is not loaded was not written
        if did == "create" and new is None:
            continue
        value = _told(row, each.key, new)
        if did == "change":
            old = history.deleted[0] if history.deleted else None
            changes[each.key] = [_told(row, each.key, old), value]
        else:
            changes[each.key] = value
    if did == "change" and not changes:
        return None
    what_id = ":".join(str(each) for each in state.mapper.primary_key_from_instance(row))
    if (row.__tablename__, "number") in SILENT:
        what_id = "…"
    return {"did": did, "what": row.__tablename__, "what_id": what_id[:80], "changes": changes}


def _told(row: Any, name: str, value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    told = name in TOLD_TEXT and (row.__tablename__, name) not in SILENT
    return value if told and isinstance(value, str) else "…"
