"""`python -m benchmarks.reminders [--count 10000]`: rents of so many tenants fall due at nine.

The whole product runs (PostgreSQL where `--database` names one); all reminders are kept at once
and go out; meanwhile somebody writes every few seconds. Told are the rate, the longest wait of who
wrote, and whether each reminder reached its phone once.
"""

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from sqlalchemy import func, select

from lebailleur import identity
from lebailleur.conversation.models import InboxItem, OutboxItem
from lebailleur.database import reading, writing
from lebailleur.reminders import due
from lebailleur.rentals import leases, portfolio
from lebailleur.rentals.leases import NewTenant
from lebailleur.rentals.rights import Asker
from lebailleur.whatsapp.simulator.tables import SimMessage
from tests.conversations import houses
from tests.stack import Stack, running

A_LANDLORD = 100
START = date(2026, 2, 10)  # the stack's clock shows 10 March 2026
EVERY_SECONDS = 3


def main(arguments: Sequence[str] = ()) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="benchmarks.reminders", description=__doc__)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--database", help="a PostgreSQL URL; without it SQLite")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name, running(Path(name), options.database) as stack:
        landlords = _fill(stack, options.count)
        with houses.at(stack.now()), writing(stack.engine) as session:
            writer = stack.phone(houses.villa_rose(session, "en").phones["landlord"])
        writer.says("menu")
        started = time.monotonic()
        with houses.at(stack.now()):
            for landlord_id in landlords:
                with writing(stack.engine) as session:
                    due.keep_day(session, landlord_id)
        waits = []
        while _open(stack):
            asked = time.monotonic()
            sent = writer.types("who owes?")
            while not _answered(stack, sent):
                time.sleep(0.02)
            waits.append(time.monotonic() - asked)
            time.sleep(EVERY_SECONDS)
        took = time.monotonic() - started
        times = _times_told(stack)
    print(
        f"Reminders: {options.count} due at once, in {took:.0f} s ({options.count / took:.1f}/s)."
    )
    print(f"  told once: {times[1]}, more often: {sum(times.values()) - times[1]}")
    print(f"  who wrote meanwhile ({len(waits)} times) waited {max(waits):.1f} s at most")


def _fill(stack: Stack, count: int) -> list[int]:
    """Landlords with together `count` tenants whose rent falls due today; their ids."""
    found = []
    for first in range(0, count, A_LANDLORD):
        with houses.at(stack.now()), writing(stack.engine) as session:
            person = identity.of_phone(session, houses.fresh_number())
            asker = Asker(person.id)
            landlord = portfolio.register_landlord(
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
            found.append(landlord.id)
    return found


def _open(stack: Stack) -> int:
    with reading(stack.engine) as session:
        waiting = session.scalar(
            select(func.count()).select_from(InboxItem).where(InboxItem.state == "waiting")
        )
        leaving = session.scalar(
            select(func.count())
            .select_from(OutboxItem)
            .where(OutboxItem.state.in_(("waiting", "sending", "unknown")))
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


if __name__ == "__main__":
    main(sys.argv[1:])
