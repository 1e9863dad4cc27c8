"""Logs: one line an event, with ids and counts; no numbers, no texts, no secrets."""

import logging
import os

import structlog


def configure() -> None:
    """Set up structlog for this process; `LOG_LEVEL` chooses the least level that is shown."""
    level = logging.getLevelNamesMapping().get(os.environ.get("LOG_LEVEL", "INFO"), logging.INFO)
    logging.basicConfig(level=max(level, logging.WARNING), format="%(name)s %(message)s")
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            # A traceback with its variables would put people's words and our tokens into the log.
            structlog.dev.ConsoleRenderer(
                colors=False, exception_formatter=structlog.dev.plain_traceback
            ),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
    )
