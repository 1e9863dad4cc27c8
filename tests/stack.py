"""The whole product, running: real Rasa, real action server, real database, real HTTP.

One stack is shared by all tests that ask for it. People speak through the simulator's phones,
whose messages reach the webhook signed, over HTTP, as WhatsApp's do.
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import Engine, or_, select

from lebailleur import identity
from lebailleur.conversation.models import InboxItem, OutboxItem
from lebailleur.database import make_engine, reading
from lebailleur.rentals.models import Landlord
from lebailleur.settings import ROOT

ADMIN_TOKEN = "admin-token-of-the-tests"
METRICS_TOKEN = "metrics-token-of-the-tests"
START_WITHIN = 240
# A worker that was killed holds its claim for a minute.
ANSWER_WITHIN = 100
# The day on which all dialogues take place.
NOW = "2026-03-10T08:00:00+00:00"


@dataclass
class Answer:
    """What one phone received after something was said."""

    messages: list[dict[str, Any]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All words of it; narrow spaces as plain ones."""
        return re.sub(r"[\u202f\u00a0]", " ", "\n".join(map(words_of, self.messages)))

    @property
    def options(self) -> list[dict[str, str]]:
        return [option for each in self.messages for option in options_of(each)]

    @property
    def documents(self) -> list[dict[str, Any]]:
        """The files that came, each with `url` and `name`."""
        return [
            each["media"]
            for each in self.messages
            if each["kind"] in ("document", "template") and each.get("media")
        ]


class Stack:
    """A running product."""

    def __init__(self, folder: Path, database_url: str | None = None, **settings: str) -> None:
        self.folder = folder
        self.clock_file = folder / "clock"
        self.move_clock(datetime.fromisoformat(NOW))
        port, rasa, actions = (free_port() for _ in range(3))
        self.url = f"http://127.0.0.1:{port}"
        self.rasa_url = f"http://127.0.0.1:{rasa}"
        self.environment = {
            **{
                name: value
                for name, value in os.environ.items()
                if name in ("PATH", "PYTHONPATH", "HOME", "LANG", "RASA_MODEL")
            },
            "PORT": str(port),
            "RASA_URL": self.rasa_url,
            "ACTIONS_URL": f"http://127.0.0.1:{actions}",
            "RASA_TOKEN": "rasa-token-of-the-tests",
            "DATABASE_URL": database_url or f"sqlite:///{folder / 'lebailleur.db'}",
            "TRACKER_DB": str(folder / "tracker.db"),
            "ADMIN_TOKEN": ADMIN_TOKEN,
            "METRICS_TOKEN": METRICS_TOKEN,
            "LOG_FORMAT": "json",
            "SUPPORT_PHONE": "+237 6 99 99 99 99",
            "CLOCK_FILE": str(self.clock_file),
            "DEMO": "0",
            **settings,
        }
        self.engine: Engine = make_engine(self.environment["DATABASE_URL"])
        self.log = folder / "stack.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "lebailleur.supervise"],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + START_WITHIN
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            if self.ready():
                return
            time.sleep(0.3)
        if self.process.poll() is None:
            self.stop()
        raise AssertionError("the stack did not start:\n" + self.log.read_text()[-4000:])

    def ready(self) -> bool:
        try:
            return requests.get(f"{self.url}/readyz", timeout=3).status_code == 200
        except requests.RequestException:
            return False

    def stop(self) -> int:
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=30)

    def move_clock(self, to: datetime) -> None:
        self.clock_file.write_text(to.isoformat())
        self._moved = (to, time.monotonic())

    def now(self) -> datetime:
        """What the stack's clock shows."""
        to, at = self._moved
        return to + timedelta(seconds=time.monotonic() - at)

    def pids(self) -> dict[str, int]:
        """The processes as the supervisor said that it started them; the latest of each name."""
        started = re.findall(r"(\w+) started \(pid=(\d+)\)", self.log.read_text())
        return {name: int(pid) for name, pid in started}

    def lines(self) -> list[dict[str, Any]]:
        """What the processes have logged, oldest first; of the supervisor's own lines nothing."""
        said = re.findall(r"^\S+ (\w+)\s+\| (\{.*)$", self.log.read_text(), re.MULTILINE)
        return [{**json.loads(line), "by": process} for process, line in said]

    def phone(self, number: str) -> "Phone":
        return Phone(self, number)

    def admin(self, method: str, path: str, **body: Any) -> requests.Response:
        return requests.request(
            method,
            self.url + path,
            json=body or None,
            timeout=20,
            headers={"Authorization": f"Bearer {ADMIN_TOKEN}"},
        )

    def settle(self, wamid: str | None = None) -> None:
        """Wait until what was said is handled and all that it led to has been sent."""
        deadline = time.monotonic() + ANSWER_WITHIN
        while time.monotonic() < deadline:
            with reading(self.engine) as session:
                known = wamid is None or session.scalar(
                    select(InboxItem.id).where(InboxItem.key == wamid)
                )
                # What interrupts nobody may wait for the end of a session.
                waiting = session.scalars(
                    select(InboxItem.id).where(
                        InboxItem.state == "waiting",
                        or_(
                            InboxItem.kind == "message",
                            InboxItem.next_try_at.is_(None),
                            InboxItem.next_try_at <= self.now() + timedelta(minutes=1),
                        ),
                    )
                ).all()
                leaving = session.scalars(
                    select(OutboxItem.id).where(OutboxItem.state.in_(("waiting", "sending")))
                ).all()
            if known and not waiting and not leaving:
                return
            time.sleep(0.05)
        raise AssertionError("no answer:\n" + self.log.read_text()[-4000:])

    def morning_has_come(self) -> None:
        """Wait until the scheduler has looked after the day, and all that it kept was sent."""
        deadline = time.monotonic() + ANSWER_WITHIN
        while time.monotonic() < deadline:
            with reading(self.engine) as session:
                days = session.scalars(select(Landlord.reminded_on)).all()
            if days and all(days):
                return self.settle()
            time.sleep(0.1)
        raise AssertionError("the scheduler did nothing:\n" + self.log.read_text()[-4000:])

    def person_id(self, number: str) -> str:
        with reading(self.engine) as session:
            person = identity.find(session, "phone", number)
        assert person is not None
        return person.id


