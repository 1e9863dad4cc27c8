"""A lease of which nothing was asked yet begins on another day than was said first."""

from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from lebailleur import clock
from lebailleur.rentals import charges, leases, rights
from lebailleur.rentals.cycles import next_day_of_month
from lebailleur.rentals.errors import Conflict, Refused
from lebailleur.rentals.models import Charge, Lease, Payment, Tenant
from lebailleur.rentals.rights import Asker


def restart(
    session: Session,
    asker: Asker,
    lease_id: int,
    *,
    start_on: date,
    last_paid_on: date | None,
    cycle_months: int,
    due_day: int | None = None,
) -> Lease:
    """The lease as it would be had it been registered so; what is due of it by today is made.

    Raises `Conflict` (start_fixed, settled_fixed: something was charged, paid or agreed already;
    unit_taken), `Refused` (bad_cycle, bad_due_day, bad_start, future_date,
    ends_before_start), `NotFound`.
    """
    lease = rights.lease_for(session, asker, lease_id)
    landlord = lease.tenant.landlord
    charges.lock(session, landlord)
    today = clock.today(landlord.timezone)
    charges.bring_up_to_date(session, landlord, today)
    if _under_way(session, lease):
        raise Conflict("start_fixed" if start_on != lease.start_on else "settled_fixed")
    leases.check_cycle(cycle_months, due_day)
    leases.check_start(start_on, last_paid_on, today)
    if lease.end_on is not None and lease.end_on < start_on:
        raise Refused("ends_before_start", day=start_on, end=lease.end_on)
    _refuse_taken(session, lease, start_on)
    if due_day is None and start_on == lease.start_on:
        due_day = lease.anchor_on.day
    lease.anchor_on = next_day_of_month(start_on, due_day) if due_day else start_on
    lease.start_on = lease.scheduled_from = start_on
    lease.cycle_months = cycle_months
    leases.settled_until(lease, last_paid_on)
    return leases.begin(session, lease, today)


def _under_way(session: Session, lease: Lease) -> bool:
    if lease.moved_from_id is not None or lease.terms:
        return True
    return any(
        session.scalar(select(each.id).where(each.lease_id == lease.id).limit(1))
        for each in (Charge, Payment)
    )


def _refuse_taken(session: Session, lease: Lease, from_on: date) -> None:
    other = session.scalar(
        select(Lease)
        .join(Tenant)
        .where(
            Lease.unit_id == lease.unit_id,
            Lease.id != lease.id,
            Tenant.archived_at.is_(None),
            or_(Lease.end_on.is_(None), Lease.end_on >= from_on),
        )
        .limit(1)
    )
    if other is not None:
        raise Conflict("unit_taken", unit=lease.unit.name, tenant=other.tenant.name)
