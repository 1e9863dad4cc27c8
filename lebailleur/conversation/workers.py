"""Threads that work for people: one at a time for each, people side by side."""

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import structlog
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lebailleur.conversation import claims
from lebailleur.database import reading

log = structlog.get_logger()

# How soon is seen what another process has kept; and how long a look counts, while its people are
# being served. (What this process has kept wakes the workers.)
LOOK_EVERY_SECONDS = 0.5


class Workers:
    """Looks who waits (`waiting`), claims each person (by `column`, for `lasting`), and calls
    `one` for them until it says that nothing is left. Any number of processes may do so. `most`
    tells how many of its threads may work now."""

    def __init__(
        self,
        engine: Engine,
        column: claims.Column,
        lasting: timedelta,
        waiting: Callable[[Session], list[str]],
        one: Callable[[str], bool],
        threads: int,
        most: Callable[[], int] | None = None,
    ) -> None:
        self._engine, self._column, self._lasting = engine, column, lasting
        self._waiting, self._one = waiting, one
        self.stopping = threading.Event()
        self._woken = threading.Event()
        self._busy: set[str] = set()
        # Who was found waiting and is not served yet; whether they were more than can be served at
        # once; how often there was something new; whether to look again.
        self._line: deque[str] = deque()
        self._crowd = False
        self._news = 0
        self._stale = True
        self._threads = threads
        self._most = most or (lambda: threads)
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
        self._news += 1
        self._stale = True
        self._woken.set()

    def _look(self) -> None:
        while not self.stopping.is_set():
            try:
                self._serve_who_waits()
            except Exception:
                log.exception("look_failed", of=self._column)
            if not self._woken.wait(LOOK_EVERY_SECONDS):
                self._stale = True  # others may have kept something meanwhile
            self._woken.clear()

    def _serve_who_waits(self) -> None:
        """Begin with no more than can be served now: who comes later may come first. Of a crowd one
        look serves many."""
        if self._stale and self._is_free():
            self._stale = False
            with reading(self._engine) as session:
                self._line = deque(self._waiting(session))
            self._crowd = len(self._line) > self._threads
        while self._line and self._is_free():
            person_id = self._line.popleft()
            if person_id not in self._busy:
                self._busy.add(person_id)
                self._pool.submit(self._serve, person_id)

    def is_busy(self) -> bool:
        """Whether somebody is being served."""
        return bool(self._busy)

    def _is_free(self) -> bool:
        return len(self._busy) < self._most()

    def _serve(self, person_id: str) -> None:
        news = self._news
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
            # Something new may be this person's, who was passed over because they were served; and
            # where a crowd's line has ended there may be more of it.
            if self._news != news or (self._crowd and not self._line):
                self._stale = True
            self._woken.set()
