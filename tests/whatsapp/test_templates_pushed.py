"""`lebailleur templates push` and `status`, against the simulator over HTTP."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from click.testing import Result
from typer.testing import CliRunner

from lebailleur import cli
from lebailleur.database import make_engine
from lebailleur.orm import Base
from lebailleur.settings import settings
from lebailleur.whatsapp import templates
from tests.simulator.stack import Stack, stack_on

Run = Callable[..., Result]
COUNT = len(templates.every()) * len(templates.LANGUAGES)


@pytest.fixture
def meta(tmp_path: Path) -> Iterator[Stack]:
    """A business account without any template."""
    engine = make_engine(f"sqlite:///{tmp_path / 'meta.db'}")
    Base.metadata.create_all(engine)
    with stack_on(engine) as stack:
        yield stack
    engine.dispose()


@pytest.fixture
def run(meta: Stack, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    def run(*arguments: str, token: str = meta.account.token) -> Result:
        told = {
            "WHATSAPP_GRAPH_URL": f"{meta.url}/simulator/graph",
            "WHATSAPP_TOKEN": token,
            "WHATSAPP_PHONE_NUMBER_ID": meta.account.phone_number_id,
            "WHATSAPP_BUSINESS_ACCOUNT_ID": meta.account.business_account_id,
        }
        for name, value in told.items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()
        return CliRunner().invoke(cli.app, ["templates", *arguments])

    yield run
    settings.cache_clear()


def theirs(meta: Stack) -> list[dict[str, Any]]:
    answer = call(meta, "GET", f"{meta.account.business_account_id}/message_templates")
    return answer.json()["data"]


def call(meta: Stack, method: str, path: str, **arguments: Any) -> requests.Response:
    return requests.request(
        method,
        f"{meta.url}/simulator/graph/v25.0/{path}",
        headers={"Authorization": f"Bearer {meta.account.token}"} | arguments.pop("headers", {}),
        timeout=10,
        **arguments,
    )


def test_all_are_created_and_then_nothing_is_left_to_do(meta: Stack, run: Run) -> None:
    before = run("status")
    assert (before.exit_code, before.output.count("MISSING")) == (1, COUNT)
    pushed = run("push")
    assert pushed.exit_code == 0, pushed.output
    assert pushed.output.count("APPROVED") == COUNT
    kept = theirs(meta)
    assert {(each["name"], each["language"]) for each in kept} == {
        (each.name, language) for each in templates.every() for language in ("fr", "en")
    }
    ids = {each["id"] for each in kept}
    assert run("status").exit_code == 0
    assert run("push").exit_code == 0
    assert {each["id"] for each in theirs(meta)} == ids


@pytest.mark.parametrize("name", ["rent_due", "receipt"])
def test_what_is_worded_otherwise_there_is_changed(meta: Stack, run: Run, name: str) -> None:
    run("push")
    [row] = [each for each in theirs(meta) if (each["name"], each["language"]) == (name, "fr")]
    parts = [
        part | ({"text": "Autre chose : {{words}} Voilà tout."} if part["type"] == "BODY" else {})
        for part in row["components"]
    ]
    assert call(meta, "POST", row["id"], json={"components": parts}).ok
    found = run("status")
    assert (found.exit_code, f"{name} (fr): CHANGED" in found.output) == (1, True)
    pushed = run("push")
    assert pushed.exit_code == 0, pushed.output
    assert f"{name} (fr): changed" in pushed.output
    assert run("status").exit_code == 0


def test_a_template_with_a_document_shows_a_sample(meta: Stack, run: Run) -> None:
    run("push")
    with_file = [each for each in templates.every() if each.with_document]
    assert with_file
    kept = {(each["name"], each["language"]): each for each in theirs(meta)}
    for each in with_file:
        header = kept[each.name, "fr"]["components"][0]
        assert header["format"] == "DOCUMENT"
        [handle] = header["example"]["header_handle"]
        assert handle.startswith("4::")
        assert templates.sample_of(each, "fr").startswith(b"%PDF")


def test_without_a_sample_it_is_refused(meta: Stack) -> None:
    receipt = next(each for each in templates.every() if each.with_document)
    for sample in (None, "4::made:up"):
        created = templates.as_created(receipt, "fr", sample)
        path = f"{meta.account.business_account_id}/message_templates"
        answer = call(meta, "POST", path, json=created)
        assert answer.json()["error"]["code"] == 100
        assert "header" in answer.json()["error"]["error_data"]["details"]
    assert theirs(meta) == []


@pytest.mark.parametrize(
    ("length", "mime", "offset"),
    [(9, "application/pdf", "0"), (5, "text/html", "0"), (5, "application/pdf", "5")],
)
def test_an_upload_that_is_not_as_announced_is_refused(
    meta: Stack, length: int, mime: str, offset: str
) -> None:
    told = {"file_name": "a.pdf", "file_length": str(length), "file_type": mime}
    begun = call(meta, "POST", f"{meta.account.app_id}/uploads", params=told).json()
    if "id" in begun:
        headers = {"file_offset": offset}
        begun = call(meta, "POST", begun["id"], data=b"%PDF-", headers=headers).json()
    assert begun["error"]["code"] == 100


def test_what_meta_refuses_is_told_and_the_others_go_on(
    meta: Stack, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(templates, "sample_of", lambda *_: b"")
    monkeypatch.setattr("lebailleur.whatsapp.simulator.uploads.TYPES", ())
    pushed = run("push")
    assert pushed.exit_code == 1
    assert "receipt (fr): refused: 100" in pushed.output
    assert "rent_due (fr): APPROVED" in pushed.output
    assert len(theirs(meta)) == COUNT - 2 * sum(each.with_document for each in templates.every())


def test_with_a_wrong_token_nothing_happens(meta: Stack, run: Run) -> None:
    for command in ("push", "status"):
        told = run(command, token="wrong")
        assert told.exit_code == 1
        assert "190" in told.output
    assert theirs(meta) == []
