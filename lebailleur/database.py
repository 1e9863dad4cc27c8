"""The one way to the database: SQLite (WAL) by default, PostgreSQL when `DATABASE_URL` says so."""

import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import Session

from lebailleur import audit as audit  # whoever writes is written down
from lebailleur.settings import settings

# So long a connection of the pool is taken to be alive.
RESTED_SECONDS = 1.0

_turns: defaultdict[str, threading.RLock] = defaultdict(threading.RLock)


def make_engine(url: str) -> Engine:
    """An engine for a database URL; `postgresql://` means psycopg 3."""
    parsed = make_url(url)
    if parsed.drivername in ("postgresql", "postgres"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() != "sqlite":
        engine = create_engine(parsed, pool_size=20, max_overflow=20, hide_parameters=True)
        event.listen(engine, "checkin", _note_used)
        event.listen(engine, "checkout", _ping_if_rested)
        return engine
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        parsed,
        connect_args={"timeout": 30},
        pool_size=20,
        max_overflow=20,
        hide_parameters=True,  # an error in the log must not show what was written
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _note_used(_connection: Any, record: Any) -> None:
    record.info["used_at"] = time.monotonic()


def _ping_if_rested(connection: Any, record: Any, _proxy: Any) -> None:
    """A server that was started again has left its connections dead. SQLAlchemy's own check asks
    each time a connection is taken: a fifth of all questions, for most are taken again at once."""
    rested = time.monotonic() - record.info.get("used_at", time.monotonic())
    if rested < RESTED_SECONDS:
        return
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except psycopg.OperationalError as error:
        raise InvalidatePoolError from error


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, below
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=NORMAL"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    # A transaction that begins as a reader and then writes can fail at once instead of waiting
    # its turn. So whoever is going to write takes the write lock first.
    writes = connection.get_execution_options().get("lebailleur_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@cache
def engine() -> Engine:
    """The engine of this process's settings."""
    return make_engine(settings().database_url)


@contextmanager
def reading(on: Engine | None = None) -> Iterator[Session]:
    """A session that only reads; nothing is committed."""
    with Session(on or engine(), expire_on_commit=False) as session:
        yield session


@contextmanager
def writing(on: Engine | None = None) -> Iterator[Session]:
    """A session in one transaction: committed at the end, rolled back on any exception."""
    bound = (on or engine()).execution_options(lebailleur_writes=True)
    with _turn(bound), Session(bound, expire_on_commit=False) as session, session.begin():
        yield session


def _turn(on: Engine) -> AbstractContextManager[Any]:
    """SQLite has one writer, and who waits for it sleeps ever longer: one in a hundred webhook
    posts waited a second. So the threads of a process take turns before they ask SQLite."""
    if on.dialect.name != "sqlite":
        return nullcontext()
    return _turns[on.url.database or ""]
