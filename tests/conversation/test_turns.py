"""What a message becomes for Rasa, and what Rasa's replies become for WhatsApp."""

import pytest

from lebailleur.conversation.rasa import Reply
from lebailleur.conversation.turns import bubbles, for_rasa, said_first

OPTIONS = [["Confirm", "/affirm"], ["Change", "/correct_payment"], ["Cancel", "/deny"]]


@pytest.mark.parametrize(
    ("text", "payload"),
    [
        ("1", "/affirm"),
        (" 2. ", "/correct_payment"),
        ("3️⃣", "/deny"),
        ("n°2", "/correct_payment"),
        ("option 3", "/deny"),
        ("le numéro 1", "/affirm"),
        ("deux", "/correct_payment"),
        ("the first one", "/affirm"),
        ("le troisième", "/deny"),
        ("confirm", "/affirm"),
        ("CANCEL!", "/deny"),
        ("0", "/go_back"),
    ],
)
def test_an_option_is_chosen_by_number_word_or_title(text: str, payload: str) -> None:
    assert for_rasa({"text": text}, OPTIONS) == payload


@pytest.mark.parametrize("text", ["4", "50000", "30k", "1 month", "deux mois", "Paul paid", "11"])
def test_what_is_no_option_stays_a_text(text: str) -> None:
    assert for_rasa({"text": text}, OPTIONS) == text


@pytest.mark.parametrize(
    "text",
    ["L1-2026-0004 YK6UQXUA", "is it real? l1-2026-0004: yk6uqxua", "L1-2026-0004\nYK6UQXUA"],
)
def test_what_a_papers_code_says_is_verified(text: str) -> None:
    said = '/verify_receipt{"payment": "L1-2026-0004", "choice": "YK6UQXUA"}'
    assert for_rasa({"text": text}, OPTIONS) == said


@pytest.mark.parametrize("text", ["L1-2026-0004", "send me receipt L1-2026-0004 please"])
def test_a_number_without_its_code_is_a_text(text: str) -> None:
    assert for_rasa({"text": text}, None) == text


def test_without_options_a_number_is_a_text() -> None:
    assert for_rasa({"text": "1"}, None) == "1"


@pytest.mark.parametrize(
    ("text", "said"), [("/affirm", "affirm"), (" // restart", "restart"), ("/", "?"), ("", "?")]
)
def test_nobody_types_a_payload(text: str, said: str) -> None:
    assert for_rasa({"text": text}, OPTIONS) == said


def test_a_tap_is_its_payload_and_a_voice_note_its_kind() -> None:
    assert for_rasa({"payload": "/deny"}, None) == "/deny"
    assert for_rasa({"text": "", "unsupported": "audio"}, OPTIONS) == (
        '/unsupported_message{"message_type": "audio"}'
    )
    assert for_rasa({"text": "Paul paid", "unsupported": "image"}, None) == "Paul paid"


def test_a_turn_is_one_bubble() -> None:
    found = bubbles([Reply("Noted."), Reply("Anything else?", (("Menu", "/show_menu"),))])
    assert found == [
        {"text": "Noted.\n\nAnything else?", "options": [["Menu", "/show_menu"]], "document": None}
    ]


def test_what_we_say_first_keeps_its_options_beside_an_open_question() -> None:
    card = Reply("Paul has paid.", (("Confirm", "/confirm_claim"),))
    asked = [Reply("Which one?"), Reply(None, (("Marie", "/choose"),))]
    assert [(each["text"], each["options"]) for each in said_first([card, *asked])] == [
        ("Paul has paid.", [["Confirm", "/confirm_claim"]]),
        ("Which one?", [["Marie", "/choose"]]),
    ]
    assert said_first([card, Reply("How much?")]) == bubbles([card, Reply("How much?")])


def test_a_document_takes_the_words_as_its_caption_where_they_fit() -> None:
    document = {"ref": "receipt:1", "filename": "1.pdf"}
    assert bubbles([Reply("Noted."), Reply(document=document)]) == [
        {"text": "Noted.", "options": [], "document": document}
    ]
    long = bubbles([Reply("x" * 1025), Reply(document=document)])
    assert [bool(each["document"]) for each in long] == [False, True]
    chosen = bubbles([Reply("Noted.", (("Menu", "/show_menu"),)), Reply(document=document)])
    assert [bool(each["document"]) for each in chosen] == [False, True]


def test_what_stands_above_the_last_question_is_not_chosen_from() -> None:
    [found] = bubbles([Reply("Hello.", (("Menu", "/show_menu"),)), Reply("Which name?")])
    assert found["options"] == []
