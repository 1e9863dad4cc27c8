"""`/tenants/…`."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from lebailleur import clock, database, identity
from lebailleur.api.access import Caller
from lebailleur.api.errors import Sentences
from lebailleur.api.fields import Body, Day, Id, Language, Name, PathId, Phone
from lebailleur.api.pages import Listing, Paging
from lebailleur.conversation import inbox
from lebailleur.rentals import listing, reports, rights
from lebailleur.rentals.leases import LONGEST_CYCLE, add_tenant
from lebailleur.rentals.leases import NewTenant as Registration
from lebailleur.rentals.models import Lease, Tenant
from lebailleur.rentals.reports import Standing
from lebailleur.rentals.rights import Asker

router = APIRouter(route_class=Sentences, prefix="/tenants", tags=["tenants"])


CycleMonths = Annotated[int, Field(ge=1, le=LONGEST_CYCLE, examples=[1])]


class NewTenant(Body):
    """A tenant who moves in. `last_rent_paid`: the day up to whose cycle rent was settled before
    it was kept here; none means that nothing was. `notify`: welcome them on WhatsApp."""

    only_read: ClassVar[frozenset[str]] = frozenset(
        {
            "id",
            "rent_entity_name",
            "property_name",
            "landlord_name",
            "last_bill_paid",
            "rent_status",
            "balance",
            "leases",
            "end_of_lease",
        }
    )
    example: ClassVar[dict[str, Any]] = {
        "name": "Paul Mbarga",
        "whatsapp_number": "+237677000002",
        "rent_entity": 1,
        "start_of_payment_cycle": "2026-01-01",
    }

    name: Name
    whatsapp_number: Phone
    rent_entity: Id
    start_of_payment_cycle: Day
    payment_cycle_months: CycleMonths = 1
    bills_due_date: Day | None = None
    last_rent_paid: Day | None = None
    language: Language | None = None
    notify: bool = True


class LeaseOut(BaseModel):
    """One of a tenant's leases: `id` names it in a payment."""

    id: int
    rent_entity: int
    rent_entity_name: str
    balance: int


class TenantOut(BaseModel):
    """A tenant, with the lease that runs (the newest, for one with several). `balance` is what is
    owed now on all their leases together, credit negative."""

    id: int
    name: str
    whatsapp_number: str
    rent_entity: int | None = None
    rent_entity_name: str | None = None
    property_name: str | None = None
    landlord_name: str
    start_of_payment_cycle: date | None = None
    payment_cycle_months: int | None = None
    bills_due_date: date | None = None
    last_rent_paid: date | None = None
    last_bill_paid: date | None = None
    end_of_lease: date | None = None
    rent_status: str
    balance: int
    language: str | None
    leases: list[LeaseOut]


@router.post("/", status_code=201)
def create(asker: Caller, body: NewTenant) -> TenantOut:
    """Register a tenant who moves in, and welcome them."""
    with database.writing() as session:
        unit = rights.unit_for(session, asker, body.rent_entity)
        person = identity.of_phone(session, body.whatsapp_number, name=body.name)
        person.language = person.language or body.language or unit.property.landlord.language
        lease = add_tenant(
            session,
            asker,
            Registration(
                name=body.name,
                phone=body.whatsapp_number,
                person_id=person.id,
                unit_id=unit.id,
                start_on=body.start_of_payment_cycle,
                cycle_months=body.payment_cycle_months,
                bills_due_on=body.bills_due_date,
                last_paid_on=body.last_rent_paid,
                language=body.language or person.language,
            ),
        )
        if body.notify:
            inbox.keep(
                session,
                f"welcome:{lease.id}",
                person.id,
                "event",
                {"trigger": "EXTERNAL_welcome", "entities": {"choice": str(lease.id)}},
            )
        return Shower(session, asker, [lease.tenant]).show(lease.tenant)


# Reading makes the charges that have fallen due since, so it may write.
@router.get("/")
def all_of_them(asker: Caller, window: Paging) -> Listing[TenantOut]:
    """All tenants."""
    with database.writing() as session:
        found = listing.tenants(session, asker, offset=window.offset, limit=window.limit)
        return window.listing(found, Shower(session, asker, found.rows).show)


@router.get("/{tenant_id}/")
def one(asker: Caller, tenant_id: PathId) -> TenantOut:
    """One tenant."""
    with database.writing() as session:
        tenant = rights.tenant_for(session, asker, tenant_id)
        return Shower(session, asker, [tenant]).show(tenant)


class Shower:
    """Shows tenants, with what is asked of the database once for all of them."""

    def __init__(self, session: Session, asker: Asker, tenants: Sequence[Tenant]) -> None:
        leases = listing.leases_of(session, asker, [each.id for each in tenants])
        ids = [each.id for each in leases]
        self.rents = listing.last_rents_paid(session, ids)
        self.bills = listing.last_bills_paid(session, ids)
        self.standings: dict[int, list[Standing]] = {}
        for each in reports.standings_of(session, asker, leases):
            self.standings.setdefault(each.lease.tenant_id, []).append(each)

    def show(self, tenant: Tenant) -> TenantOut:
        every, newest = self.standings.get(tenant.id, []), self.newest(tenant)
        return TenantOut(
            id=tenant.id,
            name=tenant.name,
            whatsapp_number=tenant.phone,
            landlord_name=tenant.landlord.name,
            rent_status=max((each.status for each in every), key=_WORST.index, default="paid"),
            balance=sum(each.balance for each in every),
            language=tenant.language,
            leases=[_lease(each) for each in every],
            **(self.facts(newest) if newest else {}),
        )

    def newest(self, tenant: Tenant) -> Lease | None:
        """The lease that is shown: the newest that runs, or the newest."""
        every = [each.lease for each in self.standings.get(tenant.id, [])]
        today = clock.today(tenant.landlord.timezone)
        running = [each for each in every if each.runs_on(today)]
        return (running or every)[-1] if every else None

    def facts(self, lease: Lease) -> dict[str, Any]:
        """What is shown of a lease."""
        return {
            "rent_entity": lease.unit_id,
            "rent_entity_name": lease.unit.name,
            "property_name": lease.unit.property.name,
            "start_of_payment_cycle": lease.start_on,
            "payment_cycle_months": lease.cycle_months,
            "bills_due_date": lease.bills_due_on,
            "last_rent_paid": self.rents.get(lease.id) or lease.last_paid_on,
            "last_bill_paid": self.bills.get(lease.id),
            "end_of_lease": lease.end_on,
        }


_WORST = ["paid", "ahead", "due", "promised", "late"]


def _lease(standing: Standing) -> LeaseOut:
    unit = standing.lease.unit
    return LeaseOut(
        id=standing.lease.id,
        rent_entity=unit.id,
        rent_entity_name=unit.name,
        balance=standing.balance,
    )
