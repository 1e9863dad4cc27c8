"""Plans: who will pay later, when and how much. A promise is a plan of one part.

What is owed does not change by a promise; whether a part was kept follows from what was paid.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from lebailleur import clock
from lebailleur.rentals import leases, rights, statements
from lebailleur.rentals.asks import DEPOSIT
from lebailleur.rentals.cycles import months_after
from lebailleur.rentals.errors import Conflict, NotAllowed, NotFound, Refused
from lebailleur.rentals.models import Lease, Payment, Plan, PlanPart, Tenant
from lebailleur.rentals.rights import Asker

MOST_PARTS = 24
AHEAD_MONTHS = 12
WAITING = ("asked", "offered")
PartState = Literal["open", "kept", "broken"]


@dataclass(frozen=True)
class NewPart:
    """A sum for a day; without a sum, all that is owed on that day."""

    due_on: date
    amount: int | None = None


@dataclass(frozen=True)
class PartStanding:
    """How one part stands: ``open`` until its day has passed, then ``kept`` or ``broken``."""

    part: PlanPart
    state: PartState


def ask(
    session: Session,
    asker: Asker,
    lease_id: int,
    parts: Sequence[NewPart],
    *,
    key: str,
    words: str | None = None,
) -> Plan:
    """A tenant asks to pay later: kept until the landlord answers. Once for a `key`; a newer
    request takes the place of one that was not answered. Raises as `note` does."""
    lease = rights.lease_for(session, asker, lease_id, or_self=True)
    return _keep(session, asker, lease, parts, key, words, state="asked")


def note(
    session: Session,
    asker: Asker,
    lease_id: int,
    parts: Sequence[NewPart],
    *,
    key: str,
    words: str | None = None,
) -> Plan:
    """The landlord notes what was agreed. Once for a `key`; it takes the place of an earlier
    plan. Raises `Refused` (no_parts, past_date, too_far, not_positive), `NotFound`."""
    lease = rights.lease_for(session, asker, lease_id)
    return _keep(session, asker, lease, parts, key, words, state="agreed")


def counter(
    session: Session, asker: Asker, plan_id: int, parts: Sequence[NewPart], *, key: str
) -> Plan:
    """The landlord answers a request by other days. Who is given at least the time that they
    asked for has their agreement at once; fewer days are an offer, which holds once the tenant
    agrees. Raises as `note` does, and `Conflict("already_decided")`."""
    plan = plan_for(session, asker, plan_id)
    lease = rights.lease_for(session, asker, plan.lease_id)
    if (existing := _kept(session, lease, key)) is not None:
        return existing
    if plan.state != "asked":
        raise Conflict("already_decided", decision=plan.state)
    generous = bool(parts) and parts[0].due_on >= plan.parts[-1].due_on
    state = "agreed" if generous else "offered"
    return _keep(session, asker, lease, parts, key, None, state=state)


def answer(session: Session, asker: Asker, plan_id: int, *, agreed: bool) -> Plan:
    """The landlord's answer to a request, or the tenant's to an offer.

    Raises `NotFound`, `Conflict("already_decided")`, `NotAllowed` for who has asked themselves,
    and `Refused("past_date")` where all of its days have passed.
    """
    plan = plan_for(session, asker, plan_id)
    if plan.state not in WAITING:
        raise Conflict("already_decided", decision=plan.state)
    tenant = plan.lease.tenant
    decides = tenant.landlord if plan.state == "asked" else tenant
    if not asker.admin and decides.person_id != asker.person_id:
        raise NotAllowed("not_yours_to_answer")
    last = plan.parts[-1].due_on
    if agreed and last < _today(plan.lease):
        raise Refused("past_date", day=last)
    if agreed:
        _replace(session, plan.lease_id, "agreed")
        plan.agreed_on = _today(plan.lease)
    plan.state = "agreed" if agreed else "declined"
    plan.decided_by, plan.decided_at = asker.label, clock.now()
    session.flush()
    return plan


def plan_for(session: Session, asker: Asker, plan_id: int) -> Plan:
    """A plan of the asker's, as landlord or tenant; raises `NotFound`."""
    plan = session.get(Plan, plan_id)
    if plan is None:
        raise NotFound("plan_not_found", id=plan_id)
    rights.lease_for(session, asker, plan.lease_id, or_self=True)
    return plan


def part_for(session: Session, asker: Asker, part_id: int) -> PlanPart:
    """A part of a plan of the asker's; raises `NotFound`."""
    part = session.get(PlanPart, part_id)
    if part is None:
        raise NotFound("plan_not_found", id=part_id)
    plan_for(session, asker, part.plan_id)
    return part


