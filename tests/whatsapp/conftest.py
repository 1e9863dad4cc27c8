"""Fixtures of the connector's tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lebailleur.database import make_engine
from lebailleur.orm import Base
from tests.simulator.stack import stack_on
from tests.whatsapp.sending import Sending


@pytest.fixture
def sending(tmp_path: Path) -> Iterator[Sending]:
    """Deliveries to a simulator whose window is always open."""
    made = make_engine(f"sqlite:///{tmp_path / 'delivery.db'}")
    Base.metadata.create_all(made)
    with stack_on(made, keep_window=False, status_delay=0.03) as stack:
        yield Sending(made, stack)
    made.dispose()
