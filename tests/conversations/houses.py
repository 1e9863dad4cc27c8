"""Who is there before a dialogue begins: a landlord of their own for each, so that dialogues
share one running stack without seeing each other."""

from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count

from sqlalchemy.orm import Session

from lebailleur import clock, identity
from lebailleur.rentals import leases, payments, portfolio
from lebailleur.rentals.asks import Ask
from lebailleur.rentals.leases import NewTenant
from lebailleur.rentals.rights import Asker

_numbers = count(1)

# name, unit, rent, start of the cycles, months a cycle, rent paid until (in months' rent).
TENANTS = [
    ("Paul Mbarga", "Room 1", 50_000, date(2026, 1, 1), 1, 0),
    ("Marie Ngo Bassa", "Room 2", 40_000, date(2026, 1, 5), 1, 3),
    ("Marie Fotso", "Room 3", 30_000, date(2025, 11, 20), 1, 3),
    ("Blaise Talla", "Room 4", 35_000, date(2026, 2, 1), 3, 0),
    ("Awa Njoya", "Shop 2", 80_000, date(2025, 12, 31), 1, 2),
]


@dataclass
class House:
    """The people of one dialogue, by the names under which it calls them."""

    landlord_id: int | None = None
    phones: dict[str, str] = field(default_factory=dict)
    leases: dict[str, int] = field(default_factory=dict)


def fresh_number() -> str:
    """A mobile number that nobody in the tests has yet."""
    return f"+2376{next(_numbers) + 70_000_000:08d}"


def strangers() -> House:
    """Nobody is known yet."""
    return House(phones={"stranger": fresh_number(), "other": fresh_number()})


def villa_rose(session: Session, language: str) -> House:
    """Pa Ngu's Villa Rose with five tenants and one free room, on the clock's day."""
    house = House(phones={"landlord": fresh_number(), "stranger": fresh_number()})
    person = identity.of_phone(session, house.phones["landlord"])
    person.language = language
    asker = Asker(person.id)
    landlord = portfolio.register_landlord(
        session,
        asker,
        person_id=person.id,
        name="Pa Ngu",
        phone=house.phones["landlord"],
        language=language,
        currency="XAF",
        timezone="Africa/Douala",
    )
    house.landlord_id = landlord.id
    rose = portfolio.add_property(session, asker, name="Villa Rose", address="Bonamoussadi, Douala")
    for name, unit, rent, start, months, paid in TENANTS:
        room = portfolio.add_unit(session, asker, property_id=rose.id, name=unit, rent=rent)
        short = name.split()[0] if name.split()[0] not in house.phones else name
        house.phones[short] = fresh_number()
        tenant = identity.of_phone(session, house.phones[short])
        tenant.language = language
        lease = leases.add_tenant(
            session,
            asker,
            NewTenant(
                name=name,
                phone=house.phones[short],
                person_id=tenant.id,
                unit_id=room.id,
                start_on=start,
                cycle_months=months,
                language=language,
            ),
        )
        house.leases[short] = lease.id
        if paid:
            ask = Ask(lease.id, months=paid, paid_on=start)
            payments.record(session, asker, ask, key=f"before:{lease.id}")
    portfolio.add_unit(session, asker, property_id=rose.id, name="Room 5", rent=45_000)
    return house


def at(moment: datetime):  # type: ignore[no-untyped-def]
    """The clock of the stack, for what a test writes itself."""
    return clock.moved_to(moment)
