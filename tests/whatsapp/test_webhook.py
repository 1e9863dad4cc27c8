"""The webhook over a real database: what a signed notification changes, and what it does not."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, select
from structlog.testing import capture_logs

from lebailleur import app as the_app
from lebailleur import clock, database, identity
from lebailleur.conversation import outbox
from lebailleur.conversation.models import InboxItem, OutboxItem
from lebailleur.database import reading, writing
from lebailleur.rentals import leases, portfolio
from lebailleur.rentals.leases import NewTenant
from lebailleur.rentals.models import Landlord, Tenant
from lebailleur.rentals.rights import ADMIN, Asker
from lebailleur.settings import settings
from lebailleur.whatsapp import signature, webhook
from tests.whatsapp.test_inbound import value

SECRET = "s3cr3t"
AWA, PAUL, NEW = "237677000001", "237677000002", "237655000111"
NUMBER = "237655000222"


class Hook:
    """Meta's side of the webhook."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.woken = engine, 0
        app = FastAPI()
        app.include_router(
            webhook.webhook_router(
                engine,
                app_secret=SECRET,
                verify_token="v",
                kept=self.wake,
                moving=portfolio.number_changed,
            )
        )
        self.client = TestClient(app)

    def wake(self) -> None:
        self.woken += 1

    def tell(self, **parts: Any) -> None:
        self.post(value(**parts))

    def post(self, notification: dict[str, Any]) -> None:
        """A notification with the right signature, which is acknowledged."""
        body = json.dumps({"object": "whatsapp_business_account", **notification}).encode()
        answer = self.client.post(
            "/webhook/",
            content=body,
            headers={"X-Hub-Signature-256": signature.sign(body, SECRET)},
        )
        assert answer.status_code == 200, answer.text

    def writes(self, number: str, key: str) -> str:
        """Somebody writes; our id of them."""
        text = {"from": number, "id": key, "timestamp": "1", "type": "text", "text": {"body": "a"}}
        self.tell(messages=[text])
        with reading(self.engine) as session:
            return session.scalars(select(InboxItem.person_id).where(InboxItem.key == key)).one()

    def moves(self, number: str, to: str) -> None:
        system = {"type": "user_changed_number", "wa_id": to, "body": "User changed"}
        self.tell(messages=[{"from": number, "id": "wamid.s", "type": "system", "system": system}])


@pytest.fixture
def hook(engine: Engine) -> Hook:
    with writing(engine) as session:
        for number, name in ((AWA, "Awa"), (PAUL, "Paul")):
            person = identity.of_phone(session, f"+{number}", name=name)
            portfolio.register_landlord(
                session,
                ADMIN,
                person_id=person.id,
                name=name,
                phone=f"+{number}",
                language="fr",
                currency="XAF",
                timezone="Africa/Douala",
            )
    return Hook(engine)


def phones(engine: Engine) -> dict[str, str]:
    with reading(engine) as session:
        return {each.name: each.phone for each in session.scalars(select(Landlord))}


HANDSHAKE = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": "v"}


@pytest.mark.parametrize("path", ["/webhook/", "/api/webhook/"])
def test_1_the_challenge_comes_back_bare_and_as_plain_text(hook: Hook, path: str) -> None:
    answer = hook.client.get(path, params=HANDSHAKE)
    assert (answer.status_code, answer.content) == (200, b"1158201444")
    assert answer.headers["Content-Type"].split(";")[0] == "text/plain"


@pytest.mark.parametrize(
    "changed",
    [
        {"hub.verify_token": "x"},
        {"hub.verify_token": ""},
        {"hub.verify_token": None},
        {"hub.mode": "unsubscribe"},
        {"hub.mode": None},
    ],
)
def test_2_a_wrong_token_or_no_mode_is_refused_and_the_challenge_not_said(
    hook: Hook, changed: dict[str, str | None]
) -> None:
    asked = {key: each for key, each in (HANDSHAKE | changed).items() if each is not None}
    answer = hook.client.get("/api/webhook/", params=asked)
    assert answer.status_code == 403
    assert "1158201444" not in answer.text + str(answer.headers)


def test_8_a_thousand_updates_at_once_are_all_kept(hook: Hook) -> None:
    messages = [
        {
            "from": f"2376770{number % 400:05}",
            "id": f"wamid.{number}",
            "timestamp": str(number),
            "type": "text",
            "text": {"body": "é" * 500},  # six bytes each, as Meta escapes them
        }
        for number in range(1000)
    ]
    for _ in range(2):  # and once more, for Meta may say it twice
        hook.tell(messages=messages)
    with reading(hook.engine) as session:
        kept = session.scalars(select(InboxItem).order_by(InboxItem.id)).all()
    assert [each.key for each in kept] == [each["id"] for each in messages]
    assert len({each.person_id for each in kept}) == 400


