"""The whole app over real HTTP, in a thread of the tests' process; its workers rest."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import uvicorn
from sqlalchemy import Engine

from lebailleur import clock, database
from lebailleur.api import limits
from lebailleur.app import create_app
from lebailleur.settings import settings
from tests.api.conftest import NOW, TOKEN
from tests.stack import free_port


@contextmanager
def served(engine: Engine) -> Iterator[str]:
    """The address of the app on a database, on 10 March 2026. It may be asked as often as one
    likes."""
    with pytest.MonkeyPatch.context() as patch, clock.moved_to(NOW):
        patch.setenv("ADMIN_TOKEN", TOKEN)
        patch.setenv("REQUESTS_PER_MINUTE", "1000000")
        patch.setenv("REQUESTS_PER_MINUTE_AND_ADDRESS", "1000000")
        patch.setattr(limits, "WRONG_PER_MINUTE", 1_000_000)
        patch.setattr(database, "engine", lambda: engine)
        settings.cache_clear()
        port = free_port()
        # Without its lifespan nothing is sent to Rasa or WhatsApp: what is kept for them waits.
        server = uvicorn.Server(
            uvicorn.Config(create_app(), port=port, lifespan="off", log_level="error")
        )
        thread = threading.Thread(target=server.run)
        thread.start()
        deadline = time.monotonic() + 30
        while not server.started and thread.is_alive() and time.monotonic() < deadline:
            time.sleep(0.05)
        assert server.started
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            thread.join()
            settings.cache_clear()
