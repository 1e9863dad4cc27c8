"""The demo portfolio: a landlord of 79, three houses, eighty tenants and what they have paid.

It is told by the same functions as real life, day by day, so that it is as consistent; and it is
the same each time, but for the days, which end today.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lebailleur import clock, identity
from lebailleur.rentals import leases, payments, portfolio
from lebailleur.rentals.asks import Ask
from lebailleur.rentals.cycles import months_after
from lebailleur.rentals.leases import NewTenant
from lebailleur.rentals.models import Landlord, Lease, Tenant, Unit
from lebailleur.rentals.rights import Asker

LANDLORD_PHONE = "+237677000001"
TIMEZONE = "Africa/Douala"
HISTORY_MONTHS = 13

HOUSES = (
    ("Villa Rose", "Bonamoussadi, Douala", (("Room", 24, 45_000), ("Shop", 4, 90_000))),
    ("Résidence Les Palmiers", "Bastos, Yaoundé", (("Appt", 28, 150_000),)),
    ("Mini-cité Étoile", "Molyko, Buea", (("Chambre", 26, 25_000), ("Studio", 6, 60_000))),
)
TENANTS = """
Paul Mbarga|Marie Ngo Bassa|Marie Fotso|Blaise Talla|Awa Njoya|Bernadette Ekotto|Samuel Tanyi
Mireille Atangana|Ibrahim Sali|Comfort Ashu|Rodrigue Kamdem|Grace Eposi|Hervé Nkeng|Aïssatou Bello
Emmanuel Tabi|Clarisse Mengue|Divine Ngwa|Serge Tchoumi|Brigitte Onana|Ousmanou Hamadou|Linda Ayuk
Guy Essomba|Prudence Manka'a|Achille Djoumessi|Vera Ndip|Yves Moukoko|Salomé Ebongue|Ernest Fru
Carine Wandji|Oumarou Abba|Estelle Biloa|Kingsley Agbor|Rosalie Ntsama|Franklin Che|Nadège Simo
Martin Belinga|Hadja Maïmouna|Peter Nfor|Solange Makoun|Christian Eboa|Delphine Nguimatsia
Joseph Amougou|Beatrice Lum|Alain Feudjio|Josiane Mvondo|Elvis Tambe|Pélagie Kouam|Moussa Garga
Sandrine Ateba|Derick Mbah|Larissa Fouda|Innocent Shey|Thérèse Ngono|Bruno Sime|Gladys Enow
Patrice Nlend|Zénabou Issa|Roland Akum|Viviane Tsafack|Fabrice Ondoa|Mercy Bih|Gaston Mbida
Edwige Kengne|Julius Nkwenti|Henriette Mballa|Désiré Zang|Florence Sirri|Romuald Penda
Angèle Dikongue|Boniface Wirba|Ramatou Oumou|Cyrille Abega|Jacqueline Njike|Cletus Achu
Huguette Bikoï|Steve Tchinda|Olive Mandeng|Godlove Ngong|Régine Nkolo|Thierry Batoum
"""
# Those who owe, by their place in the list: how many cycles are open.
OWING = {
    3: 1,
    9: 2,
    14: 1,
    18: 3,
    23: 1,
    27: 2,
    33: 1,
    38: 1,
    44: 2,
    49: 1,
    55: 3,
    61: 1,
    67: 1,
    73: 2,
}
AHEAD = {6: 1, 21: 2, 40: 3, 58: 1}
# Months a cycle, where it is not one.
CYCLES = {
    4: 3,
    11: 3,
    16: 3,
    20: 3,
    28: 6,
    31: 3,
    36: 12,
    42: 12,
    47: 3,
    52: 3,
    60: 6,
    65: 3,
    70: 6,
    77: 12,
}


@dataclass(frozen=True)
class Deed:
    """Something that somebody paid, and when."""

    day: date
    lease: Lease
    amount: int
    months: int | None
    period: date | None
    method: str


def wanted(session: Session) -> bool:
    """Whether there is room for the demo: no landlord is registered."""
    return session.scalar(select(Landlord.id).limit(1)) is None


def people(session: Session, phone: str | None = None) -> list[tuple[str, str, str, str]]:
    """Whose phones the simulator offers: number, name, role and group; landlords first. With
    `phone` (E.164) who has that one, if anybody."""
    found: dict[str, tuple[str, str, str, str]] = {}
    for table, role in ((Landlord, "landlord"), (Tenant, "tenant")):
        rows = select(func.coalesce(table.phone, ""), table.name).where(
            table.archived_at.is_(None), table.phone.is_not(None)
        )
        if phone is not None:
            rows = rows.where(table.phone == phone)
        for number, name in session.execute(rows.order_by(table.id)):
            # Somebody who also lets, or who rents from two, is one phone.
            found.setdefault(number, (number, name, role, f"{role}s"))
    return list(found.values())


def load(session: Session) -> None:
    """Write the portfolio and its history into an empty database."""
    chance = random.Random(79)
    now, today = clock.now(), clock.today(TIMEZONE)
    begin = months_after(today, -HISTORY_MONTHS)
    moment = _morning(begin)
    with clock.moved_to(moment):
        asker, units = _houses(session)
        homes = [
            _tenant(session, asker, index, name.strip(), units[index], begin, chance)
            for index, name in enumerate(TENANTS.replace("\n", "|").strip("|").split("|"))
        ]
    deeds = [
        deed for index, lease in enumerate(homes) for deed in _life(index, lease, today, chance)
    ]
    for number, deed in enumerate(sorted(deeds, key=lambda each: (each.day, each.lease.id))):
        moment = max(_morning(deed.day), moment + timedelta(minutes=7))
        if moment >= now:
            break
        with clock.moved_to(moment):
            months = ((deed.period.year, deed.period.month),) if deed.period else ()
            ask = Ask(
                deed.lease.id,
                amount=deed.amount if deed.months is None else None,
                months=deed.months,
                months_named=months,
                method=deed.method,
                paid_on=deed.day,
            )
            payments.record(session, asker, ask, key=f"demo:{number}")


def _houses(session: Session) -> tuple[Asker, list[Unit]]:
    person = identity.of_phone(session, LANDLORD_PHONE, name="Pa Joseph Ngu")
    person.language = "en"
    asker = Asker(person.id)
    portfolio.register_landlord(
        session,
        asker,
        person_id=person.id,
        name="Pa Joseph Ngu",
        phone=LANDLORD_PHONE,
        language="en",
        currency="XAF",
        timezone=TIMEZONE,
    )
    units = []
    for name, address, kinds in HOUSES:
        house = portfolio.add_property(session, asker, name=name, address=address)
        for kind, count, rent in kinds:
            for number in range(1, count + 1):
                # Larger ones at the end of the corridor.
                asked = rent + (number % 4) * (5_000 if rent < 100_000 else 25_000)
                if (name, kind, number) == ("Villa Rose", "Room", 1):
                    asked = 50_000
                units.append(
                    portfolio.add_unit(
                        session, asker, property_id=house.id, name=f"{kind} {number}", rent=asked
                    )
                )
    return asker, units


def _tenant(
    session: Session,
    asker: Asker,
    index: int,
    name: str,
    unit: Unit,
    begin: date,
    chance: random.Random,
) -> Lease:
    phone = f"+2376770001{index + 10:02d}"
    person = identity.of_phone(session, phone, name=name)
    person.language = "fr" if chance.random() < 0.6 else "en"
    if index:
        start = begin.replace(day=1) + timedelta(days=chance.randrange(60))
    else:
        start = begin.replace(day=1)  # Paul, of whom the guide speaks: cycles that are months
    return leases.add_tenant(
        session,
        asker,
        NewTenant(
            name=name,
            phone=phone,
            person_id=person.id,
            unit_id=unit.id,
            start_on=start,
            cycle_months=CYCLES.get(index, 1),
            language=person.language,
        ),
    )


def _life(index: int, lease: Lease, today: date, chance: random.Random) -> Iterator[Deed]:
    """What a tenant has paid, cycle by cycle: most in time, some days late, some in two parts."""
    starts: list[date] = []
    while (start := months_after(lease.start_on, len(starts) * lease.cycle_months)) <= today:
        starts.append(start)
    paid = starts[: len(starts) - OWING[index]] if index in OWING else starts
    habit = chance.choice((0, 0, 1, 2, 4, 8))
    method = chance.choice(("cash", "cash", "mtn_momo", "mtn_momo", "orange_money", "bank"))
    rent = lease.rent * lease.cycle_months
    march = max((start for start in starts if start.month == 3), default=None)
    for start in paid:
        # Only Paul's months are named: a sum without a word pays the oldest.
        period = start if index == 0 else None
        if index == 0 and start in (march, paid[-1]):
            continue  # Paul's last March, and his current month, are open
        day = start + timedelta(days=max(0, habit + chance.randrange(-2, 3)))
        if day > today:
            continue
        if chance.random() < 0.08 and day + timedelta(days=9) <= today:
            half = rent // 2
            yield Deed(day, lease, half, None, period, method)
            yield Deed(day + timedelta(days=9), lease, rent - half, None, period, method)
        else:
            yield Deed(day, lease, rent, None, period, method)
    if index in OWING and OWING[index] == 1 and paid != starts and starts[-1] < today:
        yield Deed(starts[-1], lease, rent // 4, None, None, "cash")
    if index in AHEAD:
        yield Deed(today - timedelta(days=2), lease, 0, AHEAD[index], None, method)


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(8), ZoneInfo(TIMEZONE))
