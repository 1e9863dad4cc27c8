"""A lease through time: a new rent, another cycle, another unit, the end."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lebailleur import clock
from lebailleur.rentals import charges, credits, leases, reversals, rights
from lebailleur.rentals.charges import RENT
from lebailleur.rentals.cycles import DAY, Cycle, months_after, next_day_of_month
from lebailleur.rentals.errors import Conflict, NotFound, Refused
from lebailleur.rentals.models import Charge, Lease, RentTerm
from lebailleur.rentals.portfolio import current_lease_of, sensible_rent
from lebailleur.rentals.rights import Asker


def end(session: Session, asker: Asker, lease_id: int, on: date, *, by_days: bool = False) -> Lease:
    """The tenant leaves; `on` is the last day (rule 8). No cycle begins on it or later, and what
    was paid for such a one is credit again. The last cycle stays whole, or with `by_days` is
    asked by calendar days.

    Raises `Refused` (before_lease, bad_end), `Conflict("already_ended")`, `NotFound`.
    """
    lease = rights.lease_for(session, asker, lease_id)
    landlord = lease.tenant.landlord
    charges.lock(session, landlord)
    today = clock.today(landlord.timezone)
    if lease.end_on is not None:
        raise Conflict("already_ended", day=lease.end_on, name=lease.tenant.name)
    if on < lease.start_on:
        raise Refused("before_lease", day=on, start=lease.start_on)
    if on > months_after(today, 24):
        raise Refused("bad_end", day=on)
    charges.bring_up_to_date(session, landlord, today)
    lease.end_on, lease.end_by_days = on, by_days
    _cut(session, asker, lease, on, today)
    following = next(charges.uncharged(lease), None)
    lease.next_due_on = following.due if following else None
    session.flush()
    charges.make_due(session, lease, today)
    return lease


def move(
    session: Session,
    asker: Asker,
    lease_id: int,
    unit_id: int,
    on: date,
    *,
    rent: int | None = None,
    by_days: bool = False,
) -> Lease:
    """The tenant moves to another unit on a day; the due day stays, and what is open or in
    credit goes along. The cycle that runs is asked once, at the old rent, unless both are to be
    asked by days. Returns the new lease; raises as `end` and `add_tenant` do."""
    old = rights.lease_for(session, asker, lease_id)
    unit = rights.unit_for(session, asker, unit_id)
    if unit.property.landlord_id != old.landlord_id:
        raise NotFound("unit_not_found", id=unit_id)
    if on <= old.start_on:
        raise Refused("before_lease", day=on, start=old.start_on)
    leases.refuse_taken(session, unit, on)
    kept = charges.schedule(old)
    end(session, asker, lease_id, on - DAY, by_days=by_days)
    running = kept.containing(on)
    anchor = on if running.start == on else kept.containing(running.end + DAY).start
    lease = Lease(
        landlord_id=old.landlord_id,
        tenant_id=old.tenant_id,
        unit_id=unit.id,
        start_on=on,
        scheduled_from=on,
        anchor_on=anchor,
        end_by_days=False,
        in_arrears=old.in_arrears,
        charged_from=on if by_days else anchor,
        next_index=1 if anchor > on and not by_days else 0,
        rent=sensible_rent(rent if rent is not None else unit.rent),
        cycle_months=old.cycle_months,
        bills_due_on=old.bills_due_on,
        moved_from_id=old.id,
        created_at=clock.now(),
    )
    return leases.begin(session, lease, clock.today(old.tenant.landlord.timezone))


def change_rent(
    session: Session,
    asker: Asker,
    *,
    rent: int,
    from_on: date,
    lease_id: int | None = None,
    unit_id: int | None = None,
    by_days: bool = False,
) -> list[tuple[Lease, Cycle]]:
    """A new monthly rent, for cycles that begin on or after a day (rule 7); charges that are
    made stay. For one lease, or for a unit and whoever rents it. With `by_days` the cycle in
    which the day lies is shared by calendar days.

    Returns each lease with the first cycle that asks the new rent. Raises `Refused` (bad_rent,
    bad_start, already_charged), `NotFound`.
    """
    rent = sensible_rent(rent)
    if unit_id is not None:
        unit = rights.unit_for(session, asker, unit_id)
        landlord = unit.property.landlord
        charges.lock(session, landlord)
        unit.rent = rent
        running = current_lease_of(session, unit.id, from_on)
        changed = [running] if running else []
    else:
        lease = rights.lease_for(session, asker, lease_id or 0)
        landlord, changed = lease.tenant.landlord, [lease]
        charges.lock(session, landlord)
    today = clock.today(landlord.timezone)
    if not months_after(today, -24) <= from_on <= months_after(today, 24):
        raise Refused("bad_start", day=from_on)
    charges.bring_up_to_date(session, landlord, today)
    return [(each, _new_rent(session, asker, each, rent, from_on, by_days)) for each in changed]


def next_rent_from(session: Session, asker: Asker, unit_id: int) -> date:
    """From when another rent of a unit holds unless a day is said: the first day that is not
    charged yet to who rents it, or today. Raises `NotFound`."""
    unit = rights.unit_for(session, asker, unit_id)
    landlord = unit.property.landlord
    today = clock.today(landlord.timezone)
    charges.bring_up_to_date(session, landlord, today)
    lease = current_lease_of(session, unit.id, today)
    following = next(charges.uncharged(lease), None) if lease is not None else None
    if following is not None:
        return following.start
    ended = lease.end_on if lease is not None else None
    return ended + DAY if ended is not None else today


def reschedule(
    session: Session,
    asker: Asker,
    lease_id: int,
    *,
    due_day: int | None = None,
    cycle_months: int | None = None,
) -> Cycle:
    """Another due day of the month, or another number of months a cycle, from the first cycle
    on that is not charged yet; the days up to the new due day are asked by days. Returns the
    first cycle as it is now. Raises `Refused("bad_cycle")`, `NotFound`."""
    lease = rights.lease_for(session, asker, lease_id)
    charges.lock(session, lease.tenant.landlord)
    today = clock.today(lease.tenant.landlord.timezone)
    charges.bring_up_to_date(session, lease.tenant.landlord, today)
    leases.check_cycle(cycle_months or lease.cycle_months, due_day)
    following = next(charges.uncharged(lease), None)
    if following is None:
        raise Conflict("already_ended", day=lease.end_on, name=lease.tenant.name)
    lease.scheduled_from = following.start
    lease.anchor_on = next_day_of_month(following.start, due_day) if due_day else following.start
    lease.cycle_months = cycle_months or lease.cycle_months
    lease.next_index = 0
    first = next(charges.uncharged(lease))
    lease.next_due_on = first.due
    session.flush()
    return first


def set_bills_due(session: Session, asker: Asker, lease_id: int, day: date | None) -> Lease:
    """On which day of the month bills are due from now on; None: on the day on which they are
    asked. Bills that were asked stay. Raises `NotFound`."""
    lease = rights.lease_for(session, asker, lease_id)
    lease.bills_due_on = day
    session.flush()
    return lease


def _cut(session: Session, asker: Asker, lease: Lease, on: date, today: date) -> None:
    """Take back the rent of cycles that do not begin any more, and of days after the last."""
    made: Sequence[Charge] = session.scalars(
        select(Charge).where(
            Charge.lease_id == lease.id,
            Charge.kind == RENT,
            Charge.voided_on.is_(None),
            Charge.period_end > on,
        )
    ).all()
    for charge in made:
        if charge.period_start >= on:
            reversals.void_charge(session, charge, on=today, by=asker.label, reason="lease_ended")
        elif lease.end_by_days and charge.period_start <= on:
            _shorten(session, asker, lease, charge, today)


def _shorten(session: Session, asker: Asker, lease: Lease, charge: Charge, today: date) -> None:
    """Put a charge for the days up to the end in the place of the whole one; what was paid on
    that pays this."""
    schedule = charges.schedule(lease)
    cut = schedule.containing(charge.period_start)
    amount = charges.rent_of(lease, cut)
    paid = [each for each in charge.allocations if each.released_on is None]
    reversals.void_charge(session, charge, on=today, by=asker.label, reason="lease_ended")
    last = session.scalar(
        select(func.max(Charge.serial)).where(
            Charge.lease_id == lease.id,
            Charge.kind == RENT,
            Charge.period_start == charge.period_start,
        )
    )
    shorter = Charge(
        landlord_id=lease.landlord_id,
        lease_id=lease.id,
        kind=RENT,
        period_start=cut.start,
        period_end=cut.end,
        serial=(last or 0) + 1,
        due_on=cut.due,
        amount=amount,
        open=amount,
        recorded_by=asker.label,
        created_at=clock.now(),
    )
    session.add(shorter)
    session.flush()
    for each in paid:
        part = min(each.amount, each.payment.unused, shorter.open)
        if part > 0:
            credits.allocate(each.payment, shorter, part, max(each.on, today))
    session.flush()


def _new_rent(
    session: Session, asker: Asker, lease: Lease, rent: int, from_on: date, by_days: bool
) -> Cycle:
    following = next(charges.uncharged(lease), None)
    if following is None:
        raise Conflict("already_ended", day=lease.end_on, name=lease.tenant.name)
    if by_days and from_on < following.start:
        raise Refused("already_charged", day=from_on)
    lease.terms.append(
        RentTerm(
            from_on=from_on,
            rent=rent,
            by_days=by_days,
            recorded_by=asker.label,
            recorded_at=clock.now(),
        )
    )
    session.flush()
    session.expire(lease, ["terms"])
    for cycle in charges.uncharged(lease):
        if cycle.end >= from_on if by_days else cycle.start >= from_on:
            return cycle
    raise Conflict("already_ended", day=lease.end_on, name=lease.tenant.name)
