"""Caddy, systemd and Render: each file is read by its own tool, or held against what it names."""

import os
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml
from fastapi import FastAPI, Request

from lebailleur.console import console_router
from lebailleur.settings import ROOT
from tests.deploy.known import OTHERS, SETTINGS, WHATSAPP_ONLY
from tests.deploy.test_images import DEPLOY, tool
from tests.simulator.stack import free_port, running, until

UNIT = DEPLOY / "lebailleur.service"
RENDER = DEPLOY / "render.yaml"


# ── Caddy ──────────────────────────────────────────────────────────────────────────────────


def caddy(*arguments: str, folder: Path, **names: str) -> list[Any]:
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), **names}
    return [[tool("caddy"), *arguments], environment]


def test_caddy_finds_its_file_in_order(tmp_path):
    for arguments in (("validate", "--adapter", "caddyfile", "--config"), ("fmt", "--diff")):
        command, environment = caddy(
            *arguments, str(DEPLOY / "Caddyfile"), folder=tmp_path, DOMAIN="rent.example.com"
        )
        checked = subprocess.run(command, env=environment, capture_output=True, text=True)
        assert checked.returncode == 0, checked.stderr
        assert not [line for line in checked.stdout.splitlines() if line.startswith(("-", "+"))]


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of Caddy with our file (without TLS), before an app that tells what it got."""
    app = FastAPI()
    app.include_router(console_router(simulated=False, number="+237620000001"))

    @app.api_route("/{path:path}", methods=["GET", "POST"])
    async def told(request: Request) -> dict[str, Any]:
        return {
            "path": request.url.path,
            "bytes": len(await request.body()),
            "for": request.headers.get("x-forwarded-for"),
            "proto": request.headers.get("x-forwarded-proto"),
        }

    port, front, admin = free_port(), free_port(), free_port()
    command, environment = caddy(
        "run",
        "--adapter",
        "caddyfile",
        "--config",
        str(DEPLOY / "Caddyfile"),
        folder=tmp_path_factory.mktemp("caddy"),
        DOMAIN=f"http://127.0.0.1:{front}",
        APP_ADDRESS=f"127.0.0.1:{port}",
        CADDY_ADMIN=f"127.0.0.1:{admin}",
    )
    address = f"http://127.0.0.1:{front}"
    with (
        running(app, port),
        subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process,
    ):
        try:
            until(lambda: _answers(address))
            yield address
        finally:
            process.terminate()


def _answers(address: str) -> bool:
    try:
        return requests.get(f"{address}/x", timeout=2).ok
    except requests.RequestException:
        return False


def test_caddy_passes_on_pages_and_notifications(behind):
    assert "wa.me" in requests.get(f"{behind}/home/", timeout=5).text
    posted = requests.post(f"{behind}/api/webhook/", data=b"x" * 3_000_000, timeout=5)
    assert posted.json()["bytes"] == 3_000_000


def test_caddy_does_not_believe_a_caller_who_names_another_address(behind):
    asked = requests.get(f"{behind}/x", timeout=5, headers={"X-Forwarded-For": "203.0.113.9"})
    assert asked.json()["for"] == "127.0.0.1"


@pytest.mark.parametrize("path", ["/metrics", "/simulator/phone/+237677000001/messages"])
def test_caddy_keeps_to_itself_what_is_not_for_the_public(behind, path):
    assert requests.get(behind + path, timeout=5).status_code == 404
    assert requests.post(behind + path, timeout=5).status_code == 404


def test_caddy_refuses_what_is_far_too_large(behind):
    posted = requests.post(f"{behind}/api/webhook/", data=b"x" * 5_000_000, timeout=5)
    assert posted.status_code in (413, 500)


# ── systemd ────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit as it would be if this folder were /opt/lebailleur, for a user of this machine."""
    text = UNIT.read_text().replace("/opt/lebailleur", str(ROOT))
    # The folder's environments may be links, and its user is made by the operator.
    text = text.replace("User=lebailleur", "User=daemon").replace(
        "Group=lebailleur", "Group=daemon"
    )
    made = tmp_path / "lebailleur.service"
    made.write_text(text)
    return made


needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="no systemd-analyze on this machine"
)


@needs_systemd
def test_systemd_finds_nothing_wrong_with_the_unit(unit):
    checked = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True
    )
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")


@needs_systemd
def test_systemd_calls_the_unit_well_protected(unit):
    checked = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--threshold=20", unit],
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stdout[-500:]


def test_the_unit_runs_the_supervisor_and_keeps_what_it_writes_in_its_state_folder():
    lines = [line.partition("=") for line in UNIT.read_text().splitlines() if "=" in line]
    said = {name: value for name, _, value in lines if not name.startswith("#")}
    program, *arguments = shlex.split(said["ExecStart"])
    assert (ROOT / Path(program).relative_to("/opt/lebailleur")).exists()
    assert arguments == ["-m", "lebailleur.supervise"]
    assert said["User"] == "lebailleur"
    assert said["StateDirectory"] == "lebailleur"
    # Nothing else may be written: docs/operate.md links var/ to the state folder.
    assert "ReadWritePaths" not in said
    assert "ln -s /var/lib/lebailleur /opt/lebailleur/var" in (ROOT / "docs/operate.md").read_text()


