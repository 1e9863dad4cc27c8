"""Where things stand: one lease's balance, who owes, everybody's status."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lebailleur import clock
from lebailleur.rentals import charges, portfolio, rights
from lebailleur.rentals.charges import RENT, OpenCharge
from lebailleur.rentals.models import Allocation, Charge, Landlord, Lease
from lebailleur.rentals.rights import Asker


@dataclass(frozen=True)
class Standing:
    """How a lease stands on a day. `balance` is what is owed (credit negative)."""

    lease: Lease
    balance: int
    open: tuple[OpenCharge, ...]
    days_late: int
    next_due: tuple[date, int] | None

    @property
    def status(self) -> str:
        """``late``, ``due`` (today), ``ahead`` (credit or months paid before) or ``paid``."""
        if self.balance > 0:
            return "late" if self.days_late > 0 else "due"
        return "ahead" if self.balance < 0 else "paid"


def standing(session: Session, asker: Asker, lease_id: int) -> Standing:
    """How one lease stands today; for its landlord, its tenant, or the operator."""
    lease = rights.lease_for(session, asker, lease_id, or_self=True)
    return _standings(session, lease.tenant.landlord, [lease])[0]


def standings_of(session: Session, asker: Asker, leases: Sequence[Lease]) -> list[Standing]:
    """How these leases stand today, ended ones too, in their order; raises `NotFound`."""
    by_landlord: dict[Landlord, list[Lease]] = {}
    for lease in leases:
        rights.lease_for(session, asker, lease.id)
        by_landlord.setdefault(lease.tenant.landlord, []).append(lease)
    found = {
        each.lease.id: each
        for landlord, own in by_landlord.items()
        for each in _standings(session, landlord, own)
    }
    return [found[each.id] for each in leases]


def standings(session: Session, asker: Asker, *, landlord_id: int | None = None) -> list[Standing]:
    """How all running leases of a landlord stand today, by property and unit."""
    landlord = rights.landlord(session, asker, landlord_id)
    running = portfolio.leases(session, asker, landlord_id=landlord.id)
    return _standings(session, landlord, running)


def arrears(session: Session, asker: Asker, *, landlord_id: int | None = None) -> list[Standing]:
    """Who owes, the longest late first."""
    owing = [
        each for each in standings(session, asker, landlord_id=landlord_id) if each.balance > 0
    ]
    return sorted(owing, key=lambda each: (-each.days_late, -each.balance))


def month_open(session: Session, lease: Lease, year: int, month: int) -> tuple[int, int] | None:
    """What was asked and what is open of the rent of a month; None when none was charged."""
    for charge in session.scalars(
        select(Charge).where(Charge.lease_id == lease.id, Charge.kind == RENT)
    ).unique():
        if (charge.period_start.year, charge.period_start.month) == (year, month):
            paid = session.scalar(
                select(func.coalesce(func.sum(Allocation.amount), 0)).where(
                    Allocation.charge_id == charge.id
                )
            )
            return charge.amount, charge.amount - (paid or 0)
    return None


def _standings(session: Session, landlord: Landlord, leases: list[Lease]) -> list[Standing]:
    today = clock.today(landlord.timezone)
    charges.bring_up_to_date(session, landlord, today)
    ids = [each.id for each in leases]
    open_of: dict[int, list[OpenCharge]] = {}
    for each in charges.open_charges(session, ids):
        open_of.setdefault(each.lease_id, []).append(each)
    credit_of = charges.credits(session, landlord)
    made_until = charges.made_until(session, landlord)
    found = []
    for lease in leases:
        every = open_of.get(lease.id, [])
        due = tuple(each for each in every if each.due_on <= today)
        late = max(((today - each.due_on).days for each in due), default=0)
        owed = sum(each.open for each in due) - credit_of.get(lease.id, 0)
        coming = _next_due(lease, every, today, made_until.get(lease.id))
        found.append(Standing(lease, owed, due, late, coming))
    return found


def _next_due(
    lease: Lease, open_: list[OpenCharge], today: date, made_until: date | None
) -> tuple[date, int] | None:
    """The next day on which something falls due, and how much: a charge made ahead that is not
    paid whole, or the first cycle that has not been charged."""
    ahead = [(each.due_on, each.open) for each in open_ if each.due_on > today]
    if ahead:
        return min(ahead)
    for cycle in charges.rent_cycles(lease):
        if cycle.start > today and (made_until is None or cycle.start > made_until):
            return cycle.start, charges.rent_of(lease, cycle)
    return None
