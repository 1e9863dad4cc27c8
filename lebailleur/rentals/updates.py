"""Another name, another address: what may be changed of a landlord, a property or a unit.

The rent is not among it, for it changes from a day on: `lease_changes.change_rent`.
"""

from dataclasses import dataclass
from typing import Self

from sqlalchemy import select
from sqlalchemy.orm import Session

from lebailleur.rentals import charges, portfolio, rights
from lebailleur.rentals.errors import Conflict, NotAllowed
from lebailleur.rentals.models import Charge, Landlord, Lease, Payment, Property, Unit
from lebailleur.rentals.portfolio import cleaned
from lebailleur.rentals.rights import Asker


@dataclass(frozen=True)
class LandlordFacts:
    """What a landlord may change of themselves."""

    name: str
    email: str | None
    contact_phone: str | None
    language: str
    currency: str
    timezone: str

    @classmethod
    def of(cls, landlord: Landlord) -> Self:
        """Those that hold now."""
        return cls(
            landlord.name,
            landlord.email,
            landlord.contact_phone,
            landlord.language,
            landlord.currency,
            landlord.timezone,
        )


def change_landlord(
    session: Session, asker: Asker, landlord_id: int, facts: LandlordFacts
) -> Landlord:
    """From now on these hold. Raises `Conflict("currency_fixed")` for another currency once sums
    are in the books, `Refused` for a name that cannot be, `NotFound`."""
    landlord = rights.landlord(session, asker, landlord_id)
    charges.lock(session, landlord)
    if facts.currency != landlord.currency and any(
        session.scalar(select(each.id).where(each.landlord_id == landlord.id).limit(1))
        for each in (Charge, Payment)
    ):
        raise Conflict("currency_fixed", currency=landlord.currency)
    landlord.name = cleaned(facts.name)
    landlord.email, landlord.contact_phone = facts.email, facts.contact_phone
    landlord.language, landlord.currency = facts.language, facts.currency
    landlord.timezone = facts.timezone
    session.flush()
    return landlord


def change_landlord_number(
    session: Session, asker: Asker, landlord_id: int, phone: str, holder_id: str | None
) -> Landlord:
    """The landlord has the number `phone` (E.164) now and stays the same person; `holder_id` is
    the person who was known by it until now. A number opens everything that is a landlord's, so
    without WhatsApp's word it is only the operator who may do this.

    Raises `NotAllowed("operator_only")`, `Conflict("number_taken")` when the number is that of
    somebody who lets or rents, `NotFound`.
    """
    landlord = rights.landlord(session, asker, landlord_id)
    if not asker.admin:
        raise NotAllowed("operator_only")
    former_id = holder_id if holder_id != landlord.person_id else None
    taken = session.scalar(
        select(Landlord.id).where(Landlord.phone == phone, Landlord.id != landlord.id)
    )
    if taken or not portfolio.number_changed(session, landlord.person_id, former_id, phone):
        raise Conflict("number_taken")
    session.flush()
    return landlord


def change_property(
    session: Session,
    asker: Asker,
    property_id: int,
    *,
    name: str | None = None,
    address: str | None = None,
    landlord_id: int | None = None,
) -> Property:
    """Change what is given. Only the operator sees another landlord to give it to.

    Raises `Conflict` (property_exists; property_let: what was ever let stays its landlord's, with
    its books), `Refused` for a name or address that cannot be, `NotFound`.
    """
    found = rights.property_for(session, asker, property_id)
    landlord = found.landlord
    if landlord_id is not None and landlord_id != landlord.id:
        landlord = rights.landlord(session, asker, landlord_id)
    charges.lock(session, landlord)
    found = rights.property_for(session, asker, property_id)
    if landlord.id != found.landlord_id and session.scalar(
        select(Lease.id).join(Unit).where(Unit.property_id == found.id).limit(1)
    ):
        raise Conflict("property_let", name=found.name)
    name = cleaned(name if name is not None else found.name)
    others = portfolio.properties(session, asker, landlord.id)
    portfolio.refuse_double([each for each in others if each is not found], name, "property_exists")
    found.name, found.landlord = name, landlord
    if address is not None:
        found.address = cleaned(address)
    session.flush()
    return found


def change_unit(
    session: Session,
    asker: Asker,
    unit_id: int,
    *,
    name: str | None = None,
    property_id: int | None = None,
) -> Unit:
    """Change what is given: its name, or that it is in another house of the same landlord.

    Raises `Conflict` (unit_exists, other_landlord), `Refused` for a name that cannot be,
    `NotFound`.
    """
    found = rights.unit_for(session, asker, unit_id)
    charges.lock(session, found.property.landlord)
    found = rights.unit_for(session, asker, unit_id)
    where = found.property
    if property_id is not None and property_id != where.id:
        where = rights.property_for(session, asker, property_id)
    if where.landlord_id != found.property.landlord_id:
        raise Conflict("other_landlord", name=where.name)
    name = cleaned(name if name is not None else found.name)
    others = portfolio.units(session, asker, property_id=where.id)
    portfolio.refuse_double([each for each in others if each is not found], name, "unit_exists")
    found.name, found.property = name, where
    session.flush()
    return found
