"""A landlord's ledger, on an empty database of each kind, on any day."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lebailleur import clock, identity
from lebailleur.database import writing
from lebailleur.rentals import bills, charges, leases, payments, portfolio, quotes, reports
from lebailleur.rentals.asks import Ask
from lebailleur.rentals.bills import NewBill
from lebailleur.rentals.leases import NewTenant
from lebailleur.rentals.models import Charge, Lease, Payment
from lebailleur.rentals.quotes import Quote
from lebailleur.rentals.reports import Standing
from lebailleur.rentals.rights import Asker

_numbers = count(670_000_001)


@dataclass
class Ledger:
    """One landlord's. Days are `date`s or ISO texts; each call happens at noon of its day."""

    engine: Engine
    language: str = "fr"
    asker: Asker = field(init=False)
    property_id: int = field(init=False)
    keys: Iterator[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        phone = f"+237{next(_numbers)}"
        with self.at("2025-11-01") as session:
            self.asker = Asker(identity.of_phone(session, phone).id)
            self.landlord_id = portfolio.register_landlord(
                session,
                self.asker,
                person_id=str(self.asker.person_id),
                name="Pa Ngu",
                phone=phone,
                language=self.language,
                currency="XAF",
                timezone="Africa/Douala",
            ).id
            self.property_id = portfolio.add_property(
                session, self.asker, name="Villa Rose", address="Bonamoussadi, Douala"
            ).id

    @contextmanager
    def at(self, when: str | date | datetime) -> Iterator[Session]:
        with clock.moved_to(moment(when)), writing(self.engine) as session:
            yield session

    def lease(
        self,
        rent: int = 50_000,
        start: str = "2026-01-01",
        months: int = 1,
        *,
        unit: str = "Room 1",
        name: str = "Paul Mbarga",
        made: str = "2025-12-15",
        last_paid: str | None = None,
        again: int | None = None,
        **more: Any,
    ) -> int:
        """A tenant moves in, who is new or (`again`) has that lease already; the lease's id."""
        phone = f"+237{next(_numbers)}"
        with self.at(made) as session:
            room = portfolio.add_unit(
                session, self.asker, property_id=self.property_id, name=unit, rent=rent
            )
            if again is not None:
                phone = session.get_one(Lease, again).tenant.phone
            return leases.add_tenant(
                session,
                self.asker,
                NewTenant(
                    name=name,
                    phone=phone,
                    person_id=identity.of_phone(session, phone).id,
                    unit_id=room.id,
                    start_on=date.fromisoformat(start),
                    cycle_months=months,
                    last_paid_on=date.fromisoformat(last_paid) if last_paid else None,
                    **more,
                ),
            ).id

    def let(self, session: Session, unit_id: int, name: str, start: str) -> int:
        """Somebody moves into a unit that there is; the lease's id."""
        phone = f"+237{next(_numbers)}"
        person_id = identity.of_phone(session, phone).id
        new = NewTenant(name, phone, person_id, unit_id, date.fromisoformat(start))
        return leases.add_tenant(session, self.asker, new).id

    def tenant_of(self, lease: int) -> Asker:
        """The lease's tenant, asking for themselves."""
        with writing(self.engine) as session:
            return Asker(session.get_one(Lease, lease).tenant.person_id)

    def arrears(self, session: Session) -> list[Standing]:
        return reports.arrears(session, self.asker)

    def quote(self, when: str, lease: int, **ask: Any) -> Quote:
        with self.at(when) as session:
            return quotes.quote(session, self.asker, Ask(lease, **ask))

    def pay(self, when: str, lease: int, *, key: str | None = None, **ask: Any) -> Payment:
        key = key or f"test:{next(self.keys)}"
        with self.at(when) as session:
            paid = payments.record(session, self.asker, Ask(lease, **ask), key=key)
            session.refresh(paid, ["allocations", "receipt"])
            return paid

    def bill(
        self, lease: int | tuple[int, ...], kind: str, amount: int, due: str, **more: Any
    ) -> list[Charge]:
        """A bill for one lease or several, asked on the day on which it is due."""
        ids = lease if isinstance(lease, tuple) else (lease,)
        wanted = NewBill(kind, amount, ids, due_on=date.fromisoformat(due), **more)
        with self.at(due) as session:
            return bills.record(session, self.asker, wanted, key=f"bill:{next(self.keys)}")

    def standing(self, when: str, lease: int) -> Standing:
        with self.at(when) as session:
            return reports.standing(session, self.asker, lease)

    def owes(self, when: str, lease: int) -> int:
        return self.standing(when, lease).balance

    def open(self, when: str, lease: int) -> dict[str, int]:
        """What is open of the charges that are due, by kind and the month in which they begin."""
        return {
            f"{each.kind} {each.period_start:%Y-%m}": each.open
            for each in self.standing(when, lease).open
        }

    def made(self, lease: int) -> list[Charge]:
        """All charges that are written, the oldest first."""
        with writing(self.engine) as session:
            return (
                session.query(Charge).filter_by(lease_id=lease).order_by(Charge.period_start).all()
            )

    def paid_until(self, lease: int) -> date | None:
        with writing(self.engine) as session:
            return charges.paid_until(session, session.get_one(Lease, lease))

    def count(self, table: type) -> int:
        with writing(self.engine) as session:
            return session.query(table).count()


def moment(when: str | date | datetime) -> datetime:
    """Noon in Douala of a day; a moment as it is."""
    found = datetime.fromisoformat(when) if isinstance(when, str) else when
    if isinstance(found, datetime) and found.tzinfo:
        return found
    return datetime(found.year, found.month, found.day, 12, tzinfo=ZoneInfo("Africa/Douala"))


def to(payment_or_quote: Payment | Quote) -> dict[str, int]:
    """What a payment pays, by kind and the month in which the charge begins."""
    if isinstance(payment_or_quote, Quote):
        lines = [(each.charge, each.amount) for each in payment_or_quote.lines]
    else:
        lines = [(each.charge, each.amount) for each in payment_or_quote.allocations]
    return {f"{charge.kind} {charge.period_start:%Y-%m}": amount for charge, amount in lines}


@pytest.fixture
def ledger(engine: Engine) -> Ledger:
    return Ledger(engine)
