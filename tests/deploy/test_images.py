"""The images: hadolint finds nothing, they run as nobody special, what they copy is there."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from lebailleur.settings import ROOT

DEPLOY = ROOT / "deploy"
DOCKERFILES = sorted(DEPLOY.glob("*.Dockerfile"))


def tool(name: str) -> str:
    """A program that a wheel of the tests' environment ships."""
    return str(Path(sys.executable).parent / name)


def instructions(file: Path) -> list[tuple[str, str]]:
    """Each instruction's word and the rest, lines that go on put together."""
    text = re.sub(r"^\s*#.*\n", "", file.read_text(), flags=re.MULTILINE).replace("\\\n", " ")
    return [
        (word.upper(), rest.strip())
        for word, _, rest in (line.strip().partition(" ") for line in text.splitlines())
        if word
    ]


def let_in(path: str) -> bool:
    """Whether .dockerignore lets a file or folder of the repository into the build: the last
    pattern that speaks of it or of a folder above decides."""
    allowed = True
    for line in (ROOT / ".dockerignore").read_text().splitlines():
        pattern = line.strip().removeprefix("!").rstrip("/")
        if not pattern or line.startswith("#"):
            continue
        above = [Path(path), *Path(path).parents][:-1]
        if any(str(each) == pattern or each.match(pattern) for each in above):
            allowed = line.startswith("!")
    return allowed


@pytest.mark.parametrize("file", DOCKERFILES, ids=lambda each: each.stem)
class TestEachImage:
    def test_hadolint_finds_nothing(self, file):
        checked = subprocess.run([tool("hadolint"), file], capture_output=True, text=True)
        assert checked.stdout == ""
        assert checked.returncode == 0

    def test_it_ends_as_a_user_without_rights_and_says_whether_it_is_well(self, file):
        last_stage = instructions(file)
        while any(word == "FROM" for word, _ in last_stage[1:]):
            last_stage = last_stage[1:]
        users = [rest for word, rest in last_stage if word == "USER"]
        assert users
        assert re.fullmatch(r"[1-9]\d*", users[-1]), "a number: Kubernetes and others can check it"
        assert any(word == "HEALTHCHECK" and "CMD" in rest for word, rest in last_stage)

    def test_what_it_copies_is_in_the_repository_and_let_into_the_build(self, file):
        copied = [rest.split()[:-1] for word, rest in instructions(file) if word == "COPY"]
        sources = [each for group in copied if not group[0].startswith("--from") for each in group]
        assert sources
        for each in sources:
            assert (ROOT / each).exists(), each
            assert let_in(each), f"{each} is not let in by .dockerignore"

    def test_what_it_installs_is_locked_with_hashes(self, file):
        installing = [
            part
            for word, rest in instructions(file)
            if word == "RUN"
            for part in rest.split("&&")
            if "pip install" in part
        ]
        for each in installing:
            assert "--require-hashes -r requirements/" in each or "--no-deps -e ." in each

    def test_its_base_has_a_version(self, file):
        for word, rest in instructions(file):
            if word == "FROM":
                assert re.search(r":\d+\.\d+", rest), rest


@pytest.mark.parametrize(
    "path",
    [".env", "deploy/.env", "var/lebailleur.db", ".git/config", ".venv/bin/python", "backups/b.zip",
     "models/lebailleur.tar.gz", "tests/conftest.py", "requirements/test.in"],
)  # fmt: skip
def test_no_secret_and_nothing_of_this_machine_gets_into_a_build(path):
    assert not let_in(path)


def test_the_rasa_image_has_all_of_ours_that_its_components_import():
    file = DEPLOY / "rasa.Dockerfile"
    copied = " ".join(rest for word, rest in instructions(file) if word == "COPY")
    used = {
        found
        for each in (ROOT / "nlu").rglob("*.py")
        for found in re.findall(r"^from (lebailleur[.\w]*) import (\w+)", each.read_text(), re.M)
    }
    assert used
    for module, name in used:
        module = f"lebailleur.{name}" if module == "lebailleur" else module
        assert module.replace(".", "/") + ".py" in copied.split(), module


def test_the_rasa_image_gives_its_process_what_the_supervisor_gives_it(monkeypatch):
    from lebailleur import supervise
    from lebailleur.settings import Settings

    given = supervise._environments(Settings(_env_file=None))["rasa"].keys()
    text = (DEPLOY / "rasa.Dockerfile").read_text() + (DEPLOY / "compose.yaml").read_text()
    missing = [name for name in given - set(supervise.RASA_SEES) if name not in text]
    # Has a default in Rasa's process that does.
    assert set(missing) <= {"LOG_FORMAT", "NLU_LOG_LEVEL"}


def test_the_last_stage_of_the_app_holds_what_the_code_reads_beside_itself():
    text = (DEPLOY / "app.Dockerfile").read_text()
    read = {
        found
        for folder in ("lebailleur", "actions")
        for each in (ROOT / folder).rglob("*.py")
        if each.name not in ("supervise.py", "doctor.py")
        for found in re.findall(r'\bROOT / "([\w.]+)"', each.read_text())
    } - {"var", ".env", "models"}
    assert {"migrations", "domain.yml", "templates"} <= read
    for each in read:
        assert re.search(rf"^COPY {re.escape(each)} ", text, re.MULTILINE), each
