"""Numbers of months."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from num2words import num2words

from lebailleur.understanding.months import MOST, read_months

MONTHS = {
    1: ["1 month", "un mois", "a month", "one month", "1 mois", "1", "monthly",
        "mensuel", "chaque mois", "every month", "par mois"],
    2: ["deux mois", "2 months", "2mois", "two months", "2 months rent", "2 mois de loyer",
        "2 mths", "les 2 mois", "deux"],
    3: ["3 months", "3 mois", "un trimestre", "a quarter", "trois mois", "3 mois d'avance",
        "three months for front", "3months", "three mun", "le trimestre", "tous les 3 mois",
        "every 3 months", "trimestriel", "quarterly", "3 mois de caution"],
    6: ["six mois d'avance", "half a year", "6 months in advance", "un semestre", "six months",
        "une demi année", "6 mois", "two quarters"],
    12: ["une année", "a year", "un an", "1 an", "12 months", "the whole year", "toute l'année",
         "12 mois", "one year", "douze mois", "l'année entière", "yearly",
         "par an"],
    18: ["un an et demi", "one year and a half", "18 mois"],
    24: ["2 years", "deux ans", "24 months"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "months"), [(text, months) for months, texts in MONTHS.items() for text in texts]
)
def test_months(text, months):
    assert read_months(text).value == months


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("un mois et demi", "part_of_month"),
        ("half a month", "part_of_month"),
        ("quelques mois", "vague_months"),
        ("a few months", "vague_months"),
        ("some months", "vague_months"),
        ("0 month", "not_months"),
        ("-3 months", "not_months"),
        ("2 weeks", "not_months"),
        ("30 days", "not_months"),
        ("mars", "not_months"),
        ("", "not_months"),
        ("month Paul", "not_months"),
        ("100 mois", "too_many"),
        ("50000", "too_many"),
        ("10 years", "too_many"),
        ("3 months " * 9_000, "not_months"),
    ],
)
def test_no_months(text, reason):
    reading = read_months(text)
    assert (reading.value, reading.reason) == (None, reason)


@given(st.integers(2, MOST), st.sampled_from(["fr", "en"]))
def test_months_in_words_are_read_back(months, language):
    unit = {"fr": "mois", "en": "months"}[language]
    assert read_months(f"{num2words(months, lang=language)} {unit}").value == months
    assert read_months(f"{months} {unit}").value == months


@given(st.text(max_size=40))
def test_no_text_makes_it_fail(text):
    reading = read_months(text)
    assert (reading.value is None) == (reading.reason is not None)
