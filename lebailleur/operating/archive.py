"""The backup's file: a zip that holds every table row by row, so that a backup of SQLite can be
restored into PostgreSQL and the other way round.

`manifest.json` says what it is: the format, the schema's version, when it was made, and of each
table its columns and number of rows. `tables/<name>.jsonl` has one row a line. Zip's checksums tell
damage. A dump by pg_dump would need the server's own version of that program on the machine, and
would fit PostgreSQL alone.

Values stay as the database has them: what is sealed there is sealed here.
"""

import base64
import json
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, MetaData, Table
from sqlalchemy.types import TypeDecorator

from lebailleur import migrating

FORMAT = 1
MANIFEST = "manifest.json"
TRACKERS = "tracker.db"
AT_ONCE = 500


class _JsonText(TypeDecorator[str]):
    """A JSON column as the text that it is: so "null" and no value stay two things."""

    impl = sa.Text
    cache_ok = True

    def column_expression(self, column: Any) -> Any:
        return sa.cast(column, sa.Text)


class _PostgresJsonText(_JsonText):
    """The same, which PostgreSQL wants to be told of."""

    cache_ok = True

    def bind_expression(self, bindvalue: Any) -> Any:
        return sa.cast(bindvalue, sa.JSON)


def tables_of(connection: Connection) -> list[Table]:
    """Our tables as this database has them now, in an order in which they can be filled."""
    known = migrating.metadata().tables
    there = set(sa.inspect(connection).get_table_names())
    found = MetaData()
    found.reflect(connection, only=[name for name in known if name in there])
    postgres = connection.dialect.name == "postgresql"
    for table in found.tables.values():
        for column in table.columns:
            if isinstance(column.type, sa.JSON):
                column.type = _PostgresJsonText() if postgres else _JsonText()
    return found.sorted_tables


def name_in(table: Table) -> str:
    """The name of a table's member in the zip."""
    return f"tables/{table.name}.jsonl"


def ordered(table: Table) -> sa.Select[Any]:
    """All rows of a table, by their key: what refers to an earlier row comes after it."""
    return sa.select(table).order_by(*table.primary_key.columns)


def line(row: Iterable[Any]) -> bytes:
    """A row as a line."""
    return json.dumps([_kept(each) for each in row], ensure_ascii=False).encode() + b"\n"


def reader(table: Table, columns: list[str]) -> Callable[[bytes], dict[str, Any]]:
    """What turns a line with these columns into a row of a table."""
    readers = [(name, _reader(table.c[name])) for name in columns]

    def read(text: bytes) -> dict[str, Any]:
        values = json.loads(text)
        return {
            name: None if value is None else made(value)
            for (name, made), value in zip(readers, values, strict=True)
        }

    return read


def _kept(value: Any) -> Any:
    if isinstance(value, datetime):
        return (value.replace(tzinfo=UTC) if value.tzinfo is None else value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    return str(value) if isinstance(value, Decimal) else value


def _reader(column: sa.Column[Any]) -> Callable[[Any], Any]:
    kind = column.type
    if isinstance(kind, sa.DateTime):
        # SQLite keeps moments in UTC, without a zone.
        naive = not kind.timezone
        return lambda text: _moment(text, naive=naive)
    if isinstance(kind, sa.Date):
        return date.fromisoformat
    if isinstance(kind, sa.LargeBinary):
        return base64.b64decode
    return Decimal if isinstance(kind, sa.Numeric) else lambda value: value


def _moment(text: str, *, naive: bool) -> datetime:
    moment = datetime.fromisoformat(text).astimezone(UTC)
    return moment.replace(tzinfo=None) if naive else moment
