"""How the questions of every day grow: with a landlord's own tenants, and with other landlords'
data (they must not); and how long a month's charges take for very many leases."""

import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, func, insert, select
from sqlalchemy.orm import Session

from lebailleur import clock, identity, migrating
from lebailleur.database import make_engine, reading, writing
from lebailleur.rentals import charges, portfolio, reports
from lebailleur.rentals.cycles import DAY, months_after
from lebailleur.rentals.models import (
    Allocation,
    Charge,
    Landlord,
    Lease,
    Payment,
    Receipt,
    Tenant,
    Unit,
)
from lebailleur.rentals.rights import Asker

NOW = datetime(2026, 3, 10, 8, tzinfo=UTC)
TODAY = date(2026, 3, 10)
START = date(2021, 4, 1)
MONTHS = 60
RENT = 50_000
SIZES = (80, 1_000, 10_000)
MANY = 100_000
ROUNDS = 9


def main() -> None:
    """Print the median time of each question for each size."""
    with tempfile.TemporaryDirectory() as folder, clock.moved_to(NOW):
        engine = _database(Path(folder) / "history.db")
        print("5 years of history each; every fourth tenant owes. Milliseconds, on SQLite.")
        print(f"{'tenants':>8} {'arrears':>9} {'one balance':>12}")
        people: dict[int, tuple[Asker, int]] = {}
        for number, size in enumerate(SIZES):
            people[size] = _fill(engine, number, size)
            if size == SIZES[0]:
                _show(engine, size, *people[size], "  alone in the database")
        for size, (asker, lease_id) in people.items():
            _show(engine, size, asker, lease_id, "  beside the others")
        engine.dispose()
        _a_month(Path(folder) / "month.db")


def _show(engine: Engine, size: int, asker: Asker, lease_id: int, remark: str) -> None:
    arrears = _median(engine, lambda session: reports.arrears(session, asker))
    balance = _median(engine, lambda session: reports.standing(session, asker, lease_id))
    print(f"{size:>8} {arrears:>9.1f} {balance:>12.1f}{remark}")


def _a_month(path: Path) -> None:
    """A month's charges for many leases, of landlords with 100 each."""
    engine = _database(path)
    for number in range(MANY // 1_000):
        _fill(engine, number, 1_000, months=0)
    started = time.perf_counter()
    with clock.moved_to(datetime(2026, 4, 1, 8, tzinfo=UTC)), writing(engine) as session:
        for landlord in session.scalars(select(Landlord)).all():
            charges.bring_up_to_date(session, landlord, date(2026, 4, 1))
    took = time.perf_counter() - started
    with reading(engine) as session:
        made = session.scalar(select(func.count()).select_from(Charge))
    print(f"a month's charges for {MANY} leases: {took:.1f} s ({made} charges made)")
    engine.dispose()


def _database(path: Path) -> Engine:
    url = f"sqlite:///{path}"
    migrating.upgrade(url)
    return make_engine(url)


def _fill(engine: Engine, number: int, size: int, months: int = MONTHS) -> tuple[Asker, int]:
    """A landlord with so many tenants, written row by row as the ledger would have."""
    with writing(engine) as session:
        phone = f"+23767{number:07d}"
        asker = Asker(identity.of_phone(session, phone).id)
        landlord = portfolio.register_landlord(
            session,
            asker,
            person_id=str(asker.person_id),
            name=f"Landlord {number}",
            phone=phone,
            language="en",
            currency="XAF",
            timezone="Africa/Douala",
        )
        house = portfolio.add_property(session, asker, name="House", address="Douala")
        first = {
            table: (session.scalar(select(func.max(table.id))) or 0) + 1
            for table in (Unit, Tenant, Lease, Charge, Payment)
        }
        rows: dict[type, list[dict[str, Any]]] = {}
        for each in range(size):
            for table, row in _tenant(first, landlord.id, house.id, number, each, months):
                rows.setdefault(table, []).append(row)
        for table, every in rows.items():
            session.execute(insert(table), every)
        if months:
            landlord.charged_until = TODAY
        else:
            landlord.charged_until = date(2026, 3, 31)
        return asker, first[Lease] + 1


def _tenant(
    first: dict[type, int], landlord_id: int, house_id: int, number: int, each: int, months: int
) -> Iterator[tuple[type, dict[str, Any]]]:
    now = clock.now()
    person_id = f"{number:06d}{each:026d}"
    unit, tenant, lease = (first[table] + each for table in (Unit, Tenant, Lease))
    mine = {"landlord_id": landlord_id, "created_at": now}
    yield identity.Person, {"id": person_id, "created_at": now}
    yield (
        Unit,
        {
            "id": unit,
            "property_id": house_id,
            "name": f"Room {each}",
            "rent": RENT,
            "created_at": now,
        },
    )
    yield (
        Tenant,
        mine
        | {
            "id": tenant,
            "person_id": person_id,
            "name": f"Tenant {each}",
            "phone": f"+2376{number:03d}{each:05d}",
            "reminders": True,
        },
    )
    yield (
        Lease,
        mine
        | {
            "id": lease,
            "tenant_id": tenant,
            "unit_id": unit,
            "start_on": START,
            "scheduled_from": START,
            "anchor_on": START,
            "charged_from": START,
            "rent": RENT,
            "cycle_months": 1,
            "next_index": MONTHS,
            "next_due_on": months_after(START, MONTHS),
            "end_by_days": False,
            "in_arrears": False,
        },
    )
    for month in range(months):
        yield from _month(first, mine, lease, each, month, months)


def _month(
    first: dict[type, int], mine: dict[str, Any], lease: int, each: int, month: int, months: int
) -> Iterator[tuple[type, dict[str, Any]]]:
    charge = first[Charge] + each * months + month
    payment = first[Payment] + each * months + month
    due = months_after(START, month)
    paid = not (each % 4 == 0 and month >= months - 2)
    yield (
        Charge,
        mine
        | {
            "id": charge,
            "lease_id": lease,
            "kind": "rent",
            "period_start": due,
            "period_end": months_after(START, month + 1) - DAY,
            "serial": 0,
            "due_on": due,
            "amount": RENT,
            "open": 0 if paid else RENT,
        },
    )
    if not paid:
        return
    yield (
        Payment,
        {
            "id": payment,
            "landlord_id": mine["landlord_id"],
            "lease_id": lease,
            "amount": RENT,
            "unused": 0,
            "withheld": 0,
            "paid_on": due,
            "recorded_by": "benchmark",
            "recorded_at": mine["created_at"],
            "key": f"{lease}:{month}",
        },
    )
    yield Allocation, {"payment_id": payment, "charge_id": charge, "amount": RENT, "on": due}
    yield (
        Receipt,
        {
            "landlord_id": mine["landlord_id"],
            "year": due.year,
            "serial": payment,
            "number": f"B{payment}",
            "payment_id": payment,
            "lease_id": lease,
            "language": "en",
            "code": "BENCHMARK",
            "content": {},
            "issued_at": mine["created_at"],
        },
    )


def _median(engine: Engine, question: Callable[[Session], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        with reading(engine) as session:
            started = time.perf_counter()
            question(session)
            times.append((time.perf_counter() - started) * 1000)
    return sorted(times)[ROUNDS // 2]


if __name__ == "__main__":
    main()
