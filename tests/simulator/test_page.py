"""The page in a real browser: it looks like WhatsApp, and what one does on it really happens."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Locator, Page, Route, expect
from sqlalchemy import Engine

from tests.simulator.stack import LANDLORD, MARIE, TENANT, Stack, free_port, stack_on, until
from tests.simulator.test_phone_side import BUTTONS

DESK = (1280, 900)
HAND = (390, 844)
LIST = {
    "type": "list",
    "body": {"text": "What do you want to do?"},
    "action": {
        "button": "Choose",
        "sections": [
            {
                "title": "My rentals",
                "rows": [
                    {"id": "/properties", "title": "Properties"},
                    {"id": "/owing", "title": "Who owes", "description": "12 tenants"},
                ],
            }
        ],
    },
}

Open = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser) -> Iterator[Open]:
    """Open the page; at the end nothing may have gone wrong or been fetched from elsewhere."""
    contexts, faults = [], []

    def opened(
        url: str, size: tuple[int, int] = DESK, locale: str = "en-GB", lossy: bool = False
    ) -> Page:
        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale=locale)
        contexts.append(context)
        page = context.new_page()
        if not lossy:
            page.on("pageerror", lambda error: faults.append(str(error)))
            page.on("console", lambda told: told.type == "error" and faults.append(told.text))

        def asked(request: Any) -> None:
            if not request.url.startswith((url, "data:", "blob:")):
                faults.append(f"asked elsewhere: {request.url}")

        page.on("request", asked)
        page.goto(url)
        expect(page.locator(".phone .name").first).not_to_be_empty()
        return page

    yield opened
    for context in contexts:
        context.close()
    assert faults == []


def phone(page: Page, number: int) -> Locator:
    return page.locator(".phone").nth(number)


def write(shown: Locator, text: str) -> None:
    area = shown.get_by_role("textbox")
    area.fill(text)
    area.press("Enter")


def upload(stack: Stack, content: bytes = b"%PDF-1.7 receipt") -> str:
    answer = requests.post(
        f"{stack.graph}/media",
        data={"messaging_product": "whatsapp", "type": "application/pdf"},
        files={"file": ("recu.pdf", content, "application/pdf")},
        headers={"Authorization": f"Bearer {stack.account.token}"},
        timeout=10,
    )
    return answer.json()["id"]


def test_typing_sends_and_ticks_follow(stack: Stack, visit: Open) -> None:
    landlord = phone(visit(stack.url), 0)
    write(landlord, "Paul paid half of March rent")
    bubble = landlord.locator(".message.out")
    expect(bubble).to_contain_text("Paul paid half of March rent")
    expect(bubble.get_by_role("img", name="Delivered")).to_be_visible()
    wamid = stack.heard.wait("messages", 1)[0]["id"]
    mark = {
        "messaging_product": "whatsapp",
        "status": "read",
        "message_id": wamid,
        "typing_indicator": {"type": "text"},
    }
    stack.post(mark)
    expect(bubble.get_by_role("img", name="Read")).to_be_visible()
    expect(landlord.locator(".typing")).to_be_visible()
    expect(landlord.get_by_role("status")).to_have_text("typing…")
    stack.reply(LANDLORD, "text", body="Which Paul?")
    expect(landlord.locator(".message.in .words")).to_contain_text("Which Paul?")
    expect(landlord.locator(".typing")).to_have_count(0)


def test_nothing_is_typed_before_the_phone_has_an_owner(stack: Stack, browser: Browser) -> None:
    """What is typed while the people are still being fetched would be wiped out."""
    context = browser.new_context(viewport={"width": DESK[0], "height": DESK[1]}, locale="en-GB")
    page = context.new_page()
    asked: list[Route] = []
    page.route("**/people", lambda route: asked.append(route))
    with page.expect_request("**/people"):
        page.goto(stack.url, wait_until="commit")
    area = phone(page, 0).get_by_role("textbox")
    expect(area).to_be_disabled()
    asked[0].continue_()
    write(phone(page, 0), "Paul paid")
    assert stack.heard.wait("messages", 1)[0]["text"]["body"] == "Paul paid"
    context.close()


def test_shift_enter_makes_a_line_and_empty_is_not_sent(stack: Stack, visit: Open) -> None:
    landlord = phone(visit(stack.url), 0)
    area = landlord.get_by_role("textbox")
    area.press("Enter")
    area.type("one")
    area.press("Shift+Enter")
    area.type("two")
    area.press("Enter")
    assert stack.heard.wait("messages", 1)[0]["text"]["body"] == "one\ntwo"
    assert len(stack.heard.values("messages")) == 1


def test_reply_button_is_tapped(stack: Stack, visit: Open) -> None:
    landlord = phone(visit(stack.url), 0)
    write(landlord, "menu")
    stack.heard.wait("messages", 1)
    shown = stack.reply(LANDLORD, "interactive", **BUTTONS)
    landlord.get_by_role("button", name="Confirmer").click()
    message = stack.heard.wait("messages", 2)[1]
    assert message["interactive"]["button_reply"]["id"] == '/confirm{"n": 7}'
    assert message["context"]["id"] == shown
    expect(landlord.locator(".out .quote")).to_contain_text("Paul, chambre 4")


def test_list_is_chosen_from_with_the_keyboard_alone(stack: Stack, visit: Open) -> None:
    page = visit(stack.url)
    landlord = phone(page, 0)
    write(landlord, "menu")
    stack.heard.wait("messages", 1)
    stack.reply(LANDLORD, "interactive", **LIST)
    opener = landlord.get_by_role("button", name="Choose")
    opener.focus()
    page.keyboard.press("Enter")
    expect(landlord.get_by_role("dialog", name="Choose")).to_be_visible()
    page.keyboard.press("Escape")
    expect(landlord.get_by_role("dialog")).to_be_hidden()
    expect(opener).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    row = stack.heard.wait("messages", 2)[1]["interactive"]["list_reply"]
    assert (row["id"], row["description"]) == ("/owing", "12 tenants")


def test_receipt_arrives_on_both_phones_and_opens(stack: Stack, visit: Open) -> None:
    page = visit(stack.url)
    stack.say(LANDLORD, "1")
    stack.say(TENANT, "Bonjour")
    media_id = upload(stack)
    for number in (LANDLORD, TENANT):
        stack.reply(number, "document", id=media_id, filename="recu-2026-0001.pdf", caption="Reçu")
    for number in (0, 1):
        card = phone(page, number).get_by_role("link", name=re.compile(r"recu-2026-0001\.pdf"))
        expect(card).to_be_visible()
        address = stack.url + (card.get_attribute("href") or "")
        assert requests.get(address, timeout=10).content == b"%PDF-1.7 receipt"
        assert card.get_attribute("target") == "_blank"
    until(lambda: [s["status"] for s in stack.heard.values("statuses")].count("read") == 2)


def test_unread_is_counted_until_the_chat_is_opened(stack: Stack, visit: Open) -> None:
    page = visit(stack.url)
    marie = "+237699000003"
    stack.say(marie, "Bonjour")
    stack.reply(marie, "text", body="*Bienvenue* Marie")
    row = page.locator(f".people .person[data-phone='{marie}']")
    expect(row.locator(".badge")).to_have_text("1")
    expect(row).to_contain_text("Bienvenue Marie")
    stack.heard.wait("statuses", 2)
    assert "read" not in {status["status"] for status in stack.heard.values("statuses")}
    row.click()
    expect(phone(page, 1).locator(".name")).to_have_text("Marie Fotso")
    expect(phone(page, 1).locator(".message.in strong")).to_have_text("Bienvenue")
    expect(row.locator(".badge")).to_have_count(0)
    assert stack.heard.wait("statuses", 3)[2]["status"] == "read"


def test_marks_are_shown_and_everything_else_stays_text(stack: Stack, visit: Open) -> None:
    landlord = phone(visit(stack.url), 0)
    stack.say(LANDLORD, "Bonjour")
    stack.reply(
        LANDLORD,
        "text",
        body='*gras* _italique_ ~barré~ ```code``` 2*3*4 a_b_c <img src=x onerror="alert(1)"> '
        "https://example.org/a_b_c?x=1.",
    )
    words = landlord.locator(".message.in .words")
    expect(words.locator("strong")).to_have_text("gras")
    expect(words.locator("em")).to_have_text("italique")
    expect(words.locator("s")).to_have_text("barré")
    expect(words.locator("code")).to_have_text("code")
    expect(words.locator("a")).to_have_attribute("href", "https://example.org/a_b_c?x=1")
    expect(words).to_contain_text('2*3*4 a_b_c <img src=x onerror="alert(1)">')
    expect(words.locator("img")).to_have_count(0)


def test_long_chat_shows_its_end_and_loads_older_on_scroll(stack: Stack, visit: Open) -> None:
    for number in range(130):
        stack.say(LANDLORD, f"message {number}")
    landlord = phone(visit(stack.url), 0)
    messages = landlord.locator(".message")
    expect(messages).to_have_count(50)
    expect(messages.last).to_be_in_viewport()
    log = landlord.get_by_role("log")
    for count in (100, 130):
        log.evaluate("log => { log.scrollTop = 0; }")
        expect(messages).to_have_count(count)
    texts = landlord.locator(".words > span:first-child").all_inner_texts()
    assert texts == [f"message {number}" for number in range(130)]
    stack.reply(LANDLORD, "text", body="news")
    expect(landlord.locator(".to-end .badge")).to_have_text("1")
    landlord.get_by_role("button", name="To the latest message").click()
    expect(messages.last).to_be_in_viewport()


def test_one_phone_in_the_hand_and_anybody_can_hold_it(stack: Stack, visit: Open) -> None:
    page = visit(stack.url, HAND)
    expect(phone(page, 0)).to_be_visible()
    expect(phone(page, 1)).to_be_hidden()
    expect(page.locator(".people")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") == HAND[0]
    phone(page, 0).locator(".owner").click()
    chooser = page.get_by_role("dialog")
    chooser.get_by_role("searchbox").fill("etoun")
    expect(chooser.locator(".list .person")).to_have_count(1)
    chooser.get_by_role("button", name="Paul Étoundi").click()
    expect(phone(page, 0).locator(".name")).to_have_text("Paul Étoundi")
    phone(page, 0).locator(".owner").click()
    chooser.get_by_role("button", name="A stranger").click()
    expect(phone(page, 0).locator(".about")).to_contain_text("Stranger")
    phone(page, 0).get_by_role("button", name="Hello").click()
    phone(page, 0).get_by_role("button", name="Send", exact=True).click()
    first = stack.heard.wait("messages", 1)[0]
    assert first["text"]["body"] == "Hello"
    assert first["from"] not in (LANDLORD.lstrip("+"), TENANT.lstrip("+"))
    name = phone(page, 0).locator(".name").inner_text()
    page.reload()
    expect(phone(page, 0).locator(".name")).to_have_text(name)


@pytest.mark.parametrize(
    ("locale", "words"),
    [("fr-CM", ("Bailleur", "Chercher un nom")), ("en-US", ("Landlord", "Search a name"))],
)
def test_page_speaks_the_browsers_language(
    stack: Stack, visit: Open, locale: str, words: tuple[str, str]
) -> None:
    page = visit(stack.url, locale=locale)
    role, search = words
    expect(phone(page, 0).locator(".about")).to_contain_text(role)
    field = page.get_by_role("searchbox").first
    assert search in (field.get_attribute("placeholder") or "")
    assert page.locator("html").get_attribute("lang") == locale[:2]


def test_voice_notes_pictures_and_documents_are_sent(stack: Stack, visit: Open) -> None:
    page = visit(stack.url)
    landlord = phone(page, 0)
    landlord.get_by_role("button", name="Send a voice note").click()
    assert stack.heard.wait("messages", 1)[0]["audio"]["voice"] is True
    expect(landlord.locator(".sound small")).not_to_have_text("0:00")
    landlord.get_by_role("button", name="Play").click()
    expect(landlord.get_by_role("button", name="Pause")).to_be_visible()
    landlord.get_by_role("textbox").fill("the leak")
    pixel = bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
        "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
    )
    for kind, name, mime, content in [
        ("Picture", "leak.png", "image/png", pixel),
        ("Document", "lease.pdf", "application/pdf", b"%PDF-1.7"),
    ]:
        with page.expect_file_chooser() as chosen:
            landlord.get_by_role("button", name="Attach").click()
            landlord.get_by_role("button", name=kind, exact=True).click()
        chosen.value.set_files({"name": name, "mimeType": mime, "buffer": content})
        expect(landlord.locator(".message.out")).to_have_count(2 if kind == "Picture" else 3)
    _, image, document = stack.heard.wait("messages", 3)
    assert image["image"]["caption"] == "the leak"
    assert document["document"]["filename"] == "lease.pdf"


def test_refused_message_is_noted_in_the_chat(stack: Stack, visit: Open) -> None:
    page = visit(stack.url)
    stack.reply(TENANT, "text", body="secret")
    expect(phone(page, 1).locator(".note")).to_contain_text("131047")
    expect(phone(page, 1).locator(".message")).to_have_count(0)


def test_page_catches_up_after_a_restart(engine: Engine, visit: Open) -> None:
    port = free_port()
    with stack_on(engine, port) as stack:
        page = visit(stack.url, lossy=True)
        write(phone(page, 0), "before")
        expect(phone(page, 0).locator(".message")).to_have_count(1)
    expect(phone(page, 0).get_by_role("status")).to_have_text("connecting…")
    write(phone(page, 0), "lost?")
    expect(phone(page, 0).get_by_role("alert")).to_have_text("Not sent. Try again.")
    expect(phone(page, 0).get_by_role("textbox")).to_have_value("lost?")
    with stack_on(engine, port) as stack:
        stack.say(LANDLORD, "meanwhile")
        expect(phone(page, 0).locator(".message")).to_have_count(2, timeout=15_000)
        expect(phone(page, 0).get_by_role("status")).to_have_text("Business account")


def test_choosing_in_the_side_list_fills_the_second_phone(stack: Stack, visit: Open) -> None:
    page = visit(stack.url)
    side = page.locator(".people")
    side.get_by_role("button", name="Marie Fotso").click()
    expect(phone(page, 1).locator(".name")).to_have_text("Marie Fotso")
    side.get_by_role("button", name="Awa Ndongo").click()
    expect(phone(page, 0).get_by_role("textbox")).to_be_focused()
    expect(phone(page, 0).locator(".name")).to_have_text("Awa Ndongo")
    expect(phone(page, 1).locator(".name")).to_have_text("Marie Fotso")


def test_a_slow_chat_does_not_take_the_cursor_back(stack: Stack, visit: Open) -> None:
    page = visit(stack.url)
    side = page.locator(".people")
    waiting: list[Route] = []
    page.route("**/messages", lambda route: waiting.append(route))
    with page.expect_request("**/messages"):
        side.get_by_role("button", name="Marie Fotso").click()
    side.get_by_role("button", name="Awa Ndongo").click()
    with page.expect_response("**/messages"):
        waiting[0].continue_()
    page.unroute("**/messages")
    expect(phone(page, 0).get_by_role("textbox")).to_be_focused()
    write(phone(page, 0), "Paul paid")
    assert stack.heard.wait("messages", 1)[0]["text"]["body"] == "Paul paid"


def test_a_press_counts_though_its_row_changes_under_it(stack: Stack, visit: Open) -> None:
    page = visit(stack.url)
    stack.say(MARIE, "Good evening")
    marie = page.locator(".people").get_by_role("button", name="Marie Fotso")
    expect(marie).to_contain_text("Good evening")
    marie.get_by_text("Good evening").hover(force=True)
    page.mouse.down()
    stack.say(MARIE, "I have paid")
    expect(marie).to_contain_text("I have paid")
    page.mouse.up()
    expect(phone(page, 1).locator(".name")).to_have_text("Marie Fotso")


def test_very_long_text_is_folded(stack: Stack, visit: Open) -> None:
    landlord = phone(visit(stack.url), 0)
    stack.say(LANDLORD, "a" * 69_990 + " the end")
    words = landlord.locator(".words")
    expect(words).not_to_contain_text("the end")
    landlord.get_by_role("button", name="Read more").click()
    expect(words).to_contain_text("the end")
    expect(words.locator(".meta")).to_be_attached()


def test_a_fault_is_switched_on_strikes_and_is_cleared(stack: Stack, visit: Open) -> None:
    page = visit(stack.url)
    stack.say(TENANT, "Hello")
    opener = page.get_by_role("button", name="Faults")
    opener.click()
    dialog = page.get_by_role("dialog", name="A bad day at Meta's")
    listed = dialog.get_by_role("listitem")
    expect(listed).to_have_text(["Nothing: all is well."])
    dialog.get_by_label("What goes wrong").select_option("Out of order for a moment (131016)")
    dialog.get_by_label("For whom").select_option("Paul Étoundi")
    dialog.get_by_label("How often").fill("2")
    dialog.get_by_role("button", name="Switch on").click()
    expect(listed).to_have_text(
        ["Out of order for a moment (131016) · +237 6 77 00 00 02 · 2 more"]
    )
    expect(opener).to_have_class(re.compile(r"\bon\b"))
    refused = stack.post(
        {"messaging_product": "whatsapp", "to": TENANT, "type": "text", "text": {"body": "Lost"}}
    )
    assert (refused.status_code, refused.json()["error"]["code"]) == (500, 131016)
    dialog.get_by_label("What goes wrong").select_option("No files for a moment (131016)")
    expect(dialog.get_by_label("For whom")).to_be_disabled()
    dialog.get_by_label("How often").fill("1")
    dialog.get_by_role("button", name="Switch on").click()
    expect(listed).to_have_text(
        [
            "Out of order for a moment (131016) · +237 6 77 00 00 02 · 1 more",
            "No files for a moment (131016) · Everybody · 1 more",
        ]
    )
    dialog.get_by_role("button", name="All is well again").click()
    expect(listed).to_have_text(["Nothing: all is well."])
    expect(opener).not_to_have_class(re.compile(r"\bon\b"))
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()
    stack.reply(TENANT, "text", body="Here again")
    expect(phone(page, 1).locator(".message.in .words")).to_contain_text("Here again")
    expect(phone(page, 1).locator(".message.in")).to_have_count(1)


def test_every_control_has_a_name(stack: Stack, visit: Open) -> None:
    page = visit(stack.url)
    stack.say(LANDLORD, "menu")
    stack.reply(LANDLORD, "interactive", **LIST)
    expect(phone(page, 0).get_by_role("button", name="Choose")).to_be_visible()
    controls = page.locator("button:visible, a:visible, input:visible, textarea:visible").all()
    assert len(controls) > 15
    for control in controls:
        # Playwright finds by accessible name: one that is only white space has none.
        assert re.search(r"""(button|link|searchbox|textbox) "\S""", control.aria_snapshot())
