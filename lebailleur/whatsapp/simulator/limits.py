"""When WhatsApp lets the business write: the 24-hour window, the pair limit, and how much the
number may send in a second."""

import threading
from collections import deque
from datetime import datetime, timedelta

from sqlalchemy import distinct, func, select
from sqlalchemy.orm import Session

from lebailleur import clock
from lebailleur.whatsapp.simulator.tables import SimMessage, SimPhone

SECOND = timedelta(seconds=1)
WINDOW = timedelta(hours=24)
PAIR_PAUSE = timedelta(seconds=6)
PAIR_BURST = 45


def window_is_open(phone: SimPhone, now: datetime) -> bool:
    """Whether the person wrote in the last 24 hours, so that free-form messages reach them."""
    return phone.last_wrote_at is not None and now - phone.last_wrote_at <= WINDOW


def pair_limit_hit(phone: SimPhone, now: datetime) -> bool:
    """Count one message to this person; True when it must be refused (131056).

    One message costs six seconds. Up to 45 may be borrowed; who borrows more waits until the
    whole debt is paid off.
    """
    most = PAIR_BURST * PAIR_PAUSE
    if phone.last_sent_to_at and now < phone.last_sent_to_at:
        # The clock was set back: what was borrowed in that future is forgotten.
        phone.debt_until = phone.refused_until = None
    phone.last_sent_to_at = now
    if phone.refused_until and now < phone.refused_until:
        return True
    debt_until = max(phone.debt_until or now, now)
    if debt_until + PAIR_PAUSE - now > most:
        phone.refused_until = debt_until
        return True
    phone.debt_until = debt_until + PAIR_PAUSE
    return False


class Throughput:
    """How many messages of a number, both ways, pass in any one second. Safe for many threads.

    It is kept in memory, per process: the app is one process, and a row that all sending locks
    would make messages wait for each other.
    """

    def __init__(self, per_second: int) -> None:
        self._passed: deque[datetime] = deque(maxlen=per_second)
        self._lock = threading.Lock()

    def exceeded(self) -> bool:
        """Count one message; True when it is one too many (130429), which does not count."""
        with self._lock:
            now = clock.now()
            if self._passed and now < self._passed[-1]:
                self._passed.clear()  # the clock was set back
            if len(self._passed) == self._passed.maxlen and now - self._passed[0] < SECOND:
                return True
            self._passed.append(now)
            return False


def reached(session: Session, now: datetime) -> int:
    """How many people the business has reached outside the window in the last 24 hours: what
    Meta's messaging limits count."""
    return session.scalars(
        select(func.count(distinct(SimMessage.phone)))
        .where(SimMessage.by_business, SimMessage.in_window.is_(False))
        .where(SimMessage.state != "failed")
        .where(SimMessage.sent_at > now - WINDOW, SimMessage.sent_at <= now)
    ).one()
