"""The webhook: a notification is checked, kept, and acknowledged; nothing slow happens here."""

import json
from collections.abc import Callable
from typing import Any

import structlog
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from lebailleur import identity, metrics
from lebailleur.conversation import attachments, inbox, outbox, outcomes, standstill
from lebailleur.database import writing
from lebailleur.whatsapp import inbound, signature
from lebailleur.whatsapp.errors import rule_for
from lebailleur.whatsapp.refusals import refused

log = structlog.get_logger()

# Meta's notifications hold up to 3 MB.
LARGEST_BODY = 4 * 1024 * 1024

Moving = Callable[[Session, str, str | None, str | None], bool]
"""Told of a person (id) who gets a new number (or None: only a new user id), and of who has had it
so far (id or None); whether that may be."""


def _nobody_minds(*_: Any) -> bool:
    return True


def webhook_router(
    engine: Engine,
    *,
    app_secret: str,
    verify_token: str,
    kept: Callable[[], None],
    number_id: str = "",
    masked: Callable[[str], str] = str,
    moving: Moving = _nobody_minds,
) -> APIRouter:
    """``/webhook/`` and ``/api/webhook/``. `kept` is called when there is something to handle;
    `number_id` is ours, where it is known: what is told of another number is left alone; `masked`
    takes out of a text what is not to be kept; `moving` is asked before a person's number or user
    id changes."""
    router = APIRouter(include_in_schema=False)

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
        if await run_in_threadpool(_keep, engine, notification, number_id, masked, moving):
            kept()
        return JSONResponse({})

    for path in ("/webhook/", "/api/webhook/"):
        router.add_api_route(path, verify, methods=["GET"])
        router.add_api_route(path, notify, methods=["POST"])
    return router


def _keep(
    engine: Engine,
    notification: Any,
    number_id: str,
    masked: Callable[[str], str],
    moving: Moving,
) -> bool:
    """Keep all that a notification says; whether there are new messages."""
    told = inbound.read(notification, number_id)
    new: list[str] = []
    with writing(engine) as session:
        wrote = set()
        known: dict[tuple[str, str], str] | None = None
        for each in told.events:
            if isinstance(each, inbound.Moved):
                _move(session, each, moving)
                known = None  # names are others' now
                continue
            if known is None:
                # Up to a thousand messages come at once, mostly of people whom we know.
                known = identity.known(
                    session, (value for one in told.messages for value in one.aliases.values())
                )
            content = {**each.content, "timestamp": each.timestamp}
            if text := content.get("text"):
                content["text"] = masked(text)
            people = {known.get(alias) for alias in each.aliases.items()}
            person_id = people.pop() if len(people) == 1 else None
            if person_id is None:
                person_id = _person(session, each, moving)
            if inbox.keep(session, each.key, person_id, "message", content):
                new.append(metrics.kind_of(content))
            wrote.add(person_id)
            if media := content.get("media"):
                attachments.keep(session, each.key, person_id, content["unsupported"], media)
        if wrote:
            outbox.release(session, wrote)
        for status in told.statuses:
            note_status(session, status)
        for problem in told.problems:
            if problem.code is not None and rule_for(problem.code).action == "stop":
                standstill.begin(session, problem.code)
    for kind in new:
        metrics.messages_in.labels(kind).inc()
    for problem in told.problems:
        log.error("account_problem", problem=problem.words)
    log.info(
        "notification_kept",
        messages=len(new),
        again=len(told.messages) - len(new),
        statuses=len(told.statuses),
        moves=len(told.moves),
        others=sorted(set(told.others)),
    )
    return bool(new)


def _person(session: Session, message: inbound.Incoming, moving: Moving) -> str:
    """Who has written. Of somebody whom WhatsApp named by a user id alone so far, it may tell the
    number one day: then it is theirs."""
    number = message.aliases.get("phone")
    if number and len(message.aliases) > 1:
        person = identity.of_any(session, message.aliases)
        if person is not None and not identity.alias_of(session, person.id, "phone"):
            moving(session, person.id, None, number)
    return identity.of_aliases(session, message.aliases, name=message.name).id


def note_status(session: Session, status: inbound.Status) -> None:
    """What became of a message of ours; and what comes of it when it has failed."""
    item = outcomes.apply_status(session, status.wamid, status.status, status.error, status.tracked)
    if item is None:
        return
    metrics.messages_out.labels(status.status).inc()
    log.info(
        "status_noted",
        outbox_id=item.id,
        inbox_id=item.inbox_id,
        status=status.status,
        code=status.code,
    )
    if status.status == "failed":
        language = inbox.language_of(session, item.person_id)
        refused(session, item, status.code, language, afterwards=True)
    else:
        standstill.end(session)


def _move(session: Session, move: inbound.Moved, moving: Moving) -> None:
    """Somebody is known by other names: the person keeps everything. Where the new name is a
    person with rentals of their own already, nothing is mixed: that is the operator's to settle."""
    person = identity.of_any(session, move.old)
    if person is None:
        return
    other = identity.of_any(session, move.new)
    if other is not None and other.id == person.id:
        other = None
    if moving(session, person.id, other.id if other else None, move.new.get("phone")):
        identity.rename(session, person.id, move.new)
    else:
        log.error("number_belongs_to_two_people", person_id=person.id)
