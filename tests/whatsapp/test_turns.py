"""From a notification to its turns: each message has one, in its sender's order, however it comes;
what nobody can answer has one notice at most."""

import itertools
import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import requests
from sqlalchemy import Engine, event, func, select
from sqlalchemy.exc import OperationalError
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.testing import capture_logs

from lebailleur import clock
from lebailleur.conversation import inbox
from lebailleur.conversation.models import InboxItem, OutboxItem
from lebailleur.conversation.rasa import Answer, RasaFailure, Reply
from lebailleur.conversation.worker import InboxWorker
from lebailleur.database import make_engine, reading
from lebailleur.identity import Person
from lebailleur.whatsapp.signature import sign
from tests.simulator.stack import TENANT, free_port, running, stack_on, until
from tests.whatsapp.test_inbound import value
from tests.whatsapp.test_webhook import SECRET, Hook

AWA, PAUL, MARIE = "237677000011", "237677000012", "237677000013"


class Rasa:
    """Notes what it is told, and answers it; it is silent about `bad`."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.bad = ""

    def say(self, person_id: str, text: str, *, message_id: int) -> Answer:
        if text == self.bad:
            raise RasaFailure("silence")
        self.told.append(text)
        return Answer([Reply(text=f"answer to {text}")])


class Talk(Hook):
    """The webhook, and the turns that come of what it keeps."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.rasa = Rasa()
        self._worker = InboxWorker(engine, self.rasa)  # type: ignore[arg-type]

    def handle(self) -> None:
        """Everybody's messages, as far as they can be handled now."""
        with reading(self.engine) as session:
            people = inbox.people_waiting(session, wrote=True)
        for each in people:
            while self._worker._one(each):
                pass

    def answers(self) -> list[str]:
        with reading(self.engine) as session:
            items = session.scalars(select(OutboxItem).order_by(OutboxItem.id)).all()
        return [each.content["text"] for each in items]

    def kept(self) -> list[str]:
        with reading(self.engine) as session:
            return list(session.scalars(select(InboxItem.key).order_by(InboxItem.id)))


@pytest.fixture
def talk(engine: Engine) -> Talk:
    return Talk(engine)


class Noted:
    """An app, of which is noted what it answers and when."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.answers: list[tuple[int, float]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.answers.append((message["status"], time.monotonic()))
            await send(message)

        await self.app(scope, receive, noted)


def said(number: str, text: str, at: int) -> dict[str, Any]:
    """A text; its id says who sent it and when."""
    return {
        "from": number,
        "id": f"wamid.{number}.{text}",
        "timestamp": str(at),
        "type": "text",
        "text": {"body": text},
    }


def test_6_the_same_message_at_two_apps_at_once_and_after_a_restart_is_one_turn(
    engine: Engine, database_url: str
) -> None:
    body = json.dumps(value(messages=[said(AWA, "Bonjour", 1)])).encode()
    headers = {"X-Hub-Signature-256": sign(body, SECRET)}
    talks = [Talk(engine), Talk(make_engine(database_url))]
    ports = [free_port(), free_port()]

    def post(number: int) -> int:
        url = f"http://127.0.0.1:{ports[number % 2]}/webhook/"
        return requests.post(url, data=body, headers=headers, timeout=20).status_code

    with (
        running(talks[0].client.app, ports[0]),  # type: ignore[arg-type]
        running(talks[1].client.app, ports[1]),  # type: ignore[arg-type]
        ThreadPoolExecutor(8) as pool,
    ):
        assert list(pool.map(post, range(8))) == [200] * 8
    for each in talks:
        each.handle()
    assert [*talks[0].rasa.told, *talks[1].rasa.told] == ["Bonjour"]
    talks[1].engine.dispose()
    again = Talk(make_engine(database_url))
    again.tell(messages=[said(AWA, "Bonjour", 1)])
    again.handle()
    assert (again.rasa.told, again.answers()) == ([], ["answer to Bonjour"])
    again.engine.dispose()


def of_three_people() -> dict[str, Any]:
    """Five messages, in two changes of each of two entries; Awa's are not in the order of their
    time, Paul's are of the same second."""
    changes = [
        [said(AWA, "a2", 20), said(PAUL, "p1", 15)],
        [said(MARIE, "m1", 30)],
        [said(PAUL, "p2", 15)],
        [said(AWA, "a1", 10)],
    ]
    made = [{"field": "messages", "value": {"messages": each}} for each in changes]
    return {"entry": [{"id": "1", "changes": made[:2]}, {"id": "2", "changes": made[2:]}]}


def test_7_five_messages_of_three_people_in_one_post_are_five_turns_in_their_order(
    talk: Talk,
) -> None:
    talk.post(of_three_people())
    talk.handle()
    assert sorted(talk.rasa.told) == ["a1", "a2", "m1", "p1", "p2"]
    for first, second in (("a1", "a2"), ("p1", "p2")):
        assert talk.rasa.told.index(first) < talk.rasa.told.index(second)
    assert sorted(talk.answers()) == [f"answer to {each}" for each in sorted(talk.rasa.told)]


def test_7_who_cannot_be_answered_holds_up_nobody_else(talk: Talk) -> None:
    talk.post(of_three_people())
    talk.rasa.bad = "p1"
    talk.handle()
    assert sorted(talk.rasa.told) == ["a1", "a2", "m1"]
    talk.rasa.bad = ""
    with clock.moved_to(clock.now() + timedelta(minutes=1)):
        talk.handle()
    assert talk.rasa.told[3:] == ["p1", "p2"]


