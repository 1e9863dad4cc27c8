"""Landlords, properties, units, tenants and their leases: who lets what to whom."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from sqlalchemy import Select, false, func, or_, select
from sqlalchemy.orm import Session

from lebailleur import clock
from lebailleur.rentals import rights
from lebailleur.rentals.errors import Conflict, Refused
from lebailleur.rentals.models import Landlord, Lease, Property, Tenant, Unit
from lebailleur.rentals.rights import Asker
from lebailleur.rentals.shown import can_be_shown, holds_something

LONGEST_NAME = 300
# No room rents for more than this a month; and the longest cycle's sum fits an integer column.
MOST_RENT = 80_000_000


def register_landlord(
    session: Session,
    asker: Asker,
    *,
    person_id: str,
    name: str,
    phone: str | None,
    language: str,
    currency: str,
    timezone: str,
    email: str | None = None,
    contact_phone: str | None = None,
) -> Landlord:
    """A new landlord. People register themselves; the operator registers anyone.

    Raises `Conflict("landlord_exists")` when the person is one already.
    """
    if not asker.admin and asker.person_id != person_id:
        raise rights.NotAllowed("landlords_only")
    same_number = Landlord.phone == phone if phone is not None else false()
    existing = session.scalar(
        select(Landlord).where(or_(Landlord.person_id == person_id, same_number))
    )
    if existing is not None and existing.archived_at is None:
        raise Conflict("landlord_exists", id=existing.id)
    if existing is not None:
        existing.archived_at, existing.name = None, cleaned(name)
        return existing
    landlord = Landlord(
        person_id=person_id,
        name=cleaned(name),
        phone=phone,
        contact_phone=contact_phone,
        email=email,
        language=language,
        currency=currency,
        timezone=timezone,
        created_at=clock.now(),
    )
    session.add(landlord)
    session.flush()
    return landlord


def number_changed(
    session: Session, person_id: str, former_id: str | None, phone: str | None
) -> bool:
    """WhatsApp says that a person has the number `phone` now (E.164; None: no other number than
    before). False, and nothing changed, when `former_id`, who had that number, is a landlord or a
    tenant of ours: two people's rentals are never mixed."""
    if former_id is not None and any(
        session.scalar(select(each.id).where(each.person_id == former_id).limit(1))
        for each in (Landlord, Tenant)
    ):
        return False
    if phone is not None:
        for landlord in session.scalars(select(Landlord).where(Landlord.person_id == person_id)):
            landlord.phone = phone
        for tenant in session.scalars(select(Tenant).where(Tenant.person_id == person_id)):
            tenant.phone = phone
    return True


def add_property(
    session: Session, asker: Asker, *, name: str, address: str, landlord_id: int | None = None
) -> Property:
    """A new house or building. Raises `Conflict("property_exists")` for a name that is taken."""
    landlord = rights.landlord(session, asker, landlord_id)
    name = cleaned(name)
    refuse_double(properties(session, asker, landlord.id), name, "property_exists")
    found = Property(
        landlord_id=landlord.id, name=name, address=cleaned(address), created_at=clock.now()
    )
    session.add(found)
    session.flush()
    return found


def add_unit(session: Session, asker: Asker, *, property_id: int, name: str, rent: int) -> Unit:
    """A new room, flat or shop at a monthly rent. Raises `Refused` for a rent that cannot be,
    `Conflict("unit_exists")` for a name that the property has already, `NotFound`."""
    where = rights.property_for(session, asker, property_id)
    name = cleaned(name)
    refuse_double(units(session, asker, property_id=where.id), name, "unit_exists")
    found = Unit(property_id=where.id, name=name, rent=sensible_rent(rent), created_at=clock.now())
    session.add(found)
    session.flush()
    return found


def properties(
    session: Session, asker: Asker, landlord_id: int | None = None
) -> Sequence[Property]:
    """The asker's houses, by name; the operator may name a landlord or see all."""
    query = select(Property).where(Property.archived_at.is_(None)).order_by(Property.name)
    return session.scalars(_of_landlord(session, query, asker, landlord_id)).unique().all()


def units(
    session: Session,
    asker: Asker,
    *,
    property_id: int | None = None,
    landlord_id: int | None = None,
) -> list[Unit]:
    """The asker's units in the order in which people count them (room 2 before room 10)."""
    query = (
        select(Unit)
        .join(Property)
        .where(Unit.archived_at.is_(None), Property.archived_at.is_(None))
    )
    if property_id is not None:
        query = query.where(Unit.property_id == property_id)
    found = session.scalars(_of_landlord(session, query, asker, landlord_id)).unique().all()
    return sorted(found, key=lambda each: (each.property.name, counted(each.name)))


def leases(
    session: Session,
    asker: Asker,
    *,
    landlord_id: int | None = None,
    on: date | None = None,
) -> list[Lease]:
    """The asker's leases that run on a day (today by default), by property and unit."""
    day = on or _today(session, asker, landlord_id)
    query = (
        select(Lease)
        .join(Tenant)
        .join(Unit)
        .join(Property)
        .where(
            Tenant.archived_at.is_(None),
            or_(Lease.end_on.is_(None), Lease.end_on >= day),
            # Who moves next month is found where they live today.
            or_(Lease.moved_from_id.is_(None), Lease.start_on <= day),
        )
    )
    found = session.scalars(_of_landlord(session, query, asker, landlord_id)).unique().all()
    return sorted(found, key=lambda each: (each.unit.property.name, counted(each.unit.name)))


