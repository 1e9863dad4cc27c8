"""/metrics and the ids of requests: closed to strangers, right on both databases, nobody's data."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from fastapi import FastAPI
from fastapi.testclient import TestClient
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Engine, text
from structlog.contextvars import get_contextvars
from structlog.testing import capture_logs

from lebailleur import app as the_app
from lebailleur import clock, database, identity, watching
from lebailleur.conversation import inbox
from lebailleur.conversation.models import InboxItem, OutboxItem
from lebailleur.conversation.rasa import Answer, RasaFailure, Reply
from lebailleur.conversation.worker import InboxWorker
from lebailleur.database import writing
from lebailleur.reminders import scheduler
from lebailleur.settings import SIMULATED_APP_SECRET, Settings, settings
from lebailleur.whatsapp import delivery
from lebailleur.whatsapp.graph import GraphClient
from lebailleur.whatsapp.pace import Pace
from lebailleur.whatsapp.signature import sign
from tests.simulator.stack import TENANT, stack_on
from tests.whatsapp.test_inbound import value as notification

NOW = datetime(2026, 3, 10, 8, tzinfo=UTC)
TOKEN = "token-of-the-watcher"
SECRET_PATH = "hidden-path"
PHONE = "237677000001"


@pytest.fixture
def client(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """The whole app, whose workers do not work, and whose Rasa is away."""
    for name, value in {
        "METRICS_TOKEN": TOKEN,
        "WEBHOOK_SECRET_PATH": SECRET_PATH,
        "RASA_URL": "http://127.0.0.1:9",
        "ACTIONS_URL": "http://127.0.0.1:9",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(database, "engine", lambda: engine)
    monkeypatch.setattr(the_app.logs, "configure", lambda *_, **__: None)
    settings.cache_clear()
    with clock.moved_to(NOW):
        yield TestClient(the_app.create_app(), headers={"Authorization": f"Bearer {TOKEN}"})
    settings.cache_clear()


class Values:
    """The samples of /metrics, as they were at some moment."""

    def __init__(self, client: TestClient) -> None:
        answer = client.get("/metrics")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/plain")
        self.text = answer.text
        self.samples = [
            sample
            for family in text_string_to_metric_families(answer.text)
            for sample in family.samples
        ]

    def of(self, name: str, **labels: str) -> float | None:
        found = [each.value for each in self.samples if each.name == name and each.labels == labels]
        assert len(found) < 2
        return found[0] if found else None


def counted(name: str, **labels: str) -> float:
    """A sample of this process's counters; 0 before the first."""
    return REGISTRY.get_sample_value(name, labels) or 0.0


class FakeRasa:
    """Answers what it is told to."""

    def __init__(self, *answers: Answer | RasaFailure) -> None:
        self.answers = list(answers)
        self.bound: list[Any] = []

    def say(self, person_id: str, words: str, *, message_id: int) -> Answer:
        self.bound.append((message_id, get_contextvars().get("inbox_id")))
        answer = self.answers.pop(0)
        if isinstance(answer, RasaFailure):
            raise answer
        return answer

    def trigger(self, person_id: str, intent: str, entities: Any, *, event_id: int) -> Answer:
        return self.say(person_id, intent, message_id=event_id)


def test_without_the_right_token_there_is_nothing_to_see(client: TestClient) -> None:
    for given in ("", "Bearer", "Bearer ", "Bearer wrong", TOKEN, f"Basic {TOKEN}", "Bearer é"):
        headers = {"Authorization": given.encode("latin-1")}
        answer = client.get("/metrics", headers=headers)  # type: ignore[arg-type]
        assert answer.status_code == 401, given
        assert "lebailleur_" not in answer.text
    assert "/metrics" not in client.get("/openapi.json").json()["paths"]


def test_it_is_not_there_unless_a_token_is_set(engine: Engine) -> None:
    app = FastAPI()
    app.include_router(watching.metrics_router(engine, lambda: {}, ""))
    for given in ("Bearer ", "Bearer", ""):
        answer = TestClient(app).get("/metrics", headers={"Authorization": given})
        assert answer.status_code == 404


