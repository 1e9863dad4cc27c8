"""Handing a landlord's data out: CSV files in a zip, or one file of JSON."""

import csv
import io
import json
import re
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from lebailleur import clock
from lebailleur.operating import files
from lebailleur.rentals import exports
from lebailleur.rentals.exports import Exported, Value
from lebailleur.rentals.models import Landlord
from lebailleur.rentals.rights import ADMIN

# A spreadsheet takes what begins so for a formula, and would work it out.
_FORMULA = re.compile(r"[=+\-@\t\r]")
_PHONE = re.compile(r"\+\d{6,15}")


@dataclass(frozen=True)
class Written:
    """Where to, and how many rows."""

    file: Path
    rows: int


def write(
    connection: Connection,
    phone: str,
    target: Path,
    *,
    as_json: bool = False,
    replace: bool = False,
) -> Written:
    """Write what is kept of the landlord with this number (E.164) to `target`, a file or a folder.

    Raises `LookupError` when there is no such landlord, `NotWritten`.
    """
    with Session(connection) as session:
        landlord = session.scalar(select(Landlord).where(Landlord.phone == phone))
        if landlord is None:
            raise LookupError("There is no landlord with this number.")
        found = exports.tables(session, ADMIN, landlord.id)
        if target.is_dir():
            day = clock.today(landlord.timezone)
            ending = "json" if as_json else "zip"
            target /= f"lebailleur-landlord-{landlord.id}-{day}.{ending}"
    with files.private(target, replace=replace) as file:
        if as_json:
            file.write(json.dumps(_as_json(found), ensure_ascii=False, indent=1).encode())
        else:
            with ZipFile(file, "w", ZIP_DEFLATED) as zipped:
                for name, table in found.items():
                    zipped.writestr(f"{name}.csv", as_csv(table))
    return Written(target, sum(len(each.rows) for each in found.values()))


def as_csv(table: Exported) -> bytes:
    """A table as CSV in UTF-8 (with the mark by which spreadsheets know that)."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(table.columns)
    writer.writerows([_safe(each) for each in row] for row in table.rows)
    return text.getvalue().encode("utf-8-sig")


def _as_json(found: dict[str, Exported]) -> dict[str, list[dict[str, Value]]]:
    return {
        name: [dict(zip(table.columns, row, strict=True)) for row in table.rows]
        for name, table in found.items()
    }


def _safe(value: Value) -> Value:
    """A text that no spreadsheet takes for a formula; numbers of phones are none."""
    if isinstance(value, str) and _FORMULA.match(value) and not _PHONE.fullmatch(value):
        return f"'{value}"
    return value
