"""A backup is one whole moment, and what it holds comes back: in either kind of database."""

import shutil
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
from sqlalchemy import Engine, func, inspect, select, text

from lebailleur import clock, demo, identity, migrating
from lebailleur.conversation import inbox
from lebailleur.conversation.models import InboxItem
from lebailleur.database import make_engine, reading, writing
from lebailleur.operating import backup, restore
from lebailleur.operating.archive import MANIFEST
from lebailleur.operating.files import NotWritten
from lebailleur.operating.restore import NotRestored
from lebailleur.rentals import payments, receipts, reports
from lebailleur.rentals.asks import Ask
from lebailleur.rentals.models import Allocation, Charge, Landlord, Lease, Payment, Receipt
from lebailleur.rentals.rights import ADMIN, Asker
from tests.operating.conftest import Fresh

PART = 1_000


@pytest.fixture
def nowhere(tmp_path: Path) -> Path:
    """Where Rasa would keep what was said, and has not."""
    return tmp_path / "tracker.db"


@pytest.fixture
def small(demo_file: Path, tmp_path: Path) -> Iterator[Engine]:
    """The demo portfolio in SQLite, quickly."""
    engine = make_engine(f"sqlite:///{shutil.copy(demo_file, tmp_path / 'small.db')}")
    yield engine
    engine.dispose()


@pytest.fixture
def saved(small: Engine, tmp_path: Path, nowhere: Path) -> Path:
    """A good backup."""
    file = tmp_path / "saved"
    backup.write(small, file, nowhere)
    return file


def landlord(engine: Engine) -> Asker:
    with reading(engine) as session:
        person = identity.find(session, "phone", demo.LANDLORD_PHONE)
        assert person is not None
        return Asker(person.id)


def balances(engine: Engine) -> dict[int, int]:
    with writing(engine) as session:
        every = session.scalars(select(Lease)).unique().all()
        return {each.lease.id: each.balance for each in reports.standings_of(session, ADMIN, every)}


def papers(engine: Engine, numbers: list[str]) -> list[bytes]:
    with reading(engine) as session:
        return [receipts.pdf(session, ADMIN, each) for each in numbers]


def some_numbers(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return list(session.scalars(select(Receipt.number).order_by(Receipt.id)))[::150]


def count(engine: Engine, table: type) -> int:
    with reading(engine) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def rows(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    """All that a database holds."""
    with engine.connect() as connection:
        return {
            name: [
                tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))
            ]
            for name, table in migrating.metadata().tables.items()
        }


class Paying(threading.Thread):
    """Somebody who goes on paying, a thousand after the other, until told to stop."""

    def __init__(self, engine: Engine, lease_id: int) -> None:
        super().__init__()
        self.engine, self.lease_id = engine, lease_id
        self.asker = landlord(engine)
        self.stopped, self.paid = threading.Event(), 0

    def run(self) -> None:
        while not self.stopped.is_set():
            with writing(self.engine) as session:
                ask = Ask(self.lease_id, amount=PART)
                payments.record(session, self.asker, ask, key=f"meanwhile:{self.paid}")
            self.paid += 1

    def wait_for(self, paid: int) -> None:
        while self.paid < paid and self.is_alive():
            threading.Event().wait(0.01)


def meanwhile(engine: Engine) -> int:
    with reading(engine) as session:
        return (
            session.scalar(
                select(func.count()).select_from(Payment).where(Payment.key.like("meanwhile:%"))
            )
            or 0
        )


@pytest.mark.parametrize("into", ["sqlite", "postgresql"])
def test_what_was_saved_while_others_wrote_comes_back_whole(
    loaded: Engine, into: str, fresh: Fresh, tmp_path: Path, nowhere: Path
) -> None:
    before, numbers = balances(loaded), some_numbers(loaded)
    lease_id = max(before, key=lambda each: before[each])
    paying = Paying(loaded, lease_id)
    paying.start()
    try:
        paying.wait_for(3)
        made = backup.write(loaded, tmp_path / "saved", nowhere)
        until = paying.paid
        paying.wait_for(until + 3)  # saving stopped nobody
    finally:
        paying.stopped.set()
        paying.join()
    target = fresh(into)
    done = restore.read(target, tmp_path / "saved", nowhere)

    assert (done.rows, done.version) == (made.rows, migrating.newest())
    paid = meanwhile(target)
    assert 3 <= paid <= until + 1
    assert balances(target) == {**before, lease_id: before[lease_id] - paid * PART}
    assert papers(target, numbers) == papers(loaded, numbers)
    _is_sound(target)
    _goes_on(target, lease_id)


