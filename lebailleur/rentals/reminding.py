"""What tenants are reminded of, on which day, and what stops a reminder.

A reminder may be said some days before something falls due, on the day, and some days after it, as
the landlord likes it. It is no threat and asks for no fee: fees are the landlord's own decision.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lebailleur import clock
from lebailleur.rentals import plans, reports, rights
from lebailleur.rentals.errors import Refused
from lebailleur.rentals.models import Claim, Landlord, Lease, Payment, Plan, PlanPart
from lebailleur.rentals.reports import Standing
from lebailleur.rentals.rights import Asker

Reason = Literal["paused", "off", "spared", "claimed", "disputed", "promised", "over", "stale"]
# So many days late may a step still be said, when nothing could be said on its own day.
LATE_DAYS = 3
# So long a landlord may record nothing before what is written here is too old to be held against
# anybody: a quarter in which every rent is said to be open is a book that is not kept.
STALE_DAYS = 92
# So long an automatic reminder waits when a tenant has written to the landlord.
SPARED_DAYS = 3
# So long it waits for the answer to what a tenant has asked for: paying later, or in parts.
ANSWER_DAYS = 7
MOST_DAYS, MOST_STEPS = 60, 5
# A reminder of a promise is no less due because of it, nor because people are talking.
_OF_PROMISES: tuple[Reason | None, ...] = (None, "promised", "spared")
# What keeps a landlord's own word from a tenant; they may say it for all else.
_OF_LANDLORDS: tuple[Reason, ...] = ("off", "claimed", "promised")


@dataclass(frozen=True)
class Rules:
    """How a landlord has reminded: days `before` (0: not) and `after` something falls due."""

    before: int
    after: tuple[int, ...]
    digest: bool
    paused: bool

    @property
    def steps(self) -> tuple[int, ...]:
        """Days from the due day, in order; 0 is the day itself."""
        return (*((-self.before,) if self.before else ()), 0, *self.after)


@dataclass(frozen=True)
class Matter:
    """What a lease is to be reminded of now: the day on which it falls or fell due, which step
    of that day it is, what is open of that day, and what is open from `before`."""

    due_on: date
    step: int
    amount: int
    before: int = 0

    @property
    def total(self) -> int:
        """All that is open."""
        return self.amount + self.before

    @property
    def name(self) -> str:
        """Which due day and which step: what is reminded of once."""
        return f"{self.due_on}:{self.step}"


def rules_of(landlord: Landlord) -> Rules:
    """What the landlord has set, or the defaults."""
    after = tuple(int(each) for each in landlord.remind_after.split(",") if each)
    return Rules(landlord.remind_before, after, landlord.digest, landlord.reminders_paused)


def change(
    session: Session,
    asker: Asker,
    *,
    before: int | None = None,
    after: Sequence[int] | None = None,
    digest: bool | None = None,
    paused: bool | None = None,
) -> Rules:
    """Set what is given; the rest stays. Raises `NotAllowed`, `Refused("bad_reminder_days")` for
    days over 60 or more than five of them."""
    landlord = rights.landlord(session, asker)
    if before is not None:
        _sensible([before])
        landlord.remind_before = before
    if after is not None:
        days = sorted(set(after) - {0})
        _sensible(days)
        landlord.remind_after = ",".join(str(each) for each in days)
    if digest is not None:
        landlord.digest = digest
    if paused is not None:
        landlord.reminders_paused = paused
    return rules_of(landlord)


def spare(session: Session, asker: Asker, lease_id: int) -> None:
    """The tenant has written to the landlord: for some days only people speak. Raises
    `NotFound`."""
    lease = rights.lease_for(session, asker, lease_id, or_self=True)
    tenant = lease.tenant
    tenant.spared_until = clock.today(tenant.landlord.timezone) + timedelta(days=SPARED_DAYS)


def matter_of(standing: Standing, rules: Rules) -> Matter | None:
    """What there is to remind of today. The newest due day counts, so that nobody hears of every
    month apart; a step that is long past, or was before the lease was known here, is not made up
    for."""
    ahead, owed = standing.next_due, standing.balance
    if ahead is not None and (step := _step(ahead[0], standing, rules)) is not None:
        # What was paid ahead is taken off.
        amount = ahead[1] + min(owed, 0)
        return Matter(ahead[0], step, amount, max(owed, 0)) if amount > 0 else None
    if owed <= 0 or not standing.open:
        return None
    due_on = max(each.due_on for each in standing.open)
    step = _step(due_on, standing, rules)
    if step is None:
        return None
    amount = min(sum(each.open for each in standing.open if each.due_on == due_on), owed)
    return Matter(due_on, step, amount, owed - amount)


def reason_against(session: Session, standing: Standing) -> Reason | None:
    """Why a tenant is not to be reminded, or None."""
    landlord = standing.lease.tenant.landlord
    stale = _stale(session, landlord, standing.today)
    return _against(standing, _open_talks(session, landlord), stale)


def reason_against_word(session: Session, standing: Standing) -> Reason | Literal["settled"] | None:
    """Why a tenant is not to be reminded by their landlord's own word, or None."""
    if standing.balance <= 0:
        return "settled"
    landlord = standing.lease.tenant.landlord
    found = _reasons(standing, {"claimed": claimed(session, landlord.id)}, stale=False)
    return next((reason for reason in found if reason in _OF_LANDLORDS), None)


