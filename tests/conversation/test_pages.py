"""Long lists in pages: what each shows, and what numbers and words turn them."""

from typing import Any

import pytest

from lebailleur.conversation import pages

KEY = "7"


def content(options: int = 0, lines: int = 0, **more: Any) -> dict[str, Any]:
    return {
        "text": "Which?",
        "options": [[f"Tenant {n}", f"/choose{n}"] for n in range(1, options + 1)],
        "lines": [["", f"line {n}"] for n in range(1, lines + 1)],
        "document": None,
        **more,
    }


def kept(found: list[dict[str, Any]], shown: int = 0) -> dict[str, Any]:
    return {"key": KEY, "shown": shown, "pages": found}


@pytest.mark.parametrize("count", [0, 1, 9, 10])
def test_what_fits_whatsapps_list_is_one_page(count: int) -> None:
    (page,) = pages.of(content(count), KEY, "en")
    assert len(page["options"]) == count
    assert page["first"] == 1


@pytest.mark.parametrize("count", [11, 18, 19, 30, 80, 200])
def test_no_option_is_lost_and_each_number_means_one_thing(count: int) -> None:
    found = pages.of(content(count), KEY, "en")
    assert all(len(page["options"]) <= 10 for page in found)
    numbers = pages.numbered(found, 0)
    shown = [title for title, payload in numbers if not payload.startswith("/more")]
    assert shown == [f"Tenant {n}" for n in range(1, count + 1)]
    for page in found:
        at = page["first"] - 1
        assert numbers[at : at + len(page["options"])] == page["options"]
        assert pages.numbered(found, found.index(page)) == numbers


def test_more_is_the_tenth_and_leads_on_from_any_page() -> None:
    found = pages.of(content(30), KEY, "fr")
    numbers = pages.numbered(found, 0)
    assert [numbers[at][0] for at in (9, 19, 29)] == ["Plus"] * 3
    for shown in range(len(found)):
        assert pages.wanted({"text": "10"}, numbers, kept(found, shown)) == 1
        assert pages.wanted({"text": "30"}, numbers, kept(found, shown)) == 3
        assert pages.wanted({"text": "11"}, numbers, kept(found, shown)) is None


def test_a_menus_first_page_may_hold_ten() -> None:
    found = pages.of(content(26, first_page=10), KEY, "en")
    assert [page["first"] for page in found] == [1, 12, 22]
    assert [len(page["options"]) for page in found] == [11, 10, 7]
    assert found[1]["text"] == ""


@pytest.mark.parametrize(
    "said", ["more", "Plus", "la suite", "suite", "next", "MORE!", "encore", "voir plus"]
)
def test_a_word_turns_the_page_and_begins_anew_after_the_last(said: str) -> None:
    found = pages.of(content(25), KEY, "fr")
    numbers = pages.numbered(found, 0)
    turned = [pages.wanted({"text": said}, numbers, kept(found, shown)) for shown in range(3)]
    assert turned == [1, 2, 0]


def test_nought_turns_back_and_from_the_first_page_leaves() -> None:
    found = pages.of(content(25), KEY, "fr")
    assert pages.wanted({"text": "0"}, None, kept(found, 2)) == 1
    assert pages.wanted({"text": "0"}, None, kept(found, 0)) is None


@pytest.mark.parametrize("said", ["Paul", "more money", "3", "il a payé plus", ""])
def test_other_words_are_no_turning(said: str) -> None:
    found = pages.of(content(25), KEY, "fr")
    assert pages.wanted({"text": said}, pages.numbered(found, 0), kept(found)) is None


def test_more_under_an_older_list_turns_nothing() -> None:
    old = pages.of(content(25), "6", "en")[0]["options"][-1][1]
    found = pages.of(content(25), KEY, "en")
    assert pages.wanted({"payload": old}, None, kept(found)) is None
    assert pages.wanted({"payload": old}, None, None) is None
    assert pages.wanted({"payload": '/more{"choice": "7:99"}'}, None, kept(found)) is None


def test_many_lines_are_counted_and_keep_their_options() -> None:
    menu = [["The menu", "/show_menu"]]
    found = pages.of(content(lines=80, options=0) | {"options": menu}, KEY, "en")
    assert len(found) == 5
    assert found[0]["text"].startswith("Which?\nline 1\n")
    assert found[0]["text"].endswith("_1 to 16 of 80_")
    assert found[4]["text"].endswith("line 80\n_65 to 80 of 80_")
    assert [title for title, _ in found[1]["options"]] == ["The menu", "More"]
    assert pages.wanted({"text": "2"}, pages.numbered(found, 1), kept(found, 1)) == 2
    assert found[4]["options"] == menu


def test_a_heading_is_said_again_on_the_next_page() -> None:
    lines = [["*Villa Rose*", f"line {n}"] for n in range(1, 31)]
    found = pages.of(content() | {"lines": lines, "below": "And now?"}, KEY, "fr")
    assert found[0]["text"].startswith("Which?\n*Villa Rose*\nline 1\nline 2")
    assert found[1]["text"].startswith("*Villa Rose*\nline 16")
    assert found[1]["text"].endswith("_16 à 30 sur 30_\n\nAnd now?")
