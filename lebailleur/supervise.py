"""Runs the processes of the Procfile together: `make run`.

Honcho starts them, prefixes their output and stops all when one stops. Before one counts as
stopped, it is started again, a few times; so a process that dies comes back, and one that cannot
stay up ends the whole, visibly.
"""

import contextlib
import multiprocessing
import os
import secrets
import socket
import sys
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from honcho.environ import parse_procfile
from honcho.manager import Manager
from honcho.process import Process

from lebailleur.settings import ROOT, VAR, Settings, is_loopback, settings, tracker_db

# A process that dies this often within so many seconds is not going to stay up.
RESTARTS, WITHIN_SECONDS = 5, 60.0
# What the Rasa process may see: how to run, and nothing of ours but its own token.
RASA_SEES = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "RASA_MODEL")
# What only the process that speaks to WhatsApp may see.
WHATSAPP_ONLY = ("WHATSAPP_TOKEN", "WHATSAPP_APP_SECRET", "WHATSAPP_VERIFY_TOKEN")


class RestartingProcess(Process):
    """A process that is started again when it dies, until the manager is stopping."""

    stopping: Any = None

    def run(self, events: Any = None, ignore_signals: bool = False) -> None:
        self.outer_events = events
        deaths: list[float] = []
        while True:
            super().run(events=self, ignore_signals=ignore_signals)
            now = time.monotonic()
            deaths = [at for at in deaths if now - at < WITHIN_SECONDS] + [now]
            if self.stopping.is_set() or len(deaths) > RESTARTS:
                self.outer_events.put(self.last)
                return
            time.sleep(min(len(deaths) - 1, 5))

    def put(self, message: Any) -> None:
        """Pass on what the process says, but keep back that it has stopped."""
        if message.type == "stop":
            self.last = message
        else:
            self.outer_events.put(message)


class RestartingManager(Manager):
    """Honcho's manager over processes that restart."""

    def __init__(self) -> None:
        super().__init__()
        RestartingProcess.stopping = multiprocessing.Event()
        self._process_ctor = RestartingProcess

    def terminate(self) -> None:
        RestartingProcess.stopping.set()
        super().terminate()


def main() -> None:
    """Prepare the database, start everything, say when it is ready, wait until it is stopped."""
    chosen = settings()
    if missing := chosen.missing_for_whatsapp():
        sys.exit(f"WHATSAPP_TOKEN is set, but these are missing: {', '.join(missing)}")
    _refuse_taken_ports(chosen)
    _prepare_database(chosen)
    manager = RestartingManager()
    environments = _environments(chosen)
    for name, command in parse_procfile((ROOT / "Procfile").read_text()).processes.items():
        if name in environments:
            manager.add_process(name, f"exec {command}", env=environments[name], cwd=str(ROOT))
    threading.Thread(target=_say_when_ready, args=(chosen,), daemon=True).start()
    manager.loop()
    # Ctrl-C is how it is stopped: no failure.
    sys.exit(0 if manager.returncode in (130, 143) else manager.returncode or 1)


def _prepare_database(chosen: Settings) -> None:
    from lebailleur import demo, migrating
    from lebailleur.database import writing

    migrating.upgrade()
    if chosen.demo and chosen.simulated:
        with writing() as session:
            if demo.wanted(session):
                print("Loading the demo portfolio …", flush=True)
                demo.load(session)


def _environments(chosen: Settings) -> dict[str, dict[str, str]]:
    """The environment of each process that is to be started here."""
    token = chosen.rasa_token.get_secret_value() or secrets.token_urlsafe(24)
    common = {**os.environ, "RASA_TOKEN": token, "PYTHONUNBUFFERED": "1"}
    quiet = "DEBUG" if chosen.log_level == "DEBUG" else "WARNING"
    without_whatsapp = {name: value for name, value in common.items() if name not in WHATSAPP_ONLY}
    found = {"app": common, "scheduler": without_whatsapp}
    if is_loopback(chosen.actions_url):
        found["actions"] = without_whatsapp
    if is_loopback(chosen.rasa_url):
        address = urlsplit(chosen.rasa_url)
        found["rasa"] = {
            **{name: os.environ[name] for name in RASA_SEES if name in os.environ},
            "RASA_TOKEN": token,
            "RASA_HOST": address.hostname or "127.0.0.1",
            "RASA_PORT": str(address.port or 80),
            "ACTIONS_URL": chosen.actions_url,
            "ENCRYPTION_KEY": chosen.encryption_key.get_secret_value(),
            "TRACKER_DB": str(tracker_db()),
            "RASA_TELEMETRY_ENABLED": "false",
            # Rasa's own, which tells at INFO what it works on; and that of nlu/.
            "LOG_LEVEL": quiet,
            "NLU_LOG_LEVEL": chosen.log_level,
            "LOG_FORMAT": chosen.log_format,
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
            "SANIC_WORKERS": "1",
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
        }
    return found


def _refuse_taken_ports(chosen: Settings) -> None:
    for name, url in (
        ("PORT", f"http://{chosen.host}:{chosen.port}"),
        ("RASA_URL", chosen.rasa_url),
        ("ACTIONS_URL", chosen.actions_url),
    ):
        address = urlsplit(url)
        if name != "PORT" and not is_loopback(url):
            continue
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex((address.hostname, address.port or 80)) == 0:
                sys.exit(f"Port {address.port} is in use already; set {name} to another.")


def _say_when_ready(chosen: Settings) -> None:
    while True:
        try:
            answer = requests.get(f"{chosen.own_url}/readyz", timeout=2)
        except requests.RequestException:
            answer = None
        if answer is not None and answer.ok:
            print(f"\n  LeBailleur is at {chosen.own_url}/\n  ready\n", flush=True)
            return
        time.sleep(0.3)


if __name__ == "__main__":
    # Nothing that is written here may be readable by others of the machine.
    os.umask(0o077)
    Path(VAR).mkdir(exist_ok=True)
    with contextlib.suppress(PermissionError):  # a volume that belongs to somebody else
        VAR.chmod(0o700)
    main()
