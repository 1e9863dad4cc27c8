"""What this process counts and times for Prometheus; `watching` serves it.

Labels are words of a short list of ours or Meta's error codes: never a person, a path or a text.
"""

from typing import Any

from prometheus_client import Counter, Histogram
from structlog.typing import EventDict, WrappedLogger

# What WhatsApp calls the kinds of messages; what it may call them tomorrow is "other".
MESSAGE_KINDS = frozenset(
    {"text", "tap", "image", "audio", "video", "document", "sticker", "location", "contacts"}
)
GRAPH_CALLS = frozenset({"messages", "media", "message_templates"})
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

messages_in = Counter(
    "lebailleur_messages_in", "Messages that people sent, each counted once.", ["kind"]
)
messages_out = Counter(
    "lebailleur_messages_out", "What became of messages of ours, each step counted.", ["state"]
)
_turn_seconds = Histogram(
    "lebailleur_turn_seconds",
    "From taking a message or an event in hand to its end.",
    ["kind", "outcome"],
    buckets=_SECONDS,
)
_confidence = Histogram(
    "lebailleur_understanding_confidence",
    "How sure the likeliest meaning of a typed message was.",
    buckets=(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1),
)
_unsure = Counter(
    "lebailleur_unsure", "Typed messages whose meaning was asked for, by the likeliest.", ["intent"]
)
_reminders = Counter(
    "lebailleur_reminders",
    "What we say first: said, or the reason why not when its turn had come.",
    ["kind", "outcome"],
)
_errors = Counter(
    "lebailleur_errors", "Warnings and errors in this process's log.", ["level", "kind", "code"]
)
_graph_seconds = Histogram(
    "lebailleur_graph_seconds",
    "Calls of the Graph API; code: ok, Meta's error code, or None where no answer could be read.",
    ["call", "code"],
    buckets=_SECONDS,
)
http_seconds = Histogram(
    "lebailleur_http_seconds",
    "Requests that were answered here, by the template of their path.",
    ["method", "route", "status"],
    buckets=_SECONDS,
)


def turn(kind: str, outcome: str, seconds: float, *, trigger: str | None) -> None:
    """A turn has ended; `trigger`: the intent with which we spoke first. What was put off comes
    again, so it is no reminder yet."""
    _turn_seconds.labels(kind, outcome).observe(seconds)
    if trigger is not None and outcome != "put_off":
        _reminders.labels(trigger.removeprefix("EXTERNAL_"), outcome).inc()


def understood(intent: str | None, likeliest: str | None, confidence: float) -> None:
    """A typed message was taken for `intent`; `confidence` is that of the likeliest one."""
    _confidence.observe(confidence)
    if intent == "nlu_fallback":
        _unsure.labels(str(likeliest)).inc()


def graph_call(url: str, code: str, seconds: float) -> None:
    """A call of the Graph API has ended, with ``ok`` or an error code."""
    call = url.rsplit("/", 1)[-1]
    _graph_seconds.labels(call if call in GRAPH_CALLS else "other", code).observe(seconds)


def kind_of(content: dict[str, Any]) -> str:
    """Of which kind an incoming message is, by its content as the inbox keeps it."""
    found = content.get("unsupported") or ("tap" if content.get("payload") else "text")
    return found if found in MESSAGE_KINDS else "other"


def count_problem(_: WrappedLogger, level: str, event: EventDict) -> EventDict:
    """A step of the log: counts what is written there as a warning or an error. Of a library's
    sentence the name of its logger is the kind."""
    if event.get("level") in ("warning", "error", "critical"):
        kind = event["event"] if event.get("_from_structlog", True) else event["logger"]
        code = event.get("code", event.get("reason", ""))
        _errors.labels(event["level"], kind, str(code)).inc()
    return event
