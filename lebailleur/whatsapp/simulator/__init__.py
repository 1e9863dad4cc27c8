"""A stand-in for WhatsApp, used when no credentials are set and by tests.

`simulator_app` gives a router with both sides of it: `/simulator/graph/…` is what the business
calls instead of Meta's Graph API, `/simulator/phone/…` is what people do on their phones,
`/simulator/faults` is what shall go wrong, `/simulator/number` is what the business number has
used of its limits. What people send reaches the app the way it does in earnest: as signed
notifications over HTTP.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, FastAPI
from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool

from lebailleur import clock, database
from lebailleur.settings import settings
from lebailleur.whatsapp.simulator import limits, live, templates
from lebailleur.whatsapp.simulator.account import Account
from lebailleur.whatsapp.simulator.chats import Chats, People, SimPerson
from lebailleur.whatsapp.simulator.faults import fault_router
from lebailleur.whatsapp.simulator.graph import graph_router
from lebailleur.whatsapp.simulator.phone import phone_router
from lebailleur.whatsapp.simulator.postman import Postman

__all__ = ["Account", "SimPerson", "simulator_app"]


def simulator_app(
    people: People,
    *,
    account: Account | None = None,
    engine: Engine | None = None,
    keep_window: bool = True,
    status_delay: float = 0.15,
    approved: Sequence[dict[str, Any]] = (),
) -> APIRouter:
    """The simulator as a router: `app.include_router(simulator_app(people))`.

    `people` tells whose phones can be chosen, or who has one; it is asked each time. `account`
    and `engine` default to those of the settings. Without `keep_window` the business may write
    free-form at any time. `status_delay` is the pause before each status, in seconds; `approved`
    are message templates that it has from the beginning, as the Graph API would be given them.
    Its lifespan, which the including app's runs, starts and stops the threads that post
    notifications.
    """
    account = account or Account.of(settings())
    throughput = limits.Throughput(account.messages_per_second)
    chats = Chats(account, people, throughput, engine, keep_window, status_delay)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        postman = Postman(chats)
        await run_in_threadpool(live.forget_old, chats)
        await run_in_threadpool(_approve, chats, approved)
        postman.start()
        try:
            yield
        finally:
            await run_in_threadpool(postman.stop)

    router = APIRouter(prefix="/simulator", lifespan=lifespan, include_in_schema=False)
    router.include_router(graph_router(chats))
    router.include_router(phone_router(chats))
    router.include_router(fault_router(chats.engine))

    @router.get("/number")
    def number() -> dict[str, Any]:
        """What the business number may send, and how many people it has reached in 24 hours who
        had not written."""
        with database.reading(engine) as session:
            reached = limits.reached(session, clock.now())
        return {
            "messages_per_second": chats.account.messages_per_second,
            "messaging_limit": chats.account.messaging_limit,
            "reached_outside_window": reached,
        }

    return router


def _approve(chats: Chats, given: Sequence[dict[str, Any]]) -> None:
    with database.writing(chats.engine) as session:
        for each in given:
            templates.create(session, templates.NewTemplate.model_validate(each))