def test_what_waits_is_seen_with_the_age_of_the_oldest(client: TestClient, engine: Engine) -> None:
    before = Values(client)
    assert before.of("lebailleur_inbox_waiting", kind="message") == 0
    assert before.of("lebailleur_outbox_oldest_seconds", state="waiting") == 0
    with writing(engine) as session:
        who = identity.of_phone(session, f"+{PHONE}").id
        for key, kind in (("a", "message"), ("b", "message"), ("c", "event"), ("d", "event")):
            inbox.keep(session, key, who, kind, {"trigger": "EXTERNAL_digest", "entities": {}})
        items = {each.key: each for each in session.query(InboxItem)}
        items["a"].received_at = NOW - timedelta(minutes=5)
        items["b"].received_at = NOW - timedelta(minutes=2)
        # Put off to a time that has come a minute ago; and to one that is still to come.
        items["c"].received_at = items["d"].received_at = NOW - timedelta(hours=9)
        items["c"].next_try_at = NOW - timedelta(minutes=1)
        items["d"].next_try_at = NOW + timedelta(hours=1)
        for state, minutes in (("waiting", 3), ("waiting", 1), ("held", 600), ("sent", 900)):
            at = NOW - timedelta(minutes=minutes)
            session.add(OutboxItem(person_id=who, content={}, state=state, created_at=at))
    seen = Values(client)
    assert seen.of("lebailleur_inbox_waiting", kind="message") == 2
    assert seen.of("lebailleur_inbox_oldest_seconds", kind="message") == pytest.approx(300, abs=30)
    assert seen.of("lebailleur_inbox_waiting", kind="event") == 1
    assert seen.of("lebailleur_inbox_oldest_seconds", kind="event") == pytest.approx(60, abs=30)
    assert seen.of("lebailleur_outbox_waiting", state="waiting") == 2
    oldest = seen.of("lebailleur_outbox_oldest_seconds", state="waiting")
    assert oldest == pytest.approx(180, abs=30)
    assert seen.of("lebailleur_outbox_waiting", state="held") == 1
    assert seen.of("lebailleur_outbox_waiting", state="unknown") == 0
    assert seen.of("lebailleur_outbox_waiting", state="sent") is None


def test_which_parts_are_up(client: TestClient, engine: Engine) -> None:
    def up() -> dict[str, float]:
        found = Values(client).samples
        return {each.labels["part"]: each.value for each in found if each.name == "lebailleur_up"}

    assert up() == {"database": 1, "scheduler": 0, "rasa": 0, "actions": 0}
    with engine.begin() as connection:
        connection.execute(text(f"CREATE TABLE {scheduler.JOBS} (next_run_time FLOAT)"))
    assert up()["scheduler"] == 0
    for late, running in ((-30, 1), (600, 0)):
        with engine.begin() as connection:
            at = datetime.now(UTC).timestamp() - late
            connection.execute(text(f"INSERT INTO {scheduler.JOBS} VALUES (:at)"), {"at": at})
        assert up()["scheduler"] == running
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE inbox RENAME TO inbox_away"))
    assert up() == {"database": 0, "scheduler": 0, "rasa": 0, "actions": 0}


def test_a_request_has_an_id_and_is_counted_by_its_template(client: TestClient) -> None:
    labels = {"method": "GET", "route": "/tenants/{tenant_id}/", "status": "401"}
    before = counted("lebailleur_http_seconds_count", **labels)
    for given, taken in (
        ("0b8f7c1e-6a2d-4a51-9a3b-2f1c7d8e9f00", True),
        ("trace_1.a", True),
        ("", False),
        ("short", False),
        (PHONE, False),  # it may be somebody's number
        ("+" + PHONE, False),
        ("Paul Mbarga", False),
        ("a" * 65, False),
        ("abcdefgh\tij", False),
    ):
        with capture_logs() as lines:
            answer = client.get("/tenants/917/", headers={"X-Request-Id": given})
        found = answer.headers["X-Request-Id"]
        assert (found == given) == taken
        assert taken or len(found) == 32
        [line] = [each for each in lines if each["event"] == "request"]
        assert (line["route"], line["status"]) == (labels["route"], 401)
        assert "917" not in str({**line, "milliseconds": 0})
    assert counted("lebailleur_http_seconds_count", **labels) == before + 9


def test_two_requests_without_an_id_have_two(client: TestClient) -> None:
    assert (
        client.get("/tenants/").headers["X-Request-Id"]
        != (client.get("/tenants/").headers["X-Request-Id"])
    )


