"""The doctor finds exactly what is broken, on set-ups that really are, and nothing on a good
one."""

import json
import os
import shutil
import sqlite3
import subprocess
from collections import namedtuple
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI, Response
from pydantic import SecretStr
from sqlalchemy import Engine, delete, text, update
from typer.testing import CliRunner

from lebailleur import cli, clock, identity, migrating
from lebailleur import settings as configured
from lebailleur.conversation import inbox, standstill
from lebailleur.conversation.models import InboxItem, OutboxItem
from lebailleur.database import make_engine, writing
from lebailleur.operating import doctor
from lebailleur.operating.doctor.place import Place
from lebailleur.settings import ROOT, Settings, settings
from lebailleur.whatsapp import templates
from lebailleur.whatsapp.simulator import Account, simulator_app
from lebailleur.whatsapp.simulator.tables import SimTemplate
from tests.simulator.stack import free_port, running
from tests.stack import ADMIN_TOKEN, Stack

OLD, NEW = (
    "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=",
)
RASA_TOKEN = "token-of-rasa"
REAL = {
    "whatsapp_token": configured.SIMULATED_TOKEN,
    "whatsapp_phone_number_id": configured.SIMULATED_PHONE_NUMBER_ID,
    "whatsapp_business_account_id": configured.SIMULATED_PHONE_NUMBER_ID,
    "whatsapp_app_secret": "s",
    "whatsapp_verify_token": "v",
    "public_url": "https://lebailleur.example",
}
Usage = namedtuple("Usage", "total used free")


@dataclass
class Installed:
    """An installation that runs: what answers on its port, its files, its database."""

    port: int
    root: Path
    database_url: str
    parts: dict[str, Any] = field(
        default_factory=lambda: {"status": "ready", "rasa": True, "actions": True}
    )
    model_id: str | None = "model"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @cached_property
    def engine(self) -> Engine:
        return make_engine(self.database_url)

    def real(self, **changes: str) -> dict[str, str]:
        """Settings of a real number, for which the simulator stands in at another address."""
        return {**REAL, "whatsapp_graph_url": f"{self.url}/simulator/graph", **changes}

    def place(self, **changes: Any) -> Place:
        given = {
            "port": self.port,
            "database_url": self.database_url,
            "rasa_url": self.url,
            "actions_url": self.url,
            "admin_token": ADMIN_TOKEN,
            **changes,
        }
        return Place(
            Settings(_env_file=None, **given),
            root=self.root,
            var=self.root / "var",
            env_file=self.root / ".env",
            trackers=self.root / "var" / "tracker.db",
        )

    def found(self, **changes: Any) -> dict[str, str]:
        """The checks that found something, and what."""
        looked = doctor.examine(self.place(**changes))
        return {each.check: " ".join(each.findings) for each in looked if each.findings}


def made_root(folder: Path) -> Path:
    """A project with a model that is up to date."""
    (folder / "scripts").mkdir(parents=True)
    shutil.copy(ROOT / "scripts" / "train", folder / "scripts")
    (folder / "data").mkdir()
    (folder / "data" / "phrases.yml").write_text("paid\n")
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
    (folder / "models").mkdir()
    (folder / "models" / "lebailleur.tar.gz").write_bytes(b"model")
    keep_hash(folder)
    (folder / "var").mkdir(mode=0o700)
    (folder / ".env").touch(mode=0o600)
    return folder


def keep_hash(root: Path) -> None:
    told = subprocess.run(
        [root / "scripts" / "train", "--hash"], capture_output=True, text=True, check=True
    )
    (root / "models" / "lebailleur.sha256").write_text(told.stdout)


def answering(installed: Installed) -> FastAPI:
    """App, Rasa and action server, as far as the doctor asks them; the simulator is real."""
    account = Account.of(Settings.model_construct(port=installed.port))
    app = FastAPI()
    approved = templates.every_created()
    app.include_router(
        simulator_app(
            lambda _=None: [], account=account, engine=installed.engine, approved=approved
        )
    )
    app.add_api_route("/readyz", lambda: installed.parts)
    app.add_api_route("/version", lambda: {"version": "3.6.21"})
    app.add_api_route("/health", lambda: {"status": "ok"})

    @app.get("/status")
    def status(token: str, response: Response) -> dict[str, Any]:
        response.status_code = 200 if token == RASA_TOKEN else 401
        return {"model_id": installed.model_id}

    return app


