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


@pytest.fixture
def stack(engine: Engine) -> Iterator[Stack]:
    with stack_on(engine, status_delay=0.03) as running_stack:
        yield running_stack
