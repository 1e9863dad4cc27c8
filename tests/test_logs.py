"""A log shows what went wrong, and nobody's words or secrets."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import logging
import sys
import threading

import structlog
from sqlalchemy import text
from structlog.contextvars import bound_contextvars
from lebailleur import logs, metrics
from lebailleur.database import make_engine

logs.configure("app", also=[metrics.count_problem])
log = structlog.get_logger()

def handle(words):
    with make_engine(f"sqlite:///{sys.argv[1]}").connect() as connection:
        connection.execute(text("SELECT :words FROM nowhere"), {"words": words})

def fail(words):
    try:
        handle(words)
    except Exception as error:
        raise LookupError(f"nothing for {words}") from error

words = "Marie owes 30000, token EAAG" + "secret"
log.info("begun", inbox_id=7)
log.debug("unseen")
logging.getLogger("urllib3").info("unseen too")
with bound_contextvars(inbox_id=7):
    try:
        fail(words)
    except Exception:
        log.exception("turn.failed", code=131000)
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
thread = threading.Thread(target=fail, args=(words,))
thread.start()
thread.join()
counted = metrics._errors.collect()[0].samples
for sample in sorted(counted, key=lambda each: each.labels["kind"]):
    if sample.name.endswith("_total"):
        print("counted", *sample.labels.values(), sample.value)
"""


def run(tmp_path: Path, **settings: str) -> tuple[list[str], list[str]]:
    """The lines that were logged, and those that were printed."""
    command = [sys.executable, "-c", SCRIPT, str(tmp_path / "empty.db")]
    root = str(Path(__file__).resolve().parents[1])
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env={"PYTHONPATH": root, **settings},
    )
    return done.stderr.splitlines(), done.stdout.splitlines()


@pytest.mark.parametrize("shape", ["text", "json", "JSON"])
def test_an_exception_is_logged_without_what_it_was_about(tmp_path: Path, shape: str) -> None:
    lines, _ = run(tmp_path, LOG_FORMAT=shape)
    shown = "\n".join(lines)
    assert shown.count("turn.failed") == 1
    # What it was, where, and what led to it.
    assert shown.count("sqlalchemy.exc.OperationalError") == 3
    assert shown.count("LookupError") == 3
    assert "in handle" in shown
    assert "Marie" not in shown
    assert "EAAGsecret" not in shown
    assert "unseen" not in shown


def test_json_is_one_line_an_event_the_same_for_libraries(tmp_path: Path) -> None:
    lines, _ = run(tmp_path, LOG_FORMAT="json")
    events = [json.loads(line) for line in lines]
    assert [(each["event"], each["level"], each.get("inbox_id")) for each in events] == [
        ("begun", "info", 7),
        ("turn.failed", "error", 7),
        ("Exception in ASGI application", "error", 7),
        ("thread_failed", "error", None),
    ]
    for each in events:
        assert each["process"] == "app"
        assert each["timestamp"].endswith("Z")
        assert each["logger"]


def test_only_what_is_wrong_is_shown_where_only_that_is_asked_for(tmp_path: Path) -> None:
    lines, _ = run(tmp_path, LOG_FORMAT="json", LOG_LEVEL="error")
    assert {json.loads(line)["level"] for line in lines} == {"error"}


def test_errors_are_counted_by_kind_those_of_libraries_by_their_logger(tmp_path: Path) -> None:
    _, counted = run(tmp_path)
    assert counted == [
        "counted error thread_failed  1.0",
        "counted error turn.failed 131000 1.0",
        "counted error uvicorn.error  1.0",
    ]