@pytest.fixture
def plenty(monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk with room, wherever these tests run."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 5 * 10**11, 5 * 10**11))


@contextmanager
def installed(database_url: str, root: Path) -> Iterator[Installed]:
    """An installation that runs on a database."""
    if database_url.startswith("sqlite"):
        Path(make_engine(database_url).url.database or "").chmod(0o600)
    found = Installed(free_port(), made_root(root), database_url)
    with running(answering(found), found.port):
        yield found
    found.engine.dispose()


@pytest.fixture
def good(plenty: None, sqlite_template: Path, tmp_path: Path) -> Iterator[Installed]:
    """An installation in which nothing is wrong, on SQLite."""
    file = shutil.copy(sqlite_template, tmp_path / "lebailleur.db")
    with installed(f"sqlite:///{file}", tmp_path / "root") as found:
        yield found


@pytest.fixture
def each_good(plenty: None, database_url: str, tmp_path: Path) -> Iterator[Installed]:
    """The same, on a database of each kind."""
    with installed(database_url, tmp_path / "root") as found:
        yield found


def test_a_good_one(each_good: Installed) -> None:
    looked = doctor.examine(each_good.place())
    assert [each for each in looked if each.findings or each.skipped] == []
    assert each_good.found(**each_good.real()) == {}
    assert each_good.found(rasa_token=RASA_TOKEN, encryption_key=NEW) == {}


@pytest.mark.parametrize(
    ("changes", "check", "says"),
    [
        ({"working_hours": "8-19"}, "settings", "WORKING_HOURS"),
        ({"working_hours": "19:00-08:00"}, "settings", "WORKING_HOURS"),
        ({"default_timezone": "Africa/Duala"}, "settings", "DEFAULT_TIMEZONE"),
        ({"default_language": "de"}, "settings", "DEFAULT_LANGUAGE"),
        ({"default_currency": "FCFA"}, "settings", "DEFAULT_CURRENCY"),
        ({"support_phone": "12"}, "settings", "SUPPORT_PHONE"),
        ({"whatsapp_app_secret": "s"}, "WhatsApp's settings", "WHATSAPP_APP_SECRET without"),
        ({"admin_token": ""}, "keys", "ADMIN_TOKEN is not set"),
        ({"admin_token": "short"}, "keys", "16 characters"),
        ({"actions_url": "http://127.0.0.1:9"}, "action server", "ACTIONS_URL"),
        ({"rasa_url": "http://127.0.0.1:9"}, "Rasa", "RASA_URL"),
        ({"rasa_token": "another"}, "Rasa", "RASA_TOKEN"),
    ],
    ids=str,
)
def test_a_setting_that_is_wrong(
    good: Installed, changes: dict[str, str], check: str, says: str
) -> None:
    found = good.found(**changes)
    assert list(found) == [check]
    assert says in found[check]


@pytest.mark.parametrize(
    ("changes", "check", "says"),
    [
        ({"whatsapp_token": "dead"}, "WhatsApp's token", "WHATSAPP_TOKEN is not valid"),
        ({"whatsapp_phone_number_id": "1"}, "WhatsApp's token", "WHATSAPP_PHONE_NUMBER_ID"),
        ({"whatsapp_business_account_id": "1"}, "templates", "WHATSAPP_BUSINESS_ACCOUNT_ID"),
        ({"whatsapp_business_account_id": ""}, "WhatsApp's settings", "BUSINESS_ACCOUNT_ID"),
        ({"whatsapp_verify_token": ""}, "WhatsApp's settings", "WHATSAPP_VERIFY_TOKEN"),
        ({"whatsapp_graph_url": "http://127.0.0.1:9"}, "WhatsApp's token", "WHATSAPP_GRAPH_URL"),
        ({"public_url": ""}, "public address", "PUBLIC_URL is missing"),
        ({"public_url": "http://lebailleur.example"}, "public address", "https://"),
    ],
    ids=str,
)
def test_a_real_number_that_cannot_work(
    good: Installed, changes: dict[str, str], check: str, says: str
) -> None:
    found = good.found(**good.real(**changes))
    assert list(found) == [check]
    assert says in found[check]


def test_templates_that_meta_does_not_have_as_ours(good: Installed) -> None:
    with writing(good.engine) as session:
        session.execute(
            delete(SimTemplate).where(SimTemplate.name == "receipt", SimTemplate.language == "fr")
        )
        session.execute(
            update(SimTemplate).where(SimTemplate.name == "welcome").values(components=[])
        )
    found = good.found(**good.real())
    assert list(found) == ["templates"]
    for each in ("receipt (fr, MISSING)", "welcome (en, CHANGED)", "templates push"):
        assert each in found["templates"]
    assert "receipt (en" not in found["templates"]


def test_a_model_that_is_missing_or_stale(good: Installed) -> None:
    (good.root / "data" / "phrases.yml").write_text("paid\npaye\n")
    assert list(found := good.found()) == ["model"]
    assert "older" in found["model"]
    keep_hash(good.root)
    assert good.found() == {}
    (good.root / "models" / "lebailleur.tar.gz").unlink()
    assert list(found := good.found()) == ["model"]
    assert "no trained model" in found["model"]


def test_where_the_phrases_are_not_the_model_is_taken_as_it_is(good: Installed) -> None:
    shutil.rmtree(good.root / ".git")
    [model] = [each for each in doctor.examine(good.place()) if each.check == "model"]
    assert (model.findings, bool(model.skipped)) == ((), True)


def test_where_rasa_runs_elsewhere_its_model_is_not_looked_for_here(good: Installed) -> None:
    (good.root / "models" / "lebailleur.tar.gz").unlink()
    examined = doctor.examine(good.place(rasa_url="http://rasa.internal:5005"))
    [model] = [each for each in examined if each.check == "model"]
    assert (model.findings, bool(model.skipped)) == ((), True)


def test_rasa_without_a_model(good: Installed) -> None:
    good.model_id = None
    assert list(good.found(rasa_token=RASA_TOKEN)) == ["Rasa"]
    good.parts = {"status": "not ready", "rasa": False}
    assert list(good.found()) == ["Rasa"]


def test_an_app_that_is_down_is_told_once(good: Installed) -> None:
    """The simulator is down with it, and that is not said of WhatsApp."""
    assert list(good.found(port=9)) == ["app"]


def test_files_that_others_can_read(good: Installed) -> None:
    (good.root / ".env").chmod(0o644)
    assert list(found := good.found()) == ["private files"]
    assert f"chmod go-rwx {good.root / '.env'}" in found["private files"]
    (good.root / ".env").chmod(0o600)
    (good.root / "var").chmod(0o755)
    assert "var" in good.found()["private files"]


def test_a_full_disk(good: Installed, monkeypatch: pytest.MonkeyPatch) -> None:
    for usage in (Usage(10**10, 0, 4 * 10**8), Usage(10**12, 0, 4 * 10**10)):
        monkeypatch.setattr(shutil, "disk_usage", lambda _, usage=usage: usage)
        assert list(good.found()) == ["disk"]


@pytest.mark.parametrize("seconds", [-90, 90])
def test_a_clock_that_is_wrong(each_good: Installed, seconds: int) -> None:
    with clock.moved_to(clock.now() + timedelta(seconds=seconds)):
        found = each_good.found()
    assert list(found) == ["clock"]
    assert ("fast" if seconds > 0 else "slow") in found["clock"]


def test_a_database_that_is_not_there(each_good: Installed) -> None:
    wrong = each_good.database_url.replace("lebailleur.db", "nowhere.db")
    if wrong == each_good.database_url:
        wrong += "_nowhere"
    found = each_good.found(database_url=wrong)
    assert list(found) == ["database"]
    assert "DATABASE_URL" in found["database"]
    assert not (each_good.root.parent / "nowhere.db").exists()


def test_tables_that_are_older_newer_or_missing(each_good: Installed) -> None:
    engine = each_good.engine
    for version, says in (("0010", "older"), ("9999", "newer")):
        with engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": version})
        found = each_good.found()
        assert list(found) == ["tables"]
        assert says in found["tables"]
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE alembic_version"))
    assert "no tables" in each_good.found()["tables"]


def test_a_key_that_does_not_open(each_good: Installed, monkeypatch: pytest.MonkeyPatch) -> None:
    with each_good.engine.begin() as connection:
        connection.execute(text("DELETE FROM inbox"))
    monkeypatch.setattr(settings(), "encryption_key", SecretStr(OLD))
    with writing(each_good.engine) as session:
        person = identity.of_phone(session, "+237677000001")
        inbox.keep(session, "k", person.id, "message", {"text": "x"})
        session.get_one(InboxItem, 1).state = "handled"
    assert each_good.found(encryption_key=OLD) == {}
    assert each_good.found(encryption_key=f"{NEW},{OLD}") == {}
    for wrong in (NEW, ""):
        found = each_good.found(encryption_key=wrong)
        assert list(found) == ["encryption"]
        assert "inbox" in found["encryption"]


def test_rasas_memory_that_is_sealed_with_another_key(good: Installed) -> None:
    with sqlite3.connect(good.root / "var" / "tracker.db") as connection:
        connection.execute("CREATE TABLE events (id INTEGER PRIMARY KEY, data TEXT)")
        sealed = configured.Seal(OLD).close("{}")
        connection.execute("INSERT INTO events (data) VALUES (?)", (sealed,))
    assert good.found(encryption_key=OLD) == {}
    assert "Rasa's memory" in good.found(encryption_key=NEW)["encryption"]


def test_messages_that_have_waited_long(each_good: Installed) -> None:
    early = clock.now() - timedelta(hours=2)
    with clock.moved_to(early), writing(each_good.engine) as session:
        person = identity.of_phone(session, "+237677000001")
        inbox.keep(session, "k", person.id, "message", {"text": "x"})
        sent = {"person_id": person.id, "content": {"text": "x"}, "created_at": clock.now()}
        session.add(OutboxItem(**sent, state="waiting"))
        session.add(OutboxItem(**sent, state="held"))  # waits for the person
        later = clock.now() + timedelta(days=1)
        session.add(OutboxItem(**sent, state="waiting", next_try_at=later))  # Meta says: tomorrow
    found = each_good.found()
    assert list(found) == ["waiting messages"]
    assert "1 messages wait to be answered, the oldest for 2.0" in found["waiting messages"]
    assert "1 messages wait to be sent" in found["waiting messages"]


def test_an_account_that_can_send_nothing(good: Installed) -> None:
    with writing(good.engine) as session:
        standstill.begin(session, 131042)
    assert "131042" in good.found()["waiting messages"]


def test_a_check_that_fails_is_a_finding_and_the_others_are_made(
    good: Installed, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Path) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(shutil, "disk_usage", broken)
    (good.root / ".env").chmod(0o644)
    found = good.found()
    assert set(found) == {"disk", "private files"}
    assert "RuntimeError" in found["disk"]
    assert "secret" not in found["disk"]


def ask(monkeypatch: pytest.MonkeyPatch, *arguments: str, **environment: str) -> Any:
    for name in [each for each in os.environ if each.lower() in Settings.model_fields]:
        monkeypatch.delenv(name)
    for name, value in environment.items():
        monkeypatch.setenv(name.upper(), value)
    settings.cache_clear()
    try:
        return CliRunner().invoke(cli.app, ["doctor", *arguments])
    finally:
        settings.cache_clear()


def test_the_command_tells_it_to_people_and_to_programs(
    good: Installed, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {"database_url": good.database_url, "port": str(good.port)}
    told = ask(monkeypatch, **given, rasa_url=good.url, actions_url=good.url)
    assert told.exit_code == 1
    assert "✓ database" in told.output
    assert "✗ keys\n    ADMIN_TOKEN is not set" in told.output
    told = ask(monkeypatch, "--json", **given, rasa_url=good.url, actions_url=good.url)
    [keys] = [each for each in json.loads(told.output) if each["check"] == "keys"]
    assert (keys["ok"], keys["skipped"]) == (False, None)
    assert "ADMIN_TOKEN" in keys["findings"][0]


def test_settings_that_cannot_be_read_are_told_without_their_values(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = ask(monkeypatch, port="eight thousand", encryption_key="secret-but-no-key")
    assert told.exit_code == 1
    assert "PORT cannot be that" in told.output
    assert "ENCRYPTION_KEY" in told.output
    assert "secret-but-no-key" not in told.output
    assert "eight thousand" not in told.output


def test_on_the_running_product_nothing_is_wrong(stack: Stack, plenty: None) -> None:
    """The real app, Rasa and action server; the clock that its tests moved aside."""
    root = made_root(stack.folder / "root")
    chosen = Settings(
        _env_file=None,
        port=int(stack.url.rpartition(":")[2]),
        **{
            each.lower(): stack.environment[each]
            for each in ("DATABASE_URL", "RASA_URL", "RASA_TOKEN", "ACTIONS_URL", "ADMIN_TOKEN")
        },
    )
    place = Place(
        chosen,
        root=root,
        var=root / "var",
        env_file=root / ".env",
        trackers=Path(stack.environment["TRACKER_DB"]),
    )
    looked = [each for each in doctor.examine(place) if each.check != "waiting messages"]
    assert [each for each in looked if each.findings or each.skipped] == []
    assert migrating.newest() == place.version
