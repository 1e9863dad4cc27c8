"""Sealing everything anew, after the key was changed, set or taken away."""

import sqlite3
from contextlib import closing
from itertools import batched
from pathlib import Path

from sqlalchemy import Engine, inspect, select
from sqlalchemy.orm.attributes import flag_modified

from lebailleur import database
from lebailleur.conversation.models import Attachment, Conversation, Doubt, InboxItem, OutboxItem
from lebailleur.conversation.sealed import seal
from lebailleur.orm import Base
from lebailleur.settings import Settings, tracker_db

SEALED = (
    (InboxItem, ("content",)),
    (OutboxItem, ("content",)),
    (Conversation, ("options", "pages")),
    (Doubt, ("text", "entities")),
    (Attachment, ("filename", "data")),
)
# Others wait for the rows, on SQLite for the whole database, until these are written.
AT_ONCE = 20


def run(settings: Settings, engine: Engine | None = None) -> int:
    """Read each sealed column and write it again, while everything goes on; how many rows that was.
    Raises `SealError` where no key opens one."""
    found = sum(_table(model, columns, engine) for model, columns in SEALED)
    trackers = tracker_db()
    return found + (_trackers(trackers) if trackers.is_file() else 0)


def _table(model: type[Base], columns: tuple[str, ...], engine: Engine | None) -> int:
    [key] = inspect(model).primary_key
    with database.reading(engine) as session:
        keys = session.scalars(select(key).order_by(key)).all()
    for some in batched(keys, AT_ONCE):
        with database.writing(engine) as session:
            # Locked: else what is said meanwhile could be overwritten by what stood there before.
            rows = select(model).where(key.in_(some)).order_by(key).with_for_update()
            for row in session.scalars(rows):
                for column in columns:
                    getattr(row, column)  # a file is read only here
                    flag_modified(row, column)
                session.flush()
                session.expire(row)  # files are large
    return len(keys)


def _trackers(file: Path) -> int:
    with closing(sqlite3.connect(file, timeout=30, isolation_level=None)) as connection:
        keys = [key for (key,) in connection.execute("SELECT id FROM events ORDER BY id")]
        for some in batched(keys, AT_ONCE):
            connection.execute("BEGIN IMMEDIATE")
            rows = connection.execute(
                "SELECT id, data FROM events WHERE id BETWEEN ? AND ? AND data IS NOT NULL",
                (some[0], some[-1]),
            ).fetchall()
            anew = [(seal().close(seal().open(data)), key) for key, data in rows]
            connection.executemany("UPDATE events SET data = ? WHERE id = ?", anew)
            connection.execute("COMMIT")
    return len(keys)
