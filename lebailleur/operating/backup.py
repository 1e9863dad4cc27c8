"""Saving everything in one file, while the rest goes on."""

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile

from sqlalchemy import Connection, Engine

from lebailleur import migrating
from lebailleur.operating import archive, files
from lebailleur.operating.manifest import Manifest, TableKept


@dataclass(frozen=True)
class Made:
    """What a backup holds: so many rows, and Rasa's memory or not."""

    rows: int
    trackers: bool


def write(engine: Engine, target: Path, trackers: Path, *, replace: bool = False) -> Made:
    """Save the database as it is at one moment, and Rasa's memory (`trackers`, where it is a file),
    as `target`. Raises `NotWritten`."""
    with files.private(target, replace=replace) as file, at_one_moment(engine) as connection:
        return _write(connection, file, trackers)


def _write(connection: Connection, file: BinaryIO, trackers: Path) -> Made:
    version = migrating.version_of(connection)
    if version is None:
        raise files.NotWritten("The database has no tables yet: there is nothing to save.")
    if not migrating.is_known(version):
        # It may have tables that would be left out.
        raise files.NotWritten(f"The tables are of a newer LeBailleur ({version}): use that one.")
    kept: dict[str, TableKept] = {}
    with ZipFile(file, "w", ZIP_DEFLATED) as zipped:
        for table in archive.tables_of(connection):
            rows = 0
            with zipped.open(archive.name_in(table), "w", force_zip64=True) as member:
                query = archive.ordered(table).execution_options(yield_per=archive.AT_ONCE)
                for row in connection.execute(query):
                    member.write(archive.line(row))
                    rows += 1
            kept[table.name] = TableKept([each.name for each in table.columns], rows)
        there = trackers.is_file()
        if there:
            _add_trackers(zipped, trackers)
        zipped.writestr(archive.MANIFEST, Manifest.of_now(version, kept).to_json())
    return Made(sum(each.rows for each in kept.values()), there)


@contextmanager
def at_one_moment(engine: Engine) -> Iterator[Connection]:
    """A connection that sees the database as it was at its first question, and keeps nobody from
    writing: SQLite's snapshot (WAL), PostgreSQL's REPEATABLE READ."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection = connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        with connection.begin():
            yield connection


def _add_trackers(zipped: ZipFile, trackers: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="lebailleur") as folder:
        copy = Path(folder, archive.TRACKERS)
        source, target = sqlite3.connect(trackers, timeout=30), sqlite3.connect(copy)
        try:
            source.backup(target)
        finally:
            source.close()
            target.close()
        zipped.write(copy, archive.TRACKERS)
