"""What the app tells of itself to whoever runs it: each request's id, and `/metrics`.

What several processes have a share in is asked of the database when it is scraped; the rest each
app counts for itself (`metrics`), and whoever scrapes adds up.
"""

import re
import secrets
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress

import structlog
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bound_contextvars

from lebailleur import clock, metrics
from lebailleur.conversation import inbox, outbox
from lebailleur.database import reading
from lebailleur.reminders import scheduler

log = structlog.get_logger()

REQUEST_ID = "X-Request-Id"
# Digits alone are refused: they may be somebody's number.
_TAKEN_OVER = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9._-]{8,64}")
# Asked again and again, by machines: shown at DEBUG only.
_QUIET = ("/healthz", "/readyz", "/metrics", "/simulator")


class Requests:
    """Gives each request an id (the caller's, if it is one), which is answered and stands in all
    lines of the log about it; notes how it ended. What nobody caught is answered with 500."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        given = Headers(scope=scope).get(REQUEST_ID, "")
        request_id = given if _TAKEN_OVER.fullmatch(given) else uuid.uuid4().hex
        began, status = time.monotonic(), 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[REQUEST_ID] = request_id
            await send(message)

        with bound_contextvars(request_id=request_id):
            try:
                await self._app(scope, receive, answer)
            except Exception as error:
                log.exception("request_failed", route=_route(scope), code=type(error).__name__)
                if status:
                    raise  # a part of the answer has left
                detail = {"detail": "something went wrong here; it has been noted"}
                await JSONResponse(detail, 500)(scope, receive, answer)
            finally:
                _note(scope, status, time.monotonic() - began)


def _note(scope: Scope, status: int, seconds: float) -> None:
    method = scope["method"] if scope["method"] in metrics.METHODS else "other"
    route = _route(scope)
    metrics.http_seconds.labels(method, route, str(status)).observe(seconds)
    say = log.debug if route.startswith(_QUIET) and status < 500 else log.info
    milliseconds = round(seconds * 1000)
    say("request", method=method, route=route, status=status, milliseconds=milliseconds)


def _route(scope: Scope) -> str:
    """The template of the path, without WEBHOOK_SECRET_PATH and without what stands in its
    blanks."""
    return getattr(scope.get("route"), "path_format", None) or "none"


def metrics_router(engine: Engine, parts: Callable[[], dict[str, bool]], token: str) -> APIRouter:
    """``/metrics``, for who knows `token`; without one there is no such page. `parts` tells which
    other processes answer."""
    router = APIRouter(include_in_schema=False)

    @router.get("/metrics")
    def show(request: Request) -> Response:
        if not token:
            return JSONResponse({"detail": "Not Found"}, 404)
        wanted = f"Bearer {token}".encode()
        if not secrets.compare_digest(request.headers.get("authorization", "").encode(), wanted):
            unknown = {"detail": "a valid token is needed: Authorization: Bearer …"}
            return JSONResponse(unknown, 401, headers={"WWW-Authenticate": "Bearer"})
        now = CollectorRegistry(auto_describe=False)
        now.register(_Standing(engine, parts))
        body = generate_latest(REGISTRY) + generate_latest(now)
        return Response(body, media_type=CONTENT_TYPE_LATEST)

    return router


class _Standing(Collector):
    """How things stand at this moment, for all processes together."""

    def __init__(self, engine: Engine, parts: Callable[[], dict[str, bool]]) -> None:
        self._engine, self._parts = engine, parts

    def collect(self) -> Iterator[GaugeMetricFamily]:
        up = {"database": False, "scheduler": False, **self._parts()}
        with suppress(SQLAlchemyError):
            yield from self._backlogs()
            up["database"] = True
        with suppress(SQLAlchemyError), reading(self._engine) as session:
            up["scheduler"] = scheduler.is_running(session)
        family = GaugeMetricFamily("lebailleur_up", "Whether it answers.", labels=["part"])
        for part, answers in up.items():
            family.add_metric([part], answers)
        yield family

    def _backlogs(self) -> Iterator[GaugeMetricFamily]:
        with reading(self._engine) as session:
            found = {
                "inbox": ("kind", ("message", "event"), inbox.backlog(session)),
                "outbox": ("state", (*outbox.OPEN, *outbox.ASIDE), outbox.backlog(session)),
            }
        now = clock.now()
        for box, (label, every, waiting) in found.items():
            count = GaugeMetricFamily(
                f"lebailleur_{box}_waiting", f"What waits in the {box} now.", labels=[label]
            )
            oldest = GaugeMetricFamily(
                f"lebailleur_{box}_oldest_seconds", "Since when the oldest waits.", labels=[label]
            )
            for each in every:
                number, since = waiting.get(each, (0, now))
                count.add_metric([each], number)
                oldest.add_metric([each], max(0.0, (now - since).total_seconds()))
            yield count
            yield oldest
