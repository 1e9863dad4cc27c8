"""What the containers run, run here: each part by its own command, at addresses of its own."""

import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
import yaml
from sqlalchemy import Engine, text

from lebailleur.reminders import scheduler
from lebailleur.settings import ROOT, Settings
from tests.deploy.test_images import DEPLOY, instructions
from tests.stack import free_port


@pytest.mark.parametrize(
    ("given", "taken"),
    [("rasa-x:5005", "http://rasa-x:5005"), ("http://rasa:5005", "http://rasa:5005")],
)
def test_an_address_may_come_as_host_and_port(given, taken, monkeypatch):
    monkeypatch.setenv("RASA_URL", given)
    monkeypatch.setenv("ACTIONS_URL", given)
    chosen = Settings(_env_file=None)
    assert (chosen.rasa_url, chosen.actions_url) == (taken, taken)


def test_the_action_server_can_be_reached_from_another_machine_where_it_is_told_so(tmp_path):
    port = free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": f"sqlite:///{tmp_path / 'empty.db'}",
        # The name that others know it by is not one that it could listen at.
        "ACTIONS_URL": f"http://actions.invalid:{port}",
    }
    command = [sys.executable, "-m", "actions", "--host", "127.0.0.2"]
    with subprocess.Popen(command, cwd=ROOT, env=environment) as process:
        try:
            assert answers(f"http://127.0.0.2:{port}/health", process)
        finally:
            process.terminate()


def answers(url: str, process: subprocess.Popen[bytes], seconds: float = 90) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        try:
            return requests.get(url, timeout=2).ok
        except requests.RequestException:
            time.sleep(0.2)
    return False


def test_rasa_is_started_where_it_is_told_and_finds_actions_given_as_host_and_port(tmp_path):
    """scripts/run-rasa, with a stand-in for rasa itself that tells what it was given."""
    (tmp_path / ".venv-rasa/bin").mkdir(parents=True)
    stand_in = tmp_path / ".venv-rasa/bin/rasa"
    stand_in.write_text('#!/bin/sh\nprintf "%s\\n" "$ACTIONS_URL" "$@"\n')
    stand_in.chmod(0o755)
    environment = {
        "RASA_TOKEN": "t+/=",
        "RASA_HOST": "0.0.0.0",
        "RASA_PORT": "5005",
        "ACTIONS_URL": "actions-abcd:5055",
        "TRACKER_DB": "/app/var/tracker.db",
    }
    started = [ROOT / "scripts/run-rasa"]
    told = subprocess.run(started, cwd=tmp_path, env=environment, capture_output=True, text=True)
    lines = told.stdout.splitlines()
    assert lines[0] == "http://actions-abcd:5055"
    assert lines[lines.index("--auth-token") + 1] == "t+/="
    assert lines[lines.index("--interface") + 1] == "0.0.0.0"
    for name in environment:
        less = {key: value for key, value in environment.items() if key != name}
        refused = subprocess.run(started, cwd=tmp_path, env=less, capture_output=True, text=True)
        assert refused.returncode != 0
        assert name in refused.stderr


def health_of(file: Path) -> list[str]:
    found = next(rest for word, rest in instructions(file) if word == "HEALTHCHECK")
    return json.loads(found[found.index("CMD") + 3 :])


@pytest.mark.parametrize("part", ["app", "rasa"])
def test_the_health_check_of_an_image_tells_well_from_ill(part, stack):
    port = {"app": stack.url, "rasa": stack.rasa_url}[part].rsplit(":", 1)[1]
    _, *arguments = health_of(DEPLOY / f"{part}.Dockerfile")

    def asked(**given: str) -> int:
        return subprocess.run(
            [sys.executable, *arguments], env={**os.environ, **given}, capture_output=True
        ).returncode

    known = {"RASA_TOKEN": stack.environment["RASA_TOKEN"]}
    assert asked(PORT=port, RASA_PORT=port, **known) == 0
    nobody = str(free_port())
    assert asked(PORT=nobody, RASA_PORT=nobody, **known) != 0


def test_the_health_check_of_the_scheduler_tells_well_from_ill(engine: Engine):
    service = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]["scheduler"]
    _, _, *arguments = service["healthcheck"]["test"]
    url = engine.url.render_as_string(hide_password=False)

    def asked() -> int:
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "DATABASE_URL": url},
            capture_output=True,
        ).returncode

    def next_run(at: float) -> None:
        with engine.begin() as connection:
            connection.execute(text(f"UPDATE {scheduler.JOBS} SET next_run_time = {at}"))

    now = datetime.now(UTC).timestamp()
    assert asked() != 0
    with engine.begin() as connection:
        connection.execute(
            text(f"CREATE TABLE IF NOT EXISTS {scheduler.JOBS} (id varchar, next_run_time float)")
        )
        connection.execute(text(f"INSERT INTO {scheduler.JOBS} VALUES ('reminders', {now + 50})"))
    assert asked() == 0
    next_run(now - 3600)
    assert asked() != 0