def test_11_when_we_answer_500_twice_and_then_200_there_is_one_turn(talk: Talk) -> None:
    """The database is away in the middle of keeping a message, twice."""
    left = iter(range(2))

    def away(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("INSERT INTO inbox") and next(left, None) is not None:
            raise OperationalError("INSERT", {}, Exception("the database is away"))

    event.listen(talk.engine, "before_cursor_execute", away)
    port, app = free_port(), Noted(talk.client.app)
    account = {"webhook_url": f"http://127.0.0.1:{port}/api/webhook/", "app_secret": SECRET}
    with running(app, port), stack_on(talk.engine, account=account) as stack:  # type: ignore[arg-type]
        wamid = stack.say(TENANT, "Bonjour")
        until(lambda: stack.chat(TENANT)[0]["state"] == "delivered")
        assert talk.kept() == [wamid]
        talk.handle()
    assert [status for status, _ in app.answers] == [500, 500, 200]
    first, second = (later - at for (_, at), (_, later) in itertools.pairwise(app.answers))
    assert first < second
    assert talk.rasa.told == ["Bonjour"]
    assert talk.answers() == ["answer to Bonjour"]
    with reading(talk.engine) as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 1


def unsupported(code: int, **more: Any) -> dict[str, Any]:
    errors = [{"code": code, "title": "…", "message": "…", "error_data": {"details": "…"}}]
    return {"type": "unsupported", "errors": errors, **more}


PRODUCT = {"product_retailer_id": "A1", "quantity": 2, "item_price": 500, "currency": "XAF"}
CARD = {
    "name": {"formatted_name": "Paul E.", "first_name": "Paul"},
    "phones": [{"phone": "+237 6 99 00 11 22", "wa_id": "237699001122", "type": "CELL"}],
    "vcard": "…",
    "origin": "other",
}
# What is said, and as what Rasa is told of it.
ODD = {
    "location": ({"type": "location", "location": {"latitude": 4.05, "name": "Akwa"}}, "location"),
    "contacts": ({"type": "contacts", "contacts": [CARD]}, "contacts"),
    "a contact without a name": (
        {"type": "contacts", "contacts": [{"phones": [{"phone": "1"}]}]},
        "contacts",
    ),
    "order": (
        {"type": "order", "order": {"catalog_id": "35", "text": "", "product_items": [PRODUCT]}},
        "order",
    ),
    "unsupported": (unsupported(131051, unsupported={"type": "poll_creation"}), "unsupported"),
    "withheld": (unsupported(131060), "unsupported"),
    "unknown": ({"type": "unknown", "errors": [{"code": 501, "details": "…"}]}, "unknown"),
    "an interactive without a body": ({"type": "interactive"}, "interactive"),
    "an interactive of nothing": ({"type": "interactive", "interactive": None}, "interactive"),
}
SILENT = {
    "reaction": {"type": "reaction", "reaction": {"message_id": "wamid.OUT1", "emoji": "👍"}},
    "reaction taken back": {"type": "reaction", "reaction": {"message_id": "wamid.O", "emoji": ""}},
    "reaction without an emoji": {"type": "reaction", "reaction": {"message_id": "wamid.OUT1"}},
    "edit": {
        "type": "edit",
        "edit": {
            "original_message_id": "wamid.IN1",
            "message": {
                "context": {"id": "M0"},
                "type": "image",
                "image": {"id": "1", "caption": "corrigé"},
            },
        },
    },
    "revoke": {"type": "revoke", "revoke": {"original_message_id": "wamid.IN1"}},
}


def sends(talk: Talk, odd: dict[str, Any], **more: Any) -> list[str]:
    """Somebody sends it, WhatsApp tells it twice, and then they write; the events that were logged
    as errors."""
    whole = {"from": AWA, "id": "wamid.odd", "timestamp": "1", **odd}
    with capture_logs() as lines:
        for _ in range(2):
            talk.tell(messages=[whole], **more)
            talk.handle()
        talk.tell(messages=[said(AWA, "Bonjour", 2)])
        talk.handle()
    return [each["event"] for each in lines if each["log_level"] == "error" or "exc_info" in each]


@pytest.mark.parametrize(("odd", "kind"), ODD.values(), ids=ODD)
def test_17_18_what_cannot_be_read_has_one_notice(
    talk: Talk, odd: dict[str, Any], kind: str
) -> None:
    assert sends(talk, odd) == []
    notice = f'/unsupported_message{{"message_type": "{kind}"}}'
    assert talk.rasa.told == [notice, "Bonjour"]
    assert talk.answers() == [f"answer to {notice}", "answer to Bonjour"]


@pytest.mark.parametrize("odd", SILENT.values(), ids=SILENT)
def test_17_18_what_says_nothing_has_no_notice(talk: Talk, odd: dict[str, Any]) -> None:
    assert sends(talk, odd) == []
    assert talk.rasa.told == ["Bonjour"]
    assert talk.answers() == ["answer to Bonjour"]


def test_18_an_interactive_without_a_body_and_with_an_error_beside_it(talk: Talk) -> None:
    error = {"code": 131000, "title": "Something went wrong"}
    logged = sends(talk, {"type": "interactive"}, errors=[error])
    assert logged == ["account_problem"] * 2  # told twice
    assert len(talk.answers()) == 2
