"""What is due to be said on a day: to tenants what falls due, is late or was promised, to landlords
what their day brings.

Nothing is said here: each reminder is kept once in the inbox (its key names what it is about and
which step), and from there starts a conversation like any message. What stops a reminder is asked
here (`rentals.reminding`), and once more when it is said.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from lebailleur import clock, working_hours
from lebailleur.conversation import inbox, outbox
from lebailleur.rentals import charges, digests, months, reminding
from lebailleur.rentals.models import Landlord
from lebailleur.rentals.rights import ADMIN

# A scheduler that was away for longer tells landlords of the last days only.
LONGEST_BACK = timedelta(days=3)


@dataclass(frozen=True)
class Reminder:
    """One thing to be said to one person. `key` makes it be said once."""

    key: str
    person_id: str
    trigger: str
    summary: str
    entities: dict[str, str] = field(default_factory=dict)


def waiting(session: Session) -> list[int]:
    """Landlords whose working day has begun and has not been looked after yet."""
    found = session.scalars(select(Landlord).where(Landlord.archived_at.is_(None)))
    return [
        each.id
        for each in found
        if each.reminded_on != _today(each) and working_hours.are_now(each.timezone)
    ]


def keep_all(session: Session, as_of: datetime) -> list[Reminder]:
    """Keep what every landlord's day asks to be said, as of a naive local time, which is taken in
    each landlord's own zone; return what is new. Outside the working hours nothing is said."""
    query = select(Landlord).where(Landlord.archived_at.is_(None))
    return [
        each
        for landlord in session.scalars(query).all()
        for each in keep_as_of(session, landlord, as_of)
    ]


def keep_as_of(session: Session, landlord: Landlord, as_of: datetime) -> list[Reminder]:
    """As `keep_all`, for one landlord. What is kept is said as of that moment too."""
    moment = as_of.replace(tzinfo=ZoneInfo(landlord.timezone))
    with clock.moved_to(moment):
        if not working_hours.are_now(landlord.timezone):
            return []
        return _keep(session, landlord, {"as_of": moment.isoformat()})


def keep_day(session: Session, landlord_id: int) -> list[Reminder]:
    """Keep what this landlord's day asks to be said, and return what is new."""
    landlord = session.get_one(Landlord, landlord_id)
    found = _keep(session, landlord, {})
    landlord.reminded_on = _today(landlord)
    return found


def _keep(session: Session, landlord: Landlord, more: dict[str, str]) -> list[Reminder]:
    charges.bring_up_to_date(session, landlord, _today(landlord))
    found = []
    for each in of_landlord(session, landlord):
        content: dict[str, Any] = {"trigger": each.trigger, "entities": {**each.entities, **more}}
        if not more:
            # Nobody's conversation is interrupted, and nobody woken.
            content |= {"quiet": True, "timezone": landlord.timezone}
        if inbox.keep(session, each.key, each.person_id, "event", content):
            found.append(each)
    return found


def of_landlord(session: Session, landlord: Landlord) -> Iterator[Reminder]:
    """What this landlord's day asks to be said."""
    for standing, matter in reminding.to_remind(session, ADMIN, landlord.id):
        tenant = standing.lease.tenant
        yield Reminder(
            key=f"due:{standing.lease.id}:{matter.name}",
            person_id=tenant.person_id,
            trigger="EXTERNAL_rent_late" if matter.step > 0 else "EXTERNAL_rent_due",
            summary=f"{tenant.name}: {matter.total if matter.step > 0 else matter.amount}",
            entities={"choice": str(standing.lease.id), "step": matter.name},
        )
    for standing, part in reminding.promises_due(session, ADMIN, landlord.id):
        tenant = standing.lease.tenant
        yield Reminder(
            key=f"promise:{part.id}",
            person_id=tenant.person_id,
            trigger="EXTERNAL_promise_due",
            summary=f"{tenant.name}: {part.amount or standing.balance}",
            entities={"choice": str(standing.lease.id), "charges": str(part.id)},
        )
    yield from _month(session, landlord)
    if reminding.rules_of(landlord).digest:
        today, since = _today(landlord), _since(session, landlord)
        news = digests.digest(session, ADMIN, since, landlord_id=landlord.id)
        if news.has_news:
            yield Reminder(
                key=_digest_key(landlord, today),
                person_id=landlord.person_id,
                trigger="EXTERNAL_digest",
                summary=f"{landlord.name}: {sum(each.amount for each in news.due)}",
                entities={"since": since.isoformat(), "step": today.isoformat()},
            )


def _month(session: Session, landlord: Landlord) -> Iterator[Reminder]:
    """The report of the month that has ended, in the first days of the next."""
    today = _today(landlord)
    last = today.replace(day=1) - timedelta(days=1)
    known = clock.local(landlord.created_at, landlord.timezone).date()
    late = timedelta(days=reminding.LATE_DAYS)
    if not reminding.rules_of(landlord).digest or known > last or today - last > late:
        return
    found = months.of_landlord(session, ADMIN, last.year, last.month, landlord_id=landlord.id)
    if found.total.expected or found.total.collected:
        month = f"{last:%Y-%m}"
        yield Reminder(
            key=f"month:{landlord.id}:{month}",
            person_id=landlord.person_id,
            trigger="EXTERNAL_month",
            summary=f"{landlord.name}: {found.total.collected}",
            entities={"period": month},
        )


def _since(session: Session, landlord: Landlord) -> date:
    """The first day of which the landlord has not been told yet."""
    today = _today(landlord)
    last = landlord.reminded_on
    if last is None or last >= today:
        return today - timedelta(days=1)
    kept = inbox.event_of(session, _digest_key(landlord, last))
    if kept is not None and not outbox.was_said(session, kept):
        # Nobody could say it on its day: this one says it too.
        last = date.fromisoformat(kept.content["entities"]["since"])
    return max(last, today - LONGEST_BACK)


def _digest_key(landlord: Landlord, day: date) -> str:
    return f"digest:{landlord.id}:{day}"


def _today(landlord: Landlord) -> date:
    return clock.today(landlord.timezone)
