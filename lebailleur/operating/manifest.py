"""What a backup says of itself."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Self

from lebailleur import clock
from lebailleur.operating.archive import FORMAT


@dataclass(frozen=True)
class TableKept:
    """A table's columns, in the order of its lines, and how many lines there are."""

    columns: list[str]
    rows: int


@dataclass(frozen=True)
class Manifest:
    """`version` is that of the schema, `format` that of the file."""

    format: int
    version: str
    made_at: datetime
    tables: dict[str, TableKept]

    @classmethod
    def of_now(cls, version: str, tables: dict[str, TableKept]) -> Self:
        """That of a backup which is made now."""
        return cls(FORMAT, version, clock.now(), tables)

    @classmethod
    def from_json(cls, text: bytes) -> Self:
        """What `to_json` made. Raises `ValueError`, `KeyError` or `TypeError` for anything else."""
        told = json.loads(text)
        tables = {name: TableKept(**each) for name, each in told["tables"].items()}
        made_at = datetime.fromisoformat(told["made_at"])
        return cls(told["format"], told["version"], made_at, tables)

    def to_json(self) -> bytes:
        """As the file keeps it."""
        told = {**asdict(self), "made_at": self.made_at.isoformat()}
        return json.dumps(told, indent=1).encode()
