"""How fast may be sent: so many messages a second from our number, and to one person as many as
Meta's pair limit allows (one in six seconds, up to 45 of them borrowed from the time to come).

It is kept per process, so that refusals (130429, 131056) stay rare; what is refused all the same,
because several processes send, is put off by its error.
"""

import threading
import time
from collections.abc import Callable

PAIR_PAUSE, PAIR_BURST = 6.0, 45
MOST_KNOWN = 10_000


class Pace:
    """The limits of one number. Safe for many threads; times in seconds of `now`."""

    def __init__(
        self,
        per_second: float,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`per_second`: what the number may send (Meta: 80, after an upgrade 1,000)."""
        self._gap, self._now, self._sleep = 1.0 / per_second, now, sleep
        self._lock = threading.Lock()
        self._next, self._rests_until = 0.0, 0.0
        self._debts: dict[str, float] = {}

    def rest(self, seconds: float) -> None:
        """Meta wants the number to be slower: nothing is sent for so long."""
        with self._lock:
            self._rests_until = max(self._rests_until, self._now() + seconds)

    def rests(self) -> bool:
        """Whether nothing is to be sent now."""
        return self._now() < self._rests_until

    def wait(self) -> None:
        """Return when the number may send its next message."""
        with self._lock:
            now = self._now()
            mine = max(self._next, now)
            self._next = mine + self._gap
        if mine > now:
            self._sleep(mine - now)

    def one_more(self, person_id: str) -> None:
        """Count a message to this person that is a part of one which has been let through."""
        with self._lock:
            now = self._now()
            self._debts[person_id] = max(self._debts.get(person_id, now), now) + PAIR_PAUSE

    def too_soon(self, person_id: str) -> float:
        """Count one message to this person; or, when it would be one too many, after how many
        seconds it may be sent."""
        with self._lock:
            now = self._now()
            debt = max(self._debts.get(person_id, now), now) + PAIR_PAUSE
            over = debt - now - PAIR_BURST * PAIR_PAUSE
            if over > 0:
                return over
            if len(self._debts) >= MOST_KNOWN:
                self._debts = {who: until for who, until in self._debts.items() if until > now}
            self._debts[person_id] = debt
            return 0.0
