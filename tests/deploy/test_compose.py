"""compose.yaml: docker compose reads it, only Caddy is reachable, each part sees its own."""

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from lebailleur import supervise
from tests.deploy.known import OTHERS, SETTINGS, WHATSAPP_ONLY
from tests.deploy.test_images import DEPLOY, tool

FILE = DEPLOY / "compose.yaml"
EXAMPLE = DEPLOY / ".env.example"
OURS = ("app", "rasa", "actions", "scheduler", "migrate", "operator")


def example() -> list[str]:
    return re.findall(r"^(\w+)=$", EXAMPLE.read_text(), re.MULTILINE)


def read(folder: Path, **values: str) -> subprocess.CompletedProcess[str]:
    """What docker compose makes of the file, with an .env of these values."""
    env = folder / "env"
    env.write_text("".join(f"{name}={value}\n" for name, value in values.items()))
    command = [tool("docker-compose"), "--env-file", env, "-f", FILE, "--profile", "operator"]
    return subprocess.run(
        [*command, "config"],
        capture_output=True,
        text=True,
        env={"PATH": os.environ["PATH"], "HOME": str(folder)},
    )


@pytest.fixture(scope="module")
def compose(tmp_path_factory) -> dict[str, Any]:
    """The file as docker compose understands it, filled in as .env.example asks."""
    made = read(tmp_path_factory.mktemp("compose"), **dict.fromkeys(example(), "filled-in"))
    assert made.returncode == 0, made.stderr
    assert made.stderr == ""
    return yaml.safe_load(made.stdout)


@pytest.mark.parametrize(
    "missing",
    ["DOMAIN", "POSTGRES_PASSWORD", "RASA_TOKEN", "ENCRYPTION_KEY", "WHATSAPP_TOKEN",
     "WHATSAPP_APP_SECRET", "WHATSAPP_VERIFY_TOKEN", "WHATSAPP_PHONE_NUMBER_ID"],
)  # fmt: skip
def test_it_does_not_start_without_what_it_needs(tmp_path, missing):
    values = dict.fromkeys(example(), "filled-in")
    values[missing] = ""
    refused = read(tmp_path, **values)
    assert refused.returncode != 0
    assert missing in refused.stderr


def test_nothing_but_caddy_is_reachable_from_outside(compose):
    published = {
        name: {(each["published"], each["target"]) for each in service.get("ports", [])}
        for name, service in compose["services"].items()
        if service.get("ports") or service.get("network_mode")
    }
    assert published == {"caddy": {("80", 80), ("443", 443)}}


def test_rasa_the_actions_and_the_database_are_in_closed_networks_only(compose):
    closed = {name for name, each in compose["networks"].items() if (each or {}).get("internal")}
    for name in ("rasa", "actions", "scheduler", "database", "migrate"):
        assert set(compose["services"][name]["networks"]) <= closed, name
    assert not {*compose["services"]["caddy"]["networks"]} & closed


def test_rasa_is_not_in_the_databases_network(compose):
    networks = {name: set(each["networks"]) for name, each in compose["services"].items()}
    assert not networks["rasa"] & networks["database"]
    assert not networks["caddy"] & networks["database"]
    # And who speaks to whom can.
    for one, other in (("caddy", "app"), ("app", "rasa"), ("rasa", "actions"), ("app", "actions"),
                       ("app", "database"), ("actions", "database"), ("scheduler", "database"),
                       ("migrate", "database"), ("operator", "database")):  # fmt: skip
        assert networks[one] & networks[other], (one, other)


def test_every_part_is_held_down(compose):
    for name, service in compose["services"].items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["init"] is True, name
        assert set(service.get("cap_add") or []) <= {"NET_BIND_SERVICE"}, name
        assert not service.get("privileged"), name
        mounted = [each["source"] for each in service.get("volumes", [])]
        assert not any("docker.sock" in each for each in mounted), name


def test_no_part_runs_as_root(compose):
    for name, service in compose["services"].items():
        if "build" not in service:
            assert int(service["user"].split(":")[0]) > 0, name
        else:  # tests/deploy/test_images.py: each of our images ends as a numbered user
            assert "user" not in service, name
            assert (DEPLOY.parent / service["build"]["dockerfile"]).exists(), name
            assert Path(service["build"]["context"]) == DEPLOY.parent