class Phone:
    """One person's WhatsApp, on the simulator."""

    def __init__(self, stack: Stack, number: str) -> None:
        self.stack, self.number = stack, number
        self.api = f"{stack.url}/simulator/phone/{number}"

    def says(self, text: str) -> Answer:
        """Type a text and read what comes back."""
        return self._send(json={"type": "text", "text": text})

    def types(self, text: str) -> str:
        """Type a text, and wait for nothing; the message's id."""
        told = {"type": "text", "text": text}
        return str(requests.post(f"{self.api}/messages", timeout=10, json=told).json()["id"])

    def typing(self) -> bool:
        """Whether the phone shows that the business is writing."""
        shown = requests.get(f"{self.api}/messages", params={"limit": 1}, timeout=10).json()
        return bool(shown["typing_for"] and shown["typing_for"] > 0)

    def taps(self, title: str) -> Answer:
        """Tap the newest option with that title."""
        for message in reversed(self.chat()):
            for option in options_of(message):
                if option["title"] == title:
                    return self._send(
                        json={"type": "tap", "message": message["wamid"], "option": option["id"]}
                    )
        raise AssertionError(f"no option {title!r}")

    def sends(self, kind: str, name: str, mime: str, content: bytes, caption: str = "") -> Answer:
        """Send a file (`kind`: voice, image or document) and read what comes back."""
        seen = len(self.chat())
        sent = requests.post(
            f"{self.api}/media",
            data={"kind": kind, "caption": caption},
            files={"file": (name, content, mime)},
            timeout=10,
        )
        assert sent.status_code == 201, sent.text
        self.stack.settle(sent.json()["id"])
        return self.received_after(seen)

    def chat(self) -> list[dict[str, Any]]:
        """All that is on the screen, oldest first."""
        answer = requests.get(f"{self.api}/messages", params={"limit": 200}, timeout=10)
        return answer.json()["messages"]

    def received_after(self, seen: int) -> Answer:
        """What came from the business after the first `seen` messages of the chat."""
        return Answer([each for each in self.chat()[seen:] if not each["mine"]])

    def _send(self, **request: Any) -> Answer:
        seen = len(self.chat())
        sent = requests.post(f"{self.api}/messages", timeout=10, **request)
        assert sent.status_code == 201, sent.text
        self.stack.settle(sent.json()["id"])
        return self.received_after(seen)


def words_of(message: dict[str, Any]) -> str:
    """A message's words as a person sees them, a document's caption included."""
    return message.get("text") or ""


def options_of(message: dict[str, Any]) -> list[dict[str, str]]:
    """The options that can be tapped under a message, each with `id` and `title`."""
    rows = [
        row
        for section in (message.get("list") or {}).get("sections", [])
        for row in section["rows"]
    ]
    return (message.get("buttons") or []) + rows


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(folder: Path, database_url: str | None = None, **settings: str) -> Iterator[Stack]:
    """A stack that is stopped at the end."""
    stack = Stack(folder, database_url, **settings)
    stack.start()
    try:
        yield stack
    finally:
        stack.stop()