def _is_sound(engine: Engine) -> None:
    """No half of anything: every payment has its receipt, and what it paid adds up."""
    with reading(engine) as session:
        spent: Counter[int] = Counter()
        for allocation in session.scalars(select(Allocation)).unique():
            if allocation.released_on is None:
                spent[allocation.charge_id] += allocation.amount
        for charge in session.scalars(select(Charge)).unique():
            assert charge.open == charge.amount - spent[charge.id]
        for payment in session.scalars(select(Payment)).unique():
            assert payment.receipt is not None


def _goes_on(engine: Engine, lease_id: int) -> None:
    """New payments, and their papers, have the numbers after the last ones."""
    year = clock.today(demo.TIMEZONE).year
    with writing(engine) as session:
        last = session.scalar(select(func.max(Receipt.serial)).where(Receipt.year == year)) or 0
        last_id = session.scalar(select(func.max(Payment.id))) or 0
        new = payments.record(
            session, landlord(engine), Ask(lease_id, amount=5_000), key="afterwards"
        )
        assert new.id == last_id + 1
        assert new.receipt.number == f"L1-{year}-{last + 1:04d}"
    with writing(engine) as session:
        person = identity.of_phone(session, "+237670999999")
        assert inbox.keep(session, "new", person.id, "message", {"text": "x"})


def test_there_and_back_nothing_is_another(
    small: Engine, fresh: Fresh, tmp_path: Path, nowhere: Path
) -> None:
    """SQLite to PostgreSQL and back: every value of every row, JSON's null and no value too."""
    with writing(small) as session:
        person = identity.of_phone(session, "+237670999999", name="Zoé 😀 \"'\n")
        inbox.keep(session, "k", person.id, "message", {"text": "é 😀", "none": None})
        session.get_one(Landlord, 1).late_fee = 2.5
    with small.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO conversation (person_id, options, options_stay) VALUES (:p, NULL, 1)"
            ),
            {"p": person.id},
        )
    backup.write(small, tmp_path / "1", nowhere)
    postgres, back = fresh("postgresql"), fresh("sqlite")
    restore.read(postgres, tmp_path / "1", nowhere)
    assert rows(postgres) == rows(small)
    backup.write(postgres, tmp_path / "2", nowhere)
    restore.read(back, tmp_path / "2", nowhere)
    assert rows(back) == rows(small)
    with back.connect() as connection:
        kinds = connection.execute(text("SELECT typeof(options), typeof(pages) FROM conversation"))
        assert kinds.all() == [("null", "null")]


def test_rasas_memory_comes_along(
    small: Engine, fresh: Fresh, tmp_path: Path, nowhere: Path
) -> None:
    kept = tmp_path / "trackers" / "kept.db"
    kept.parent.mkdir()
    with sqlite3.connect(kept) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE events (id INTEGER PRIMARY KEY, data TEXT)")
        connection.execute("INSERT INTO events (data) VALUES ('said')")
    assert backup.write(small, tmp_path / "saved", kept).trackers
    assert restore.read(fresh("sqlite"), tmp_path / "saved", nowhere).trackers
    assert nowhere.stat().st_mode & 0o777 == 0o600
    with sqlite3.connect(nowhere) as connection:
        assert connection.execute("SELECT data FROM events").fetchall() == [("said",)]
    with pytest.raises(NotRestored, match="--force"):
        restore.read(fresh("sqlite"), tmp_path / "saved", nowhere)


def test_it_is_one_file_for_nobody_else_and_never_by_accident(
    small: Engine, saved: Path, tmp_path: Path, nowhere: Path
) -> None:
    assert saved.stat().st_mode & 0o777 == 0o600
    was = saved.read_bytes()
    with pytest.raises(NotWritten, match="--force"):
        backup.write(small, saved, nowhere)
    assert saved.read_bytes() == was
    backup.write(small, saved, nowhere, replace=True)
    assert saved.read_bytes() != was
    assert [each.name for each in tmp_path.iterdir() if ".part" in each.name] == []


def test_what_cannot_be_saved_leaves_no_file(fresh: Fresh, tmp_path: Path, nowhere: Path) -> None:
    with pytest.raises(NotWritten, match="no tables"):
        backup.write(fresh("sqlite"), tmp_path / "saved", nowhere)
    assert [each.name for each in tmp_path.iterdir() if "saved" in each.name] == []


