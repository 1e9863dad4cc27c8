"""`/properties/…`, and what is let in them: `/rent-entities/…`."""

from datetime import date
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from lebailleur import database
from lebailleur.api.access import Caller
from lebailleur.api.errors import Sentences, said_as
from lebailleur.api.fields import Body, Day, Id, Name, PathId, may_be_left_out
from lebailleur.api.pages import Listing, Paging
from lebailleur.rentals import lease_changes, listing, portfolio, rights, updates
from lebailleur.rentals.models import Property, Unit
from lebailleur.rentals.rights import Asker

router = APIRouter(route_class=Sentences)

Rent = Annotated[int, Field(ge=1, le=portfolio.MOST_RENT, examples=[50_000])]


class NewProperty(Body):
    """A house to be added. `landlord` is needed when the caller is not that landlord."""

    only_read: ClassVar[frozenset[str]] = frozenset({"id", "landlord_name"})
    example: ClassVar[dict[str, Any]] = {
        "name": "Villa Rose",
        "address": "Bonamoussadi, Douala",
        "landlord": 1,
    }

    name: Name
    address: Name
    landlord: Id | None = None


class PropertyPatch(NewProperty):
    """What is to change of a house."""

    name: Name = may_be_left_out()
    address: Name = may_be_left_out()


class PropertyOut(BaseModel):
    """A house or building; `landlord` is its owner's id."""

    id: int
    name: str
    address: str
    landlord: int
    landlord_name: str


class NewRentEntity(Body):
    """A room, flat or shop to be added; `rent_amount` is a month's, in whole francs."""

    only_read: ClassVar[frozenset[str]] = frozenset({"id", "property_name"})
    example: ClassVar[dict[str, Any]] = {"name": "Room 1", "rent_amount": 50_000, "property": 1}

    name: Name
    rent_amount: Rent
    property: Id


class RentEntityChange(NewRentEntity):
    """What is to change of a room, flat or shop. `rent_from`: the day from which another
    `rent_amount` holds; without it, from the first cycle that is not charged yet."""

    rent_from: Day | None = None


class RentEntityPatch(RentEntityChange):
    """The same with only what is to change."""

    name: Name = may_be_left_out()
    rent_amount: Rent = may_be_left_out()
    property: Id = may_be_left_out()


class RentEntityOut(BaseModel):
    """A room, flat or shop; `property` is its house's id."""

    id: int
    name: str
    rent_amount: int
    property: int
    property_name: str


@router.post("/properties/", status_code=201, tags=["properties"])
def add_property(asker: Caller, body: NewProperty) -> PropertyOut:
    """Add a house."""
    if asker.admin and body.landlord is None:
        raise HTTPException(422, "landlord is required")
    with database.writing() as session:
        return _property(
            portfolio.add_property(
                session, asker, name=body.name, address=body.address, landlord_id=body.landlord
            )
        )


@router.get("/properties/", tags=["properties"])
def properties(asker: Caller, window: Paging) -> Listing[PropertyOut]:
    """All houses."""
    with database.reading() as session:
        found = listing.properties(session, asker, offset=window.offset, limit=window.limit)
        return window.listing(found, _property)


@router.get("/properties/{property_id}/", tags=["properties"])
def one_property(asker: Caller, property_id: PathId) -> PropertyOut:
    """One house."""
    with database.reading() as session:
        return _property(rights.property_for(session, asker, property_id))


@router.put("/properties/{property_id}/", tags=["properties"])
def replace_property(asker: Caller, property_id: PathId, body: NewProperty) -> PropertyOut:
    """Change a house; what is left out stays. Another `landlord` can be given by the operator to
    a house that was never let."""
    if asker.admin and body.landlord is None:
        raise HTTPException(422, "landlord is required")
    return _changed_property(asker, property_id, body)


@router.patch("/properties/{property_id}/", tags=["properties"])
def change_property(asker: Caller, property_id: PathId, body: PropertyPatch) -> PropertyOut:
    """The same with only what is to change."""
    return _changed_property(asker, property_id, body)


