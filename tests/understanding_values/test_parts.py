"""Parts of what is due."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lebailleur.understanding.parts import Part, read_part

PARTS = {
    Fraction(1, 2): ["half", "la moitié", "Half", "moitie", "1/2", "½", "50%", "50 %", "the half",
                     "50 pour cent", "50 percent", "half of the rent", "la moitié du loyer",
                     "demi", "the other half", "l'autre moitié", "half pay", "1/2 loyer",
                     "demi loyer"],
    Fraction(1, 3): ["a third", "un tiers", "one third", "le tiers", "1/3", "⅓", "the third"],
    Fraction(2, 3): ["les deux tiers", "two thirds", "deux tiers", "2/3", "2 thirds"],
    Fraction(3, 4): ["three quarters", "trois quarts", "les trois quarts", "75 %", "75%", "3/4",
                     "¾"],
    Fraction(1, 4): ["a quarter", "le quart", "un quart", "25%", "quarter", "one quarter"],
    Fraction(1, 8): ["12,5 %", "12.5%"],
    Part.REST: ["the rest", "le reste", "le solde", "balance", "the balance", "the remaining",
                "remainder", "le restant", "what is left", "ce qui reste", "tout le reste",
                "all the rest", "the remaining balance", "REST", "ce qu'il reste",
                "rest money"],
    Part.ALL: ["everything", "tout", "all", "the whole", "in full", "la totalité", "100%", "100 %",
               "tout le loyer", "the whole amount", "l'intégralité", "full", "complet", "2/2",
               "everytin", "finish", "all of it", "full payment",
               "paiement complet", "tout ce que je dois", "everything he owes"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "part"), [(text, part) for part, texts in PARTS.items() for text in texts]
)
def test_parts(text, part):
    assert read_part(text).value == part


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a part", "vague_part"),
        ("une partie", "vague_part"),
        ("pas tout", "vague_part"),
        ("not everything", "vague_part"),
        ("almost half", "vague_part"),
        ("120 %", "more_than_all"),
        ("3/2", "more_than_all"),
        ("three halves", "not_a_part"),
        ("0 %", "not_a_part"),
        ("1/0", "not_a_part"),
        ("0/4", "not_a_part"),
        ("", "not_a_part"),
        ("the", "not_a_part"),
        ("50k", "not_a_part"),
        ("Paul", "not_a_part"),
        ("all Paul", "not_a_part"),
        ("half " * 20_000, "not_a_part"),
    ],
)
def test_no_parts(text, reason):
    reading = read_part(text)
    assert (reading.value, reading.reason) == (None, reason)


@given(st.integers(1, 99), st.sampled_from(["%", " %", " pour cent", " percent"]))
def test_percents(percent, sign):
    assert read_part(f"{percent}{sign}").value == Fraction(percent, 100)
