"""Who is there before a dialogue begins: a landlord of their own for each, so that dialogues
share one running stack without seeing each other."""

from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count

from sqlalchemy.orm import Session

from lebailleur import clock, identity
from lebailleur.rentals import leases, payments, portfolio, rights
from lebailleur.rentals.asks import Ask
from lebailleur.rentals.leases import NewTenant
from lebailleur.rentals.rights import Asker

_numbers = count(1)
# The one person behind the stack's `SUPPORT_PHONE`, in every house.
SUPPORT = "+237699999999"

# name, unit, rent, start of the cycles, months a cycle, rent paid until (in months' rent).
TENANTS = [
    ("Paul Mbarga", "Room 1", 50_000, date(2026, 1, 1), 1, 0),
    ("Marie Ngo Bassa", "Room 2", 40_000, date(2026, 1, 5), 1, 3),
    ("Marie Fotso", "Room 3", 30_000, date(2025, 11, 20), 1, 3),
    ("Blaise Talla", "Room 4", 35_000, date(2026, 2, 1), 3, 0),
    ("Awa Njoya", "Shop 2", 80_000, date(2025, 12, 31), 1, 2),
]

MANY, OWING = 30, 10
FIRST_NAMES = ("Ali", "Berthe", "Cyrille", "Diane", "Eric")
LAST_NAMES = ("Abena", "Biya", "Che", "Dang", "Evina", "Fouda", "Manga")


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
    return House(phones={"stranger": fresh_number(), "other": fresh_number(), "support": SUPPORT})


def villa_rose(session: Session, language: str) -> House:
    """Pa Ngu's Villa Rose with five tenants and one free room, on the clock's day."""
    house = House(
        phones={"landlord": fresh_number(), "stranger": fresh_number(), "support": SUPPORT}
    )
    asker = _landlord(session, house.phones["landlord"], "Pa Ngu", language)
    house.landlord_id = _owner(session, asker)
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


def residence(session: Session, language: str) -> House:
    """Ma Bih's Résidence with thirty tenants in thirty rooms; the first ten owe two months, the
    others nothing. Its last tenant lets a house of her own, and rents a second home elsewhere."""
    house = House(phones={"landlord": fresh_number(), "both": fresh_number()})
    asker = _landlord(session, house.phones["landlord"], "Ma Bih", language)
    house.landlord_id = _owner(session, asker)
    block = portfolio.add_property(session, asker, name="Résidence", address="Biyem-Assi, Yaoundé")
    for number in range(1, MANY + 1):
        name = f"{FIRST_NAMES[number % len(FIRST_NAMES)]} {LAST_NAMES[number // 5]}"
        room = portfolio.add_unit(
            session, asker, property_id=block.id, name=f"Porte {number}", rent=20_000
        )
        phone = house.phones["both"] if number == MANY else fresh_number()
        lease = _tenant(session, asker, name, phone, room.id, language)
        house.leases[name] = lease
        if number > OWING:
            ask = Ask(lease, months=3, paid_on=date(2026, 1, 1))
            payments.record(session, asker, ask, key=f"before:{lease}")
    both = _landlord(session, house.phones["both"], "Rose Manga", language)
    own = portfolio.add_property(session, both, name="Villa Manga", address="Odza, Yaoundé")
    room = portfolio.add_unit(session, both, property_id=own.id, name="Studio 1", rent=60_000)
    house.phones["Jean"] = fresh_number()
    _tenant(session, both, "Jean Atangana", house.phones["Jean"], room.id, language)
    # Jean has a shop in the Résidence too: two homes, two landlords.
    shop = portfolio.add_unit(session, asker, property_id=block.id, name="Boutique", rent=70_000)
    _tenant(session, asker, "Jean Atangana", house.phones["Jean"], shop.id, language)
    return house


def _landlord(session: Session, phone: str, name: str, language: str) -> Asker:
    person = identity.of_phone(session, phone)
    person.language = language
    asker = Asker(person.id)
    portfolio.register_landlord(
        session,
        asker,
        person_id=person.id,
        name=name,
        phone=phone,
        language=language,
        currency="XAF",
        timezone="Africa/Douala",
    )
    return asker


def _owner(session: Session, asker: Asker) -> int:
    return rights.landlord(session, asker).id


def _tenant(
    session: Session, asker: Asker, name: str, phone: str, unit_id: int, language: str
) -> int:
    person = identity.of_phone(session, phone)
    person.language = language
    tenant = NewTenant(
        name=name,
        phone=phone,
        person_id=person.id,
        unit_id=unit_id,
        start_on=date(2026, 1, 1),
        cycle_months=1,
        language=language,
    )
    return leases.add_tenant(session, asker, tenant).id


def at(moment: datetime):  # type: ignore[no-untyped-def]
    """The clock of the stack, for what a test writes itself."""
    return clock.moved_to(moment)
