"""Operators' transactions: whose a message may be, and what speaks for it or against it.

An id is recorded once in the whole database (`Transfer`); nobody hears of whom. Whose number has
paid for whom before is remembered for one landlord alone, once the landlord has confirmed it.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from lebailleur import clock
from lebailleur.rentals import payments, portfolio, reports, rights
from lebailleur.rentals.asks import Ask
from lebailleur.rentals.checks import Check
from lebailleur.rentals.models import Lease, Payer, Payment
from lebailleur.rentals.rights import Asker

# Older than this when it was said, a message may be one that was shown before.
RECENT = timedelta(hours=48)


def recorded(
    session: Session, asker: Asker, method: str, reference: str
) -> tuple[bool, Payment | None]:
    """Whether a transaction is recorded, and the payment where the asker may see it."""
    found = payments.by_reference(session, method, reference)
    if found is None:
        return False, None
    if found.landlord_id == _landlord_id(session, asker):
        return True, found
    own = {each.id for each in rights.tenancies_of(session, asker)}
    return True, found if found.lease.tenant_id in own else None


def paid_by(session: Session, asker: Asker, number: str | None) -> list[Lease]:
    """The leases whose tenant has this number (nine figures), or for whom it has paid before."""
    if number is None:
        return []
    every = portfolio.leases(session, asker)
    known = _payers_of(session, [each.tenant_id for each in every], number)
    return [each for each in every if each.tenant.phone[-9:] == number or each.tenant_id in known]


def owing(session: Session, asker: Asker, amount: int) -> list[Lease]:
    """The leases of which exactly this sum is owed now."""
    return [each.lease for each in reports.standings(session, asker) if each.balance == amount]


def checks(
    session: Session, asker: Asker, lease: Lease, ask: Ask, said_at: datetime
) -> list[Check]:
    """What speaks for and against a message that a tenant has passed on at `said_at`; nothing for
    a claim in words."""
    if ask.proof is None or ask.reference is None:
        return []
    proof = ask.proof
    return [
        Check("form_odd" if proof.odd else "form_usual", {}),
        _sum(session, asker, lease, ask.amount or 0),
        _payer(session, lease, ask),
        _day(lease, ask.paid_on if proof.at or not proof.odd else None, proof.moment, said_at),
        _id(session, ask),
        *([Check("id_dated", {})] if ask.method == "orange_money" else []),
    ]


def _sum(session: Session, asker: Asker, lease: Lease, amount: int) -> Check:
    today = clock.today(lease.tenant.landlord.timezone)
    owed = reports.standing(session, asker, lease.id).balance
    if amount in (owed, lease.rent_on(today), lease.rent_on(today) * lease.cycle_months):
        return Check("sum_due", {})
    return Check("sum_not_due", {"due": max(owed, 0)})


def _payer(session: Session, lease: Lease, ask: Ask) -> Check:
    proof = ask.proof
    if proof is None or proof.deposit:
        return Check("payer_agent", {})
    number = proof.payer
    if number is not None and (
        lease.tenant.phone[-9:] == number or _payers_of(session, [lease.tenant_id], number)
    ):
        return Check("payer_known", {"payer": number})
    return Check("payer_unknown", {"payer": number or proof.payer_name or "?"})


def _day(lease: Lease, day: date | None, at: datetime | None, said_at: datetime) -> Check:
    if at is None and day is None:
        return Check("day_unknown", {})
    zone = ZoneInfo(lease.tenant.landlord.timezone)
    moment = at.replace(tzinfo=zone) if at is not None else None
    if moment is None:
        assert day is not None
        moment = datetime(day.year, day.month, day.day, 12, tzinfo=zone)
    recent = said_at - moment <= RECENT
    return Check("day_recent" if recent else "day_old", {"day": moment.date()})


def _id(session: Session, ask: Ask) -> Check:
    used = payments.by_reference(session, ask.method, ask.reference) is not None
    return Check("id_used" if used else "id_new", {"reference": ask.reference})


def _payers_of(session: Session, tenant_ids: list[int], number: str) -> set[int]:
    query = select(Payer.tenant_id).where(Payer.tenant_id.in_(tenant_ids), Payer.number == number)
    return set(session.scalars(query))


def _landlord_id(session: Session, asker: Asker) -> int | None:
    own = rights.landlord_of(session, asker)
    return own.id if own is not None else None
