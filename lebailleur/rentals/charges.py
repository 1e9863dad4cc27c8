"""Charges: made for each cycle as it comes, and what is open of them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import islice, pairwise, takewhile
from typing import Any

from sqlalchemy import ColumnElement, func, insert, select
from sqlalchemy.orm import Session, lazyload

from lebailleur import clock
from lebailleur.rentals import credits, late_fees
from lebailleur.rentals.cycles import Cycle, Schedule, rounded
from lebailleur.rentals.models import Charge, Landlord, Lease

RENT = "rent"
# So many rows go to the database in one statement.
BATCH = 5_000


@dataclass(frozen=True)
class OpenCharge:
    """A charge and what is still open of it. `id` is None for one that is not made yet."""

    id: int | None
    lease_id: int
    kind: str
    period_start: date
    period_end: date
    due_on: date
    amount: int
    open: int

    @property
    def part_paid(self) -> bool:
        """Whether a part of it, but not all, is paid."""
        return 0 < self.open < self.amount


def schedule(lease: Lease) -> Schedule:
    """The lease's cycles."""
    return Schedule(
        start_on=lease.scheduled_from,
        cycle_months=lease.cycle_months,
        anchor_on=lease.anchor_on,
        end_on=lease.end_on,
        end_by_days=lease.end_by_days,
        in_arrears=lease.in_arrears,
    )


def uncharged(lease: Lease) -> Iterator[Cycle]:
    """The cycles whose rent charge is not made yet, endless for a lease without an end."""
    return schedule(lease).cycles(lease.next_index)


def rent_of(lease: Lease, cycle: Cycle) -> int:
    """A cycle's rent: its months times the monthly rent in force on its first day (rules 1, 7);
    shared by calendar days where a new rent within it was agreed so."""
    cuts = [
        term.from_on
        for term in lease.terms
        if term.by_days and cycle.start < term.from_on <= cycle.end
    ]
    edges = [cycle.start, *sorted(set(cuts)), cycle.end + timedelta(days=1)]
    total = sum(
        (
            lease.rent_on(start) * cycle.months * Fraction((end - start).days, cycle.days)
            for start, end in pairwise(edges)
        ),
        Fraction(0),
    )
    return rounded(total)


def bring_up_to_date(session: Session, landlord: Landlord, day: date) -> None:
    """Make what has fallen due to the landlord by `day`, once: rent charges, then what credit
    pays of it (rule 4), then late fees. Costs nothing when it was done for that day."""
    if landlord.charged_until is not None and landlord.charged_until >= day:
        return
    lock(session, landlord)
    if landlord.charged_until is not None and landlord.charged_until >= day:
        return
    leases = session.scalars(
        select(Lease)
        .where(Lease.landlord_id == landlord.id, Lease.next_due_on <= day)
        .options(lazyload(Lease.tenant), lazyload(Lease.unit))
        .order_by(Lease.id)
    )
    _make(session, leases, day)
    credits.spend(session, landlord.id, day)
    late_fees.make(session, landlord, day)
    landlord.charged_until = day
    session.flush()


def make_due(session: Session, lease: Lease, day: date) -> None:
    """Make one lease's rent charges that are due by `day` and missing; credit pays them."""
    _make(session, [lease], day)
    credits.spend(session, lease.landlord_id, day)


def lock(session: Session, landlord: Landlord) -> None:
    """One writer a landlord at a time: charges get no sum twice, receipts no number twice. What
    was read before the lock is read again, for it may be stale."""
    session.flush()
    session.execute(select(Landlord.id).where(Landlord.id == landlord.id).with_for_update())
    session.expire_all()


def make_until(session: Session, lease: Lease, day: date) -> None:
    """Make rent charges ahead of their time, up to the cycle that begins on `day`."""
    wanted = takewhile(lambda cycle: cycle.start <= day, uncharged(lease))
    _write(session, lease, list(wanted))
    session.flush()


def open_charges(
    session: Session,
    lease_ids: Sequence[int] | None = None,
    *,
    landlord_id: int | None = None,
    due_by: date | None = None,
) -> list[OpenCharge]:
    """What is open of the charges of some leases, or of all of a landlord's, in the order in
    which they are paid (rule 4): rent before bills, oldest first. With `due_by`, only what has
    fallen due by that day."""
    whose: ColumnElement[bool] = Charge.landlord_id == landlord_id
    if lease_ids is not None:
        whose = Charge.lease_id.in_(lease_ids)
    query = (
        # Columns, not rows with all that hangs on them: this is asked at every turn.
        select(
            Charge.id,
            Charge.lease_id,
            Charge.kind,
            Charge.period_start,
            Charge.period_end,
            Charge.due_on,
            Charge.amount,
            Charge.open,
        ).where(whose, Charge.open > 0)
    )
    if due_by is not None:
        query = query.where(Charge.due_on <= due_by)
    found = [OpenCharge(*row) for row in session.execute(query)]
    return sorted(found, key=lambda each: (each.kind != RENT, each.due_on, each.id))


def coming(lease: Lease, count: int) -> list[OpenCharge]:
    """The next `count` rent charges that are not made yet, as they will be."""
    found: list[OpenCharge] = []
    for cycle in islice(uncharged(lease), count):
        rent = rent_of(lease, cycle)
        found.append(
            OpenCharge(None, lease.id, RENT, cycle.start, cycle.end, cycle.due, rent, rent)
        )
    return found


def paid_until(session: Session, lease: Lease) -> date | None:
    """The last day for which rent is paid without a gap; None when not even the first cycle is."""
    of_lease = (Charge.lease_id == lease.id, Charge.kind == RENT, Charge.voided_on.is_(None))
    first_open = session.scalar(
        select(func.min(Charge.period_start)).where(*of_lease, Charge.open > 0)
    )
    paid = select(func.max(Charge.period_end)).where(*of_lease)
    if first_open is not None:
        paid = paid.where(Charge.period_start < first_open)
    reached = session.scalar(paid) or lease.charged_from - timedelta(days=1)
    return reached if reached >= lease.start_on else None


def _make(session: Session, leases: Iterable[Lease], day: date) -> None:
    rows: list[dict[str, Any]] = []
    for lease in leases:
        due = list(takewhile(lambda cycle: cycle.due <= day, uncharged(lease)))
        rows += _rows(lease, due)
        if len(rows) >= BATCH:
            session.execute(insert(Charge), rows)
            rows = []
    if rows:
        session.execute(insert(Charge), rows)
    session.flush()


def _write(session: Session, lease: Lease, wanted: list[Cycle]) -> None:
    rows = _rows(lease, wanted)
    if rows:
        session.execute(insert(Charge), rows)


def _rows(lease: Lease, wanted: list[Cycle]) -> list[dict[str, Any]]:
    lease.next_index += len(wanted)
    following = next(uncharged(lease), None)
    lease.next_due_on = following.due if following else None
    return [
        {
            "landlord_id": lease.landlord_id,
            "lease_id": lease.id,
            "kind": RENT,
            "period_start": cycle.start,
            "period_end": cycle.end,
            "serial": 0,
            "due_on": cycle.due,
            "amount": rent_of(lease, cycle),
            "open": rent_of(lease, cycle),
            "created_at": clock.now(),
        }
        for cycle in wanted
    ]
