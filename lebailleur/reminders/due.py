"""What is due to be said on a day: rents that fall due and are not paid.

Nothing is said here: each reminder is kept once in the inbox (its key names what it is about and
which step), and from there starts a conversation like any message.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from lebailleur import clock
from lebailleur.conversation import inbox
from lebailleur.rentals import charges, plans
from lebailleur.rentals.charges import OpenCharge
from lebailleur.rentals.models import Charge, Landlord, Lease, Tenant
from lebailleur.settings import settings


@dataclass(frozen=True)
class Reminder:
    """One thing to be said to one person. `key` makes it be said once."""

    key: str
    person_id: str
    trigger: str
    entities: dict[str, str]
    summary: str


def keep_all(session: Session, as_of: datetime | None = None) -> list[Reminder]:
    """Keep what every landlord's day asks to be said, and return what is new.

    `as_of` is a naive local time, taken in each landlord's own zone; without it, now. Outside
    the working hours nothing is said. Charges that are due are made on the way.
    """
    found = []
    for landlord in session.scalars(select(Landlord).where(Landlord.archived_at.is_(None))).all():
        moment = _moment(landlord, as_of)
        if not _working(clock.local(moment, landlord.timezone).time()):
            continue
        with clock.moved_to(moment):
            for each in of_landlord(session, landlord):
                content: dict[str, Any] = {"trigger": each.trigger, "entities": each.entities}
                if inbox.keep(session, each.key, each.person_id, "event", content):
                    found.append(each)
    return found


def of_landlord(session: Session, landlord: Landlord) -> list[Reminder]:
    """What this landlord's day asks to be said: rents that fall due, promises whose day has come
    or has passed without the money."""
    today = clock.today(landlord.timezone)
    charges.bring_up_to_date(session, landlord, today)
    return _rents(session, landlord, today) + _promises(session, landlord, today)


def _rents(session: Session, landlord: Landlord, today: date) -> list[Reminder]:
    """To each tenant whose charge falls due today and is open, unless they have promised a day
    that is still to come; and once to the landlord."""
    promised = plans.agreed(session, landlord.id)
    due = _due_today(session, landlord, today)
    if not due:
        return []
    found = []
    every: list[OpenCharge] = []
    for lease, open_ in due.items():
        every += open_
        waits = lease.id in promised and plans.next_open(session, promised[lease.id])
        if _hears(lease.tenant) and not waits:
            found.append(
                Reminder(
                    key=f"due:{lease.id}:{today}",
                    person_id=lease.tenant.person_id,
                    trigger="EXTERNAL_rent_due",
                    entities={"choice": str(lease.id), "charges": _ids(open_)},
                    summary=f"{lease.tenant.name}: {sum(each.open for each in open_)}",
                )
            )
    found.append(
        Reminder(
            key=f"due:landlord:{landlord.id}:{today}",
            person_id=landlord.person_id,
            trigger="EXTERNAL_rents_due",
            entities={"charges": _ids(every)},
            summary=f"{landlord.name}: {sum(each.open for each in every)}",
        )
    )
    return found


def _promises(session: Session, landlord: Landlord, today: date) -> list[Reminder]:
    """To the tenant on the day for which they promised; to the landlord on the day after, when
    nothing has come."""
    found = []
    for plan in plans.agreed(session, landlord.id).values():
        for each in plans.standings(session, plan):
            tenant, part = plan.lease.tenant, each.part
            entities = {"choice": str(plan.lease_id), "charges": str(part.id)}
            summary = f"{tenant.name}: {part.due_on}"
            if each.state == "open" and part.due_on == today and _hears(tenant):
                key = f"promise:{part.id}"
                to = tenant.person_id
                found.append(Reminder(key, to, "EXTERNAL_promise_due", entities, summary))
            if each.state == "broken":
                key = f"promise:{part.id}:broken"
                to = landlord.person_id
                found.append(Reminder(key, to, "EXTERNAL_promise_broken", entities, summary))
    return found


def _hears(tenant: Tenant) -> bool:
    """Whether neither the tenant nor the landlord has switched the reminders off."""
    return tenant.reminders and not tenant.reminders_paused


def _due_today(session: Session, landlord: Landlord, today: date) -> dict[Lease, list[OpenCharge]]:
    leases = {
        lease.id: lease
        for lease in session.scalars(
            select(Lease)
            .join(Tenant)
            .join(Charge, Charge.lease_id == Lease.id)
            .where(
                Charge.landlord_id == landlord.id,
                Charge.due_on == today,
                Charge.open > 0,
                Tenant.archived_at.is_(None),
            )
        ).unique()
    }
    found: dict[Lease, list[OpenCharge]] = defaultdict(list)
    for each in charges.open_charges(session, list(leases), due_by=today):
        if each.due_on == today:
            found[leases[each.lease_id]].append(each)
    return found


def _ids(open_: list[OpenCharge]) -> str:
    return ",".join(str(each.id) for each in open_)


def _moment(landlord: Landlord, as_of: datetime | None) -> datetime:
    return as_of.replace(tzinfo=ZoneInfo(landlord.timezone)) if as_of else clock.now()


def _working(now: time) -> bool:
    start, end = (time.fromisoformat(each.strip()) for each in settings().working_hours.split("-"))
    return start <= now < end