def test_whose_name_we_did_not_know_has_it_now(hook: Hook) -> None:
    hook.writes(NEW, "wamid.1")
    text = {"from": NEW, "id": "wamid.2", "type": "text", "text": {"body": "a"}}
    hook.tell(messages=[text], contacts=[{"profile": {"name": "Marie"}, "wa_id": NEW}])
    with reading(hook.engine) as session:
        person = identity.find(session, "phone", f"+{NEW}")
        assert person is not None
        assert person.name == "Marie"


def test_8_who_writes_for_the_first_time_twice_in_a_batch_is_one_person(hook: Hook) -> None:
    text = {"type": "text", "text": {"body": "a"}, "timestamp": "1"}
    hook.tell(
        messages=[
            {**text, "id": "wamid.1", "from": NEW},
            {**text, "id": "wamid.2", "from": NEW, "from_user_id": "CM.7"},
            {**text, "id": "wamid.3", "from_user_id": "CM.7"},
        ]
    )
    with reading(hook.engine) as session:
        assert len(set(session.scalars(select(InboxItem.person_id)))) == 1


def test_19_who_changes_the_number_keeps_everything(hook: Hook) -> None:
    before = hook.writes(AWA, "wamid.1")
    hook.moves(AWA, NEW)
    assert hook.writes(NEW, "wamid.2") == before
    assert phones(hook.engine) == {"Awa": f"+{NEW}", "Paul": f"+{PAUL}"}


def test_19_the_old_number_is_somebody_else_tomorrow(hook: Hook) -> None:
    before = hook.writes(AWA, "wamid.1")
    hook.moves(AWA, NEW)
    assert hook.writes(AWA, "wamid.2") != before


def test_19_who_wrote_from_the_new_number_before_is_the_same_person(hook: Hook) -> None:
    before = hook.writes(AWA, "wamid.1")
    assert hook.writes(NEW, "wamid.2") != before
    hook.moves(AWA, NEW)
    assert hook.writes(NEW, "wamid.3") == before


def test_19_what_was_written_before_the_move_is_no_strangers(hook: Hook) -> None:
    """Three messages of one POST, and the change of number between them."""
    awa = hook.writes(AWA, "wamid.0")
    text = {"type": "text", "text": {"body": "a"}}
    system = {"type": "user_changed_number", "wa_id": NEW, "body": "User changed"}
    hook.tell(
        messages=[
            {**text, "from": NEW, "id": "wamid.3", "timestamp": "1750000003"},
            {"from": AWA, "id": "wamid.s", "type": "system", "system": system}
            | {"timestamp": "1750000002"},
            {**text, "from": AWA, "id": "wamid.1", "timestamp": "1750000001"},
            # The old number is somebody else's now.
            {**text, "from": AWA, "id": "wamid.4", "timestamp": "1750000004"},
        ]
    )
    with reading(hook.engine) as session:
        rows = session.execute(select(InboxItem.key, InboxItem.person_id)).all()
    whose = dict(rows)
    assert whose["wamid.1"] == whose["wamid.3"] == awa
    assert whose["wamid.4"] != awa


@pytest.fixture
def hook_of_106(hook: Hook, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hook]:
    """The webhook of the whole app, whose number WhatsApp calls 106."""
    monkeypatch.setenv("WHATSAPP_PHONE_NUMBER_ID", "106")
    monkeypatch.setenv("WHATSAPP_APP_SECRET", SECRET)
    monkeypatch.setattr(database, "engine", lambda: hook.engine)
    monkeypatch.setattr(the_app.logs, "configure", lambda *_, **__: None)
    settings.cache_clear()
    hook.client = TestClient(the_app.create_app())
    yield hook
    settings.cache_clear()


def test_another_numbers_messages_start_nothing(hook_of_106: Hook) -> None:
    for number_id, kept in (("107", []), ("106", ["wamid.1"])):
        with capture_logs() as lines:
            hook_of_106.tell(
                metadata={"phone_number_id": number_id},
                messages=[{"from": AWA, "id": "wamid.1", "type": "text", "text": {"body": "a"}}],
                statuses=[{"id": "wamid.9", "status": "read"}],
            )
        [line] = [each for each in lines if each["event"] == "notification_kept"]
        assert line["others"] == ([] if kept else ["another_number"])
        assert line["statuses"] == len(kept)
        with reading(hook_of_106.engine) as session:
            assert session.scalars(select(InboxItem.key)).all() == kept


def test_when_it_was_written_is_kept_with_a_message(hook: Hook) -> None:
    written = clock.now().replace(microsecond=0) - timedelta(minutes=12)
    text = {"from": AWA, "id": "wamid.1", "type": "text", "text": {"body": "1"}}
    hook.tell(messages=[{**text, "timestamp": str(int(written.timestamp()))}])
    with reading(hook.engine) as session:
        item = session.scalars(select(InboxItem)).one()
        assert item.said_at == written
        assert item.received_at > written


def test_19_two_peoples_rentals_are_never_mixed(hook: Hook) -> None:
    awa, paul = hook.writes(AWA, "wamid.1"), hook.writes(PAUL, "wamid.2")
    hook.moves(AWA, PAUL)
    assert (hook.writes(AWA, "wamid.3"), hook.writes(PAUL, "wamid.4")) == (awa, paul)
    assert phones(hook.engine) == {"Awa": f"+{AWA}", "Paul": f"+{PAUL}"}


