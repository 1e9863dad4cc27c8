"""Threads that work for people: one at a time for each, people side by side."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import structlog
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lebailleur.conversation import claims
from lebailleur.database import reading

log = structlog.get_logger()

LOOK_EVERY_SECONDS = 0.1


class Workers:
    """Looks who waits (`waiting`), claims each person (by `column`, for `lasting`), and calls
    `one` for them until it says that nothing is left. Any number of processes may do so."""

    def __init__(
        self,
        engine: Engine,
        column: claims.Column,
        lasting: timedelta,
        waiting: Callable[[Session], list[str]],
        one: Callable[[str], bool],
        threads: int,
    ) -> None:
        self._engine, self._column, self._lasting = engine, column, lasting
        self._waiting, self._one = waiting, one
        self.stopping = threading.Event()
        self._woken = threading.Event()
        self._busy: set[str] = set()
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=column)
        self._looking = threading.Thread(target=self._look, name=column, daemon=True)

    def start(self) -> None:
        self._looking.start()

    def stop(self) -> None:
        """Let what runs come to its end, and begin nothing new."""
        self.stopping.set()
        self._woken.set()
        self._looking.join()
        self._pool.shutdown(wait=True)

    def wake(self) -> None:
        """There is something new: look at once."""
        self._woken.set()

    def _look(self) -> None:
        while not self.stopping.is_set():
            try:
                with reading(self._engine) as session:
                    waiting = self._waiting(session)
                for person_id in waiting:
                    # No more than can be served now: who comes later may come first.
                    if len(self._busy) < self._threads and person_id not in self._busy:
                        self._busy.add(person_id)
                        self._pool.submit(self._serve, person_id)
            except Exception:
                log.exception("look_failed", of=self._column)
            self._woken.wait(LOOK_EVERY_SECONDS)
            self._woken.clear()

    def _serve(self, person_id: str) -> None:
        try:
            claims.while_claimed(
                self._engine,
                person_id,
                self._column,
                self._lasting,
                lambda: not self.stopping.is_set() and self._one(person_id),
            )
        except Exception:
            log.exception("work_failed", of=self._column)
        finally:
            self._busy.discard(person_id)
            self._woken.set()
