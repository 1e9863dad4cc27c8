"""A log shows what went wrong, and nobody's words or secrets."""

import subprocess
import sys
from pathlib import Path

SCRIPT = """
import sys

import structlog
from sqlalchemy import text
from lebailleur import logs
from lebailleur.database import make_engine

logs.configure()
log = structlog.get_logger()

def handle(words):
    with make_engine(f"sqlite:///{sys.argv[1]}").connect() as connection:
        connection.execute(text("SELECT :words FROM nowhere"), {"words": words})

try:
    handle("Marie owes 30000, token EAAG" + "secret")
except Exception:
    log.exception("turn.failed", message_id=7)
"""


def test_an_exception_is_logged_without_what_it_was_about(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SCRIPT, str(tmp_path / "empty.db")]
    run = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    shown = run.stdout + run.stderr
    assert "turn.failed" in shown
    assert "OperationalError" in shown
    assert "in handle" in shown
    assert "Marie" not in shown
    assert "EAAGsecret" not in shown
