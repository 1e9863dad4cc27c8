"""What tests share: databases (SQLite, and a real PostgreSQL server), and one running stack."""

import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from lebailleur import migrating
from lebailleur.database import make_engine
from tests import postgres
from tests.browser import browser
from tests.postgres import named, on_server
from tests.stack import Stack, running

__all__ = ["browser"]


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a PostgreSQL server of our own."""
    with postgres.serving() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> str:
    """A database with all tables, of which each test gets a copy."""
    on_server(postgres_server, "CREATE DATABASE template_lebailleur")
    migrating.upgrade(named(postgres_server, "template_lebailleur"))
    return postgres_server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with all tables, of which each test gets a copy."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    migrating.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database with all tables, once of each kind."""
    if request.param == "sqlite":
        path = tmp_path / "lebailleur.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server = request.getfixturevalue("postgres_template")
    name = f"t{uuid.uuid4().hex}"
    on_server(server, f"CREATE DATABASE {name} TEMPLATE template_lebailleur")
    yield named(server, name)
    on_server(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on an empty database with all tables."""
    found = make_engine(database_url)
    yield found
    found.dispose()


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The whole product, running, shared by all who ask for it."""
    with running(tmp_path_factory.mktemp("stack")) as found:
        yield found


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest test first: begun last, it would keep one worker waiting for the other."""
    items.sort(key=lambda each: "tests/soak/" not in each.nodeid)
