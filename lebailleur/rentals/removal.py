"""Deleting: what goes with a property, a unit or a tenant is said first; the history stays."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from lebailleur import clock
from lebailleur.rentals import charges, lease_changes, reports, rights
from lebailleur.rentals.errors import Conflict
from lebailleur.rentals.models import Landlord, Lease, Property, Tenant, Unit
from lebailleur.rentals.rights import Asker

What = Literal["property", "unit", "tenant"]


@dataclass(frozen=True)
class Removal:
    """What a deletion would take with it. `owed` is what nobody would be asked for any more by
    name, `credit` what would have to be given back."""

    what: What
    id: int
    name: str
    units: tuple[str, ...]
    tenants: tuple[str, ...]
    owed: int
    credit: int
    currency: str

    @property
    def empty(self) -> bool:
        """Whether nobody lives there and nothing is open."""
        return not (self.tenants or self.owed or self.credit)


def preview(session: Session, asker: Asker, what: What, id_: int) -> Removal:
    """What a deletion would take with it. Nothing is written. Raises `NotFound`."""
    _, name, units, leases = _taken(session, asker, what, id_)
    standings = reports.standings_of(session, asker, leases)
    names = dict.fromkeys(
        each.lease.tenant.name
        for each in standings
        if each.balance or each.lease.runs_on(each.today)
    )
    return Removal(
        what=what,
        id=id_,
        name=name,
        units=tuple(each.name for each in units),
        tenants=tuple(names),
        owed=sum(max(0, each.balance) for each in standings),
        credit=-sum(min(0, each.balance) for each in standings),
        currency=_landlord(session, asker, what, id_).currency,
    )


def remove(
    session: Session, asker: Asker, what: What, id_: int, *, accepted: Removal | None = None
) -> Removal:
    """Delete it: leases end today, what was let is let no more; charges, payments and papers
    stay. `accepted` is what was shown; without it, only what takes nothing along is deleted.

    Raises `Conflict("would_lose")` with what it would take along, `Conflict("changed")` when
    that is not what was accepted, `NotFound`.
    """
    landlord = _landlord(session, asker, what, id_)
    charges.lock(session, landlord)
    found = preview(session, asker, what, id_)
    if accepted is None and not found.empty:
        raise Conflict("would_lose", name=found.name, tenants=len(found.tenants), owed=found.owed)
    if accepted is not None and accepted != found:
        raise Conflict("changed")
    thing, _, units, leases = _taken(session, asker, what, id_)
    today, now = clock.today(landlord.timezone), clock.now()
    for lease in leases:
        if lease.end_on is None:
            lease_changes.end(session, asker, lease.id, max(today, lease.start_on))
    for each in {thing, *units} if what != "tenant" else {thing}:
        each.archived_at = now
    session.flush()
    for tenant in {lease.tenant for lease in leases}:
        if not _lives_elsewhere(session, tenant):
            tenant.archived_at = now
    session.flush()
    return found


def _taken(
    session: Session, asker: Asker, what: What, id_: int
) -> tuple[Property | Unit | Tenant, str, Sequence[Unit], list[Lease]]:
    """The thing, its name, the units that go with it, and the leases on them."""
    if what == "tenant":
        tenant = rights.tenant_for(session, asker, id_)
        query = select(Lease).where(Lease.tenant_id == tenant.id)
        return tenant, tenant.name, (), list(session.scalars(query).unique())
    if what == "unit":
        unit = rights.unit_for(session, asker, id_)
        units: Sequence[Unit] = (unit,)
        thing: Property | Unit = unit
    else:
        thing = rights.property_for(session, asker, id_)
        units = (
            session.scalars(
                select(Unit)
                .where(Unit.property_id == thing.id, Unit.archived_at.is_(None))
                .order_by(Unit.id)
            )
            .unique()
            .all()
        )
    query = (
        select(Lease)
        .join(Tenant)
        .where(Lease.unit_id.in_([each.id for each in units]), Tenant.archived_at.is_(None))
    )
    return thing, thing.name, units, list(session.scalars(query).unique())


def _landlord(session: Session, asker: Asker, what: What, id_: int) -> Landlord:
    if what == "tenant":
        return rights.tenant_for(session, asker, id_).landlord
    if what == "unit":
        return rights.unit_for(session, asker, id_).property.landlord
    return rights.property_for(session, asker, id_).landlord


def _lives_elsewhere(session: Session, tenant: Tenant) -> bool:
    today = clock.today(tenant.landlord.timezone)
    leases = session.scalars(select(Lease).where(Lease.tenant_id == tenant.id)).unique()
    return any(
        each.end_on is None or (each.end_on > today and each.unit.archived_at is None)
        for each in leases
    )
