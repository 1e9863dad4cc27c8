"""The operator's commands by hand: what they ask, what they say, and how they end."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import Engine
from typer.testing import CliRunner

from lebailleur import cli, database, demo, identity
from lebailleur.conversation import inbox
from lebailleur.database import reading, writing
from lebailleur.rentals.models import Landlord, Tenant
from lebailleur.settings import settings
from tests.operating.conftest import Fresh

Run = Callable[..., Result]
KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Run]:
    """Runs a command on a database, as somebody at a terminal who types `answers`."""
    monkeypatch.setenv("TRACKER_DB", str(tmp_path / "trackers" / "tracker.db"))

    def run(engine: Engine, *arguments: str, answers: str = "", **environment: str) -> Result:
        monkeypatch.setattr(database, "engine", lambda: engine)
        url = engine.url.render_as_string(hide_password=False)
        for name, value in {"DATABASE_URL": url, **environment}.items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()
        return CliRunner().invoke(cli.app, list(arguments), input=answers)

    yield run
    settings.cache_clear()


def names(engine: Engine) -> set[str]:
    with reading(engine) as session:
        return {each.name for each in session.query(Landlord)} | {
            each.name for each in session.query(Tenant)
        }


def test_saving_and_putting_back(loaded: Engine, fresh: Fresh, run: Run, tmp_path: Path) -> None:
    file = str(tmp_path / "saved")
    assert run(loaded, "backup", file).exit_code == 0
    again = run(loaded, "backup", file)
    assert (again.exit_code, "--force" in again.output) == (1, True)
    assert run(loaded, "backup", file, "--force").exit_code == 0
    target = fresh("sqlite")
    done = run(target, "restore", file)
    assert done.exit_code == 0, done.output
    assert names(target) == names(loaded)


def test_a_full_database_is_replaced_after_a_yes(loaded: Engine, run: Run, tmp_path: Path) -> None:
    file = str(tmp_path / "saved")
    run(loaded, "backup", file)
    with writing(loaded) as session:
        session.get_one(Landlord, 1).name = "Another"
    refused = run(loaded, "restore", file)
    assert (refused.exit_code, "not empty" in refused.output) == (1, True)
    asked = run(loaded, "restore", file, "--force", answers="n\n")
    assert asked.exit_code == 1
    assert "1 landlords, 80 tenants" in asked.output
    assert "Another" in names(loaded)
    assert run(loaded, "restore", file, "--force", answers="y\n").exit_code == 0
    assert "Another" not in names(loaded)
    with writing(loaded) as session:
        session.get_one(Landlord, 1).name = "Another"
    assert run(loaded, "restore", file, "--force", "--yes").exit_code == 0
    assert "Another" not in names(loaded)


def test_who_has_not_the_key_is_told_so(
    loaded: Engine, fresh: Fresh, run: Run, tmp_path: Path
) -> None:
    file = str(tmp_path / "saved")
    run(loaded, "doubts", ENCRYPTION_KEY=KEY)  # from here on it is sealed
    with writing(loaded) as session:
        person = identity.of_phone(session, demo.LANDLORD_PHONE)
        inbox.keep(session, "k", person.id, "message", {"text": "x"})
    run(loaded, "backup", file)
    assert "ENCRYPTION_KEY" not in run(fresh("sqlite"), "restore", file).output
    told = run(fresh("sqlite"), "restore", file, ENCRYPTION_KEY="")
    assert told.exit_code == 0
    assert "ENCRYPTION_KEY does not open what is sealed in inbox" in told.output


def test_handing_out(loaded: Engine, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "out.json"
    done = run(loaded, "export", "--json", "--phone", "677 00 00 01", str(file))
    assert done.exit_code == 0, done.output
    assert len(json.loads(file.read_text())["tenants"]) == 80
    refused = run(loaded, "export", "--phone", "+237699999999", str(tmp_path / "other"))
    assert (refused.exit_code, "no landlord" in refused.output) == (1, True)
    assert not (tmp_path / "other").exists()


def test_forgetting_asks_first(loaded: Engine, run: Run) -> None:
    with reading(loaded) as session:
        paul = session.query(Tenant).filter(Tenant.name == "Paul Mbarga").one()
    dry = run(loaded, "forget", "--phone", paul.phone, "--dry-run")
    assert (dry.exit_code, "person_alias: 1 rows would be deleted" in dry.output) == (0, True)
    assert run(loaded, "forget", "--phone", paul.phone, answers="n\n").exit_code == 1
    assert paul.name in names(loaded)
    done = run(loaded, "forget", "--phone", paul.phone, answers="y\n")
    assert (done.exit_code, "Backups" in done.output) == (0, True)
    assert paul.name not in names(loaded)
    assert "deleted person" in names(loaded)
    nobody = run(loaded, "forget", "--phone", paul.phone, "--yes")
    assert (nobody.exit_code, "Nobody" in nobody.output) == (1, True)


def test_a_landlord_with_tenants_is_forgotten_by_force_alone(loaded: Engine, run: Run) -> None:
    refused = run(loaded, "forget", "--phone", demo.LANDLORD_PHONE, "--yes")
    assert (refused.exit_code, "80 running leases" in refused.output) == (1, True)
    done = run(loaded, "forget", "--phone", demo.LANDLORD_PHONE, "--yes", "--force")
    assert done.exit_code == 0, done.output
    assert "Pa Joseph Ngu" not in names(loaded)
