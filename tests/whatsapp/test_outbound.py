"""What goes out stays within WhatsApp's limits, and digits always work."""

import pytest

from lebailleur.whatsapp import outbound


def options(count: int, title: str = "Option {}") -> list[list[str]]:
    return [[title.format(number), f"/o{number}"] for number in range(1, count + 1)]


def test_a_plain_text() -> None:
    assert outbound.payloads("Bonjour", [], "fr") == [
        {"type": "text", "text": {"body": "Bonjour", "preview_url": False}}
    ]


@pytest.mark.parametrize(
    ("count", "kind"), [(1, "button"), (3, "button"), (4, "list"), (10, "list")]
)
def test_23_options_are_numbered_and_can_be_tapped(count: int, kind: str) -> None:
    (payload,) = outbound.payloads("Which?", options(count), "en")
    interactive = payload["interactive"]
    assert interactive["type"] == kind
    assert f"{count} · Option {count}" in interactive["body"]["text"]


def test_23_of_more_than_ten_options_the_list_shows_nine_and_the_last() -> None:
    (payload,) = outbound.payloads("Which?", options(12), "en")
    (section,) = payload["interactive"]["action"]["sections"]
    assert len(section["rows"]) == 10
    assert section["rows"][-1]["title"] == "Option 12"
    assert "11 · Option 11\n12 · Option 12" in payload["interactive"]["body"]["text"]


def test_the_same_choice_twice_is_offered_once_and_numbered_twice() -> None:
    (shown,) = outbound.payloads(
        "Who?", [("Paul", "/a"), ("Marie", "/b"), ("Paul again", "/a")], "en"
    )
    buttons = shown["interactive"]["action"]["buttons"]
    assert [(b["reply"]["id"], b["reply"]["title"]) for b in buttons] == [
        ("/a", "Paul"),
        ("/b", "Marie"),
    ]
    assert "3 · Paul again" in shown["interactive"]["body"]["text"]


def test_a_later_page_is_numbered_on() -> None:
    (payload,) = outbound.payloads("", options(2), "en", first=11)
    assert payload["interactive"]["body"]["text"] == "11 · Option 1\n12 · Option 2"


def test_23_long_titles_are_cut_and_stay_different() -> None:
    long = "Marie-Antoinette Ngo Bassa de la chambre {}"
    (payload,) = outbound.payloads("Which?", options(3, long), "fr")
    titles = [each["reply"]["title"] for each in payload["interactive"]["action"]["buttons"]]
    assert len(set(titles)) == 3
    assert all(len(title) <= 20 for title in titles)
    (listed,) = outbound.payloads("Which?", options(8, long), "fr")
    rows = listed["interactive"]["action"]["sections"][0]["rows"]
    assert len({row["title"] for row in rows}) == 8
    assert all(len(row["title"]) <= 24 and len(row["description"]) <= 72 for row in rows)


def test_23_a_long_text_is_split_at_sentences_and_the_options_come_last() -> None:
    text = "C'est une phrase de loyer. " * 400
    found = outbound.payloads(text, options(3), "fr")
    bodies = [each["text"]["body"] for each in found[:-1]]
    assert len(found) == 3
    assert all(len(body) <= 4096 and body.endswith("loyer.") for body in bodies)
    assert found[-1]["interactive"]["type"] == "list"  # too long a body for buttons


@pytest.mark.parametrize("text", ["", "x" * 9000, "a b " * 3000, "é" * 4096])
def test_nothing_is_lost_in_splitting(text: str) -> None:
    parts = outbound.split(text, 4096)
    assert all(len(part) <= 4096 for part in parts)
    assert "".join(parts).replace(" ", "") == text.replace(" ", "")
