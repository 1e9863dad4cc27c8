"""The app: the only process that faces outwards. Here its parts are put together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from fastapi import APIRouter, FastAPI
from fastapi.responses import JSONResponse
from sqlalchemy import text
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from lebailleur import audit, clock, database, demo, logs, metrics, watching
from lebailleur.api import api_router
from lebailleur.api.described import describe
from lebailleur.api.errors import wrong_method
from lebailleur.body_size import BodySize
from lebailleur.console.pages import console_router
from lebailleur.conversation import attachments
from lebailleur.conversation.rasa import RasaClient
from lebailleur.conversation.worker import InboxWorker
from lebailleur.rentals import months, portfolio, receipts, rights, tokens
from lebailleur.rentals.papers.month import month_pdf
from lebailleur.rentals.rights import Asker
from lebailleur.settings import (
    SIMULATED_APP_SECRET,
    SIMULATED_VERIFY_TOKEN,
    Settings,
    settings,
)
from lebailleur.understanding import mobile_money
from lebailleur.whatsapp import templates, webhook
from lebailleur.whatsapp.delivery import Attention, Delivery, Document
from lebailleur.whatsapp.fetching import Fetching
from lebailleur.whatsapp.graph import GraphClient
from lebailleur.whatsapp.pace import Pace
from lebailleur.whatsapp.simulator import SimPerson, simulator_app

log = structlog.get_logger()

# What the REST API and the pages take; the webhook has its own, larger, measure.
LARGEST_BODY = 1024 * 1024
# The simulator's phones send pictures and voice notes.
LARGER_BODIES = {"/simulator/": 20 * 1024 * 1024}


def create_app() -> FastAPI:
    """The whole app. Raises `SystemExit` when a setting that WhatsApp needs is missing."""
    logs.configure("app", also=[metrics.count_problem])
    audit.process_is("app")
    chosen = settings()
    if missing := chosen.missing_for_whatsapp():
        raise SystemExit(f"WHATSAPP_TOKEN is set, but these are missing: {', '.join(missing)}")
    engine = database.engine()
    rasa, graph = RasaClient(chosen), GraphClient(chosen)
    delivery = Delivery(
        engine,
        graph,
        _document,
        Pace(chosen.messages_per_second),
        unknown_is_closed=chosen.simulated and not chosen.whatsapp_graph_url,
    )
    fetching = Fetching(engine, graph)
    inbox = InboxWorker(
        engine,
        rasa,
        delivery.workers.wake,
        Attention(graph).watch,
        mobile_money.is_operators,
    )

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        # FastAPI makes a router's routes when they are first asked for, while all else waits: now.
        app.openapi()
        every = (inbox.workers, inbox.tellers, delivery.workers, fetching.workers)
        for each in every:
            each.start()
        yield
        for each in every:
            await run_in_threadpool(each.stop)

    app = FastAPI(title="LeBailleur", version="0.1.0", lifespan=lifespan)
    describe(app)
    app.add_middleware(BodySize, most=_largest_body)
    app.add_middleware(watching.Requests)
    app.add_exception_handler(405, wrong_method)
    app.include_router(_health(rasa))
    app.include_router(
        watching.metrics_router(engine, rasa.parts, chosen.metrics_token.get_secret_value())
    )
    app.include_router(
        webhook.webhook_router(
            engine,
            kept=inbox.workers.wake,
            number_id=chosen.whatsapp_phone_number_id,
            masked=mobile_money.masked,
            moving=portfolio.number_changed,
            **_webhook_secrets(chosen),
        ),
        prefix=f"/{chosen.webhook_secret_path}" if chosen.webhook_secret_path else "",
    )
    app.include_router(api_router)
    if chosen.simulated:
        approved = templates.every_created()
        app.include_router(simulator_app(_people, engine=engine, approved=approved))
    app.include_router(console_router(simulated=chosen.simulated, number=chosen.whatsapp_number))
    return app


def _webhook_secrets(chosen: Settings) -> dict[str, str]:
    secret = chosen.whatsapp_app_secret.get_secret_value()
    token = chosen.whatsapp_verify_token.get_secret_value()
    if chosen.simulated:
        secret, token = secret or SIMULATED_APP_SECRET, token or SIMULATED_VERIFY_TOKEN
    return {"app_secret": secret, "verify_token": token}


def _health(rasa: RasaClient) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/healthz")
    def alive() -> dict[str, str]:
        """The process is alive."""
        return {"status": "alive"}

    @router.get("/readyz")
    def ready() -> JSONResponse:
        """Whether a message could be answered now."""
        parts = {"database": _database_answers(), **rasa.parts()}
        status = "ready" if all(parts.values()) else "not ready"
        return JSONResponse({"status": status, **parts}, 200 if all(parts.values()) else 503)

    return router


def _database_answers() -> bool:
    try:
        with database.reading() as session:
            session.execute(text("SELECT count(*) FROM inbox WHERE id < 0"))
        return True
    except Exception:
        log.exception("database_not_ready")
        return False


def _document(ref: str, person_id: str) -> Document:
    """The bytes of what the outbox names, for the person to whom it goes."""
    kind, _, name = ref.partition(":")
    with database.writing() as session:
        if kind == "attachment":
            found = attachments.for_person(session, int(name), person_id)
            return found.data or b"", found.mime
        if kind == "api_key":
            return tokens.show(session, Asker(person_id), int(name)).encode(), "text/plain"
        if kind == "month":
            year, _, month = name.partition("-")
            return _month(session, Asker(person_id), int(year), int(month)), "application/pdf"
        if kind != "receipt":
            raise LookupError(f"no documents of the kind {kind!r}")
        return receipts.pdf(session, Asker(person_id), name), "application/pdf"


def _month(session: Session, asker: Asker, year: int, month: int) -> bytes:
    landlord = rights.landlord(session, asker)
    return month_pdf(
        landlord,
        months.of_landlord(session, asker, year, month),
        months.by_lease(session, asker, year, month),
        language=landlord.language,
        made_at=clock.now(),
    )


def _people(phone: str | None = None) -> list[SimPerson]:
    with database.reading() as session:
        return [SimPerson(*each) for each in demo.people(session, phone)]


def _largest_body(path: str) -> int:
    if path.endswith("/webhook/"):
        return webhook.LARGEST_BODY
    return next((n for each, n in LARGER_BODIES.items() if path.startswith(each)), LARGEST_BODY)
