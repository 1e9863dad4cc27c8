"""How the list of arrears and one balance grow: with a landlord's own tenants, and with other
landlords' data (they must not)."""

import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lebailleur import clock, identity, migrating
from lebailleur.database import make_engine, reading, writing
from lebailleur.rentals import leases, payments, portfolio, reports
from lebailleur.rentals.asks import Ask
from lebailleur.rentals.leases import NewTenant
from lebailleur.rentals.rights import Asker

NOW = datetime(2026, 3, 10, 8, tzinfo=UTC)
SIZES = (20, 80, 320)
ROUNDS = 15


def main() -> None:
    """Print the median time of each question for each size."""
    print(f"{'tenants':>8} {'arrears ms':>11} {'balance ms':>11}   (2 years of history each)")
    with tempfile.TemporaryDirectory() as folder, clock.moved_to(NOW):
        url = f"sqlite:///{Path(folder) / 'bench.db'}"
        migrating.upgrade(url)
        engine = make_engine(url)
        people: dict[int, tuple[Asker, int]] = {}
        for number, size in enumerate(SIZES):
            people[size] = _fill(engine, number, size)
        for size, (asker, lease_id) in people.items():
            arrears = _median(engine, lambda s, a=asker: reports.arrears(s, a))
            balance = _median(engine, lambda s, a=asker, i=lease_id: reports.standing(s, a, i))
            print(f"{size:>8} {arrears:>11.1f} {balance:>11.1f}")


def _fill(engine: Engine, number: int, size: int) -> tuple[Asker, int]:
    with writing(engine) as session:
        phone = f"+23767{number:07d}"
        asker = Asker(identity.of_phone(session, phone).id)
        portfolio.register_landlord(
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
        lease_id = 0
        for each in range(size):
            room = portfolio.add_unit(
                session, asker, property_id=house.id, name=f"Room {each}", rent=50_000
            )
            tenant_phone = f"+23769{number}{each:06d}"
            lease = leases.add_tenant(
                session,
                asker,
                NewTenant(
                    name=f"Tenant {each}",
                    phone=tenant_phone,
                    person_id=identity.of_phone(session, tenant_phone).id,
                    unit_id=room.id,
                    start_on=date(2024, 3, 1),
                ),
            )
            lease_id = lease.id
            for month in range(22 if each % 3 else 25):
                ask = Ask(lease.id, months=1, paid_on=date(2026, 1, 1))
                payments.record(session, asker, ask, key=f"{lease.id}:{month}")
        return asker, lease_id


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
