"""What Rasa's process tells of itself: its log in the shape of the other processes', each line with
the id of the message that it is about, and one line when a turn has ended.

The app sends that id (`X-Inbox-Id`); it goes on to the action server, and back to the app goes what
the message was taken for and what was run (`X-Turn`).
"""

import json
import logging
import os
import time
from contextvars import ContextVar
from functools import cache
from typing import Any, Dict, Optional

import structlog
from rasa.core.actions.action import RemoteAction
from rasa.core.processor import MessageProcessor
from rasa.utils.endpoints import EndpointConfig
from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse

from lebailleur import logs

INBOX, TURN = "X-Inbox-Id", "X-Turn"
# What Rasa's own events may tell; the rest of their fields are texts, slots and trackers.
BARE = frozenset(
    {"event", "level", "logger", "process", "timestamp", "inbox_id", "exception", "_record"}
    | {"_from_structlog"}
)

LONGEST_ID = 18

log = structlog.get_logger()
# The turn of this request: its id, when it began, and what `X-Turn` will say.
_turn: ContextVar[Optional[Dict[str, Any]]] = ContextVar("turn", default=None)


@cache
def watch() -> None:
    """From now on, in this process, Rasa's log is ours, and turns are watched. Once is enough."""
    logs.configure(
        "rasa",
        level=os.environ.get("NLU_LOG_LEVEL", "INFO"),
        shape=os.environ.get("LOG_FORMAT", "text"),
        also=[bare],
    )
    # Rasa's warnings of one message quote it; those of its training data are seen in training.
    logging.getLogger("py.warnings").setLevel(logging.ERROR)
    parse, run, request = MessageProcessor.parse_message, RemoteAction.run, EndpointConfig.request

    async def parse_and_note(self: Any, message: Any, *args: Any, **more: Any) -> Dict[str, Any]:
        parsed = await parse(self, message, *args, **more)
        if (turn := _turn.get()) is not None:
            turn["told"].update(understood(message.text or "", parsed))
        return parsed

    async def run_and_note(self: Any, *args: Any, **more: Any) -> Any:
        if (turn := _turn.get()) is not None:
            turn["told"]["actions"].append(self.name())
        return await run(self, *args, **more)

    async def request_with_id(self: Any, *args: Any, **more: Any) -> Any:
        if (turn := _turn.get()) is not None:
            more["headers"] = {**more.get("headers", {}), INBOX: str(turn["inbox_id"])}
        return await request(self, *args, **more)

    MessageProcessor.parse_message = parse_and_note
    RemoteAction.run = run_and_note
    EndpointConfig.request = request_with_id


def follow(app: Sanic) -> None:
    """Watch the requests of this server."""
    # Rasa has silenced them; what is wrong is to be seen like everything else.
    for name in ("sanic.root", "sanic.error"):
        logging.getLogger(name).propagate = True
    app.register_middleware(_begin, "request")
    app.register_middleware(_end, "response")


def understood(text: str, parsed: Dict[str, Any]) -> Dict[str, Any]:
    """What a message was taken for: `intent`; and of one that was typed the `likeliest` meaning,
    which may be another, and its `confidence`."""
    intent = parsed.get("intent") or {}
    if text.startswith("/"):
        return {"intent": intent.get("name")}
    ranking = [intent, *(parsed.get("intent_ranking") or [])]
    best = next((each for each in ranking if each.get("name") != "nlu_fallback"), {})
    return {
        "intent": intent.get("name"),
        "likeliest": best.get("name"),
        "confidence": round(float(best.get("confidence") or 0.0), 3),
    }


def bare(_: Any, __: str, event: Dict[str, Any]) -> Dict[str, Any]:
    """A step of the log: leaves of an event that is not ours its name, and where it comes from."""
    if event["logger"].startswith("nlu"):
        return event
    return {key: value for key, value in event.items() if key in BARE}


async def _begin(request: Request) -> None:
    # A connection's requests share one context: what the last one left is taken away.
    structlog.contextvars.clear_contextvars()
    given = request.headers.get(INBOX, "")
    if not (given.isascii() and given.isdigit() and len(given) <= LONGEST_ID):
        _turn.set(None)
        return
    turn = {"inbox_id": int(given), "began": time.monotonic(), "told": {"actions": []}}
    _turn.set(turn)
    structlog.contextvars.bind_contextvars(inbox_id=turn["inbox_id"])


async def _end(_: Request, response: HTTPResponse) -> None:
    turn = _turn.get()
    if turn is None:
        return
    response.headers[TURN] = json.dumps(turn["told"])
    milliseconds = round((time.monotonic() - turn["began"]) * 1000)
    log.info("rasa_turn_ended", milliseconds=milliseconds, status=response.status, **turn["told"])
