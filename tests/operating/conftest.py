"""The demo portfolio in a database of each kind, and empty databases beside it."""

import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from lebailleur import demo
from lebailleur.database import make_engine, writing
from lebailleur.operating import backup, restore
from tests.postgres import named, on_server

Fresh = Callable[[str], Engine]


@pytest.fixture
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Fresh]:
    """Makes databases without any table, of the kind that is named."""
    made: list[Engine] = []
    dropped: list[tuple[str, str]] = []

    def make(kind: str) -> Engine:
        name = f"f{uuid.uuid4().hex}"
        if kind == "sqlite":
            url = f"sqlite:///{tmp_path / name}.db"
        else:
            server = request.getfixturevalue("postgres_server")
            on_server(server, f"CREATE DATABASE {name}")
            dropped.append((server, name))
            url = named(server, name)
        made.append(make_engine(url))
        return made[-1]

    yield make
    for each in made:
        each.dispose()
    for server, name in dropped:
        on_server(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def demo_file(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the demo portfolio, of which tests take copies."""
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    shutil.copy(sqlite_template, path)
    engine = make_engine(f"sqlite:///{path}")
    with writing(engine) as session:
        demo.load(session)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def demo_backup(demo_file: Path) -> Path:
    """A backup of it."""
    engine = make_engine(f"sqlite:///{demo_file}")
    target = demo_file.with_name("backup")
    backup.write(engine, target, demo_file.with_name("nothing"))
    engine.dispose()
    return target


@pytest.fixture
def loaded(engine: Engine, demo_backup: Path, tmp_path: Path) -> Engine:
    """The demo portfolio in a database of each kind."""
    restore.read(engine, demo_backup, tmp_path / "nothing")
    return engine
