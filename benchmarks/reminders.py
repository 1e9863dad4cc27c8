"""`python -m benchmarks.reminders [--count 10000]`: rents of so many tenants fall due at nine.

The whole product runs, on PostgreSQL (with `--sqlite` on SQLite). At nine its scheduler keeps the
reminders and they go out; meanwhile some people write every few seconds. Told are the rate, the
processor time of each process, how long who wrote has waited, and whether each reminder reached
its phone once.
"""

import argparse
import os
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from itertools import cycle
from pathlib import Path

import psutil
from sqlalchemy import func, select

from lebailleur import identity
from lebailleur.conversation.models import InboxItem, OutboxItem
from lebailleur.database import reading, writing
from lebailleur.rentals import leases, portfolio
from lebailleur.rentals.leases import NewTenant
from lebailleur.rentals.rights import Asker
from lebailleur.whatsapp.simulator.tables import SimMessage
from tests import postgres
from tests.conversations import houses
from tests.stack import Stack, running

A_LANDLORD = 100
# Who pays from the tenth of a month on, on the tenth of March.
START = date(2026, 2, 10)
# In Douala it is one hour later.
BEFORE_WORK = datetime(2026, 3, 10, 5, tzinfo=UTC)
NINE = datetime(2026, 3, 10, 8, tzinfo=UTC)
# So many people write, in so many threads, each of which says something every few seconds.
WRITERS, THREADS, EVERY_SECONDS = 60, 3, 3.0


def main(arguments: Sequence[str] = ()) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="benchmarks.reminders", description=__doc__)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--sqlite", action="store_true")
    options = parser.parse_args(arguments)
    with (
        tempfile.TemporaryDirectory() as name,
        _database(None if options.sqlite else "reminders") as url,
        running(Path(name), url) as stack,
    ):
        stack.move_clock(BEFORE_WORK)
        landlords = _fill(stack, options.count)
        writers = [Writers(stack) for _ in range(THREADS)]
        stack.settle()
        stack.move_clock(NINE)
        while not _kept(stack):
            time.sleep(0.1)
        began, before = time.monotonic(), _processor_seconds(stack)
        for each in writers:
            each.thread.start()
        while _open(stack) or _kept(stack) < options.count + landlords:
            time.sleep(2)
        took, after = time.monotonic() - began, _processor_seconds(stack)
        for each in writers:
            each.stopping.set()
        for each in writers:
            each.thread.join()
        times, kept = _times_told(stack), _kept(stack)
    waits = sorted(wait for each in writers for wait in each.waits)
    print(f"Reminders: {kept} due at nine, in {took:.0f} s ({kept / took:.1f}/s).")
    print(f"  told once: {times[1]}, more often: {sum(times.values()) - times[1]}")
    late = sum(wait > 2 for wait in waits)
    print(
        f"  who wrote meanwhile ({len(waits)} messages) waited {waits[len(waits) // 2]:.1f} s at"
        f" the median, {waits[int(len(waits) * 0.99)]:.1f} s for 99 in 100, {waits[-1]:.1f} s at"
        f" most; {late} longer than 2 s"
    )
    spent = {name: 1000 * (after[name] - before[name]) / kept for name in after}
    print(f"  processor time a reminder, in ms ({os.cpu_count()} cores):")
    print("    " + ", ".join(f"{name} {each:.0f}" for name, each in spent.items()))


class Writers:
    """People who ask something in turn, every few seconds one of them; how long each waited."""

    def __init__(self, stack: Stack) -> None:
        self.stack, self.phones = stack, []
        for _ in range(WRITERS // THREADS):
            with houses.at(stack.now()), writing(stack.engine) as session:
                house = houses.villa_rose(session, "en")
            self.phones.append(stack.phone(house.phones["landlord"]))
            self.phones[-1].types("menu")
        self.waits: list[float] = []
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self._write)

    def _write(self) -> None:
        in_turn = cycle(self.phones)
        while not self.stopping.wait(EVERY_SECONDS):
            asked = time.monotonic()
            sent = next(in_turn).types("who owes?")
            while not _answered(self.stack, sent):
                time.sleep(0.1)
            self.waits.append(time.monotonic() - asked)


@contextmanager
def _database(name: str | None) -> Iterator[str | None]:
    if name is None:
        yield None
        return
    with postgres.serving() as server:
        postgres.on_server(server, f"CREATE DATABASE {name}")
        yield postgres.named(server, name)


def _fill(stack: Stack, count: int) -> int:
    """Landlords with together `count` tenants whose rent falls due today; how many landlords."""
    found = 0
    for first in range(0, count, A_LANDLORD):
        with houses.at(stack.now()), writing(stack.engine) as session:
            person = identity.of_phone(session, houses.fresh_number())
            asker = Asker(person.id)
            portfolio.register_landlord(
                session,
                asker,
                person_id=person.id,
                name=f"Landlord {first}",
                phone=houses.fresh_number(),
                language="fr",
                currency="XAF",
                timezone="Africa/Douala",
            )
            house = portfolio.add_property(session, asker, name="Villa", address="Douala")
            for number in range(first, min(first + A_LANDLORD, count)):
                unit = portfolio.add_unit(
                    session, asker, property_id=house.id, name=f"Room {number}", rent=50_000
                )
                phone = houses.fresh_number()
                tenant = identity.of_phone(session, phone)
                new = NewTenant(f"Tenant {number}", phone, tenant.id, unit.id, START)
                leases.add_tenant(session, asker, new)
            found += 1
    return found


def _kept(stack: Stack) -> int:
    """How many reminders there are by now, the landlords' mornings with them."""
    with reading(stack.engine) as session:
        kept = select(func.count()).select_from(InboxItem).where(InboxItem.kind == "event")
        return session.scalar(kept) or 0


def _open(stack: Stack) -> int:
    with reading(stack.engine) as session:
        waiting = session.scalar(
            select(func.count())
            .select_from(InboxItem)
            .where(InboxItem.state == "waiting", InboxItem.kind == "event")
        )
        leaving = session.scalar(
            select(func.count())
            .select_from(OutboxItem)
            .join(InboxItem, InboxItem.id == OutboxItem.inbox_id)
            .where(
                OutboxItem.state.in_(("waiting", "sending", "unknown")), InboxItem.kind == "event"
            )
        )
    return (waiting or 0) + (leaving or 0)


def _answered(stack: Stack, wamid: str) -> bool:
    with reading(stack.engine) as session:
        return bool(
            session.scalar(
                select(func.count())
                .select_from(OutboxItem)
                .join(InboxItem, InboxItem.id == OutboxItem.inbox_id)
                .where(InboxItem.key == wamid, OutboxItem.wamid.is_not(None))
            )
        )


def _times_told(stack: Stack) -> Counter[int]:
    """How many tenants were told so many times."""
    with reading(stack.engine) as session:
        rows = session.execute(
            select(SimMessage.phone, func.count())
            .where(SimMessage.by_business, SimMessage.kind == "template")
            .where(SimMessage.state != "failed")
            .group_by(SimMessage.phone)
        )
        return Counter(count for _, count in rows)


def _processor_seconds(stack: Stack) -> dict[str, float]:
    """What each process has worked so far; the simulator works within the app."""
    found = {name: sum(psutil.Process(pid).cpu_times()[:2]) for name, pid in stack.pids().items()}
    servers = [each for each in psutil.process_iter(["name"]) if each.name() == "postgres"]
    return {**found, "PostgreSQL": sum(sum(each.cpu_times()[:2]) for each in servers)}


if __name__ == "__main__":
    main(sys.argv[1:])
