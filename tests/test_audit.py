"""Every write to the books leaves a line: who, when, what, from where; and nobody's name in it."""

from contextlib import suppress
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner

from lebailleur import audit, clock, database, identity
from lebailleur.cli import app
from lebailleur.database import reading, writing
from lebailleur.rentals import leases, payments, portfolio, tokens
from lebailleur.rentals.asks import Ask
from lebailleur.rentals.leases import NewTenant
from lebailleur.rentals.models import Landlord, Unit
from lebailleur.rentals.rights import ADMIN

NOW = datetime(2026, 3, 10, 8, tzinfo=UTC)
NAME, PHONE = "Paul Mbarga", "+237699000001"


def lease_of(engine: Engine) -> int:
    with clock.moved_to(NOW), audit.written_by("admin", "test"), writing(engine) as session:
        owner = identity.of_phone(session, "+237677000001", name="Pa Ngu")
        landlord = portfolio.register_landlord(
            session,
            ADMIN,
            person_id=owner.id,
            name="Pa Ngu",
            phone="+237677000001",
            language="fr",
            currency="XAF",
            timezone="Africa/Douala",
        )
        house = portfolio.add_property(
            session, ADMIN, name="Villa Rose", address="Bonamoussadi", landlord_id=landlord.id
        )
        unit = portfolio.add_unit(session, ADMIN, property_id=house.id, name="R1", rent=50_000)
        person = identity.of_phone(session, PHONE, name=NAME)
        return leases.add_tenant(
            session,
            ADMIN,
            NewTenant(
                name=NAME,
                phone=PHONE,
                person_id=person.id,
                unit_id=unit.id,
                start_on=date(2026, 1, 1),
            ),
        ).id


def lines(engine: Engine) -> list[audit.AuditEntry]:
    with reading(engine) as session:
        return audit.entries(session, most=1000)


def test_a_payment_leaves_its_lines(engine: Engine) -> None:
    lease_id = lease_of(engine)
    with (
        clock.moved_to(NOW),
        audit.written_by("person:p1", "message:17"),
        writing(engine) as session,
    ):
        payments.record(session, ADMIN, Ask(lease_id=lease_id, amount=30_000), key="k")
    mine = [each for each in lines(engine) if each.source == "message:17"]
    assert {each.who for each in mine} == {"person:p1"}
    assert {"payment", "allocation", "receipt"} <= {each.what for each in mine}
    payment = next(each for each in mine if (each.what, each.did) == ("payment", "create"))
    assert payment.changes["amount"] == 30_000
    assert payment.changes["paid_on"] == "2026-03-10"
    assert abs((payment.at - NOW).total_seconds()) < 60


def test_a_change_tells_what_was_before(engine: Engine) -> None:
    lease_of(engine)
    with writing(engine) as session:
        session.get_one(Unit, 1).rent = 60_000
        session.get_one(Landlord, 1).name = "Somebody Else"
    found = {(each.what, each.did): each.changes for each in lines(engine)}
    assert found["unit", "change"] == {"rent": [50_000, 60_000]}
    assert found["landlord", "change"] == {"name": ["…", "…"]}


def test_no_name_number_or_word_of_anybodys_is_in_it(engine: Engine) -> None:
    lease_of(engine)
    written = repr([(each.changes, each.source, each.what_id) for each in lines(engine)])
    for personal in (NAME, PHONE, "Pa Ngu", "677000001", "Villa Rose", "Bonamoussadi"):
        assert personal not in written


def test_what_is_undone_leaves_none(engine: Engine) -> None:
    lease_id = lease_of(engine)
    before = len(lines(engine))
    with suppress(RuntimeError), writing(engine) as session:
        payments.record(session, ADMIN, Ask(lease_id=lease_id, amount=30_000), key="k")
        raise RuntimeError
    assert len(lines(engine)) == before


def test_by_itself_a_process_names_itself(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    lease_id = lease_of(engine)
    monkeypatch.setattr(audit, "_process", audit.Origin("scheduler"))
    with writing(engine) as session:
        payments.record(session, ADMIN, Ask(lease_id=lease_id, amount=30_000), key="k")
    assert lines(engine)[0].who == "scheduler"


@pytest.fixture
def command(engine: Engine, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(database, "engine", lambda: engine)
    runner = CliRunner()
    return lambda *words: runner.invoke(app, list(words))


def test_the_operator_makes_lists_and_revokes_keys(engine: Engine, command) -> None:
    lease_of(engine)
    made = command("token", "--phone", "677 00 00 01")
    assert made.exit_code == 0
    key = made.output.strip()
    with reading(engine) as session:
        assert tokens.asker_of(session, key) is not None
    listed = command("tokens", "--phone", "+237677000001").output
    assert key[-4:] in listed
    assert key not in listed
    assert command("tokens", "--phone", "+237677000001", "--revoke", "1").exit_code == 0
    with reading(engine) as session:
        assert tokens.asker_of(session, key) is None
    assert command("tokens", "--phone", "+237677000001").output == ""
    assert command("tokens", "--phone", "+237677000001", "--revoke", "1").exit_code == 1
    log = command("audit").output
    assert "operator  lebailleur tokens  change api_token 1" in log
    assert key not in log


@pytest.mark.parametrize("phone", ["+237699000001", "+237677000099", "nonsense", ""])
def test_who_is_no_landlord_gets_no_key(engine: Engine, command, phone: str) -> None:
    lease_of(engine)
    made = command("token", "--phone", phone)
    assert made.exit_code == 1
    assert "no landlord" in made.output


def test_ten_keys_are_enough(engine: Engine, command) -> None:
    lease_of(engine)
    for _ in range(10):
        assert command("token", "--phone", "+237677000001").exit_code == 0
    refused = command("token", "--phone", "+237677000001")
    assert refused.exit_code == 1
    assert "revoke" in refused.output
