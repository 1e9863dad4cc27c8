"""A delivery against the simulator over HTTP, one pass at a time."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest import mock

import requests
from sqlalchemy import Engine

from lebailleur import clock, identity
from lebailleur.conversation import outbox
from lebailleur.conversation.models import OutboxItem
from lebailleur.database import reading, writing
from lebailleur.settings import Settings
from lebailleur.whatsapp import inbound, webhook
from lebailleur.whatsapp.delivery import Delivery
from lebailleur.whatsapp.graph import GraphClient
from lebailleur.whatsapp.pace import Pace
from tests.simulator.stack import Stack

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
PDF = b"%PDF-1.7 a receipt"


class Sending:
    """A delivery whose passes the test makes by hand, at a clock of its own."""

    def __init__(self, engine: Engine, stack: Stack) -> None:
        self.engine, self.stack, self.now = engine, stack, NOW
        options = Settings.model_construct(
            whatsapp_graph_url=f"{stack.url}/simulator/graph", whatsapp_api_version="v25.0"
        )
        self.delivery = Delivery(
            engine,
            GraphClient(options),
            lambda ref, person_id: (PDF, "application/pdf"),
            Pace(1000, lambda: self.now.timestamp(), lambda seconds: None),
        )

    def say(self, phone: str, text: str, **content: Any) -> int:
        """Put a message into the outbox; its id."""
        with self.at(), writing(self.engine) as session:
            person = identity.of_phone(session, phone)
            item = OutboxItem(
                person_id=person.id,
                content={"text": text, "options": [], **content},
                created_at=clock.now(),
            )
            session.add(item)
            session.flush()
            return item.id

    def go(self) -> None:
        """Everybody's messages, as far as they can be sent now."""
        with self.at():
            with reading(self.engine) as session:
                people = outbox.people_waiting(session)
            for person_id in people:
                while self.delivery._one(person_id):
                    pass

    @contextmanager
    def at(self) -> Iterator[None]:
        # Stands still: a slow machine must not use up the pauses that a test lets pass.
        with mock.patch.object(clock, "now", return_value=self.now):
            yield

    def later(self, **by: float) -> None:
        self.now += timedelta(**by)

    def item(self, number: int) -> OutboxItem:
        with reading(self.engine) as session:
            return session.get_one(OutboxItem, number)

    def fault(self, **fault: Any) -> None:
        answer = requests.post(f"{self.stack.url}/simulator/faults", json=fault, timeout=10)
        assert answer.status_code == 201, answer.text

    def faults(self) -> list[dict[str, Any]]:
        """The faults that are still to happen."""
        answer = requests.get(f"{self.stack.url}/simulator/faults", timeout=10)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def all_is_well(self) -> None:
        requests.delete(f"{self.stack.url}/simulator/faults", timeout=10).raise_for_status()

    def seen(self, phone: str) -> list[str]:
        """The texts that the phone got, oldest first."""
        return [
            message.get("text") or message.get("caption") or message["kind"]
            for message in self.stack.chat(phone)
            if not message["mine"] and message["state"] != "failed"
        ]

    def statuses_arrive(self, count: int) -> None:
        """Hand on the statuses, as the webhook does."""
        self.stack.heard.wait("statuses", count)
        for body, _, _ in self.stack.heard.posts:
            statuses = inbound.read(json.loads(body)).statuses
            with self.at(), writing(self.engine) as session:
                for each in statuses:
                    webhook.note_status(session, each)


def alerts(lines: Sequence[Any]) -> list[tuple[str, Any]]:
    """What the operator is told by these lines of the log: the event and the code of each."""
    return [(each["event"], each.get("code")) for each in lines if each["log_level"] == "error"]