def to_remind(
    session: Session, asker: Asker, landlord_id: int | None = None
) -> list[tuple[Standing, Matter]]:
    """Whom a landlord's day has reminded, and of what."""
    landlord = rights.landlord(session, asker, landlord_id)
    rules = rules_of(landlord)
    if rules.paused:
        return []
    every = reports.standings(session, asker, landlord_id=landlord.id)
    matters = [(each, matter) for each in every if (matter := matter_of(each, rules))]
    if not matters or _stale(session, landlord, matters[0][0].today):
        return []
    talks = _open_talks(session, landlord)
    return [pair for pair in matters if _against(pair[0], talks, stale=False) is None]


def promises_due(
    session: Session, asker: Asker, landlord_id: int | None = None
) -> list[tuple[Standing, PlanPart]]:
    """Whom a landlord's day has reminded of what they promised for it."""
    landlord = rights.landlord(session, asker, landlord_id)
    today = clock.today(landlord.timezone)
    parts = {
        lease_id: each.part
        for lease_id, plan in plans.agreed(session, landlord.id).items()
        for each in plans.standings(session, plan)
        if each.state == "open" and each.part.due_on == today
    }
    if not parts:
        return []
    talks, stale = _open_talks(session, landlord), _stale(session, landlord, today)
    return [
        (each, parts[each.lease.id])
        for each in reports.standings(session, asker, landlord_id=landlord.id)
        if each.lease.id in parts and _against(each, talks, stale) in _OF_PROMISES
    ]


def promise_to_tell(
    session: Session, asker: Asker, part_id: int
) -> tuple[Standing, PlanPart] | None:
    """A promised part and how its lease stands; None when there is nothing to be said of it any
    more: it is paid, another promise has taken its place, or something stops every reminder.
    Raises `NotFound`."""
    part = plans.part_for(session, asker, part_id)
    plan = plans.plan_for(session, asker, part.plan_id)
    state = next(each.state for each in plans.standings(session, plan) if each.part.id == part.id)
    if plan.state != "agreed" or state != "open":
        return None
    standing = reports.standing(session, asker, plan.lease_id)
    return (standing, part) if reason_against(session, standing) in _OF_PROMISES else None


def claimed(session: Session, landlord_id: int) -> set[int]:
    """The leases whose tenants say that they have paid, which the landlord has not answered."""
    query = (
        select(Claim.lease_id)
        .join(Lease)
        .where(Lease.landlord_id == landlord_id, Claim.state == "waiting")
    )
    return set(session.scalars(query))


def disputed(session: Session, landlord: Landlord) -> set[int]:
    """The leases whose tenants and landlord see it differently just now: the landlord has said
    that a claimed payment did not come, or has not answered yet whether it may be paid later."""
    today = clock.today(landlord.timezone)
    declined = (
        select(Claim.lease_id)
        .join(Lease)
        .where(
            Lease.landlord_id == landlord.id,
            Claim.state == "declined",
            Claim.decided_at >= clock.now() - timedelta(days=SPARED_DAYS),
        )
    )
    asked = (
        select(Plan.lease_id)
        .join(Lease)
        .where(
            Lease.landlord_id == landlord.id,
            Plan.state.in_(plans.WAITING),
            Plan.asked_on >= today - timedelta(days=ANSWER_DAYS),
        )
    )
    return {*session.scalars(declined), *session.scalars(asked)}


def _open_talks(session: Session, landlord: Landlord) -> dict[Reason, set[int]]:
    return {"claimed": claimed(session, landlord.id), "disputed": disputed(session, landlord)}


def _against(standing: Standing, talks: dict[Reason, set[int]], stale: bool) -> Reason | None:
    return next(_reasons(standing, talks, stale), None)


def _reasons(standing: Standing, talks: dict[Reason, set[int]], stale: bool) -> Iterator[Reason]:
    lease, today = standing.lease, standing.today
    tenant = lease.tenant
    stops: tuple[tuple[Reason, bool], ...] = (
        ("paused", tenant.landlord.reminders_paused or tenant.reminders_paused),
        ("off", not tenant.reminders),
        *((reason, lease.id in leases) for reason, leases in talks.items()),
        ("over", tenant.archived_at is not None or bool(lease.end_on and today > lease.end_on)),
        ("stale", stale),
        ("spared", tenant.spared_until is not None and today <= tenant.spared_until),
        ("promised", standing.promised is not None),
    )
    return (reason for reason, holds in stops if holds)


def _step(due_on: date, standing: Standing, rules: Rules) -> int | None:
    today, known = standing.today, standing.lease.tenant.created_at
    days = (today - due_on).days
    step = max((each for each in rules.steps if each <= days), default=None)
    if step is None or days - step > LATE_DAYS:
        return None
    said_on = due_on + timedelta(days=step)
    since = clock.local(known, standing.lease.tenant.landlord.timezone).date()
    return step if said_on == today or said_on > since else None


def _stale(session: Session, landlord: Landlord, today: date) -> bool:
    newest = [
        session.scalar(
            select(func.max(Payment.recorded_at)).where(Payment.landlord_id == landlord.id)
        ),
        session.scalar(select(func.max(Lease.created_at)).where(Lease.landlord_id == landlord.id)),
    ]
    kept = max(clock.local(each, landlord.timezone).date() for each in newest if each is not None)
    return (today - kept).days > STALE_DAYS


def _sensible(days: Sequence[int]) -> None:
    if len(days) > MOST_STEPS or any(not 0 <= each <= MOST_DAYS for each in days):
        raise Refused("bad_reminder_days", most=MOST_DAYS)
