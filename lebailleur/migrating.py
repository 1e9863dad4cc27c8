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
    "lebailleur.whatsapp.simulator.tables",
)


def metadata() -> MetaData:
    """All tables of the project."""
    for module in TABLES:
        importlib.import_module(module)
    return Base.metadata


def upgrade(url: str | None = None) -> None:
    """Run the migrations that a database (by default the configured one) still misses."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    engine = make_engine(url or settings().database_url)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    engine.dispose()
