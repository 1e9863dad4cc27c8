"""Brings the database's tables up to date."""

import importlib
from collections.abc import Iterator
from contextlib import contextmanager

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, MetaData

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
# Any number that nothing else in the database uses.
_TURN = 20260310


def metadata() -> MetaData:
    """All tables of the project."""
    for module in TABLES:
        importlib.import_module(module)
    return Base.metadata


def upgrade(url: str | None = None, revision: str = "head") -> None:
    """Run the migrations that a database (by default the configured one) still misses, all or
    none. Raises `RuntimeError` when rows would be left that refer to nothing."""
    engine = make_engine(url or settings().database_url)
    with changing(engine) as connection:
        upgrade_within(connection, revision)
    engine.dispose()


@contextmanager
def changing(engine: Engine) -> Iterator[Connection]:
    """One transaction in which tables may be changed. Raises `RuntimeError` when rows would be left
    that refer to nothing."""
    with engine.execution_options(lebailleur_writes=True).connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            # SQLite changes a table by making it anew, which its foreign keys would forbid; and
            # they can only be switched off outside a transaction.
            connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                if not sqlite:
                    # Machines that start together take turns: who comes later finds it done.
                    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_TURN})")
                yield connection
                if sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                    raise RuntimeError("the migration leaves rows that refer to nothing")
        finally:
            if sqlite:
                connection.connection.cursor().execute("PRAGMA foreign_keys=ON")


def upgrade_within(connection: Connection, revision: str) -> None:
    """Run the migrations up to a revision, in the transaction that `changing` has begun."""
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def version_of(connection: Connection) -> str | None:
    """The revision of a database's tables; None when it has none of ours."""
    return MigrationContext.configure(connection).get_current_revision()


def newest() -> str:
    """The revision that this program expects."""
    found = _scripts().get_current_head()
    assert found is not None
    return found


def is_known(revision: str) -> bool:
    """Whether this program knows a revision: a newer program's it does not."""
    return revision in {each.revision for each in _scripts().walk_revisions()}


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    return config
