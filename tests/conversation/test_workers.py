"""Threads that serve people: everybody, each by one at a time, also in a crowd and under news."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from lebailleur import clock, identity
from lebailleur.conversation import inbox
from lebailleur.conversation.models import Conversation, InboxItem
from lebailleur.conversation.workers import Workers
from lebailleur.database import reading, writing

CROWD, AT_ONCE, THREADS = 60, 10, 3
WITHIN = 30.0


def people(session: Session) -> list[str]:
    return [identity.of_phone(session, f"+2376770{number:05d}").id for number in range(CROWD)]


def keep(engine: Engine, person_id: str, key: str) -> None:
    with writing(engine) as session:
        inbox.keep(session, key, person_id, "message", {"text": "who owes?"})


class Serving:
    """Workers that handle whatever waits; who was served at the same time as somebody else of the
    same name, and how often it was looked who waits."""

    def __init__(self, engine: Engine, while_serving: Callable[[str], None] = lambda _: None):
        self.engine, self.while_serving = engine, while_serving
        self.served: Counter[str] = Counter()
        self.looks, self.twice_at_once = 0, 0
        self.now: Counter[str] = Counter()
        self.lock = threading.Lock()
        self.workers = Workers(
            engine, "busy_until", timedelta(seconds=60), self.waiting, self.one, THREADS
        )

    def waiting(self, session: Session) -> list[str]:
        self.looks += 1
        return inbox.people_waiting(session, wrote=True, limit=AT_ONCE)

    def one(self, person_id: str) -> bool:
        with self.lock:
            self.now[person_id] += 1
            self.twice_at_once += self.now[person_id] > 1
        try:
            with writing(self.engine) as session:
                item = inbox.oldest_of(session, person_id)
                if item is None:
                    return False
                inbox.handled(item)
            self.while_serving(person_id)
            self.served[person_id] += 1
            return True
        finally:
            with self.lock:
                self.now[person_id] -= 1

    def until_nobody_waits(self) -> float:
        began = time.monotonic()
        while time.monotonic() - began < WITHIN:
            with reading(self.engine) as session:
                waits = session.scalar(select(InboxItem.id).where(InboxItem.state == "waiting"))
            if waits is None and not any(self.now.values()):
                return time.monotonic() - began
            time.sleep(0.01)
        raise AssertionError(f"somebody waits after {WITHIN} s")


def test_a_crowd_is_served_each_once_and_few_looks_are_needed(engine: Engine) -> None:
    with writing(engine) as session:
        everybody = people(session)
    for number, each in enumerate(everybody):
        keep(engine, each, f"wamid.{number}")
    serving = Serving(engine)
    serving.workers.start()
    serving.until_nobody_waits()
    serving.workers.stop()
    assert serving.served == Counter(everybody)
    # One for each page of the crowd, and those that the clock or the end of a page brings.
    assert serving.looks < CROWD / 2


def test_what_comes_while_somebody_is_served_is_not_left_for_later(engine: Engine) -> None:
    """Their next message is kept, and the workers woken, while they are at work for that person:
    looks that pass over who is busy must come back to them."""
    with writing(engine) as session:
        somebody, other = people(session)[:2]
    left = iter(range(20))

    def write_again(person_id: str) -> None:
        if person_id == somebody and (number := next(left, None)) is not None:
            keep(engine, somebody, f"wamid.more.{number}")
            serving.workers.wake()
            keep(engine, other, f"wamid.other.{number}")
            serving.workers.wake()

    serving = Serving(engine, write_again)
    serving.workers.start()
    keep(engine, somebody, "wamid.first")
    serving.workers.wake()
    serving.until_nobody_waits()
    serving.workers.stop()
    assert serving.served == Counter({somebody: 21, other: 20})
    assert serving.twice_at_once == 0


def test_what_another_process_keeps_is_seen_without_being_woken(engine: Engine) -> None:
    with writing(engine) as session:
        somebody = people(session)[0]
    serving = Serving(engine)
    serving.workers.start()
    time.sleep(0.2)
    keep(engine, somebody, "wamid.1")
    serving.until_nobody_waits()
    serving.workers.stop()
    assert serving.served[somebody] == 1


def test_a_claim_outlasts_long_work_for_one_person(engine: Engine) -> None:
    """It is renewed while messages follow each other, so that nobody else begins with them."""
    with writing(engine) as session:
        somebody = people(session)[0]
    for number in range(6):
        keep(engine, somebody, f"wamid.{number}")
    held: list[bool] = []

    def look(person_id: str) -> None:
        time.sleep(0.3)
        with reading(engine) as session:
            until = session.get_one(Conversation, person_id).busy_until
        held.append(until is not None and until > clock.now())

    serving = Serving(engine, look)
    serving.workers._lasting = timedelta(seconds=1)
    serving.workers.start()
    serving.until_nobody_waits()
    serving.workers.stop()
    assert held == [True] * 6
