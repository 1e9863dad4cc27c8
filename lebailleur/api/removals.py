"""Deleting. What is deleted is archived: what was charged, paid and receipted stays, and so do the
statements. A tenant's deletion ends their lease today. A landlord, property or rent entity goes
at once when nobody lives in it and nothing is open; what would take tenants or open sums along
goes only with `?confirm=true`, or, a property, in two steps."""

from typing import Annotated, Any, ClassVar, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from lebailleur import database
from lebailleur.api.access import Caller
from lebailleur.api.errors import Sentences
from lebailleur.api.fields import Body, PathId
from lebailleur.rentals import removal
from lebailleur.rentals.errors import Conflict
from lebailleur.rentals.removal import Removal, What
from lebailleur.rentals.rights import Asker

router = APIRouter(route_class=Sentences)

Confirmed = Annotated[
    bool, Query(alias="confirm", description="tenants and open sums may go along")
]


class RemovalOut(BaseModel):
    """What a deletion takes along, or would. `owed` is what is still open there, `credit` what
    would have to be given back; the books keep both."""

    what: Literal["landlord", "property", "rent_entity", "tenant"]
    id: int
    name: str
    properties: list[str]
    rent_entities: list[str]
    tenants: list[str]
    owed: int
    credit: int
    currency: str


class RemovalShown(RemovalOut):
    """`token` stands for what is shown here: sent with the confirmation, nothing else is done."""

    token: str


class Confirmation(Body):
    """The `token` of what was shown, when nothing else is to be deleted."""

    example: ClassVar[dict[str, Any]] = {"token": "5f0c9d2ab4e1"}

    token: Annotated[str, Field(max_length=100)] | None = None


@router.delete("/landlords/{landlord_id}/", tags=["landlords"])
def delete_landlord(asker: Caller, landlord_id: PathId, confirm: Confirmed = False) -> RemovalOut:
    """Delete a landlord with all that is theirs; leases end today. 409 when tenants or open sums
    would go along, unless `?confirm=true`."""
    return _deleted(asker, "landlord", landlord_id, accept=confirm)


@router.delete("/properties/{property_id}/", tags=["properties"])
def delete_property(asker: Caller, property_id: PathId, confirm: Confirmed = False) -> RemovalOut:
    """Delete a house with its rent entities; leases end today. 409 when tenants or open sums would
    go along, unless `?confirm=true`; or in two steps by `/properties/delete/<id>/`."""
    return _deleted(asker, "property", property_id, accept=confirm)


@router.delete("/rent-entities/{rent_entity_id}/", tags=["rent entities"])
def delete_rent_entity(
    asker: Caller, rent_entity_id: PathId, confirm: Confirmed = False
) -> RemovalOut:
    """Delete a room, flat or shop; a lease on it ends today. 409 when a tenant or open sums would
    go along, unless `?confirm=true`."""
    return _deleted(asker, "unit", rent_entity_id, accept=confirm)


@router.delete("/tenants/{tenant_id}/", tags=["tenants"])
def delete_tenant(asker: Caller, tenant_id: PathId) -> RemovalOut:
    """Delete a tenant: the lease ends today, and what is owed is asked for no more. Payments,
    receipts and the statement stay readable."""
    return _deleted(asker, "tenant", tenant_id, accept=True)


# Reading makes the charges that have fallen due since, so it may write.
@router.get("/properties/delete/{property_id}/", tags=["properties"])
def what_would_go(asker: Caller, property_id: PathId) -> RemovalShown:
    """What the deletion of a house would take along. Nothing is deleted."""
    with database.writing() as session:
        found = removal.preview(session, asker, "property", property_id)
        return RemovalShown(**_shown(found).model_dump(), token=found.fingerprint)


@router.post("/properties/delete/confirm/{property_id}/", tags=["properties"])
def confirm_deletion(
    asker: Caller, property_id: PathId, body: Confirmation | None = None
) -> RemovalOut:
    """Delete the house with all that goes along. With the `token` that was shown, 409 when it
    would take something else along by now; then nothing is deleted."""
    token = body.token if body else None
    return _deleted(asker, "property", property_id, accept=True, token=token)


def _deleted(
    asker: Asker, what: What, id_: int, *, accept: bool, token: str | None = None
) -> RemovalOut:
    with database.writing() as session:
        found = removal.preview(session, asker, what, id_)
        if token is not None and token != found.fingerprint:
            raise Conflict("changed")
        return _shown(removal.remove(session, asker, what, id_, accepted=found if accept else None))


def _shown(found: Removal) -> RemovalOut:
    return RemovalOut(
        what="rent_entity" if found.what == "unit" else found.what,
        id=found.id,
        name=found.name,
        properties=list(found.properties),
        rent_entities=list(found.units),
        tenants=list(found.tenants),
        owed=found.owed,
        credit=found.credit,
        currency=found.currency,
    )
