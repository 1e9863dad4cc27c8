"""docs/operate.md: every command, setting and file that it names is there."""

import re
import shlex

import pytest
from typer.main import get_command

from lebailleur.cli import app
from lebailleur.settings import ROOT
from tests.deploy.known import OTHERS, SETTINGS, explained

PAGE = (ROOT / "docs" / "operate.md").read_text("utf-8")
COMMAND = re.compile(
    r"(?<![\w./@-])(?:\.venv/bin/)?lebailleur ((?!cd )[a-z]+(?: [^\n`#;|]*)?)"
    r"|run --rm operator ([^\n`#;…]+)"
)


def commands() -> list[str]:
    """Each command line after `lebailleur`, in code only."""
    blocks = re.compile(r"```\n(.*?)```", re.DOTALL)
    inline = re.findall(r"`([^`]+)`", blocks.sub("", PAGE))
    code = blocks.findall(PAGE) + [each.replace("\n", " ") for each in inline]
    found = [a or b for each in code for a, b in COMMAND.findall(each)]
    return sorted({each.strip() for each in found})


def names() -> list[str]:
    """Each setting: words in capitals with an underscore, or before an equals sign."""
    return sorted(
        set(re.findall(r"\b[A-Z][A-Z]+(?:_[A-Z]+)+\b", PAGE))
        | set(re.findall(r"\b([A-Z]{4,})=", PAGE))
    )


def test_the_page_is_read_as_meant():
    assert {"doctor", "doctor --json", "templates push", "templates status"} <= set(commands())
    assert {"restore FILE", "backup FILE", "reseal", "migrate"} <= set(commands())
    assert any(each.startswith("backup /backups/") for each in commands())
    assert {"WHATSAPP_TOKEN", "DATABASE_URL", "DOMAIN"} <= set(names())


@pytest.mark.parametrize("line", commands())
def test_every_command_exists_with_its_options(line):
    words = shlex.split(line.replace("…", "0"))
    found = get_command(app)
    path = []
    while words and (below := getattr(found, "commands", None)):
        path.append(words.pop(0))
        assert path[-1] in below, f"there is no `lebailleur {' '.join(path)}`"
        found = below[path[-1]]
    options = {name for each in found.params for name in (*each.opts, *each.secondary_opts)}
    for word in words:
        if word.startswith("--"):
            assert word.split("=")[0] in options, f"`lebailleur {' '.join(path)}` has no {word}"


@pytest.mark.parametrize("name", names())
def test_every_setting_exists_and_is_explained(name):
    assert name in SETTINGS | set(OTHERS)
    if name in SETTINGS:
        assert name in explained()


def test_every_file_and_make_target_that_it_names_is_there():
    files = re.findall(r"`((?:deploy|docs|scripts)/[\w.-]+)`", PAGE)
    files += re.findall(r"\b(deploy/[\w.-]+\.service|deploy/Caddyfile)\b", PAGE)
    assert files
    for each in set(files) - {"deploy/backups"}:
        assert (ROOT / each).exists(), each
    makefile = (ROOT / "Makefile").read_text()
    for target in set(re.findall(r"^make ([a-z]+)", PAGE, re.MULTILINE)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_its_links_lead_somewhere():
    headings = {
        re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-")
        for each in re.findall(r"^#+ (.+)$", PAGE, re.MULTILINE)
    }
    for target in re.findall(r"\]\(#([\w-]+)\)", PAGE):
        assert target in headings