# ── Render ─────────────────────────────────────────────────────────────────────────────────

# The keys of https://render.com/docs/blueprint-spec that we use.
OF_A_SERVICE = {
    "type", "name", "runtime", "plan", "region", "dockerfilePath", "dockerContext",
    "dockerCommand", "preDeployCommand", "healthCheckPath", "autoDeployTrigger",
    "maxShutdownDelaySeconds", "envVars", "disk",
}  # fmt: skip
WAYS = ({"value"}, {"generateValue"}, {"sync"}, {"fromDatabase"}, {"fromService"})


@pytest.fixture(scope="module")
def render() -> dict[str, Any]:
    return yaml.safe_load(RENDER.read_text())


@pytest.fixture(scope="module")
def services(render) -> dict[str, Any]:
    return {each["name"].removeprefix("lebailleur-"): each for each in render["services"]}


def variables(service: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["key"]: each for each in service["envVars"] if "key" in each}


def test_render_is_told_only_what_its_blueprint_knows(render, services):
    assert set(render) == {"services", "databases", "envVarGroups"}
    for name, each in services.items():
        assert set(each) <= OF_A_SERVICE, name
        assert each["runtime"] == "docker"
        assert each["type"] in ("web", "pserv", "worker")
        assert set(each.get("disk", {})) <= {"name", "mountPath", "sizeGB"}
        for variable in variables(each).values():
            assert set(variable) - {"key"} in WAYS, variable
    assert len({each["region"] for each in (*render["services"], *render["databases"])}) == 1, (
        "a private network spans one region"
    )


def test_on_render_only_the_app_is_public_and_the_database_is_closed(render, services):
    assert [name for name, each in services.items() if each["type"] == "web"] == ["lebailleur"]
    assert services["rasa"]["type"] == services["actions"]["type"] == "pserv"
    assert render["databases"][0]["ipAllowList"] == []


def test_what_renders_services_name_is_there(render, services):
    names = {each["name"]: each for each in render["services"]}
    databases = {each["name"] for each in render["databases"]}
    groups = {each["name"] for each in render["envVarGroups"]}
    for service in render["services"]:
        assert (ROOT / service["dockerfilePath"]).is_file()
        assert (ROOT / service["dockerContext"]).resolve() == ROOT
        assert {each["fromGroup"] for each in service["envVars"] if "fromGroup" in each} <= groups
        for variable in variables(service).values():
            if other := variable.get("fromService"):
                assert names[other["name"]]["type"] == other["type"]
                if key := other.get("envVarKey"):
                    assert key in variables(names[other["name"]])
                else:
                    assert other["property"] == "hostport"
            if database := variable.get("fromDatabase"):
                assert database["name"] in databases
                assert database["property"] == "connectionString"


def test_every_variable_on_render_is_one_that_somebody_reads(render, services):
    for name, each in services.items():
        unknown = set(variables(each)) - SETTINGS - set(OTHERS)
        assert not unknown, (name, unknown)
    for group in render["envVarGroups"]:
        assert {each["key"] for each in group["envVars"]} <= SETTINGS | set(OTHERS)


def test_no_secret_stands_in_the_blueprint_and_whatsapps_are_the_apps_alone(render, services):
    secrets = {*WHATSAPP_ONLY, "ADMIN_TOKEN", "ENCRYPTION_KEY", "RASA_TOKEN", "DATABASE_URL"}
    for each in (*services.values(), *render["envVarGroups"]):
        assert not {key for key, how in variables(each).items() if "value" in how} & secrets
    for name, each in services.items():
        seen = WHATSAPP_ONLY & set(variables(each))
        assert seen == (WHATSAPP_ONLY if name == "lebailleur" else set()), name
    assert not {"DATABASE_URL", "ADMIN_TOKEN"} & set(variables(services["rasa"]))


def test_renders_private_services_listen_at_the_port_at_which_they_are_asked(services):
    assert variables(services["actions"])["ACTIONS_URL"]["value"].endswith(
        ":" + variables(services["actions"])["PORT"]["value"]
    )
    assert services["actions"]["dockerCommand"] == "python -m actions --host 0.0.0.0"
    port = variables(services["rasa"])["PORT"]["value"]
    assert f"RASA_PORT={port}" in (DEPLOY / "rasa.Dockerfile").read_text()
    assert services["rasa"]["disk"]["mountPath"] == "/app/var"


def test_renders_commands_are_the_operators(services):
    from typer.testing import CliRunner

    from lebailleur.cli import app

    for command in (services["lebailleur"]["preDeployCommand"],
                    services["scheduler"]["dockerCommand"]):  # fmt: skip
        program, *arguments = shlex.split(command)
        assert program == "lebailleur"
        assert CliRunner().invoke(app, [*arguments, "--help"]).exit_code == 0
