"""Fixtures of the simulator's tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from lebailleur.database import make_engine
from lebailleur.orm import Base
from tests.simulator.stack import Stack, stack_on


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = make_engine(f"sqlite:///{tmp_path / 'simulator.db'}")
    Base.metadata.create_all(made)
    yield made
    made.dispose()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """One stack for a file's tests that leave nothing behind that the others would notice."""
    made = make_engine(f"sqlite:///{tmp_path_factory.mktemp('shared') / 'simulator.db'}")
    Base.metadata.create_all(made)
    with stack_on(made, keep_window=False, status_delay=0.03) as running_stack:
        yield running_stack
    made.dispose()


@pytest.fixture
def stack(engine: Engine) -> Iterator[Stack]:
    with stack_on(engine, status_delay=0.03) as running_stack:
        yield running_stack
