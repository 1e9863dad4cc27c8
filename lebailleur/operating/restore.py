"""Putting back what a backup holds: all of it, or nothing."""

from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

import sqlalchemy as sa
from sqlalchemy import Connection, Engine, Table
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from lebailleur import migrating
from lebailleur.operating import archive, files
from lebailleur.operating.manifest import Manifest

# Tables that say in so many rows what is there, and what their rows are called.
COUNTED = {
    "landlord": "landlords",
    "tenant": "tenants",
    "payment": "payments",
    "receipt": "receipts",
    "inbox": "messages",
}


class NotRestored(Exception):
    """Nothing was restored; the sentence says why."""


@dataclass(frozen=True)
class Restored:
    """What was put back: so many rows, by which version of the tables; Rasa's memory or not."""

    rows: int
    version: str
    trackers: bool


def read(engine: Engine, source: Path, trackers: Path, *, replace: bool = False) -> Restored:
    """Fill an empty database, or with `replace` any one, with what `source` holds, and bring its
    tables up to date. Nothing else may use it meanwhile.

    Raises `NotRestored`, and nothing has changed then: for a file that is damaged, no backup, or
    of a newer version; for a database that is not empty or in use.
    """
    with _opened(source) as zipped:
        manifest = _manifest_of(zipped)
        there = archive.TRACKERS in zipped.namelist()
        rows = _restore(engine, zipped, manifest, trackers, replace=replace)
    return Restored(rows, manifest.version, there)


def _restore(
    engine: Engine, zipped: ZipFile, manifest: Manifest, trackers: Path, *, replace: bool
) -> int:
    try:
        _refuse_full(engine, trackers, replace=replace)
        with migrating.changing(engine) as connection:
            rows = _replace(connection, zipped, manifest)
    except OperationalError as error:
        reason = type(error.orig).__name__
        raise NotRestored(
            f"The database does not answer or is in use ({reason}): stop LeBailleur first."
        ) from None
    if archive.TRACKERS in zipped.namelist():
        _put_trackers(zipped, trackers)
    return rows


def contents(engine: Engine) -> str:
    """What a database holds, in words: "3 landlords, 80 tenants"; "" when it is empty."""
    with engine.connect() as connection:
        counts = {
            table.name: connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for table in archive.tables_of(connection)
        }
    named = [f"{counts[name]} {word}" for name, word in COUNTED.items() if counts.get(name)]
    return ", ".join(named) or (f"{sum(counts.values())} rows" if any(counts.values()) else "")


def _opened(source: Path) -> ZipFile:
    """The file, of which every byte is as it was written."""
    try:
        zipped = ZipFile(source)
        broken = zipped.testzip()
    except OSError as error:
        raise NotRestored(f"{source} cannot be read: {error.strerror}.") from None
    except Exception:  # whatever damage makes of it
        raise NotRestored(f"{source} is damaged, or no backup.") from None
    if broken is not None:
        raise NotRestored(f"{source} is damaged ({broken}).")
    return zipped


def _manifest_of(zipped: ZipFile) -> Manifest:
    try:
        manifest = Manifest.from_json(zipped.read(archive.MANIFEST))
    except (KeyError, ValueError, TypeError):
        raise NotRestored("This is no backup of LeBailleur.") from None
    if manifest.format > archive.FORMAT or not migrating.is_known(manifest.version):
        raise NotRestored(
            f"The backup is of a newer LeBailleur (tables {manifest.version}): "
            "restore it with that one."
        )
    missing = {f"tables/{name}.jsonl" for name in manifest.tables} - set(zipped.namelist())
    if missing:
        raise NotRestored(f"The file is damaged: {min(missing)} is missing.")
    return manifest


def _refuse_full(engine: Engine, trackers: Path, *, replace: bool) -> None:
    with engine.connect() as connection:
        version = migrating.version_of(connection)
    if version is not None and not migrating.is_known(version):
        raise NotRestored(f"The database is of a newer LeBailleur (tables {version}).")
    if not replace and (there := contents(engine)):
        raise NotRestored(f"The database is not empty ({there}); --force replaces it all.")
    if not replace and trackers.is_file():
        raise NotRestored(f"Rasa's memory is there already ({trackers}); --force replaces it.")


def _replace(connection: Connection, zipped: ZipFile, manifest: Manifest) -> int:
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SET LOCAL lock_timeout = '10s'"))
    _drop(connection)
    migrating.upgrade_within(connection, manifest.version)
    tables = [each for each in archive.tables_of(connection) if each.name in manifest.tables]
    if unknown := manifest.tables.keys() - {each.name for each in tables}:
        raise NotRestored(f"The backup has a table that is not known here: {min(unknown)}.")
    try:
        rows = sum(_fill(connection, zipped, each, manifest) for each in tables)
    except OperationalError:
        raise
    except (ValueError, KeyError, TypeError, SQLAlchemyError) as error:
        reason = type(error).__name__
        raise NotRestored(f"The backup does not fit its tables ({reason}).") from None
    migrating.upgrade_within(connection, "head")
    return rows


def _drop(connection: Connection) -> None:
    """Take our tables away; others' in the same database stay."""
    tables = archive.tables_of(connection)
    if tables:
        tables[0].metadata.drop_all(connection)
    connection.execute(sa.text("DROP TABLE IF EXISTS alembic_version"))


def _fill(connection: Connection, zipped: ZipFile, table: Table, manifest: Manifest) -> int:
    kept = manifest.tables[table.name]
    made = archive.reader(table, kept.columns)
    rows, some = 0, []
    with zipped.open(archive.name_in(table)) as member:
        for line in member:
            some.append(made(line))
            rows += 1
            if len(some) == archive.AT_ONCE:
                connection.execute(table.insert(), some)
                some = []
    if some:
        connection.execute(table.insert(), some)
    if rows != kept.rows:
        raise NotRestored(f"The backup lacks rows of {table.name}: {rows} of {kept.rows}.")
    if connection.dialect.name == "postgresql":
        _go_on_counting(connection, table)
    return rows


def _go_on_counting(connection: Connection, table: Table) -> None:
    """The next row gets the number after the last one's."""
    for column in table.primary_key.columns:
        if isinstance(column.type, sa.Integer):
            last = connection.scalar(sa.select(sa.func.max(column))) or 0
            sequence = sa.func.pg_get_serial_sequence(table.name, column.name)
            connection.execute(sa.select(sa.func.setval(sequence, last + 1, False)))


def _put_trackers(zipped: ZipFile, trackers: Path) -> None:
    trackers.parent.mkdir(parents=True, exist_ok=True)
    with files.private(trackers, replace=True) as file, zipped.open(archive.TRACKERS) as member:
        while piece := member.read(1024 * 1024):
            file.write(piece)
    for suffix in ("-wal", "-shm", "-journal"):
        trackers.with_name(trackers.name + suffix).unlink(missing_ok=True)
