"""What changes, told to open pages as it happens (server-sent events)."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from fastapi.concurrency import run_in_threadpool
from fastapi.sse import ServerSentEvent
from sqlalchemy import delete, select

from lebailleur import database
from lebailleur.whatsapp.simulator import views
from lebailleur.whatsapp.simulator.chats import Chats
from lebailleur.whatsapp.simulator.tables import SimEvent, SimMessage, SimPhone

LOOK_EVERY = 0.5  # seconds, for what other processes changed
KEPT = 10_000
# Two transactions may commit in another order than they took their event's number. So the last
# numbers are looked at again, and what was already told is left out.
OVERLAP = 50
AT_ONCE = 500


async def events(chats: Chats, after: int) -> AsyncIterator[ServerSentEvent]:
    """Every change after event number `after`, without end."""
    told: set[int] = set()
    # A page may be older than the database, when that was made anew.
    after = min(after, await run_in_threadpool(_last, chats))
    with chats.bell.listening() as rung:
        while True:
            rung.clear()
            for number, data in await run_in_threadpool(_since, chats, after, told):
                told.add(number)
                after = max(after, number)
                yield ServerSentEvent(data=data, id=str(after))
            told = {number for number in told if number > after - OVERLAP}
            try:
                await asyncio.wait_for(rung.wait(), LOOK_EVERY)
            except TimeoutError:
                continue


def _last(chats: Chats) -> int:
    with database.reading(chats.engine) as session:
        return views.last_event(session)


def forget_old(chats: Chats) -> None:
    """Keep the last events only; a page that was away for longer is to be loaded again."""
    with database.writing(chats.engine) as session:
        last = views.last_event(session)
        session.execute(delete(SimEvent).where(SimEvent.id <= last - KEPT))


def _since(chats: Chats, after: int, told: set[int]) -> list[tuple[int, dict[str, Any]]]:
    first = after - OVERLAP if told else after
    with database.reading(chats.engine) as session:
        found = session.scalars(
            select(SimEvent).where(SimEvent.id > first).order_by(SimEvent.id).limit(AT_ONCE)
        ).all()
        new = [event for event in found if event.id not in told]
        if not new:
            return []
        ids = {event.message_id for event in new}
        rows = session.scalars(select(SimMessage).where(SimMessage.id.in_(ids))).all()
        shown = {view["id"]: view for view in views.messages(session, rows)}
        phones = {event.phone for event in new}
        unread = views.unread(session, phones)
        typing = {
            row.phone: views.typing_for(row)
            for row in session.scalars(select(SimPhone).where(SimPhone.phone.in_(phones)))
        }
    return [
        (
            event.id,
            {
                "phone": "+" + event.phone,
                "typing_for": typing.get(event.phone, 0),
                "unread": unread.get(event.phone, 0),
                "message": shown.get(event.message_id) if event.message_id else None,
            },
        )
        for event in new
    ]
