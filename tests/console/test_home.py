"""The home page: in both languages, without scripts, and its QR code leads where its link leads."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pymupdf
import pytest
import zxingcpp
from fastapi import FastAPI
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, Page
from pydantic import ValidationError

from lebailleur.console.pages import HERE, TEXTS, console_router
from lebailleur.settings import Settings
from tests.simulator.stack import free_port, running

NUMBER = "+237620000001"
FRENCH, ENGLISH = "https://wa.me/237620000001?text=Bonjour", "https://wa.me/237620000001?text=Hello"
PHONE = {"width": 320, "height": 568}


def app_with(*, simulated: bool = False, number: str = NUMBER) -> FastAPI:
    app = FastAPI()
    app.include_router(console_router(simulated=simulated, number=number))
    return app


def get(path: str, accept: str = "en", **options: Any) -> Any:
    client = TestClient(app_with(**options))
    return client.get(path, headers={"Accept-Language": accept})


@pytest.mark.parametrize(
    ("path", "accept", "language", "chat"),
    [
        ("/home/", "fr-CM,fr;q=0.9", "fr", FRENCH),
        ("/home/", "en-GB", "en", ENGLISH),
        ("/home/", "de", "en", ENGLISH),
        ("/home/?lang=fr", "en", "fr", FRENCH),
        ("/home/?lang=en", "fr", "en", ENGLISH),
        ("/home/?lang=xx", "fr", "fr", FRENCH),
        ("/", "fr", "fr", FRENCH),
        ("/?lang=en", "fr", "en", ENGLISH),
    ],
)
def test_the_page_and_its_first_message_are_in_the_language_asked_for(path, accept, language, chat):
    answer = get(path, accept)
    assert answer.status_code == 200
    assert f'<html lang="{language}">' in answer.text
    assert TEXTS[language]["home_claim"].replace("'", "&#39;") in answer.text
    assert f'href="{chat}"' in answer.text
    assert "+237 6 20 00 00 01" in answer.text


def test_the_page_is_found_without_its_last_slash():
    assert get("/home").status_code == 200


def test_the_page_asks_for_nothing_from_elsewhere_and_runs_no_script():
    answer = get("/home/")
    assert "<script" not in answer.text
    assert "style=" not in answer.text
    assert re.findall(r'(?:src|href)="(https?:[^"]+)"', answer.text) == [ENGLISH]
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


def test_with_the_simulator_the_page_leads_there_and_to_no_number():
    text = get("/home/", simulated=True, number="").text
    assert 'class="button" href="/"' in text
    assert "wa.me" not in text
    assert "<path" not in text


def test_the_front_page_stays_the_simulator_when_it_is_on():
    assert "simulator" in get("/", simulated=True).text.split("</title>")[0]


def test_without_a_number_the_page_still_says_how_to_begin():
    text = get("/home/", number="").text
    assert TEXTS["en"]["home_no_number"].replace("'", "&#39;") in text
    assert "wa.me" not in text


def test_every_text_is_there_in_both_languages():
    texts = json.loads((HERE / "texts.json").read_text("utf-8"))
    assert texts["en"].keys() == texts["fr"].keys()
    assert all(value.strip() for each in texts.values() for value in each.values())


@pytest.mark.parametrize("typed", ["+237 6 20 00 00 01", "+237620000001", "+237-620-000-001"])
def test_the_number_may_be_written_as_people_write_it(typed, monkeypatch):
    monkeypatch.setenv("WHATSAPP_NUMBER", typed)
    assert Settings(_env_file=None).whatsapp_number == NUMBER


@pytest.mark.parametrize("typed", ["620000001", "my number", "+", "+999 1"])
def test_a_number_without_its_country_is_refused_by_name(typed, monkeypatch):
    monkeypatch.setenv("WHATSAPP_NUMBER", typed)
    with pytest.raises(ValidationError, match="WHATSAPP_NUMBER must begin with"):
        Settings(_env_file=None)


@contextmanager
def opened(browser: Browser, url: str, **options: Any) -> Iterator[Page]:
    """A page on a small phone; nothing may be asked from elsewhere or go wrong."""
    faults: list[str] = []
    context = browser.new_context(
        viewport=PHONE, device_scale_factor=2, java_script_enabled=False, **options
    )
    page = context.new_page()
    page.on("console", lambda told: told.type == "error" and faults.append(told.text))
    page.on("request", lambda asked: asked.url.startswith(url) or faults.append(asked.url))
    page.goto(f"{url}/home/")
    yield page
    context.close()
    assert faults == []


def read_qr(page: Page) -> list[str]:
    shot = pymupdf.Pixmap(pymupdf.csGRAY, pymupdf.Pixmap(page.locator(".qr").screenshot()))
    if shot.alpha:
        shot = pymupdf.Pixmap(shot, 0)
    image = memoryview(shot.samples).cast("B", (shot.height, shot.width))
    return [found.text for found in zxingcpp.read_barcodes(image)]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    port = free_port()
    with running(app_with(), port):
        yield f"http://127.0.0.1:{port}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("locale", "other", "chat", "other_chat"),
    [("fr-CM", "English", FRENCH, ENGLISH), ("en-GB", "Français", ENGLISH, FRENCH)],
)
def test_on_a_small_phone_the_code_is_read_and_the_language_changed(
    browser, address, scheme, locale, other, chat, other_chat
):
    with opened(browser, address, locale=locale, color_scheme=scheme) as page:
        for each in page.locator("body *:not(svg *)").all():
            box = each.bounding_box()
            assert box is None or box["x"] + box["width"] <= PHONE["width"] + 0.5
        assert read_qr(page) == [chat]
        assert page.get_by_role("main").count() == 1
        assert page.get_by_role("heading", level=1).count() == 1
        assert "+237 6 20 00 00 01" in (page.locator(".qr").get_attribute("aria-label") or "")
        page.get_by_role("link", name=other).click()
        assert read_qr(page) == [other_chat]
        assert page.locator("nav a[aria-current]").inner_text() == other


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_words_stand_out_from_what_is_behind_them(browser, address, scheme):
    context = browser.new_context(viewport=PHONE, color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{address}/home/")
    pairs = page.evaluate(
        """() => [...document.querySelectorAll('p, li, h1, h2, a, strong')].map(each => {
            let behind = each;
            while (getComputedStyle(behind).backgroundColor === 'rgba(0, 0, 0, 0)')
                behind = behind.parentElement;
            return [each.textContent.trim().slice(0, 30), getComputedStyle(each).color,
                    getComputedStyle(behind).backgroundColor];
        })"""
    )
    context.close()
    assert len(pairs) > 12
    assert [each for each in pairs if contrast(each[1], each[2]) < 4.5] == []


def contrast(one: str, other: str) -> float:
    """WCAG's contrast ratio of two CSS colours."""
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def luminance(colour: str) -> float:
    parts = [int(each) / 255 for each in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
