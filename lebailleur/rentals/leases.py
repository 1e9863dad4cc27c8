"""Leases: who rents what from when, and in which cycles it is paid."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from lebailleur import clock
from lebailleur.rentals import charges, rights
from lebailleur.rentals.cycles import months_after, next_day_of_month
from lebailleur.rentals.errors import Conflict, Refused
from lebailleur.rentals.models import Landlord, Lease, Tenant, Unit
from lebailleur.rentals.portfolio import cleaned, current_lease_of, sensible_rent
from lebailleur.rentals.rights import Asker

LONGEST_CYCLE = 24


@dataclass(frozen=True)
class NewTenant:
    """What a new tenant is registered with. `last_paid_on` says until when rent was settled
    outside this ledger: the cycle that holds it is taken as paid; None means nothing was.
    `due_day` is another day of the month than the first one's on which rent is to be due."""

    name: str
    phone: str
    person_id: str
    unit_id: int
    start_on: date
    cycle_months: int = 1
    bills_due_on: date | None = None
    last_paid_on: date | None = None
    rent: int | None = None
    language: str | None = None
    due_day: int | None = None
    in_arrears: bool = False


def add_tenant(session: Session, asker: Asker, new: NewTenant) -> Lease:
    """A new tenant moves in: tenant, lease and the charges that are due already.

    Raises `Conflict("unit_taken")` when somebody lives there, `Refused` for a cycle, rent or day
    that cannot be, `NotFound` for a unit that is not the asker's.
    """
    unit = rights.unit_for(session, asker, new.unit_id)
    landlord = unit.property.landlord
    charges.lock(session, landlord)
    today = clock.today(landlord.timezone)
    check_cycle(new.cycle_months, new.due_day)
    check_start(new.start_on, new.last_paid_on, today)
    refuse_taken(session, unit, new.start_on)
    tenant = _tenant_of_person(session, landlord, new)
    anchor = next_day_of_month(new.start_on, new.due_day) if new.due_day else new.start_on
    lease = Lease(
        landlord_id=landlord.id,
        tenant_id=tenant.id,
        unit_id=unit.id,
        start_on=new.start_on,
        scheduled_from=new.start_on,
        anchor_on=anchor,
        end_by_days=False,
        next_index=0,
        in_arrears=new.in_arrears,
        charged_from=new.start_on,
        rent=sensible_rent(new.rent if new.rent is not None else unit.rent),
        cycle_months=new.cycle_months,
        bills_due_on=new.bills_due_on,
        last_paid_on=new.last_paid_on,
        created_at=clock.now(),
    )
    settled_until(lease, new.last_paid_on)
    return begin(session, lease, today)


def settled_until(lease: Lease, day: date | None) -> None:
    """Of a lease that nothing was asked of yet: rent up to the cycle that holds the day was
    settled outside this ledger; None means nothing was."""
    lease.last_paid_on = day
    lease.next_index, lease.charged_from = 0, lease.start_on
    if day is not None and day >= lease.start_on:
        schedule = charges.schedule(lease)
        lease.next_index = schedule.index_of(day) + 1
        lease.charged_from = schedule.cycle(lease.next_index).start


def chain(session: Session, lease: Lease) -> list[int]:
    """The lease and those from which its tenant moved to it: what is open on them is theirs."""
    found = [lease.id]
    before = lease.moved_from_id
    while before is not None and before not in found:
        found.append(before)
        before = session.scalar(select(Lease.moved_from_id).where(Lease.id == before))
    return found


def begin(session: Session, lease: Lease, today: date) -> Lease:
    """Keep a new lease and make what is due of it by today."""
    following = next(charges.uncharged(lease), None)
    lease.next_due_on = following.due if following else None
    session.add(lease)
    session.flush()
    session.refresh(lease)
    charges.make_due(session, lease, today)
    return lease


def check_cycle(months: int, due_day: int | None) -> None:
    """Raise `Refused` for a cycle or a due day that cannot be."""
    if not 1 <= months <= LONGEST_CYCLE:
        raise Refused("bad_cycle", months=months)
    if due_day is not None and not 1 <= due_day <= 31:
        raise Refused("bad_due_day", day=due_day)


def check_start(start_on: date, last_paid_on: date | None, today: date) -> None:
    """Raise `Refused` for a first day, or a day of the last rent before it, that cannot be."""
    if not months_after(today, -1200) <= start_on <= months_after(today, 24):
        raise Refused("bad_start", day=start_on)
    if last_paid_on is not None and last_paid_on > today:
        raise Refused("future_date", day=last_paid_on)


def refuse_taken(session: Session, unit: Unit, from_on: date) -> None:
    """Raise `Conflict("unit_taken")` when somebody rents it on or after a day."""
    taken = current_lease_of(session, unit.id, from_on)
    if taken is not None:
        raise Conflict("unit_taken", unit=unit.name, tenant=taken.tenant.name)


def _tenant_of_person(session: Session, landlord: Landlord, new: NewTenant) -> Tenant:
    """The same person may rent a second unit; a tenant who had left may come back."""
    tenant = session.scalar(
        select(Tenant).where(Tenant.landlord_id == landlord.id, Tenant.person_id == new.person_id)
    )
    if tenant is None:
        tenant = Tenant(
            landlord_id=landlord.id,
            person_id=new.person_id,
            name=cleaned(new.name),
            phone=new.phone,
            language=new.language,
            reminders=True,
            created_at=clock.now(),
        )
        session.add(tenant)
        session.flush()
        return tenant
    same = tenant.name.casefold() == cleaned(new.name).casefold()
    if not same and tenant.archived_at is None:
        raise Conflict("phone_taken", tenant=tenant.name, phone=new.phone)
    tenant.name, tenant.archived_at = cleaned(new.name), None
    return tenant
