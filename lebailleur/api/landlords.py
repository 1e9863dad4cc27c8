"""`/landlords/…`."""

import re
from dataclasses import replace
from functools import cache
from typing import Annotated, Any, ClassVar
from zoneinfo import available_timezones

from fastapi import APIRouter
from pydantic import AfterValidator, BaseModel, Field

from lebailleur import database, identity
from lebailleur.api import numbers
from lebailleur.api.access import Caller
from lebailleur.api.errors import Sentences
from lebailleur.api.fields import Body, Language, Name, PathId, Phone, may_be_left_out
from lebailleur.api.pages import Listing, Paging
from lebailleur.rentals import listing, portfolio, rights, updates
from lebailleur.rentals.models import Landlord
from lebailleur.rentals.updates import LandlordFacts
from lebailleur.settings import settings

router = APIRouter(route_class=Sentences, prefix="/landlords", tags=["landlords"])


_WORD = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_HOST = r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"
EMAIL_PATTERN = rf"^{_WORD}(\.{_WORD})*@({_HOST}\.)+[A-Za-z]{{2,63}}$"


def _email(text: str) -> str:
    if not re.fullmatch(EMAIL_PATTERN, text):
        raise ValueError("is not an e-mail address")
    return text


@cache
def _zones() -> set[str]:
    return available_timezones()


def _zone(name: str) -> str:
    if name not in _zones():
        raise ValueError("is no time zone: it must be one as Africa/Douala")
    return name


Email = Annotated[
    str,
    Field(
        max_length=254,
        examples=["pa.ngu@example.com"],
        json_schema_extra={"format": "email", "pattern": EMAIL_PATTERN},
    ),
    AfterValidator(_email),
]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", examples=["XAF"])]
Zone = Annotated[
    str,
    Field(examples=["Africa/Douala"], json_schema_extra={"format": "iana-timezone"}),
    AfterValidator(_zone),
]


class NewLandlord(Body):
    """A landlord to be registered."""

    only_read: ClassVar[frozenset[str]] = frozenset({"id"})
    example: ClassVar[dict[str, Any]] = {
        "name": "Pa Ngu",
        "whatsapp_number": "+237677000001",
        "language": "fr",
    }

    name: Name
    whatsapp_number: Phone
    email: Email | None = None
    phone_number: Phone | None = None
    language: Language | None = None
    currency: Currency | None = None
    timezone: Zone | None = None


class LandlordPatch(NewLandlord):
    """What is to change of a landlord."""

    name: Name = may_be_left_out()
    whatsapp_number: Phone = may_be_left_out()


class LandlordOut(BaseModel):
    """A landlord."""

    id: int
    name: str
    whatsapp_number: str | None
    email: str | None
    phone_number: str | None
    language: str
    currency: str
    timezone: str


@router.post("/create/", status_code=201)
def create(asker: Caller, body: NewLandlord) -> LandlordOut:
    """Register a landlord."""
    chosen = settings()
    with database.writing() as session:
        person = identity.of_phone(session, body.whatsapp_number, name=body.name)
        language = body.language or person.language or chosen.default_language
        person.language = person.language or language
        landlord = portfolio.register_landlord(
            session,
            asker,
            person_id=person.id,
            name=body.name,
            phone=body.whatsapp_number,
            language=language,
            currency=body.currency or chosen.default_currency,
            timezone=body.timezone or chosen.default_timezone,
            email=body.email,
            contact_phone=body.phone_number,
        )
        return _shown(landlord)


@router.get("/")
def all_of_them(asker: Caller, window: Paging) -> Listing[LandlordOut]:
    """All landlords."""
    with database.reading() as session:
        found = listing.landlords(session, asker, offset=window.offset, limit=window.limit)
        return window.listing(found, _shown)


@router.get("/{landlord_id}/")
def one(asker: Caller, landlord_id: PathId) -> LandlordOut:
    """One landlord."""
    with database.reading() as session:
        return _shown(rights.landlord(session, asker, landlord_id))


@router.put("/{landlord_id}/")
def replace_one(asker: Caller, landlord_id: PathId, body: NewLandlord) -> LandlordOut:
    """Change a landlord; what is left out stays. The number is the operator's to change: the
    landlord stays who they are, and writes from the new number from now on. The currency stays
    once there are sums in the books. Nobody is told."""
    return _changed(asker, landlord_id, body)


@router.patch("/{landlord_id}/")
def change_one(asker: Caller, landlord_id: PathId, body: LandlordPatch) -> LandlordOut:
    """The same with only what is to change."""
    return _changed(asker, landlord_id, body)


def _changed(asker: Caller, landlord_id: int, body: NewLandlord) -> LandlordOut:
    given = body.given()
    contact = {"contact_phone": given.pop("phone_number")} if "phone_number" in given else {}
    phone = given.pop("whatsapp_number", None)
    with database.writing() as session:
        landlord = rights.landlord(session, asker, landlord_id)
        if phone is not None:
            numbers.change_landlord(session, asker, landlord, phone)
        # A language, currency or zone that is null has no default to fall back to here: it stays.
        kept = {name: each for name, each in given.items() if each is not None or name == "email"}
        facts = replace(LandlordFacts.of(landlord), **kept, **contact)
        person = session.get_one(identity.Person, landlord.person_id)
        if facts.language != landlord.language:
            person.language = facts.language
        return _shown(updates.change_landlord(session, asker, landlord_id, facts))


def _shown(landlord: Landlord) -> LandlordOut:
    return LandlordOut(
        id=landlord.id,
        name=landlord.name,
        whatsapp_number=landlord.phone,
        email=landlord.email,
        phone_number=landlord.contact_phone,
        language=landlord.language,
        currency=landlord.currency,
        timezone=landlord.timezone,
    )
