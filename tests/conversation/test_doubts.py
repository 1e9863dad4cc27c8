"""What was unclear is kept with what was meant, for the person who wrote it alone."""

import pytest
from typer.testing import CliRunner

from lebailleur import database, identity
from lebailleur.cli import app
from lebailleur.conversation import doubts
from lebailleur.conversation.doubts import NONE
from lebailleur.conversation.models import Doubt

SAID = [{"entity": "tenant", "value": "Paul", "start": 0, "end": 4}]
RANKING = [("record_payment", 0.35), ("check_balance", 0.3)]


@pytest.fixture
def people(engine):
    with database.writing(engine) as session:
        return [identity.of_phone(session, f"+23767700000{n}").id for n in (1, 2)]


def keep(engine, person_id: str, key: str = "message:1") -> int:
    with database.writing(engine) as session:
        offered = ["record_payment", "check_balance"]
        return doubts.keep(session, key, person_id, "Paul mars", SAID, RANKING, offered).id


def decide(engine, person_id: str, doubt: int, meaning: str) -> Doubt | None:
    with database.writing(engine) as session:
        return doubts.decide(session, person_id, doubt, meaning)


def test_what_was_said_comes_back_with_the_choice(engine, people):
    doubt = keep(engine, people[0])
    assert keep(engine, people[0]) == doubt  # the same message, handled again
    found = decide(engine, people[0], doubt, "check_balance")
    assert found is not None
    assert (found.text, found.entities, found.chosen) == ("Paul mars", SAID, "check_balance")
    found = decide(engine, people[0], doubt, NONE)
    assert found is not None
    assert found.chosen == NONE


def test_nobody_else_decides_and_only_what_was_offered(engine, people):
    doubt = keep(engine, people[0])
    assert decide(engine, people[1], doubt, "check_balance") is None
    assert decide(engine, people[0], doubt, "delete_tenant") is None
    assert decide(engine, people[0], 999, "check_balance") is None
    with database.writing(engine) as session:
        [kept] = doubts.every(session)
        assert kept.chosen is None


def test_the_trainers_read_them(engine, people, monkeypatch):
    decide(engine, people[0], keep(engine, people[0]), "check_balance")
    monkeypatch.setattr(database, "engine", lambda: engine)
    shown = CliRunner().invoke(app, ["doubts", "--csv"])
    assert shown.exit_code == 0, shown.output
    assert "Paul mars,record_payment check_balance,check_balance" in shown.output
    assert "'Paul mars'" in CliRunner().invoke(app, ["doubts"]).output
