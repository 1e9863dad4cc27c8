"""The whole product under mixed traffic while processes are killed, Meta misbehaves, and the clock
crosses midnight and a month's end: afterwards nothing is lost, doubled or wrong.

Short by itself; `make soak` runs it for ten minutes with 200 people (SOAK_MINUTES, SOAK_HOUSES).
"""

import os
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from sqlalchemy import func, select

from lebailleur.conversation.models import InboxItem, OutboxItem
from lebailleur.conversation.outbox import OPEN
from lebailleur.database import reading, writing
from lebailleur.reminders import due
from lebailleur.rentals import reports
from lebailleur.rentals.models import Landlord, Payment, Receipt
from lebailleur.rentals.rights import ADMIN
from lebailleur.whatsapp.simulator.tables import SimMessage
from tests.conversations import houses
from tests.conversations.houses import House
from tests.postgres import named, on_server
from tests.soak.chaos import KILLED, Chaos
from tests.stack import Stack, running

MINUTES = float(os.environ.get("SOAK_MINUTES", "0.7"))
HOUSES = int(os.environ.get("SOAK_HOUSES", "3"))
CHAOS_EVERY = 9.0 if MINUTES < 2 else 20.0
# One minute before midnight in Douala, on a month's last day.
BEFORE_MIDNIGHT = datetime(2026, 3, 31, 22, 59, tzinfo=UTC)
MORNING = datetime(2026, 4, 1, 7, 30, tzinfo=UTC)
# A claim of a process that was killed runs out within two minutes.
PATIENCE = 240.0
QUESTIONS = ("how much do I owe?", "combien je dois", "menu", "my last receipt", "c'est quoi ça")


