"""What a trainer writes is learned by `make train`, without a line of code."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from nlu import taught
from nlu.phrases import Phrase

ROOT = Path(__file__).resolve().parents[2]
RULE = (
    'version: "3.1"\nrules:\n- rule: one\n  steps:\n  - intent: help\n  - action: action_listen\n'
)
# No word of it is known; only who learned the new phrase can understand the message.
PHRASE = "wadjax nkolo zimbo"
MESSAGE = "get_receipt:\n  mix: |\n    - wadjax nkolo zimbo oo\n"


def run(folder: Path, *command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "RASA_TELEMETRY_ENABLED": "false", "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project of our own: the same scripts and components, few phrases, one rule."""
    for each in ("scripts", "nlu"):
        shutil.copytree(ROOT / each, tmp_path / each, ignore=shutil.ignore_patterns("__pycache__"))
    for each in ("config.yml", "domain.yml", ".gitignore"):
        shutil.copy(ROOT / each, tmp_path)
    (tmp_path / ".venv-rasa").symlink_to(ROOT / ".venv-rasa")
    phrases = tmp_path / "data" / "nlu"
    phrases.mkdir(parents=True)
    for each in ("menu.yml", "receipts.yml"):
        shutil.copy(ROOT / "data" / "nlu" / each, phrases)
    (tmp_path / "data" / "rules.yml").write_text(RULE)
    run(tmp_path, "git", "init", "--quiet")
    return tmp_path


def test_a_phrase_that_was_added_is_understood(project: Path) -> None:
    file = project / "data" / "nlu" / "receipts.yml"
    listing = project / "models" / "lebailleur.phrases.json"
    listing.parent.mkdir()
    asked = taught.phrases(file.parent)
    listing.write_text(json.dumps(taught.listing(asked)))
    file.write_text(file.read_text().rstrip("\n") + f"\n    - {PHRASE}\n")

    trained = run(project, "scripts/train")
    assert trained.returncode == 0, trained.stdout + trained.stderr
    assert f"{len(asked) + 1} phrases of 7 intents. Since the last training:" in trained.stdout
    assert "  get_receipt: 1 new\n" in trained.stdout
    assert "make evaluate" in trained.stdout
    assert PHRASE in json.loads(listing.read_text())["get_receipt"]
    assert run(project, "scripts/train", "--if-stale").stdout == ""

    messages = project / "tests" / "understanding"
    messages.mkdir(parents=True)
    (messages / "new.yml").write_text(MESSAGE)
    python = project / ".venv-rasa" / "bin" / "python"
    heard = run(project, python, "-m", "nlu.evaluate", "--no-cross-validation")
    assert heard.returncode == 0, heard.stdout + heard.stderr[-4000:]
    assert "Of 1 unseen messages, 100.0 % were understood" in heard.stdout


RED = r"\033[91mInvalidRule: one contradicts two\033[0m\n"


def test_a_training_that_fails_is_said_and_keeps_the_model(project: Path) -> None:
    bin_ = project / ".venv-rasa" / "bin"
    bin_.parent.unlink()
    bin_.mkdir(parents=True)
    python = ROOT / ".venv-rasa" / "bin" / "python"
    (bin_ / "python").write_text(f'#!/bin/sh\nexec {python} "$@"\n')
    (bin_ / "rasa").write_text(f"#!/bin/sh\necho a library warns\nprintf '{RED}'\nexit 1\n")
    for each in bin_.iterdir():
        each.chmod(0o755)
    kept = {"lebailleur.tar.gz": "the old one", "lebailleur.phrases.json": "{}"}
    (project / "models").mkdir()
    for name, text in kept.items():
        (project / "models" / name).write_text(text)
    done = run(project, "scripts/train")
    assert done.returncode == 1
    assert (
        "the model stays as it was. Rasa says:\nInvalidRule: one contradicts two\n" in done.stdout
    )
    assert "a library warns" not in done.stdout
    assert {each.name: each.read_text() for each in (project / "models").iterdir()} == kept


def said(intent: str, *marked: str) -> list[Phrase]:
    return [Phrase(Path("talk.yml"), 1, intent, each) for each in marked]


def test_what_is_new_or_gone_is_told_by_intent() -> None:
    before = taught.listing([*said("greet", "hi", "hello"), *said("thank", "merci")])
    now = taught.listing([*said("greet", "hi", "hey", "ho"), *said("goodbye", "bye")])
    assert taught.report(now, before).splitlines() == [
        "4 phrases of 2 intents. Since the last training:",
        "  goodbye: 1 new",
        "  greet: 2 new, 1 gone",
        "  thank: 1 gone",
    ]
    assert taught.report(now, {}) == "4 phrases of 2 intents."
    assert taught.report(now, now).endswith("No phrase is new or gone since the last training.")


def test_many_changes_are_not_all_named() -> None:
    many = {f"intent_{number:02}": ["hi"] for number in range(20)}
    lines = taught.report(many, {"intent_00": ["hi"]}).splitlines()
    assert len(lines) == 14
    assert lines[-1] == "  and 7 more intents"
