"""Sealing everything anew, after the key was changed, set or taken away."""

from pathlib import Path

from sqlalchemy import Engine, create_engine, select, text
from sqlalchemy.orm.attributes import flag_modified

from lebailleur import database
from lebailleur.conversation.models import Attachment, Conversation, Doubt, InboxItem, OutboxItem
from lebailleur.conversation.sealed import seal
from lebailleur.settings import Settings, tracker_db

SEALED = (
    (InboxItem, ("content",)),
    (OutboxItem, ("content",)),
    (Conversation, ("options", "pages")),
    (Doubt, ("text", "entities")),
    (Attachment, ("data",)),
)
AT_ONCE = 100


def run(settings: Settings, engine: Engine | None = None) -> int:
    """Read each sealed column and write it again; how many rows that was. Raises `SealError`
    where no key opens one."""
    found = 0
    for model, columns in SEALED:
        with database.writing(engine) as session:
            rows = session.scalars(select(model).execution_options(yield_per=AT_ONCE))
            for row in rows:
                for column in columns:
                    getattr(row, column)  # a file is read only here
                    flag_modified(row, column)
                found += 1
    trackers = tracker_db()
    return found + (_trackers(trackers) if trackers.is_file() else 0)


def _trackers(file: Path) -> int:
    engine = create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        rows = connection.execute(text("SELECT id, data FROM events")).all()
        for number, data in rows:
            if data is not None:
                anew = {"id": number, "data": seal().close(seal().open(data))}
                connection.execute(text("UPDATE events SET data = :data WHERE id = :id"), anew)
    engine.dispose()
    return len(rows)