def test_neither_a_secret_path_nor_an_unknown_one_is_told(client: TestClient) -> None:
    with capture_logs() as lines:
        client.post(f"/{SECRET_PATH}/api/webhook/", content=b"{}")
        client.get(f"/nowhere/{PHONE}")
        client.request("PAUL", "/tenants/")
    assert [(each["method"], each["route"], each["status"]) for each in lines] == [
        ("POST", "/api/webhook/", 401),
        ("GET", "none", 404),
        ("other", "/tenants/", 405),
    ]
    shown = Values(client).text
    for secret in (SECRET_PATH, "nowhere", PHONE, "PAUL", TOKEN):
        assert secret not in shown


def test_what_nobody_caught_is_answered_and_logged_with_its_id(client: TestClient) -> None:
    @client.app.get("/broken/{number}/")  # type: ignore[attr-defined]
    def broken(number: str) -> None:
        raise LookupError(f"nothing for {number}")

    with capture_logs() as lines:
        answer = client.get(f"/broken/{PHONE}/")
    assert answer.status_code == 500
    assert answer.json() == {"detail": "something went wrong here; it has been noted"}
    assert answer.headers["X-Request-Id"]
    failed, ended = lines
    assert (failed["event"], failed["code"]) == ("request_failed", "LookupError")
    assert (ended["event"], ended["status"]) == ("request", 500)
    assert PHONE not in str(lines)


def test_messages_that_come_in_are_counted_once_by_kind(client: TestClient) -> None:
    def post(*messages: dict[str, Any]) -> None:
        body = json.dumps(
            {"object": "whatsapp_business_account", **notification(messages=list(messages))}
        ).encode()
        signature = {"X-Hub-Signature-256": sign(body, SIMULATED_APP_SECRET)}
        path = f"/{SECRET_PATH}/api/webhook/"
        assert client.post(path, content=body, headers=signature).status_code == 200

    def of(number: int, kind: str, **part: Any) -> dict[str, Any]:
        whole = {"from": PHONE, "id": f"wamid.{number}", "timestamp": "1", "type": kind}
        return {**whole, kind: part}

    kinds = ("text", "tap", "image", "other")
    before = {kind: counted("lebailleur_messages_in_total", kind=kind) for kind in kinds}
    chosen = {"type": "button_reply", "button_reply": {"id": "/affirm", "title": "Yes"}}
    every = [
        of(1, "text", body="hello"),
        of(2, "text", body="hello again"),
        of(3, "interactive", **chosen),
        of(4, "image", id="9", mime_type="image/png", caption="the tap drips"),
        of(5, "hologram"),
    ]
    with capture_logs() as lines:
        post(*every)
        post(*every)  # Meta tells things twice
    after = {kind: counted("lebailleur_messages_in_total", kind=kind) for kind in kinds}
    assert {kind: after[kind] - before[kind] for kind in kinds} == {
        "text": 2,
        "tap": 1,
        "image": 1,
        "other": 1,
    }
    assert len([each for each in lines if each["event"] == "kept"]) == 5
    assert "hello" not in str(lines)
    assert PHONE not in str(lines)
    assert "wamid" not in str(lines)


def test_a_turn_is_counted_by_its_outcome(engine: Engine) -> None:
    said = [Reply(text="Noted.")]
    typed = {"text": "Paul paid"}
    due = {"trigger": "EXTERNAL_rent_due", "entities": {}}
    cases: list[tuple[str, dict[str, Any], Answer | RasaFailure, str]] = [
        ("message", typed, Answer(said, "record_payment", "record_payment", 0.97), "said"),
        ("message", typed, Answer(said, "nlu_fallback", "greet", 0.41), "said"),
        ("message", {"payload": "/affirm"}, Answer(said, "affirm"), "said"),
        ("message", typed, Answer([*said, Reply(failed=True)], "affirm"), "failed"),
        ("event", due, Answer(said, None, None, None, ("action_tell_rent_due",)), "said"),
        ("event", due, Answer([Reply(nothing="claimed")]), "claimed"),
        ("message", typed, RasaFailure("silence"), "put_off"),
    ]

    def all_of() -> dict[str, float]:
        turns = {
            f"{kind} {outcome}": counted(
                "lebailleur_turn_seconds_count", kind=kind, outcome=outcome
            )
            for kind in ("message", "event")
            for outcome in ("said", "failed", "claimed", "put_off")
        }
        reminders = {
            f"reminder {outcome}": counted(
                "lebailleur_reminders_total", kind="rent_due", outcome=outcome
            )
            for outcome in ("said", "claimed")
        }
        return {
            **turns,
            **reminders,
            "heard": counted("lebailleur_understanding_confidence_count"),
            "below a half": counted("lebailleur_understanding_confidence_bucket", le="0.5"),
            "unsure": counted("lebailleur_unsure_total", intent="greet"),
        }

    before = all_of()
    with clock.moved_to(NOW), capture_logs() as lines:
        rasa = FakeRasa(*(answer for _, _, answer, _ in cases))
        worker = InboxWorker(engine, rasa)  # type: ignore[arg-type]
        for number, (kind, content, _, _) in enumerate(cases):
            with writing(engine) as session:
                who = identity.of_phone(session, f"+{PHONE}").id
                inbox.keep(session, f"{number}", who, kind, content)  # type: ignore[arg-type]
            worker._one(who)
    after = all_of()
    assert {name: after[name] - before[name] for name in after if after[name] != before[name]} == {
        "message said": 3,
        "message failed": 1,
        "message put_off": 1,
        "event said": 1,
        "event claimed": 1,
        "reminder said": 1,
        "reminder claimed": 1,
        "heard": 2,
        "below a half": 1,
        "unsure": 1,
    }
    ended = [each for each in lines if each["event"] == "turn_ended"]
    assert [each["outcome"] for each in ended] == [outcome for *_, outcome in cases]
    assert ended[4]["actions"] == ("action_tell_rent_due",)
    # Whatever is logged meanwhile has the message's id.
    assert all(message_id == bound for message_id, bound in rasa.bound)
    assert "Paul" not in str(lines)