@pytest.fixture(scope="module")
def stack(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    on_server(postgres_server, "CREATE DATABASE soak")
    folder: Path = tmp_path_factory.mktemp("soak")
    with running(folder, named(postgres_server, "soak")) as found:
        yield found


class Watch:
    """Looks for everybody which messages were answered: two hundred who ask the database
    themselves would be most of the load."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._asked: dict[str, threading.Event] = {}
        self._lock, self._stopping = threading.Lock(), threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join()

    def answered(self, wamid: str) -> bool:
        """Wait until a message was answered; whether it was, within `PATIENCE`."""
        found = threading.Event()
        with self._lock:
            self._asked[wamid] = found
        return found.wait(PATIENCE)

    def _look(self) -> None:
        handled = select(InboxItem.key).where(InboxItem.state == "handled")
        while not self._stopping.wait(0.2):
            with self._lock:
                asked = list(self._asked)
            with reading(self._stack.engine) as session:
                keys = session.scalars(handled.where(InboxItem.key.in_(asked))).all()
            with self._lock:
                for key in keys:
                    self._asked.pop(key).set()


class People:
    """A house's people, who go on talking until told to stop; what the landlord has paid in, and
    what was not answered in time."""

    def __init__(self, stack: Stack, house: House, watch: Watch) -> None:
        self.stack, self.house, self.watch = stack, house, watch
        self.paid: list[int] = []
        self.said: list[str] = []
        self.unanswered: list[str] = []
        self.stopping = threading.Event()
        # Held while a summary waits for its yes: a digit after a leap of hours is late, rightly.
        # Nobody begins with another one while the clock is to be moved.
        self.deciding, self.going_on = threading.Lock(), threading.Event()
        self.going_on.set()
        self.threads = [
            threading.Thread(target=each, daemon=True) for each in (self._landlord, self._tenants)
        ]

    def _landlord(self) -> None:
        """Pay after pay of Paul's, each of another sum, each confirmed by its digit."""
        while not self.stopping.is_set() and len(self.paid) < 40:
            amount = 1_000 * (len(self.paid) + 1)
            self.going_on.wait()
            with self.deciding:
                if self._say("landlord", f"Paul paid {amount}") and self._say("landlord", "1"):
                    self.paid.append(amount)

    def _tenants(self) -> None:
        names = ["Paul", "Marie", "Blaise", "Awa"]
        turn = 0
        while not self.stopping.is_set():
            self._say(names[turn % len(names)], QUESTIONS[turn % len(QUESTIONS)])
            turn += 1
            time.sleep(1)

    def _say(self, who: str, words: str) -> bool:
        """Say something, as often as the simulator is down; wait until it is answered."""
        phone = self.stack.phone(self.house.phones[who])
        while True:
            try:
                wamid = phone.types(words)
                break
            except (requests.RequestException, ValueError, KeyError):
                if self.stopping.is_set():
                    return False
                time.sleep(0.5)
        self.said.append(wamid)
        if self.watch.answered(wamid):
            return True
        self.unanswered.append(words)
        return False


def phase(what: str) -> None:
    """For who watches (`make soak` shows it)."""
    print(f"{time.strftime('%H:%M:%S')}  {what}", flush=True)


def settled(stack: Stack) -> None:
    """Wait until all is handled and sent, and each message's fate is known."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with reading(stack.engine) as session:
            waiting = session.scalar(
                select(func.count()).select_from(InboxItem).where(InboxItem.state == "waiting")
            )
            leaving = session.scalar(
                select(func.count())
                .select_from(OutboxItem)
                .where(OutboxItem.state.in_((*OPEN, "sent")))
            )
        if not waiting and not leaving:
            return
        time.sleep(0.5)
    raise AssertionError(f"{waiting} messages wait, {leaving} are on their way")


def test_nothing_is_lost_doubled_or_wrong(stack: Stack) -> None:
    with Watch(stack) as watch:
        everybody, chaos = _a_bad_day(stack, watch)
    assert [each for people in everybody for each in people.unanswered] == []
    assert set(chaos.killed) >= set(KILLED)
    assert chaos.faults > 0
    _every_message_was_answered(stack, everybody)
    _no_payment_is_doubled_and_balances_are_right(stack, everybody)
    _each_reminder_was_said_once(stack, everybody)
    _no_phone_has_a_copy(stack)


def _a_bad_day(stack: Stack, watch: Watch) -> tuple[list[People], Chaos]:
    """People talk while everything breaks, through midnight and into the next morning; then all
    is mended, and what is still under way arrives."""
    with houses.at(stack.now()), writing(stack.engine) as session:
        everybody = [People(stack, houses.villa_rose(session, "en"), watch) for _ in range(HOUSES)]
    phase(f"{len(everybody)} houses are there; everybody says hello")
    for people in everybody:
        for who in people.house.phones:
            if who in ("landlord", "Paul", "Marie", "Blaise", "Awa"):
                stack.phone(people.house.phones[who]).types("hello")
    settled(stack)
    phase("it begins, a minute before midnight")
    stack.move_clock(BEFORE_MIDNIGHT)
    with Chaos(stack, CHAOS_EVERY, seed=7) as chaos:
        for people in everybody:
            for thread in people.threads:
                thread.start()
        time.sleep(60 * MINUTES * 0.7)
        with ExitStack() as nobody_decides:
            for people in everybody:
                people.going_on.clear()
            for people in everybody:
                nobody_decides.enter_context(people.deciding)
            phase("the next morning")
            stack.move_clock(MORNING)
        for people in everybody:
            people.going_on.set()
        time.sleep(60 * MINUTES * 0.3)
        while len(chaos.killed) < len(KILLED):
            time.sleep(0.5)
    phase(f"{len(chaos.killed)} processes were killed; the last answers are waited for")
    for people in everybody:
        people.stopping.set()
    for people in everybody:
        for thread in people.threads:
            thread.join(PATIENCE)
            assert not thread.is_alive()
    requests.delete(f"{stack.url}/simulator/faults", timeout=20)
    stack.morning_has_come()
    # What is said first waited for the end of everybody's session.
    stack.move_clock(stack.now() + timedelta(minutes=11))
    phase("the reminders are waited for")
    settled(stack)
    said = sum(len(people.said) for people in everybody)
    phase(f"checks: {said} messages, {sum(len(people.paid) for people in everybody)} payments")
    return everybody, chaos


def _every_message_was_answered(stack: Stack, everybody: list[People]) -> None:
    said = [wamid for people in everybody for wamid in people.said]
    with reading(stack.engine) as session:
        answers = Counter(
            session.scalars(
                select(InboxItem.key)
                .join(OutboxItem, OutboxItem.inbox_id == InboxItem.id)
                .where(InboxItem.kind == "message", OutboxItem.state != "failed")
            )
        )
        states = Counter(session.scalars(select(InboxItem.state)))
        failed = session.execute(
            select(InboxItem.key, OutboxItem.attempts, OutboxItem.error)
            .join(OutboxItem, OutboxItem.inbox_id == InboxItem.id)
            .where(OutboxItem.state == "failed")
        ).all()
    assert len(said) > 5 * len(everybody)
    assert [wamid for wamid in said if not answers[wamid]] == [], failed
    assert set(states) == {"handled"}


def _no_payment_is_doubled_and_balances_are_right(stack: Stack, everybody: list[People]) -> None:
    for people in everybody:
        house = people.house
        with houses.at(stack.now()), reading(stack.engine) as session:
            payments = session.scalars(
                select(Payment)
                .where(Payment.landlord_id == house.landlord_id, Payment.key.not_like("before:%"))
                .order_by(Payment.id)
            ).all()
            amounts = [each.amount for each in payments]
            # The last summary may have been left without its yes, when the time was over.
            chat = stack.phone(house.phones["landlord"]).chat()
            shown = "\n".join(str(each.get("text"))[:90] for each in chat[-60:])
            assert amounts[: len(people.paid)] == people.paid, shown
            assert len(amounts) <= len(people.paid) + 1
            assert len(amounts) > 0
            receipts = session.scalar(
                select(func.count())
                .select_from(Receipt)
                .where(Receipt.payment_id.in_([each.id for each in payments]))
            )
            assert receipts == len(amounts)
            # January to April at 50,000, less what was paid.
            standing = reports.standing(session, ADMIN, house.leases["Paul"])
            assert standing.balance == 200_000 - sum(amounts)


def _each_reminder_was_said_once(stack: Stack, everybody: list[People]) -> None:
    """The morning of the first: Awa's is a day late, Paul's falls due unless he owes nothing, and
    the landlord hears of the day."""
    for people in everybody:
        house = people.house
        with reading(stack.engine) as session:
            landlord = session.get_one(Landlord, house.landlord_id)
            assert str(landlord.reminded_on) == "2026-04-01"
            keys = Counter(
                key
                for key in session.scalars(
                    select(InboxItem.key)
                    .join(OutboxItem, OutboxItem.inbox_id == InboxItem.id)
                    .where(InboxItem.kind == "event")
                )
                if key.startswith((f"due:{house.leases['Awa']}:", f"digest:{landlord.id}:"))
            )
            kept = set(session.scalars(select(InboxItem.key).where(InboxItem.kind == "event")))
        with houses.at(stack.now()), writing(stack.engine) as session:
            landlord = session.get_one(Landlord, house.landlord_id)
            again = {each.key for each in due.of_landlord(session, landlord)}
        assert again <= kept | {key for key in again if key.startswith("digest:")}
        assert keys[f"due:{house.leases['Awa']}:2026-03-31:0"] == 1
        assert keys[f"digest:{landlord.id}:2026-04-01"] == 1


def _no_phone_has_a_copy(stack: Stack) -> None:
    """What a phone shows is what was sent to it, each once; nothing was put into words twice."""
    with reading(stack.engine) as session:
        shown = session.execute(
            select(SimMessage.tracker, func.count())
            .where(SimMessage.by_business, SimMessage.state != "failed")
            .group_by(SimMessage.tracker)
        ).all()
        sent = session.scalars(
            select(OutboxItem.id).where(OutboxItem.state.in_(("delivered", "read")))
        ).all()
        said = Counter(
            (each.inbox_id, str(each.content.get("text")), str(each.content.get("document")))
            for each in session.scalars(select(OutboxItem))
        )
    assert [tracker for tracker, times in shown if times > 1] == []
    assert len(shown) >= len(sent)
    assert [inbox_id for (inbox_id, _, _), times in said.items() if times > 1] == []
