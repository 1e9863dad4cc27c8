"""Brings the database's tables up to date."""

import importlib

from alembic import command
from alembic.config import Config
from sqlalchemy import MetaData

from lebailleur.database import make_engine
from lebailleur.orm import Base
from lebailleur.settings import ROOT, settings

TABLES = (
    "lebailleur.identity",
    "lebailleur.rentals.models",
    "lebailleur.conversation.models",
    "lebailleur.audit",
    "lebailleur.support",
    "lebailleur.whatsapp.simulator.tables",
)


def metadata() -> MetaData:
    """All tables of the project."""
    for module in TABLES:
        importlib.import_module(module)
    return Base.metadata


def upgrade(url: str | None = None, revision: str = "head") -> None:
    """Run the migrations that a database (by default the configured one) still misses, all or
    none. Raises `RuntimeError` when rows would be left that refer to nothing."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    engine = make_engine(url or settings().database_url)
    with engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            # SQLite changes a table by making it anew, which its foreign keys would forbid; and
            # they can only be switched off outside a transaction.
            connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
        with connection.begin():
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
            if sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise RuntimeError("the migration leaves rows that refer to nothing")
    engine.dispose()
