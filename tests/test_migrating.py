"""Migrations make the tables that the code expects, also from an older database with rows in it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine

from lebailleur import clock, migrating
from lebailleur.database import make_engine, writing
from lebailleur.rentals import reports
from lebailleur.rentals.models import Charge, Lease, Payment, Receipt
from lebailleur.rentals.rights import ADMIN
from tests.postgres import named, on_server

NOW = datetime(2026, 3, 10, 11, tzinfo=UTC)


@pytest.fixture
def empty(tmp_path) -> Iterator[Engine]:
    engine = make_engine(f"sqlite:///{tmp_path / 'old.db'}")
    yield engine
    engine.dispose()


def test_the_tables_are_those_of_the_models(engine):
    with engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), migrating.metadata())
    assert found == []


@pytest.mark.timeout(60)  # without turns they wait for each other for ever
def test_machines_that_start_at_once_migrate_one_after_the_other(postgres_server):
    on_server(postgres_server, "CREATE DATABASE at_once")
    url = named(postgres_server, "at_once")
    with ThreadPoolExecutor(4) as machines:
        started = [machines.submit(migrating.upgrade, url) for _ in range(4)]
    for each in started:
        each.result()
    engine = make_engine(url)
    assert "landlord" in sa.inspect(engine).get_table_names()
    engine.dispose()
    on_server(postgres_server, "DROP DATABASE at_once")


def insert(connection: sa.Connection, table: str, **row: object) -> None:
    # Quoted, for "on" is a column.
    columns = ", ".join(f'"{name}"' for name in row)
    blanks = ", ".join(f":{name}" for name in row)
    connection.execute(sa.text(f"INSERT INTO {table} ({columns}) VALUES ({blanks})"), row)


def test_what_was_kept_before_the_ledger_still_counts(empty):
    migrating.upgrade(str(empty.url), "0001")
    now = "2026-03-10 10:00:00"
    with empty.begin() as connection:
        insert(connection, "person", id="p", created_at=now)
        insert(connection, "person", id="t", created_at=now)
        insert(
            connection,
            "landlord",
            id=1,
            person_id="p",
            name="Pa Ngu",
            phone="+237677000001",
            language="en",
            currency="XAF",
            timezone="Africa/Douala",
            charged_until="2026-03-10",
            created_at=now,
        )
        insert(connection, "property", id=1, landlord_id=1, name="V", address="D", created_at=now)
        insert(connection, "unit", id=1, property_id=1, name="Room 1", rent=50_000, created_at=now)
        insert(
            connection,
            "tenant",
            id=1,
            landlord_id=1,
            person_id="t",
            name="Paul",
            phone="+237677000002",
            reminders=True,
            created_at=now,
        )
        insert(
            connection,
            "lease",
            id=1,
            tenant_id=1,
            unit_id=1,
            start_on="2025-06-01",
            charged_from="2026-01-01",
            rent=50_000,
            cycle_months=1,
            created_at=now,
        )
        for month in (1, 2, 3):
            insert(
                connection,
                "charge",
                id=month,
                lease_id=1,
                kind="rent",
                period_start=f"2026-0{month}-01",
                period_end=f"2026-0{month}-28",
                serial=0,
                due_on=f"2026-0{month}-01",
                amount=50_000,
                created_at=now,
            )
        insert(
            connection,
            "payment",
            id=1,
            landlord_id=1,
            lease_id=1,
            amount=60_000,
            paid_on="2026-02-02",
            recorded_by="person:p",
            recorded_at=now,
            key="k",
        )
        for charge, amount in ((1, 50_000), (2, 5_000)):
            insert(
                connection,
                "allocation",
                payment_id=1,
                charge_id=charge,
                amount=amount,
                on="2026-02-02",
            )
        insert(
            connection,
            "receipt",
            id=1,
            landlord_id=1,
            year=2026,
            serial=1,
            number="L1-2026-0001",
            payment_id=1,
            language="en",
            code="ABCDEFGH",
            content="{}",
            issued_at=now,
        )
    migrating.upgrade(str(empty.url))
    with clock.moved_to(NOW), writing(empty) as session:
        assert [each.open for each in session.query(Charge)] == [0, 45_000, 50_000]
        assert session.get_one(Payment, 1).unused == 5_000
        lease = session.get_one(Lease, 1)
        assert (lease.next_index, lease.next_due_on) == (10, date(2026, 4, 1))
        assert session.get_one(Receipt, 1).lease_id == 1
        assert reports.standing(session, ADMIN, 1).balance == 90_000
