"""`/properties/…`, and what is let in them: `/rent-entities/…`."""

from typing import Annotated, Any, ClassVar

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field

from lebailleur import database
from lebailleur.api.access import Caller
from lebailleur.api.errors import Sentences
from lebailleur.api.fields import Body, Id, Name, PathId
from lebailleur.api.pages import Listing, Paging
from lebailleur.rentals import listing, portfolio, rights
from lebailleur.rentals.models import Property, Unit

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
