"""Logs: one line an event, with ids and counts; no numbers, no texts, no secrets.

Our own events and those of the libraries come out alike, as text or as JSON. Of an exception is
told what it is and where it was raised, never its words: they may be what somebody wrote. (Used in
Rasa's environment too, so nothing else of the project is needed here.)
"""

import logging
import os
import threading
import traceback
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

# Whose loggers show the chosen level; of all others (they may tell what they work on) only what
# is wrong is shown.
OURS = ("lebailleur", "actions", "nlu", "__main__")
ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def configure(
    process: str = "lebailleur",
    *,
    level: str | None = None,
    shape: str | None = None,
    also: Sequence[Processor] = (),
) -> None:
    """Set up structlog and the standard library's logging for this process, whose name stands in
    every line. `level` and `shape` (``text`` or ``json``): None is what the settings say; `also`
    sees, or changes, every event before it is written."""
    if level is None or shape is None:
        from lebailleur.settings import settings

        level, shape = level or settings().log_level, shape or settings().log_format
    least: int = getattr(logging, level)
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.stdlib.add_logger_name,
        _named(process),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(_whole if least <= logging.DEBUG else without_words),
        *also,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(least),
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _renderer(shape),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(least, logging.WARNING))
    for name in OURS:
        logging.getLogger(name).setLevel(least)
    logging.captureWarnings(True)
    threading.excepthook = _thread_failed


def without_words(exc_info: ExcInfo) -> str:
    """A traceback with the kinds of the exceptions and the lines of code, but without messages.
    Of the operating system's errors is told which one it is."""
    return "\n".join(_parts(exc_info[1], set()))


def _parts(error: BaseException, told: set[int]) -> Iterator[str]:
    told.add(id(error))
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and id(before) not in told:
        yield from _parts(before, told)
        yield "which led to"
    yield "Traceback (most recent call last):"
    yield from (each.rstrip() for each in traceback.format_tb(error.__traceback__))
    kind = type(error)
    name = f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")
    if isinstance(error, OSError) and error.errno:
        name += f": {os.strerror(error.errno)}"
    yield name


def _whole(exc_info: ExcInfo) -> str:
    return "".join(traceback.format_exception(*exc_info)).rstrip()


def _named(process: str) -> Processor:
    def add(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
        event["process"] = process
        return event

    return add


def _renderer(shape: str) -> Processor:
    if shape == "json":
        return structlog.processors.JSONRenderer()
    return structlog.dev.ConsoleRenderer(
        colors=False, exception_formatter=structlog.dev.plain_traceback
    )


def _thread_failed(arguments: Any) -> None:
    failed = (arguments.exc_type, arguments.exc_value, arguments.exc_traceback)
    structlog.get_logger().error("thread_failed", exc_info=failed)
