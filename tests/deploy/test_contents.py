"""What the images hold is enough: their files, laid out as the Dockerfiles copy them, do the work.

The environments are those of the tests, which are locked by the same files.
"""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from lebailleur.settings import ROOT
from tests.deploy.test_images import DEPLOY, instructions
from tests.stack import free_port

TOKEN = "rasa-token-of-the-tests"


def laid_out(part: str, folder: Path) -> Path:
    """The files of an image, without its Python environment, in `folder`."""
    for word, rest in instructions(DEPLOY / f"{part}.Dockerfile"):
        if word != "COPY" or rest.startswith("--from"):
            continue
        *sources, target = rest.split()
        for each in sources:
            to = folder / target / (Path(each).name if target.endswith("/") else "")
            to.parent.mkdir(parents=True, exist_ok=True)
            if (ROOT / each).is_dir():
                shutil.copytree(ROOT / each, to, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy2(ROOT / each, to)
    (folder / "var").mkdir()
    return folder


def environment_of(part: str, folder: Path, **more: str) -> dict[str, str]:
    """The image's variables, for its files in `folder`."""
    told = " ".join(
        rest for word, rest in instructions(DEPLOY / f"{part}.Dockerfile") if word == "ENV"
    )
    given = dict(re.findall(r'(\w+)="?([^\s"]*)"?', told))
    return {
        **{name: value.replace("/app", str(folder)) for name, value in given.items()},
        "PATH": f"{folder}/.venv/bin:{os.environ['PATH']}",
        "HOME": str(folder / "var"),
        "PYTHONPATH": str(folder),  # in an image the code is installed where it lies
        **more,
    }


@contextmanager
def started(command: list[str], folder: Path, env: dict[str, str], asked: str) -> Iterator[None]:
    """A process that answers at `asked`, stopped at the end."""
    log = folder / "var" / "log"
    with (
        log.open("w") as out,
        subprocess.Popen(command, cwd=folder, env=env, stdout=out, stderr=out) as process,
    ):
        try:
            end = time.monotonic() + 150
            while not _answers(asked):
                late = process.poll() is not None or time.monotonic() > end
                assert not late, log.read_text()[-2000:]
                time.sleep(0.3)
            yield
        finally:
            process.terminate()


def _answers(address: str) -> bool:
    try:
        return requests.get(address, timeout=3).ok
    except requests.RequestException:
        return False


@pytest.fixture(scope="module")
def app_image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = laid_out("app", tmp_path_factory.mktemp("app"))
    (folder / ".venv").symlink_to((ROOT / ".venv").resolve())
    return folder


@pytest.fixture(scope="module")
def rasa_image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = laid_out("rasa", tmp_path_factory.mktemp("rasa"))
    (folder / ".venv-rasa").symlink_to((ROOT / ".venv-rasa").resolve())
    return folder


def test_the_apps_files_migrate_and_serve_and_act(app_image, database_url):
    port, actions = free_port(), free_port()
    environment = environment_of(
        "app",
        app_image,
        DATABASE_URL=database_url,
        PORT=str(port),
        HOST="127.0.0.1",
        ACTIONS_URL=f"http://127.0.0.1:{actions}",
        DEMO="0",
    )
    program = str(app_image / ".venv/bin/lebailleur")
    python = str(app_image / ".venv/bin/python")
    migrated = subprocess.run(
        [program, "migrate"], cwd=app_image, env=environment, capture_output=True, text=True
    )
    assert "up to date" in migrated.stdout, migrated.stderr
    where = "import lebailleur.settings as s; print(s.ROOT)"
    shown = subprocess.run([python, "-c", where], cwd="/", env=environment, capture_output=True)
    assert Path(shown.stdout.decode().strip()) == app_image, "these files, not the repository's"
    address = f"http://127.0.0.1:{port}"
    with (
        started(
            [python, "-m", "actions"], app_image, environment, f"http://127.0.0.1:{actions}/health"
        ),
        started([program, "serve"], app_image, environment, f"{address}/healthz"),
    ):
        assert requests.get(f"{address}/home/", timeout=5).ok
        parts = requests.get(f"{address}/readyz", timeout=15).json()
        assert (parts["database"], parts["actions"], parts["rasa"]) == (True, True, False)


def test_rasas_files_are_taught_what_is_in_them(rasa_image):
    """The first half of what the image does to train; the second takes minutes."""
    (rasa_image / "models").mkdir(exist_ok=True)
    taught = subprocess.run(
        [".venv-rasa/bin/python", "-W", "ignore", "-m", "nlu.taught", "models/listing.json"],
        cwd=rasa_image,
        env=environment_of("rasa", rasa_image),
        capture_output=True,
        text=True,
    )
    assert taught.returncode == 0, taught.stdout + taught.stderr
    assert re.match(r"\d{4,} phrases of", taught.stdout)


def test_rasas_files_and_the_model_answer_who_knows_the_token(rasa_image):
    (rasa_image / "models").mkdir(exist_ok=True)
    shutil.copy(ROOT / "models/lebailleur.tar.gz", rasa_image / "models")
    port = free_port()
    environment = environment_of(
        "rasa",
        rasa_image,
        RASA_HOST="127.0.0.1",
        RASA_PORT=str(port),
        RASA_TOKEN=TOKEN,
        ACTIONS_URL="actions.invalid:5055",
    )
    address = f"http://127.0.0.1:{port}"
    asked = f"{address}/status?token={TOKEN}"
    with started(["scripts/run-rasa"], rasa_image, environment, asked):
        parsed = requests.post(
            f"{address}/model/parse", params={"token": TOKEN}, json={"text": "qui n'a pas payé ?"},
            timeout=30,
        )  # fmt: skip
        assert parsed.json()["intent"]["name"]
        assert requests.get(f"{address}/status", timeout=5).status_code == 401
    assert (rasa_image / "var/tracker.db").exists()