def test_a_database_with_tables_that_are_not_known_is_not_half_saved(
    small: Engine, tmp_path: Path, nowhere: Path
) -> None:
    with small.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NotWritten, match="newer"):
        backup.write(small, tmp_path / "saved", nowhere)


def test_a_full_database_is_replaced_only_when_it_is_said_so(
    loaded: Engine, saved: Path, nowhere: Path
) -> None:
    with writing(loaded) as session:
        person = identity.of_phone(session, "+237670999999")
        inbox.keep(session, "k", person.id, "message", {"text": "x"})
    with pytest.raises(NotRestored, match=r"1 landlords, 80 tenants.*--force"):
        restore.read(loaded, saved, nowhere)
    assert count(loaded, InboxItem) == 1
    restore.read(loaded, saved, nowhere, replace=True)
    assert count(loaded, InboxItem) == 0
    assert count(loaded, Receipt) > 0


def test_a_damaged_file_is_refused_and_nothing_changes(
    saved: Path, fresh: Fresh, nowhere: Path
) -> None:
    target = fresh("sqlite")
    good = saved.read_bytes()
    damaged = [good[: len(good) // 2], b"", b"no backup", good[:-1], good[:100] + good[101:]]
    for place in range(500, len(good), len(good) // 20):
        damaged.append(good[:place] + bytes([good[place] ^ 0x55]) + good[place + 1 :])
    for each in damaged:
        saved.write_bytes(each)
        with pytest.raises(NotRestored, match=r"damaged|no backup"):
            restore.read(target, saved, nowhere)
    assert inspect(target).get_table_names() == []


def rewritten(saved: Path, change: dict[str, str], *, without: str = "") -> None:
    """The same zip, whole, with something else in its manifest or a member less."""
    with ZipFile(saved) as zipped:
        members = {name: zipped.read(name) for name in zipped.namelist() if name != without}
    for old, new in change.items():
        assert old.encode() in members[MANIFEST]
        members[MANIFEST] = members[MANIFEST].replace(old.encode(), new.encode())
    with ZipFile(saved, "w") as zipped:
        for name, content in members.items():
            zipped.writestr(name, content)


def test_a_newer_one_is_refused(saved: Path, fresh: Fresh, nowhere: Path) -> None:
    rewritten(saved, {f'"version": "{migrating.newest()}"': '"version": "9999"'})
    with pytest.raises(NotRestored, match="newer"):
        restore.read(fresh("sqlite"), saved, nowhere)


def test_one_that_lacks_rows_or_tables_is_refused(
    loaded: Engine, saved: Path, tmp_path: Path, nowhere: Path
) -> None:
    """Also where it would replace something: that is there as it was."""
    was = count(loaded, Receipt)
    other = tmp_path / "other"
    shutil.copy(saved, other)
    rewritten(other, {'"rows": 1\n': '"rows": 2\n'})
    with pytest.raises(NotRestored, match="lacks rows"):
        restore.read(loaded, other, nowhere, replace=True)
    rewritten(saved, {}, without="tables/receipt.jsonl")
    with pytest.raises(NotRestored, match="missing"):
        restore.read(loaded, saved, nowhere, replace=True)
    assert count(loaded, Receipt) == was


@pytest.mark.parametrize("into", ["sqlite", "postgresql"])
def test_an_older_one_is_brought_up_to_date(
    into: str, fresh: Fresh, tmp_path: Path, nowhere: Path
) -> None:
    old = fresh("sqlite")
    migrating.upgrade(str(old.url), "0007")
    with old.begin() as connection:
        connection.execute(
            text("INSERT INTO person (id, created_at) VALUES ('p', '2026-01-01 10:00:00')")
        )
        connection.execute(
            text(
                "INSERT INTO landlord (id, person_id, name, phone, language, currency, timezone,"
                " created_at) VALUES (7, 'p', 'Pa Ngu', '+237677000001', 'en', 'XAF',"
                " 'Africa/Douala', '2026-01-01 10:00:00')"
            )
        )
    backup.write(old, tmp_path / "saved", nowhere)
    target = fresh(into)
    assert restore.read(target, tmp_path / "saved", nowhere).version == "0007"
    with reading(target) as session:
        assert session.get_one(Landlord, 7).remind_after == "3,7,14"  # a later version's column
    with target.connect() as connection:
        assert migrating.version_of(connection) == migrating.newest()