def asked(session: Session, asker: Asker, landlord_id: int | None = None) -> list[Plan]:
    """The requests that wait for the landlord's answer, the oldest first."""
    landlord = rights.landlord(session, asker, landlord_id)
    query = (
        select(Plan)
        .join(Lease)
        .where(Lease.landlord_id == landlord.id, Plan.state == "asked")
        .order_by(Plan.id)
    )
    return list(session.scalars(query).unique())


def offered(session: Session, asker: Asker) -> list[Plan]:
    """What landlords have offered the asker, as tenant, and waits for their answer."""
    query = (
        select(Plan)
        .join(Lease)
        .join(Tenant)
        .where(Tenant.person_id == asker.person_id, Plan.state == "offered")
        .order_by(Plan.id)
    )
    return list(session.scalars(query).unique()) if asker.person_id else []


def agreed(session: Session, landlord_id: int) -> dict[int, Plan]:
    """The plan in force of each of a landlord's leases that has one, by the lease's id."""
    query = (
        select(Plan)
        .join(Lease)
        .where(Lease.landlord_id == landlord_id, Plan.state == "agreed")
        .order_by(Plan.id)
    )
    return {each.lease_id: each for each in session.scalars(query).unique()}


def standings(session: Session, plan: Plan) -> list[PartStanding]:
    """How the parts of an agreed plan stand today: a part is kept when, by its day, as much has
    been paid since the plan was agreed as all parts up to it ask; a part without a sum, when
    nothing of what was due is open on its day."""
    today = _today(plan.lease)
    begin = plan.agreed_on or plan.asked_on
    paid = session.execute(
        select(Payment.paid_on, Payment.amount).where(
            Payment.lease_id.in_(leases.chain(session, plan.lease)),
            Payment.voided_at.is_(None),
            Payment.paid_on >= begin,
            Payment.bill.is_distinct_from(DEPOSIT),
        )
    ).all()
    found, wanted = [], 0
    for part in plan.parts:
        wanted += part.amount or 0
        by_then = sum(amount for day, amount in paid if day <= part.due_on)
        if part.amount is None:
            kept = _clear_on(session, plan.lease, part.due_on)
        else:
            kept = by_then >= wanted
        state: PartState = "kept" if kept else "broken" if today > part.due_on else "open"
        found.append(PartStanding(part, state))
    return found


def next_open(session: Session, plan: Plan) -> PlanPart | None:
    """The next part that is promised: its day has not passed, and it is not paid yet."""
    for each in standings(session, plan):
        if each.state == "broken":
            return None  # a promise that was broken holds no reminder back
        if each.state == "open":
            return each.part
    return None


def _keep(
    session: Session,
    asker: Asker,
    lease: Lease,
    parts: Sequence[NewPart],
    key: str,
    words: str | None,
    *,
    state: str,
) -> Plan:
    if (existing := _kept(session, lease, key)) is not None:
        return existing
    today = _today(lease)
    if not 0 < len(parts) <= MOST_PARTS:
        raise Refused("no_parts")
    for part in parts:
        if part.due_on < today:
            raise Refused("past_date", day=part.due_on)
        if part.due_on > months_after(today, AHEAD_MONTHS):
            raise Refused("too_far", day=part.due_on)
        if part.amount is not None and part.amount <= 0:
            raise Refused("not_positive", amount=part.amount)
    _replace(session, lease.id, state)
    plan = Plan(
        lease_id=lease.id,
        state=state,
        words=(words or "")[:1000] or None,
        asked_by=asker.label,
        asked_on=today,
        agreed_on=today if state == "agreed" else None,
        key=key,
        created_at=clock.now(),
        parts=[PlanPart(due_on=each.due_on, amount=each.amount) for each in parts],
    )
    session.add(plan)
    session.flush()
    session.refresh(plan)
    return plan


def _kept(session: Session, lease: Lease, key: str) -> Plan | None:
    return session.scalar(select(Plan).where(Plan.lease_id == lease.id, Plan.key == key))


def _replace(session: Session, lease_id: int, state: str) -> None:
    """A new agreement ends an older one, and what waited for an answer; a new request or offer
    only ends an older one of these."""
    ended = (*WAITING, "agreed") if state == "agreed" else WAITING
    for old in session.scalars(
        select(Plan).where(Plan.lease_id == lease_id, Plan.state.in_(ended))
    ).unique():
        old.state, old.decided_at = "replaced", clock.now()


def _clear_on(session: Session, lease: Lease, day: date) -> bool:
    return statements.balance(session, lease, day) <= 0


def _today(lease: Lease) -> date:
    return clock.today(lease.tenant.landlord.timezone)