def test_a_turn_that_breaks_is_logged_with_its_id(engine: Engine) -> None:
    class Broken(FakeRasa):
        def say(self, *_: Any, **__: Any) -> Answer:
            raise LookupError("nothing for Paul")

    with writing(engine) as session:
        who = identity.of_phone(session, f"+{PHONE}").id
        inbox.keep(session, "1", who, "message", {"text": "Paul paid"})
        session.flush()
        number = session.query(InboxItem.id).scalar()
    with capture_logs(processors=[_with_context]) as lines:
        InboxWorker(engine, Broken())._one(who)  # type: ignore[arg-type]
    assert [(each["event"], each["inbox_id"]) for each in lines] == [
        ("turn_failed", number),
        ("turn_put_off", number),
    ]
    assert [lines[0]["code"], lines[1]["reason"]] == ["LookupError", "LookupError"]
    assert "Paul" not in str(lines)


def test_what_goes_out_is_counted_and_the_graph_api_timed_by_code(engine: Engine) -> None:
    def all_of() -> dict[str, float]:
        calls = {
            code: counted("lebailleur_graph_seconds_count", call="messages", code=code)
            for code in ("ok", "131026")
        }
        states = {
            state: counted("lebailleur_messages_out_total", state=state)
            for state in ("sent", "failed")
        }
        return {**calls, **states}

    before = all_of()
    with stack_on(engine, keep_window=False) as stack:
        options = Settings.model_construct(
            whatsapp_graph_url=f"{stack.url}/simulator/graph", whatsapp_api_version="v25.0"
        )
        sending = delivery.Delivery(
            engine, GraphClient(options), lambda ref, person: (b"", ""), Pace(1000)
        )
        with writing(engine) as session:
            who = identity.of_phone(session, TENANT).id
            inbox.keep(session, "1", who, "message", {"text": "hello"})
            session.flush()
            cause = session.query(InboxItem.id).scalar()
            for words in ("first", "second"):
                content = {"text": words, "options": []}
                session.add(
                    OutboxItem(
                        person_id=who, inbox_id=cause, content=content, created_at=clock.now()
                    )
                )
        fault = {"kind": "refuse", "code": 131026}
        assert requests.post(f"{stack.url}/simulator/faults", json=fault, timeout=10).ok
        with capture_logs(processors=[_with_context]) as lines:
            while sending._one(who):
                pass
    after = all_of()
    assert {name: after[name] - before[name] for name in after} == {
        "ok": 1,
        "131026": 1,
        "sent": 1,
        "failed": 1,
    }
    refused, sent = (each for each in lines if each["event"].startswith("message_"))
    assert (refused["event"], refused["code"], refused["inbox_id"]) == (
        "message_refused",
        131026,
        cause,
    )
    assert (sent["event"], sent["inbox_id"]) == ("message_sent", cause)
    assert sent["outbox_id"] == refused["outbox_id"] + 1


def _with_context(_: Any, __: str, event: Any) -> Any:
    return {**get_contextvars(), **event}
