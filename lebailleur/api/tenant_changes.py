"""What may be changed of a tenant and of their lease: PUT and PATCH on `/tenants/<id>/`."""

from typing import Annotated, Any, ClassVar

from fastapi import APIRouter, HTTPException
from pydantic import Field
from sqlalchemy.orm import Session

from lebailleur import clock, database, identity
from lebailleur.api import numbers
from lebailleur.api.access import Caller
from lebailleur.api.errors import Sentences, said_as
from lebailleur.api.fields import Day, Id, Name, PathId, Phone, may_be_left_out
from lebailleur.api.tenants import CycleMonths, NewTenant, Shower, TenantOut
from lebailleur.rentals import lease_changes, leases, restarts, rights, tenants
from lebailleur.rentals.errors import Conflict, NotFound
from lebailleur.rentals.models import Lease, Tenant
from lebailleur.rentals.rights import Asker

router = APIRouter(route_class=Sentences, prefix="/tenants", tags=["tenants"])


class TenantChange(NewTenant):
    """What is to change of a tenant, and of the lease that is shown of them (of a tenant with
    several, `lease` names another). `move_on`: the day of the move to another `rent_entity`, today
    without it. `due_day`: another day of the month on which rent is due. `end_of_lease`: the last
    day of who leaves. Nobody is told of a change, whatever `notify` says."""

    only_read: ClassVar[frozenset[str]] = NewTenant.only_read - {"end_of_lease"}

    payment_cycle_months: CycleMonths = may_be_left_out()
    lease: Id | None = None
    move_on: Day | None = None
    due_day: Annotated[int, Field(ge=1, le=31, examples=[5])] | None = None
    end_of_lease: Day | None = None


class TenantPatch(TenantChange):
    """The same with only what is to change."""

    name: Name = may_be_left_out()
    whatsapp_number: Phone = may_be_left_out()
    rent_entity: Id = may_be_left_out()
    start_of_payment_cycle: Day = may_be_left_out()


@router.put("/{tenant_id}/")
def replace_one(asker: Caller, tenant_id: PathId, body: TenantChange) -> TenantOut:
    """Change a tenant; what is left out stays, and so does what is charged already. A new number
    keeps the account with all its history; whoever writes from it sees it from now on.

    Another `rent_entity` is a move: what is open goes along, and its rent is asked from the next
    cycle on. Another `payment_cycle_months` or `due_day` holds from the first cycle that is not
    charged yet. `start_of_payment_cycle` and `last_rent_paid` stay once anything is charged or
    paid: 409."""
    return _changed(asker, tenant_id, body)


@router.patch("/{tenant_id}/")
def change_one(asker: Caller, tenant_id: PathId, body: TenantPatch) -> TenantOut:
    """The same with only what is to change."""
    return _changed(asker, tenant_id, body)


def _changed(asker: Asker, tenant_id: int, body: TenantChange) -> TenantOut:
    given = body.given()
    if given.get("move_on") and "rent_entity" not in given:
        raise HTTPException(422, "move_on: rent_entity is needed with it")
    with database.writing() as session:
        tenant = rights.tenant_for(session, asker, tenant_id)
        shower = Shower(session, asker, [tenant])
        lease = _lease(shower, tenant, given.get("lease"))
        shown = shower.facts(lease)
        _change_person(session, asker, tenant, given)
        _change_lease(session, asker, lease, _different(lease, given, shown))
        return Shower(session, asker, [tenant]).show(tenant)


def _lease(shower: Shower, tenant: Tenant, lease_id: int | None) -> Lease:
    every = {each.lease.id: each.lease for each in shower.standings.get(tenant.id, [])}
    found = shower.newest(tenant) if lease_id is None else every.get(lease_id)
    if found is None:
        raise NotFound("lease_not_found", id=lease_id)
    return found


def _different(lease: Lease, given: dict[str, Any], shown: dict[str, Any]) -> dict[str, Any]:
    """What of the lease is to be other than it is shown."""
    now = {**shown, "due_day": lease.anchor_on.day}
    if given.get("due_day") is None:
        now.pop("due_day")
    found = {name: given[name] for name in now if name in given and given[name] != now[name]}
    if "last_rent_paid" in found and found["last_rent_paid"] == lease.last_paid_on:
        # A payment has come since; what was settled before it is as it was said.
        del found["last_rent_paid"]
    if "rent_entity" in found:
        found["move_on"] = given.get("move_on")
    return found


def _change_person(session: Session, asker: Asker, tenant: Tenant, given: dict[str, Any]) -> None:
    if "whatsapp_number" in given:
        numbers.change_tenant(session, asker, tenant, given["whatsapp_number"])
    language = given.get("language")
    other = language is not None and language != tenant.language
    if other and tenants.only_here(session, asker, tenant.id):
        session.get_one(identity.Person, tenant.person_id).language = language
    tenants.update(session, asker, tenant.id, name=given.get("name"), language=language)


def _change_lease(session: Session, asker: Asker, lease: Lease, wanted: dict[str, Any]) -> None:
    months, due_day = wanted.get("payment_cycle_months", lease.cycle_months), wanted.get("due_day")
    leases.check_cycle(months, due_day)
    if "start_of_payment_cycle" in wanted or "last_rent_paid" in wanted:
        restarts.restart(
            session,
            asker,
            lease.id,
            start_on=wanted.get("start_of_payment_cycle", lease.start_on),
            last_paid_on=wanted.get("last_rent_paid", lease.last_paid_on),
            cycle_months=months,
            due_day=due_day,
        )
    elif months != lease.cycle_months or due_day is not None:
        lease_changes.reschedule(session, asker, lease.id, due_day=due_day, cycle_months=months)
    if "bills_due_date" in wanted:
        lease_changes.set_bills_due(session, asker, lease.id, wanted["bills_due_date"])
    if "rent_entity" in wanted:
        day = wanted["move_on"] or clock.today(lease.tenant.landlord.timezone)
        with said_as(before_lease="moves_too_early"):
            lease = lease_changes.move(session, asker, lease.id, wanted["rent_entity"], day)
    if "end_of_lease" in wanted:
        if wanted["end_of_lease"] is None:
            raise Conflict("end_fixed", day=lease.end_on)
        with said_as(before_lease="leaves_too_early"):
            lease_changes.end(session, asker, lease.id, wanted["end_of_lease"])
