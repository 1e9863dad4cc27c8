"""The webhook: a notification is checked, kept, and acknowledged; nothing slow happens here."""

import json
from collections.abc import Callable
from typing import Any

import structlog
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool

from lebailleur import identity
from lebailleur.conversation import inbox, outbox
from lebailleur.database import writing
from lebailleur.whatsapp import inbound, signature

log = structlog.get_logger()

# Meta's notifications hold up to 3 MB.
LARGEST_BODY = 4 * 1024 * 1024


def webhook_router(
    engine: Engine, *, app_secret: str, verify_token: str, kept: Callable[[], None]
) -> APIRouter:
    """``/webhook/`` and ``/api/webhook/``. `kept` is called when there is something to handle."""
    router = APIRouter(tags=["whatsapp"])

    def verify(
        mode: str = Query("", alias="hub.mode"),
        token: str = Query("", alias="hub.verify_token"),
        challenge: str = Query("", alias="hub.challenge"),
    ) -> Response:
        """Meta's handshake: the challenge comes back bare when the token is ours."""
        if mode != "subscribe" or not verify_token or token != verify_token:
            return PlainTextResponse("forbidden", 403)
        return PlainTextResponse(challenge, headers={"X-Content-Type-Options": "nosniff"})

    async def notify(request: Request) -> Response:
        """200 as soon as all messages of a notification are kept."""
        body = await request.body()
        if len(body) > LARGEST_BODY:
            return JSONResponse({"detail": "too large"}, 413)
        header = request.headers.get("X-Hub-Signature-256")
        if not signature.is_valid(header, body, app_secret):
            return JSONResponse({"detail": "the signature is missing or wrong"}, 401)
        try:
            notification = json.loads(body)
        except (ValueError, RecursionError):
            return JSONResponse({"detail": "not JSON"}, 400)
        await run_in_threadpool(_keep, engine, notification)
        kept()
        return JSONResponse({})

    for path in ("/webhook/", "/api/webhook/"):
        router.add_api_route(path, verify, methods=["GET"])
        router.add_api_route(path, notify, methods=["POST"], include_in_schema=True)
    return router


def _keep(engine: Engine, notification: Any) -> None:
    messages, statuses = inbound.read(notification)
    new = 0
    with writing(engine) as session:
        for each in messages:
            person = identity.of_aliases(session, each.aliases, name=each.name)  # type: ignore[arg-type]
            new += inbox.keep(session, each.key, person.id, "message", each.content)
        for status in statuses:
            outbox.apply_status(session, status.wamid, status.status, status.error)
    log.info("notification_kept", messages=new, again=len(messages) - new, statuses=len(statuses))
