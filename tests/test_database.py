"""The pool of connections: what a restarted server has left dead is noticed before it is used."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text

from lebailleur import database
from lebailleur.database import make_engine, reading
from tests.postgres import named, on_server


@pytest.fixture
def pool(postgres_server: str) -> Iterator[Engine]:
    on_server(postgres_server, "CREATE DATABASE pool")
    found = make_engine(named(postgres_server, "pool"))
    yield found
    found.dispose()
    on_server(postgres_server, "DROP DATABASE pool WITH (FORCE)")


def test_connections_that_the_server_has_cut_are_replaced(
    pool: Engine, postgres_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with reading(pool) as one, reading(pool) as two:
        before = {one.scalar(text("SELECT pg_backend_pid()"))}
        before.add(two.scalar(text("SELECT pg_backend_pid()")))
    on_server(
        postgres_server,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'pool'",
    )
    monkeypatch.setattr(database, "RESTED_SECONDS", 0.0)  # as if some time had passed
    with reading(pool) as one, reading(pool) as two:
        now = {one.scalar(text("SELECT pg_backend_pid()"))}
        now.add(two.scalar(text("SELECT pg_backend_pid()")))
    assert len(before | now) == 4


def test_a_connection_that_has_rested_is_asked_and_one_just_used_is_not(
    pool: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with reading(pool) as session:
        session.execute(text("SELECT 1"))
    record = pool.pool._pool.queue[0]  # type: ignore[attr-defined]
    connection = record.dbapi_connection
    executed: list[str] = []
    real = connection.execute
    monkeypatch.setattr(connection, "execute", lambda sql: executed.append(sql) or real(sql))
    database._ping_if_rested(connection, record, None)
    assert executed == []
    record.info["used_at"] -= database.RESTED_SECONDS
    database._ping_if_rested(connection, record, None)
    assert executed == ["SELECT 1"]
    assert not connection.info.transaction_status  # nothing is left open