def own_leases(session: Session, asker: Asker) -> list[Lease]:
    """The leases under which the asker rents, from whichever landlord."""
    tenancies = [each.id for each in rights.tenancies_of(session, asker)]
    query = select(Lease).where(Lease.tenant_id.in_(tenancies)).order_by(Lease.id)
    return [
        each
        for each in session.scalars(query).unique()
        if each.runs_on(clock.today(each.tenant.landlord.timezone))
    ]


def tenants(session: Session, asker: Asker, landlord_id: int | None = None) -> list[Tenant]:
    """The asker's tenants, by name."""
    query = select(Tenant).where(Tenant.archived_at.is_(None))
    if not asker.admin or landlord_id is not None:
        query = query.where(Tenant.landlord_id == rights.landlord(session, asker, landlord_id).id)
    return sorted(session.scalars(query).unique(), key=lambda each: each.name.casefold())


def current_lease_of(session: Session, unit_id: int, day: date) -> Lease | None:
    """Who lives in a unit on a day (or is to move in)."""
    return session.scalar(
        select(Lease)
        .join(Tenant)
        .where(
            Lease.unit_id == unit_id,
            Tenant.archived_at.is_(None),
            or_(Lease.end_on.is_(None), Lease.end_on >= day),
        )
        .order_by(Lease.start_on)
        .limit(1)
    )


def free_units(session: Session, asker: Asker, landlord_id: int | None = None) -> list[Unit]:
    """The units in which nobody lives."""
    taken = {each.unit_id for each in leases(session, asker, landlord_id=landlord_id)}
    return [each for each in units(session, asker, landlord_id=landlord_id) if each.id not in taken]


def counts(session: Session, asker: Asker) -> tuple[int, int, int]:
    """How many properties, units and tenants the asker (a landlord) has."""
    owner = rights.landlord(session, asker).id
    in_properties = session.scalar(
        select(func.count())
        .select_from(Property)
        .where(Property.landlord_id == owner, Property.archived_at.is_(None))
    )
    return in_properties or 0, len(units(session, asker)), len(leases(session, asker))


def set_reminders(session: Session, asker: Asker, *, on: bool) -> None:
    """Whether the asker, as tenant, hears by themselves of what falls due."""
    for tenant in rights.tenancies_of(session, asker):
        tenant.reminders = on


def pause_reminders(session: Session, asker: Asker, lease_id: int, *, on: bool) -> Tenant:
    """Whether this tenant of the asker's hears by themselves of what falls due. The tenant's own
    wish to be left in peace stays as it is. Raises `NotFound`."""
    tenant = rights.lease_for(session, asker, lease_id).tenant
    tenant.reminders_paused = not on
    return tenant


def leases_by_id(session: Session, asker: Asker, lease_ids: Sequence[int]) -> list[Lease]:
    """These leases of the asker's, as landlord; raises `NotFound`."""
    return [rights.lease_for(session, asker, each) for each in lease_ids]


def set_language(session: Session, asker: Asker, language: str) -> None:
    """In which language the asker's papers and messages are, as landlord and as tenant."""
    own = rights.landlord_of(session, asker)
    if own is not None:
        own.language = language
    for tenant in rights.tenancies_of(session, asker):
        tenant.language = language


def counted(name: str) -> list[tuple[bool, int, str]]:
    """A sort key by which "Room 10" comes after "Room 2"."""
    edges = [0, *(at for at in range(1, len(name)) if _is_edge(name[at - 1], name[at])), len(name)]
    parts = [name[start:end] for start, end in pairwise(edges)]
    return [
        (True, int(part), "") if part.isascii() and part.isdigit() else (False, 0, part.casefold())
        for part in parts
        if part
    ]


def cleaned(text: str) -> str:
    """A name or address as it is kept: spaces tidied. Raises `Refused` when empty or too long."""
    tidy = " ".join(text.split())
    if not tidy:
        raise Refused("empty_name")
    if len(tidy) > LONGEST_NAME:
        raise Refused("name_too_long", most=LONGEST_NAME)
    if not can_be_shown(text) or not holds_something(tidy):
        raise Refused("unprintable_name")
    return tidy


def sensible_rent(rent: int) -> int:
    """A monthly rent that can be. Raises `Refused("bad_rent")`."""
    if not 0 < rent <= MOST_RENT:
        raise Refused("bad_rent", amount=rent)
    return rent


def refuse_double(existing: Sequence[Property] | Sequence[Unit], name: str, code: str) -> None:
    """Raise `Conflict(code)` when one of these has the name, however it is written."""
    if any(each.name.casefold() == name.casefold() for each in existing):
        raise Conflict(code, name=name)


def _is_edge(before: str, after: str) -> bool:
    return before.isdigit() != after.isdigit()


def _today(session: Session, asker: Asker, landlord_id: int | None) -> date:
    if asker.admin and landlord_id is None:
        return clock.now().date()
    return clock.today(rights.landlord(session, asker, landlord_id).timezone)


def _of_landlord[Row](
    session: Session, query: Select[Row], asker: Asker, landlord_id: int | None
) -> Select[Row]:
    if asker.admin and landlord_id is None:
        return query
    return query.where(Property.landlord_id == rights.landlord(session, asker, landlord_id).id)
