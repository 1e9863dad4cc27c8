"""A small app with the simulator, its page and a webhook that only listens, on a real port."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import requests
import uvicorn
from fastapi import FastAPI, Request, Response
from sqlalchemy import Engine

from lebailleur.console import console_router
from lebailleur.settings import Settings
from lebailleur.whatsapp.simulator import Account, SimPerson, simulator_app

LANDLORD = "+237677000001"
TENANT = "+237677000002"
MARIE = "+237699000003"

PEOPLE = [
    SimPerson(LANDLORD, "Awa Ndongo", "landlord", "landlords"),
    SimPerson(TENANT, "Paul Étoundi", "tenant", "tenants"),
    SimPerson(MARIE, "Marie Fotso", "tenant", "tenants"),
]


def people(phone: str | None = None) -> list[SimPerson]:
    return [each for each in PEOPLE if phone in (None, each.phone)]


@dataclass
class Heard:
    """What the webhook was given; `answers` are the next status codes (then always 200)."""

    posts: list[tuple[bytes, str, float]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)

    def values(self, key: str) -> list[dict[str, Any]]:
        """All messages or statuses so far."""
        return [
            item
            for body, _, _ in list(self.posts)
            for entry in json.loads(body)["entry"]
            for change in entry["changes"]
            for item in change["value"].get(key, [])
        ]

    def wait(self, key: str, count: int, seconds: float = 10) -> list[dict[str, Any]]:
        """The first `count` messages or statuses."""
        until(lambda: len(self.values(key)) >= count, seconds)
        return self.values(key)


def until(condition: Callable[[], Any], seconds: float = 10) -> Any:
    """The condition's value as soon as it is true; fails when it never is."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(0.02)
    raise AssertionError("it did not happen in time")


@dataclass
class Stack:
    """The running app: its address, what its webhook heard, and the account it simulates."""

    url: str
    heard: Heard
    account: Account

    @property
    def graph(self) -> str:
        return f"{self.url}/simulator/graph/v25.0/{self.account.phone_number_id}"

    def post(self, payload: Any, token: str | None = None) -> requests.Response:
        """POST /messages as the business."""
        return requests.post(
            f"{self.graph}/messages",
            json=payload,
            headers={"Authorization": f"Bearer {token or self.account.token}"},
            timeout=10,
        )

    def say(self, phone: str, text: str) -> str:
        """A person writes; the wamid."""
        return self.phone(phone, "messages", {"type": "text", "text": text})["id"]

    def reply(self, phone: str, kind: str = "text", **content: Any) -> str:
        """The business sends one message; the wamid."""
        content = content or {"body": "Bonjour"}
        answer = self.post(
            {"messaging_product": "whatsapp", "to": phone, "type": kind, kind: content}
        )
        assert answer.status_code == 200, answer.text
        return answer.json()["messages"][0]["id"]

    def phone(self, phone: str, what: str, payload: Any) -> dict[str, Any]:
        answer = requests.post(
            f"{self.url}/simulator/phone/{phone}/{what}", json=payload, timeout=10
        )
        answer.raise_for_status()
        return answer.json()

    def without_a_number(self) -> str:
        """A new person with a username, whose number WhatsApp does not show; that number."""
        answer = requests.post(
            f"{self.url}/simulator/phone/people",
            json={"name": "Awa N.", "username": "awa.n"},
            timeout=10,
        )
        answer.raise_for_status()
        return answer.json()["phone"]

    def sends_file(self, phone: str, kind: str, name: str, content: bytes, mime: str) -> None:
        """A person sends a file: a voice note, a picture or a document."""
        requests.post(
            f"{self.url}/simulator/phone/{phone}/media",
            data={"kind": kind},
            files={"file": (name, content, mime)},
            timeout=10,
        ).raise_for_status()

    def chat(self, phone: str, **query: int) -> list[dict[str, Any]]:
        answer = requests.get(
            f"{self.url}/simulator/phone/{phone}/messages", params=query, timeout=10
        )
        answer.raise_for_status()
        return answer.json()["messages"]


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextmanager
def running(app: FastAPI, port: int) -> Iterator[None]:
    """The app served on this port of the loopback interface."""
    server = uvicorn.Server(
        uvicorn.Config(app, port=port, log_level="warning", timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        until(lambda: server.started)
        yield
    finally:
        server.should_exit = True
        thread.join(10)


@contextmanager
def stack_on(engine: Engine, port: int | None = None, **options: Any) -> Iterator[Stack]:
    """The simulator with a listening webhook, on this database."""
    port = port or free_port()
    # Settings of this test alone: neither the environment's nor a file's.
    account = Account.of(Settings.model_construct(port=port))
    heard = Heard()
    app = FastAPI()
    account = replace(account, **options.pop("account", {}))
    app.include_router(simulator_app(people, account=account, engine=engine, **options))
    app.include_router(console_router(simulated=True))

    @app.post("/api/webhook/")
    async def webhook(request: Request) -> Response:
        signature = request.headers["X-Hub-Signature-256"]
        heard.posts.append((await request.body(), signature, time.monotonic()))
        return Response(status_code=heard.answers.pop(0) if heard.answers else 200)

    with running(app, port):
        yield Stack(f"http://127.0.0.1:{port}", heard, account)