def test_19_a_tenants_number_changes_too(hook: Hook) -> None:
    with writing(hook.engine) as session:
        landlord = session.scalars(select(Landlord).where(Landlord.name == "Awa")).one()
        asker = Asker(landlord.person_id)
        home = portfolio.add_property(session, asker, name="Villa", address="Douala")
        unit = portfolio.add_unit(session, asker, property_id=home.id, name="Room 1", rent=50_000)
        person = identity.of_phone(session, "+237677000009")
        new = NewTenant(
            unit_id=unit.id,
            person_id=person.id,
            name="Marie",
            phone="+237677000009",
            start_on=date(2026, 1, 1),
            cycle_months=1,
            due_day=1,
        )
        leases.add_tenant(session, asker, new)
    hook.moves("237677000009", NEW)
    with reading(hook.engine) as session:
        assert session.scalars(select(Tenant.phone)).one() == f"+{NEW}"


def test_19_a_new_user_id_is_the_same_person(hook: Hook) -> None:
    before = hook.writes(AWA, "wamid.1")
    system = {"type": "user_changed_user_id", "user_id": "CM.NEW"}
    hook.tell(messages=[{"from": AWA, "id": "wamid.s", "type": "system", "system": system}])
    hidden = {"from_user_id": "CM.NEW", "id": "wamid.2", "type": "text", "text": {"body": "b"}}
    hook.tell(messages=[hidden])
    with reading(hook.engine) as session:
        found = session.scalars(select(InboxItem).where(InboxItem.key == "wamid.2")).one()
    assert found.person_id == before


def test_20_a_landlord_without_a_number_gets_it_when_whatsapp_tells_it(hook: Hook) -> None:
    text = {"timestamp": "1", "type": "text", "text": {"body": "a"}}
    hook.tell(messages=[{**text, "from_user_id": "CM.1349", "id": "wamid.1"}])
    hook.tell(messages=[{**text, "from_user_id": "CM.1350", "id": "wamid.2"}])
    with writing(hook.engine) as session:
        people = session.scalars(select(InboxItem.person_id).order_by(InboxItem.id)).all()
        for person_id in people:
            portfolio.register_landlord(
                session,
                Asker(person_id),
                person_id=person_id,
                name="Awa",
                phone=None,
                language="fr",
                currency="XAF",
                timezone="Africa/Douala",
            )
    hook.tell(messages=[{**text, "from": NUMBER, "from_user_id": "CM.1349", "id": "wamid.3"}])
    hook.tell(messages=[{**text, "from": NUMBER, "id": "wamid.4"}])
    with reading(hook.engine) as session:
        landlords = select(Landlord).where(Landlord.person_id.in_(people)).order_by(Landlord.id)
        assert [each.phone for each in session.scalars(landlords)] == [f"+{NUMBER}", None]
        writers = session.scalars(select(InboxItem.person_id).order_by(InboxItem.id)).all()
    assert writers == [*people, people[0], people[0]]


def test_20_who_has_no_number_is_one_person_too(hook: Hook) -> None:
    for key in ("wamid.1", "wamid.2"):
        text = {"from_user_id": "CM.1349", "id": key, "type": "text", "text": {"body": "a"}}
        hook.tell(messages=[text])
    with reading(hook.engine) as session:
        people = session.scalars(select(InboxItem.person_id)).all()
    assert len(people) == 2
    assert len(set(people)) == 1


def test_9_what_starts_no_turn_is_recorded(hook: Hook) -> None:
    with writing(hook.engine) as session:
        person = identity.of_phone(session, f"+{NEW}")
        item = OutboxItem(person_id=person.id, content={"text": "a"}, created_at=clock.now())
        session.add(item)
        session.flush()
        outbox.note_part(session, item.id, 0, 1, "wamid.OUT")
    problem = {"code": 130429, "title": "Rate limit hit", "message": "Rate limit hit"}
    other = {"field": "account_update", "value": {"event": "VERIFIED_ACCOUNT"}}
    with capture_logs() as lines:
        hook.tell(statuses=[{"id": "wamid.OUT", "status": "read", "timestamp": "1"}])
        hook.tell(errors=[problem])
        hook.post({"entry": [{"changes": [other]}]})
    with reading(hook.engine) as session:
        assert session.get_one(OutboxItem, item.id).state == "read"
        assert session.scalars(select(InboxItem)).all() == []
        assert session.scalars(select(OutboxItem.id)).all() == [item.id]
    assert [each["problem"] for each in lines if each["event"] == "account_problem"] == [
        "130429 Rate limit hit"
    ]
    kept = [each for each in lines if each["event"] == "notification_kept"]
    assert [(each["messages"], each["statuses"], each["others"]) for each in kept] == [
        (0, 1, []),
        (0, 0, []),
        (0, 0, ["account_update"]),
    ]
    assert not hook.woken
