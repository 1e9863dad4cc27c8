"""Posts notifications to the webhook, over real HTTP, until it answers 200.

What is not yet answered is in the database, so a restart goes on. One phone's notifications are
posted one at a time and in order, as long as none fails; a failed one is tried again with a
growing pause while later ones overtake it, as Meta does.
"""

import logging
import threading
from datetime import datetime, timedelta

import requests
from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from lebailleur import database
from lebailleur.whatsapp.simulator.chats import Chats, machine_now, mark_delivered
from lebailleur.whatsapp.simulator.notifications import signature
from lebailleur.whatsapp.simulator.tables import SimNotification, SimPhone

log = logging.getLogger(__name__)

THREADS = 4
TIMEOUT = 20.0  # seconds that the webhook has to answer
CLAIM = timedelta(seconds=30)
LOOK_EVERY = 1.0  # seconds, for what other processes queue
FIRST_PAUSE = timedelta(seconds=0.5)
LONGEST_PAUSE = timedelta(minutes=5)
GIVEN_UP_AFTER = timedelta(days=7)


class Postman:
    """The threads of this process that post. Any number of processes may have them."""

    def __init__(self, chats: Chats) -> None:
        self._chats = chats
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, name=f"sim-postman-{number}", daemon=True)
            for number in range(THREADS)
        ]

    def start(self) -> None:
        """Start posting."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Stop after the posts under way; returns when all have ended or after 5 seconds."""
        self._stopping.set()
        self._chats.bell.ring()
        for thread in self._threads:
            thread.join(5)

    def _run(self) -> None:
        with requests.Session() as http:
            http.trust_env = False  # the webhook is on this machine: no proxy between
            while not self._stopping.is_set():
                rung = self._chats.bell.times
                try:
                    posted = self._post_one(http)
                except Exception:
                    log.exception("the simulator could not post a notification")
                    posted = False
                if not posted:
                    self._chats.bell.wait(rung, self._seconds_to_next())

    def _seconds_to_next(self) -> float:
        with database.reading(self._chats.engine) as session:
            due = session.scalar(
                select(SimNotification.due_at)
                .where(SimNotification.due_at > machine_now())
                .order_by(SimNotification.due_at)
                .limit(1)
            )
        seconds = (due - machine_now()).total_seconds() if due else LOOK_EVERY
        return min(max(seconds, 0.01), LOOK_EVERY)

    def _post_one(self, http: requests.Session) -> bool:
        """Post what is due first; False when nothing is due."""
        found = self._due()
        if found is None:
            return False
        claimed = self._claim(found)
        if claimed:
            self._finish(claimed, accepted=self._post(http, claimed))
            self._chats.bell.ring()
        return True

    def _due(self) -> SimNotification | None:
        now = machine_now()
        with database.reading(self._chats.engine) as session:
            return session.scalar(
                select(SimNotification)
                .join(SimPhone, SimPhone.phone == SimNotification.phone)
                .where(SimNotification.due_at <= now, _is_free(now))
                .order_by(SimNotification.due_at, SimNotification.id)
                .limit(1)
            )

    def _claim(self, found: SimNotification) -> SimNotification | None:
        """Reserve the phone; the row as it is then, or None when there is nothing more to do."""
        now = machine_now()
        with database.writing(self._chats.engine) as session:
            taken = session.execute(
                update(SimPhone)
                .where(SimPhone.phone == found.phone, _is_free(now))
                .values(posting_until=now + CLAIM)
                .returning(SimPhone.phone)
            ).scalar()
            if taken is None:
                return None
            # Another thread may have posted what was found before this one had the phone, and
            # SQLite may have given the number to a new row: only the row of now counts.
            row = session.get(SimNotification, found.id)
            if row is None or row.phone != taken or row.due_at > now:
                _release(session, taken)
                return None
        return row

    def _post(self, http: requests.Session, notification: SimNotification) -> bool:
        body = notification.body.encode("ascii")
        account = self._chats.account
        try:
            answer = http.post(
                account.webhook_url,
                data=body,
                headers={
                    "Content-Type": "application/json",
                    "User-Agent": "facebookexternalua",
                    "X-Hub-Signature-256": signature(account.app_secret, body),
                },
                timeout=TIMEOUT,
                allow_redirects=False,
            )
        except requests.RequestException as problem:
            log.info("the webhook could not be reached: %s", type(problem).__name__)
            return False
        if answer.status_code != 200:
            log.info("the webhook answered %s instead of 200", answer.status_code)
        return answer.status_code == 200

    def _finish(self, notification: SimNotification, accepted: bool) -> None:
        now = machine_now()
        with database.writing(self._chats.engine) as session:
            _release(session, notification.phone)
            row = session.get(SimNotification, notification.id)
            if row is None:
                return
            if accepted:
                mark_delivered(session, row.message_id)
            if accepted or now - row.first_due_at > GIVEN_UP_AFTER:
                session.delete(row)
                return
            pause = min(FIRST_PAUSE * 2 ** min(row.attempts, 20), LONGEST_PAUSE)
            row.attempts += 1
            row.due_at = now + pause


def _is_free(now: datetime) -> ColumnElement[bool]:
    return or_(SimPhone.posting_until.is_(None), SimPhone.posting_until < now)


def _release(session: Session, phone: str) -> None:
    session.execute(update(SimPhone).where(SimPhone.phone == phone).values(posting_until=None))
