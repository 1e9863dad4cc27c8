"""What a newcomer sees: the demo portfolio, two phones in a browser, a receipt on both. On a real
PostgreSQL server, as an operator of several machines would run it."""

import subprocess
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from lebailleur.settings import ROOT
from tests.postgres import named, on_server
from tests.stack import Stack, running, words_of


@pytest.fixture(scope="module")
def demo_stack(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    on_server(postgres_server, "CREATE DATABASE newcomer")
    folder = tmp_path_factory.mktemp("newcomer")
    with running(folder, named(postgres_server, "newcomer"), DEMO="1") as stack:
        yield stack


def test_half_of_march_on_two_phones(demo_stack: Stack, browser: Browser) -> None:
    page = browser.new_page(locale="en-GB", viewport={"width": 1280, "height": 860})
    page.goto(demo_stack.url)
    box = page.get_by_role("textbox", name="Message").first
    for said in ("Paul paid half of March rent", "1"):
        box.fill(said)
        box.press("Enter")
        expect(page.get_by_text("Shall I note this?").first).to_be_visible(timeout=20_000)
    cards = page.get_by_text(".pdf")
    expect(cards).to_have_count(2, timeout=20_000)
    with page.expect_popup() as opened:
        cards.first.click()
    assert opened.value.url.startswith(f"{demo_stack.url}/simulator/phone/media/")


def test_the_demo_is_what_it_promises(demo_stack: Stack) -> None:
    assert demo_stack.admin("GET", "/properties/").json()["count"] == 3
    assert demo_stack.admin("GET", "/tenants/").json()["count"] == 80
    landlord = demo_stack.phone("+237677000001")
    answer = landlord.says("who has not paid?")
    # The day's list of what is due may come between.
    [told] = [each for each in answer.messages if " owe " in words_of(each)]
    assert "Paul Mbarga" in words_of(told)


def test_a_reminder_starts_a_conversation_once(demo_stack: Stack) -> None:
    def remind(*more: str) -> str:
        command = [str(ROOT / ".venv/bin/lebailleur"), "remind", "--as-of", "2026-04-01T08:30"]
        done = subprocess.run(
            [*command, *more],
            env=demo_stack.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        demo_stack.settle()
        return done.stdout

    paul = demo_stack.phone("+237677000110")
    demo_stack.morning_has_come()
    before = len(paul.chat())
    assert "Paul Mbarga: 50000" in remind("--dry-run")
    assert len(paul.chat()) == before
    for _ in range(2):
        remind()
    told = paul.received_after(before)
    assert len(told.messages) == 1
    assert "50 000 FCFA" in told.text.replace(",", " ")
    assert len(told.options) == 2
