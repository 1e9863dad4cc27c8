"""Words keep their place in the original, whatever was written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.text import LONGEST, fold, words


def norms(text: str) -> list[str]:
    return [word.norm for word in words(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("l'eau d'avril", ["l'", "eau", "d'", "avril"]),
        ("qu'elle n’a pas", ["qu'", "elle", "n'", "a", "pas"]),
        ("aujourd'hui", ["aujourd'hui"]),
        ("30.000frs", ["30", ".", "000", "frs"]),
        ("room4", ["room", "4"]),
        ("Paul's rent", ["paul", "'s", "rent"]),
        ("I don't owe", ["i", "don't", "owe"]),
        ("Mme Ngo Bassa", ["mme", "ngo", "bassa"]),
        ("Éto'o PAIERA", ["eto'o", "paiera"]),
        ("jv payer 2moro stp", ["je-veux", "payer", "tomorrow", "s'il-te-plait"]),
        ("pleaaaase", ["please"]),
        ("", []),
        ("😀 租金", ["😀", "租金"]),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert norms(text) == expected


@given(st.text())
def test_folding_keeps_every_place(text: str) -> None:
    assert len(fold(text)) == len(text)


@given(st.text())
def test_words_are_where_they_say(text: str) -> None:
    assert all(text[word.start : word.end] == word.text for word in words(text))


def test_a_book_is_not_read_to_its_end() -> None:
    assert words("loyer " * 20_000)[-1].end <= LONGEST
