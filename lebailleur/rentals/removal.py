"""Deleting: what goes with a landlord, a property, a unit or a tenant is said first; the history
stays."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from lebailleur import clock
from lebailleur.rentals import charges, lease_changes, portfolio, reports, rights, tokens
from lebailleur.rentals.errors import Conflict
from lebailleur.rentals.models import Landlord, Lease, Property, Tenant, Unit
from lebailleur.rentals.rights import Asker

What = Literal["landlord", "property", "unit", "tenant"]


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
    properties: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nobody lives there and nothing is open."""
        return not (self.tenants or self.owed or self.credit)

    @property
    def fingerprint(self) -> str:
        """The same as long as the deletion would take the same along."""
        return hashlib.sha256(json.dumps(vars(self)).encode()).hexdigest()[:32]


def preview(session: Session, asker: Asker, what: What, id_: int) -> Removal:
    """What a deletion would take with it. Nothing is written. Raises `NotFound`."""
    taken = _taken(session, asker, what, id_)
    standings = reports.standings_of(session, asker, taken.leases)
    names = {
        each.lease.tenant_id: each.lease.tenant.name
        for each in standings
        if each.balance or each.lease.runs_on(each.today)
    }
    return Removal(
        what=what,
        id=id_,
        name=taken.thing.name,
        units=tuple(each.name for each in taken.units),
        tenants=tuple(names.values()),
        owed=sum(max(0, each.balance) for each in standings),
        credit=-sum(min(0, each.balance) for each in standings),
        currency=taken.landlord.currency,
        properties=tuple(each.name for each in taken.properties),
    )


def remove(
    session: Session, asker: Asker, what: What, id_: int, *, accepted: Removal | None = None
) -> Removal:
    """Delete it: leases end today, what was let is let no more; charges, payments and papers
    stay. `accepted` is what was shown; without it, only what takes nothing along is deleted.

    Raises `Conflict("would_lose")` with what it would take along, `Conflict("changed")` when
    that is not what was accepted, `NotFound`.
    """
    landlord = _taken(session, asker, what, id_).landlord
    charges.lock(session, landlord)
    found = preview(session, asker, what, id_)
    if accepted is None and not found.empty:
        raise Conflict("would_lose", name=found.name, tenants=len(found.tenants), owed=found.owed)
    if accepted is not None and accepted != found:
        raise Conflict("changed")
    taken = _taken(session, asker, what, id_)
    today, now = clock.today(landlord.timezone), clock.now()
    for lease in taken.leases:
        last = max(today, lease.start_on)
        if lease.end_on is not None and lease.end_on > last:
            lease.end_on = None  # earlier than was agreed
        if lease.end_on is None:
            lease_changes.end(session, asker, lease.id, last)
    if what == "landlord":
        # Who registers again later makes new ones.
        for token in tokens.valid(session, asker, landlord.id):
            tokens.revoke(session, asker, token.id)
    for each in {taken.thing, *taken.properties, *taken.units}:
        each.archived_at = now
    session.flush()
    for tenant in {lease.tenant for lease in taken.leases}:
        if not _lives_elsewhere(session, tenant):
            tenant.archived_at = now
    session.flush()
    return found


@dataclass(frozen=True)
class _Taken:
    """The thing, what goes with it, and the leases on all of that."""

    thing: Landlord | Property | Unit | Tenant
    landlord: Landlord
    leases: Sequence[Lease]
    units: Sequence[Unit] = ()
    properties: Sequence[Property] = ()


def _taken(session: Session, asker: Asker, what: What, id_: int) -> _Taken:
    if what == "tenant":
        tenant = rights.tenant_for(session, asker, id_)
        every = select(Lease).where(Lease.tenant_id == tenant.id)
        return _Taken(tenant, tenant.landlord, session.scalars(every).unique().all())
    if what == "unit":
        unit = rights.unit_for(session, asker, id_)
        return _Taken(unit, unit.property.landlord, _leases_on(session, [unit]), [unit])
    if what == "property":
        house = rights.property_for(session, asker, id_)
        units = _units_in(session, [house])
        return _Taken(house, house.landlord, _leases_on(session, units), units)
    landlord = rights.landlord(session, asker, id_)
    houses = portfolio.properties(session, asker, landlord.id)
    alive = (
        select(Lease)
        .join(Tenant)
        .where(Lease.landlord_id == landlord.id, Tenant.archived_at.is_(None))
    )
    leases = session.scalars(alive.order_by(Lease.id)).unique().all()
    return _Taken(landlord, landlord, leases, _units_in(session, houses), houses)


def _units_in(session: Session, houses: Sequence[Property]) -> Sequence[Unit]:
    query = (
        select(Unit)
        .where(Unit.property_id.in_([each.id for each in houses]), Unit.archived_at.is_(None))
        .order_by(Unit.id)
    )
    return session.scalars(query).unique().all()


def _leases_on(session: Session, units: Sequence[Unit]) -> Sequence[Lease]:
    query = (
        select(Lease)
        .join(Tenant)
        .where(Lease.unit_id.in_([each.id for each in units]), Tenant.archived_at.is_(None))
        .order_by(Lease.id)
    )
    return session.scalars(query).unique().all()


def _lives_elsewhere(session: Session, tenant: Tenant) -> bool:
    today = clock.today(tenant.landlord.timezone)
    leases = session.scalars(select(Lease).where(Lease.tenant_id == tenant.id)).unique()
    return any(
        each.end_on is None or (each.end_on > today and each.unit.archived_at is None)
        for each in leases
    )
