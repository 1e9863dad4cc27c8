"""Stored texts are sealed with the first key, opened with any, and sealed anew on a change."""

import json
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import attributes

from lebailleur import clock, identity
from lebailleur.conversation import attachments, inbox, resealing
from lebailleur.conversation.models import Attachment, Conversation, InboxItem, OutboxItem
from lebailleur.database import reading, writing
from lebailleur.seal import Seal, SealError
from lebailleur.settings import Settings, settings

OLD, NEW = (
    "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=",
)
WORDS = "Paul a payé 30 000 F ✅"


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Sets ENCRYPTION_KEY for what follows."""

    def use(value: str) -> None:
        monkeypatch.setattr(settings(), "encryption_key", SecretStr(value))

    return use


def say(engine: Engine, key: str) -> None:
    with writing(engine) as session:
        person = identity.of_phone(session, "+237677000001")
        inbox.keep(session, key, person.id, "message", {"text": WORDS})
        session.add(
            OutboxItem(
                person_id=person.id,
                content={"text": WORDS, "options": []},
                created_at=clock.now(),
            )
        )


def said(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return [each.content["text"] for each in session.query(InboxItem).order_by(InboxItem.id)]


def raw(engine: Engine) -> str:
    """What the database's file or dump would show."""
    with engine.connect() as connection:
        rows = [
            repr(row)
            for table in ("inbox", "outbox")
            for row in connection.execute(text(f"SELECT CAST(content AS TEXT) FROM {table}"))
        ]
    return "\n".join(rows)


def test_what_was_said_is_in_no_row(engine: Engine, keys: Callable[[str], None]) -> None:
    keys(NEW)
    say(engine, "1")
    assert said(engine) == [WORDS]
    assert "30 000" not in raw(engine)
    assert "Paul" not in raw(engine)
    assert raw(engine).count("sealed:") == 2


def test_a_key_may_come_later_and_be_changed(engine: Engine, keys: Callable[[str], None]) -> None:
    say(engine, "1")
    keys(OLD)
    say(engine, "2")
    keys(f"{NEW}, {OLD}")
    say(engine, "3")
    assert said(engine) == [WORDS] * 3
    assert resealing.run(settings(), engine) == 6
    keys(NEW)
    assert said(engine) == [WORDS] * 3
    assert "Paul" not in raw(engine)


FILE = b"%PDF-1.7 " + bytes(range(256))


def test_files_their_names_and_rasas_record_are_sealed_anew(
    engine: Engine,
    keys: Callable[[str], None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    trackers = tmp_path / "tracker.db"
    monkeypatch.setenv("TRACKER_DB", str(trackers))
    many = 2 * resealing.AT_ONCE + 1
    keys(OLD)
    with writing(engine) as session:
        person = identity.of_phone(session, "+237677000001")
        for number in range(many):
            media = {"id": "1", "filename": f"bail de Paul Mbarga {number}.pdf" * 7}
            attachments.keep(session, str(number), person.id, "document", media)
        for item in session.scalars(select(Attachment)):
            attachments.fetched(session, item.id, FILE, "application/pdf")
    with closing(sqlite3.connect(trackers)) as connection:
        connection.execute("CREATE TABLE events (id INTEGER PRIMARY KEY, data TEXT)")
        rows = [(Seal(OLD).close(WORDS),)] * many + [(None,)]
        connection.executemany("INSERT INTO events (data) VALUES (?)", rows)
        connection.commit()
    keys(f"{NEW},{OLD}")
    assert resealing.run(settings(), engine) == 2 * many + 1
    keys(NEW)
    with reading(engine) as session:
        items = session.scalars(select(Attachment).order_by(Attachment.id)).all()
        names = [each.filename or "" for each in items]
        assert [each.data for each in items] == [FILE] * many
    assert all(name.startswith(f"bail de Paul Mbarga {n}.pdf") for n, name in enumerate(names))
    with closing(sqlite3.connect(trackers)) as connection:
        data = [each for (each,) in connection.execute("SELECT data FROM events ORDER BY id")]
    assert [Seal(NEW).open(each) for each in data[:-1]] == [WORDS] * many
    assert data[-1] is None
    with engine.connect() as connection:
        raw = connection.execute(text("SELECT filename, data FROM attachment")).all()
    assert all(name.startswith("sealed:") for name, _ in raw)
    assert all(bytes(data).startswith(b"sealed:") for _, data in raw)


def test_what_is_said_while_all_is_sealed_anew_stays(
    engine: Engine, keys: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the rows are written again, somebody is shown other options."""
    keys(NEW)
    with writing(engine) as session:
        person = identity.of_phone(session, "+237677000001").id
        inbox.conversation_of(session, person).options = [["Avant", "/before"]]

    def answer() -> None:
        with writing(engine) as session:
            inbox.conversation_of(session, person).options = [["Après", "/after"]]

    meanwhile = threading.Thread(target=answer)

    def flag_modified(row: Any, column: str) -> None:
        if column == "options":
            meanwhile.start()
            meanwhile.join(1)
        attributes.flag_modified(row, column)

    monkeypatch.setattr(resealing, "flag_modified", flag_modified)
    resealing.run(settings(), engine)
    meanwhile.join()
    with reading(engine) as session:
        assert session.get_one(Conversation, person).options == [["Après", "/after"]]


def test_without_the_right_key_it_is_told(engine: Engine, keys: Callable[[str], None]) -> None:
    keys(OLD)
    say(engine, "1")
    for wrong in (NEW, ""):
        keys(wrong)
        with pytest.raises(SealError, match="ENCRYPTION_KEY"):
            said(engine)


def test_a_key_can_be_taken_away_again(engine: Engine, keys: Callable[[str], None]) -> None:
    """What was sealed is opened, then written plainly."""
    keys(OLD)
    say(engine, "1")
    opened = said(engine)
    keys("")
    say(engine, "2")
    assert json.loads(json.dumps(opened)) == [WORDS]
    assert "30 000" in raw(engine)


@pytest.mark.parametrize("key", ["secret", "a" * 44, f"{OLD},nonsense"])
def test_what_is_no_key_is_refused_at_the_start(key: str) -> None:
    with pytest.raises(ValidationError, match="Fernet") as refusal:
        Settings(encryption_key=SecretStr(key))
    assert key not in str(refusal.value)


def test_a_plain_text_that_looks_sealed_is_no_way_in() -> None:
    with pytest.raises(SealError):
        Seal(OLD).open("sealed:gAAAA")
    assert Seal(OLD).open(Seal(OLD).close("sealed:x")) == "sealed:x"
    assert Seal("").open(Seal("").close("plain")) == "plain"