def test_what_runs_comes_back_and_is_looked_after(compose):
    images = {
        each["build"]["dockerfile"]: "HEALTHCHECK"
        in (DEPLOY.parent / each["build"]["dockerfile"]).read_text()
        for each in compose["services"].values()
        if "build" in each
    }
    for name, service in compose["services"].items():
        if name in ("migrate", "operator"):  # they end
            continue
        assert service["restart"] == "unless-stopped", name
        asked = service.get("healthcheck", {}).get("test")
        assert asked or images[service["build"]["dockerfile"]], name


def test_the_app_starts_on_a_database_that_is_up_to_date(compose):
    services = compose["services"]
    for name in ("app", "actions", "scheduler"):
        after = services[name]["depends_on"]
        assert after["migrate"]["condition"] == "service_completed_successfully", name
    assert services["migrate"]["depends_on"]["database"]["condition"] == "service_healthy"
    assert services["migrate"]["command"] == ["lebailleur", "migrate"]
    assert services["caddy"]["depends_on"]["app"]["condition"] == "service_healthy"


def test_every_variable_is_one_that_somebody_reads(compose):
    for name, service in compose["services"].items():
        unknown = set(service.get("environment") or {}) - SETTINGS - set(OTHERS)
        assert not unknown, (name, unknown)


def test_every_setting_of_the_example_reaches_a_process(compose):
    given = {
        value for each in compose["services"].values() for value in (each.get("environment") or {})
    }
    assert set(example()) - {"DOMAIN"} <= given
    assert compose["services"]["app"]["environment"]["PUBLIC_URL"] == "https://filled-in"


def test_whatsapps_secrets_are_seen_by_the_app_and_the_operator_alone(compose):
    for name, service in compose["services"].items():
        seen = WHATSAPP_ONLY & set(service.get("environment") or {})
        assert seen == (WHATSAPP_ONLY if name in ("app", "operator") else set()), name
        assert "env_file" not in service, name


def test_rasa_sees_no_more_than_the_supervisor_would_give_it(compose):
    from lebailleur.settings import Settings

    given = supervise._environments(Settings(_env_file=None))["rasa"]
    assert set(compose["services"]["rasa"]["environment"]) <= {*given, "LOG_FORMAT"}


def test_what_must_last_is_in_a_volume(compose):
    kept = {
        name: {(each["type"], each["target"]) for each in service.get("volumes", [])}
        for name, service in compose["services"].items()
    }
    assert ("volume", "/var/lib/postgresql/data") in kept["database"]
    assert ("volume", "/app/var") in kept["rasa"]
    assert ("volume", "/data") in kept["caddy"]
    # For `backup` and `reseal`: Rasa's record where the command looks for it.
    assert {("volume", "/app/var"), ("bind", "/backups")} <= kept["operator"]


@pytest.mark.parametrize("name", OURS)
def test_every_command_is_one_that_the_image_has(compose, name):
    from typer.testing import CliRunner

    from lebailleur.cli import app

    service = compose["services"][name]
    command = service.get("command") or []
    match [*(service.get("entrypoint") or []), *command]:
        case ["lebailleur", *arguments]:
            asked = CliRunner().invoke(app, [*arguments, "--help"])
            assert asked.exit_code == 0, asked.output
        case ["python", "-m", module, *arguments]:
            assert module == "actions"
            assert arguments == ["--host", "0.0.0.0"]
        case []:
            assert "CMD [" in (DEPLOY.parent / service["build"]["dockerfile"]).read_text()
        case other:
            raise AssertionError(other)


def test_every_setting_can_be_set_where_it_matters(compose):
    """A setting that compose.yaml forgets would do nothing in .env, without a word."""
    # Fixed by how the containers are put together, or of no use without the simulator.
    fixed = {"HOST", "PORT", "WHATSAPP_GRAPH_URL"}
    assert SETTINGS - fixed <= set(compose["services"]["app"]["environment"])