@router.post("/rent-entities/", status_code=201, tags=["rent entities"])
def add_rent_entity(asker: Caller, body: NewRentEntity) -> RentEntityOut:
    """Add a room, flat or shop to a house."""
    with database.writing() as session:
        return _rent_entity(
            portfolio.add_unit(
                session,
                asker,
                property_id=body.property,
                name=body.name,
                rent=body.rent_amount,
            )
        )


@router.get("/rent-entities/", tags=["rent entities"])
def rent_entities(asker: Caller, window: Paging) -> Listing[RentEntityOut]:
    """All rooms, flats and shops."""
    with database.reading() as session:
        found = listing.units(session, asker, offset=window.offset, limit=window.limit)
        return window.listing(found, _rent_entity)


@router.get("/rent-entities/{rent_entity_id}/", tags=["rent entities"])
def one_rent_entity(asker: Caller, rent_entity_id: PathId) -> RentEntityOut:
    """One room, flat or shop."""
    with database.reading() as session:
        return _rent_entity(rights.unit_for(session, asker, rent_entity_id))


@router.put("/rent-entities/{rent_entity_id}/", tags=["rent entities"])
def replace_rent_entity(
    asker: Caller, rent_entity_id: PathId, body: RentEntityChange
) -> RentEntityOut:
    """Change a room, flat or shop; what is left out stays. Another rent holds from a day on, and
    is asked of whoever lives there then: in cycles that begin on that day or later. What is
    charged already stays as it is. `property` may be another of the same landlord's houses.
    Nobody is told."""
    return _changed_rent_entity(asker, rent_entity_id, body)


@router.patch("/rent-entities/{rent_entity_id}/", tags=["rent entities"])
def change_rent_entity(
    asker: Caller, rent_entity_id: PathId, body: RentEntityPatch
) -> RentEntityOut:
    """The same with only what is to change."""
    return _changed_rent_entity(asker, rent_entity_id, body)


def _changed_property(asker: Asker, property_id: int, body: NewProperty) -> PropertyOut:
    with database.writing() as session:
        found = updates.change_property(
            session,
            asker,
            property_id,
            name=body.name,
            address=body.address,
            landlord_id=body.landlord,
        )
        return _property(found)


def _changed_rent_entity(
    asker: Asker, rent_entity_id: int, body: RentEntityChange
) -> RentEntityOut:
    given = body.given()
    if given.get("rent_from") and "rent_amount" not in given:
        raise HTTPException(422, "rent_from: rent_amount is needed with it")
    with database.writing() as session:
        unit = updates.change_unit(
            session, asker, rent_entity_id, name=body.name, property_id=body.property
        )
        if "rent_amount" in given:
            _change_rent(session, asker, unit, body.rent_amount, body.rent_from)
        return _rent_entity(rights.unit_for(session, asker, rent_entity_id))


def _change_rent(
    session: Session, asker: Asker, unit: Unit, rent: int, from_on: date | None
) -> None:
    if unit.rent == rent:
        lease = portfolio.current_lease_of(session, unit.id, from_on) if from_on else None
        # Sent again, it is no other rent.
        if from_on is None or lease is None or lease.rent_on(from_on) == rent:
            return
    day = from_on or lease_changes.next_rent_from(session, asker, unit.id)
    with said_as(bad_start="bad_rent_from"):
        lease_changes.change_rent(session, asker, rent=rent, from_on=day, unit_id=unit.id)


def _property(found: Property) -> PropertyOut:
    return PropertyOut(
        id=found.id,
        name=found.name,
        address=found.address,
        landlord=found.landlord_id,
        landlord_name=found.landlord.name,
    )


def _rent_entity(found: Unit) -> RentEntityOut:
    return RentEntityOut(
        id=found.id,
        name=found.name,
        rent_amount=found.rent,
        property=found.property_id,
        property_name=found.property.name,
    )
