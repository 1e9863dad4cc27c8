"""Posts notifications to the webhook, over real HTTP, until it answers 200.

What is not yet answered is in the database, so a restart goes on. One phone's notifications are
posted one at a time and in order, as long as none fails; a failed one is tried again with a
growing pause while later ones overtake it, as Meta does.
"""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import requests
from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from lebailleur import database
from lebailleur.whatsapp.simulator.chats import Chats, machine_now, mark_delivered
from lebailleur.whatsapp.simulator.notifications import signature
from lebailleur.whatsapp.simulator.tables import SimNotification, SimPhone

log = logging.getLogger(__name__)

THREADS, AT_ONCE = 4, 8
TIMEOUT = 20.0  # seconds that the webhook has to answer
CLAIM = timedelta(seconds=30)
LOOK_EVERY = 1.0  # seconds, for what other processes queue
FIRST_PAUSE = timedelta(seconds=0.5)
LONGEST_PAUSE = timedelta(minutes=5)
GIVEN_UP_AFTER = timedelta(days=7)


class Postman:
    """The threads of this process that post: one looks what is due, the others post it. Any number
    of processes may have them."""

    def __init__(self, chats: Chats) -> None:
        self._chats = chats
        self._stopping = threading.Event()
        self._looking = threading.Thread(target=self._run, name="sim-postman", daemon=True)
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="sim-postman")
        self._free = threading.Semaphore(THREADS)
        self._http = requests.Session()
        self._http.trust_env = False  # the webhook is on this machine: no proxy between

    def start(self) -> None:
        """Start posting."""
        self._looking.start()

    def stop(self) -> None:
        """Stop after the posts under way."""
        self._stopping.set()
        self._chats.bell.ring()
        self._looking.join(5)
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._http.close()

    def _run(self) -> None:
        while not self._stopping.is_set():
            rung = self._chats.bell.times
            try:
                found = self._take()
            except Exception:
                log.exception("the simulator could not look what is to be posted")
                found = []
            for each in found:
                # After the stop nothing is posted any more, and the phones are given back.
                self._free.acquire()
                self._pool.submit(self._deliver, each)
            if not found:
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

    def _take(self) -> list[SimNotification]:
        """What is due first, one of each phone; the phones are reserved."""
        now = machine_now()
        due = (
            select(SimNotification)
            .where(SimNotification.due_at <= now)
            .order_by(SimNotification.due_at, SimNotification.id)
        )
        with database.reading(self._chats.engine) as session:
            free = due.join(SimPhone, SimPhone.phone == SimNotification.phone).where(_is_free(now))
            phones = {each.phone for each in session.scalars(free.limit(AT_ONCE))}
        if not phones:
            return []
        with database.writing(self._chats.engine) as session:
            taken = set(
                session.scalars(
                    update(SimPhone)
                    .where(SimPhone.phone.in_(phones), _is_free(now))
                    .values(posting_until=now + CLAIM)
                    .returning(SimPhone.phone)
                )
            )
            # Another process may have posted what was found before this one had the phone: only
            # what is due now counts.
            found: dict[str, SimNotification] = {}
            for each in session.scalars(due.where(SimNotification.phone.in_(taken))):
                found.setdefault(each.phone, each)
            for phone in taken - found.keys():
                _release(session, phone)
        return list(found.values())

    def _deliver(self, notification: SimNotification) -> None:
        try:
            stopping = self._stopping.is_set()
            self._finish(notification, accepted=not stopping and self._post(notification))
        except Exception:
            log.exception("the simulator could not post a notification")
        finally:
            self._free.release()
            self._chats.bell.ring()

    def _post(self, notification: SimNotification) -> bool:
        body = notification.body.encode("ascii")
        account = self._chats.account
        try:
            answer = self._http.post(
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
