"""Sums as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from num2words import num2words

from lebailleur.understanding.amounts import LARGEST, read_amount

CLEAR = {
    30_000: [
        "30k", "30K", "30 k", "30 mille", "30mille", "30mil", "30 mil", "30milles", "30.000",
        "30,000", "30 000", "30 000 F", "30000frs", "30000f", "30 000 frs", "30.000fcfa",
        "30 000 FCFA", "30\u00a0000", "30\u202f000\u00a0FCFA", "XAF 30,000", "30000 XAF",
        "trente mille", "Trente mille francs", "thirty thousand", "30'000", "30 000 F CFA", "30000",
        "30.000,00", "30,000.00", "30000.00 F", "30 kolos", "30,0k", "３０ 000", "💰 30k",
        "30k.", "30k?", "- 30 000", "la somme de 30 000 frs", "only 30k", "30 000 F/mois",
        "30k par mois", "30k per month", "30, 000 frs", "30 000f cfa", "thirty thousand francs",
        "30 mille balles", "30 000 francs cfa", "trente milles", "trente-mille",
        "une somme de 30.000", "30,000/=", "30.000 F.C.F.A",
    ],
    50_000: ["50 000 FCFA", "fifty thousand", "cinquante mille", "50K", "50 000", "50mille"],
    2_500: ["2.5k", "2,5k", "2500", "2 500", "2.500", "2,500", "deux mille cinq cents", "2k500",
            "two thousand five hundred"],
    4_500: ["4.500", "4 500", "4,500"],
    20_000: ["20 kolos", "20 kolo", "vingt mille"],
    1_000: ["un kolo", "mille", "a thousand", "1k", "1 000 F"],
    1_500: ["kolofan", "mille cinq cents", "1.5k", "1500 F", "fifteen hundred"],
    60_000: ["60mil", "soixante mille"],
    75_000: ["75.000 frs", "soixante-quinze mille", "soixante quinze mille francs"],
    90_000: ["quatre-vingt-dix mille", "quatre vingt dix mille", "nonante mille",
             "ninety thousand"],
    30_500: ["trente mille cinq cents", "30k500", "30 mille 500", "thirty thousand five hundred"],
    100_000: ["cent mille", "100k", "a hundred thousand", "hundred thousand", "0.1M"],
    125_000: ["one hundred and twenty five thousand", "cent vingt-cinq mille"],
    200_000: ["deux cent mille", "deux cents mille", "200.000", "2 cent mille"],
    500_000: ["half a million", "un demi million", "0.5M", "500 mille"],
    1_200_000: ["1,2M", "1.2M", "1 200 000", "1.200.000", "1,200,000", "un million deux cent mille",
                "1 million 200 mille", "1.200M", "1 million 200 000", "1,2 million"],
    1_500_000: ["1.5 million", "1,5 million", "1.5M", "un million et demi", "1,5 millions",
                "one and a half million", "one million and a half", "1 million 500 mille",
                "1,5 million de francs"],
    2_000_000: ["2 millions", "two million", "2M", "deux millions de francs"],
    840_000: ["840 000", "840k"],
    50: ["50 F", "50 francs", "cinquante francs", "50 FCFA"],
    12_500: ["12500", "12 500", "douze mille cinq cents", "12,5k"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "francs"), [(text, francs) for francs, texts in CLEAR.items() for text in texts]
)
def test_clear_sums(text, francs):
    assert read_amount(text).value == francs


UNCLEAR = [
    ("50", "ambiguous_scale", (50_000, 50)),
    ("trente", "ambiguous_scale", (30_000, 30)),
    ("25", "ambiguous_scale", (25_000, 25)),
    ("500", "ambiguous_scale", (500_000, 500)),
    ("50.00", "ambiguous_scale", (50_000, 50)),
    ("12.5", "ambiguous_scale", (12_500,)),
    ("1.5", "ambiguous_scale", (1_500, 1_500_000)),
    ("1m2", "ambiguous_scale", (1_200_000,)),
    ("1 million 200", "ambiguous_scale", (1_200_000, 1_000_200)),
    ("un million deux", "ambiguous_scale", (1_200_000,)),
    ("30m", "ambiguous_scale", (30_000, 30_000_000)),
    ("1 bâton", "ambiguous_scale", (1_000_000,)),
    ("2 briques", "ambiguous_scale", (2_000_000,)),
    ("deux cent mille et demi", "ambiguous_scale", (200_500, 250_000)),
    ("cinquante mille et demi", "ambiguous_scale", (50_500,)),
    ("cinquante mille cinq", "ambiguous_scale", (50_500, 50_005)),
    ("2k5", "ambiguous_scale", (2_500, 2_005)),
    ("2.500k", "ambiguous_scale", (2_500, 2_500_000)),
    ("30 000k", "ambiguous_scale", (30_000, 30_000_000)),
    ("30 00", "odd_grouping", (30_000, 3_000)),
    ("30.0000", "odd_grouping", (30_000_000, 300_000)),
    ("050 000", "odd_grouping", (50_000,)),
    ("0677", "odd_grouping", (677,)),
    ("50 000 + 6 500", "several_sums", (50_000, 6_500)),
    ("50k et 30k", "several_sums", (50_000, 30_000)),
    ("40k ou 45k", "several_sums", (40_000, 45_000)),
    ("20k, 30k", "several_sums", (20_000, 30_000)),
    ("-5", "negative", ()),
    ("-50 000", "negative", ()),
    ("moins 5000", "negative", ()),
    ("0", "zero", ()),
    ("0 F", "zero", ()),
    ("zéro", "zero", ()),
    ("000", "zero", ()),
    ("30 000,50", "fraction_of_franc", ()),
    ("1500.75", "fraction_of_franc", ()),
    ("12,5 francs", "fraction_of_franc", ()),
    ("2.5555k", "odd_grouping", (2_555_500, 25_555)),
    ("10 billion", "too_large", ()),
    ("dix milliards", "too_large", ()),
    ("1 000 000 000", "too_large", ()),
    ("677123456", "too_large", ()),
    ("9" * 80, "too_large", ()),
    ("50 euros", "other_currency", ()),
    ("$100", "other_currency", ()),
    ("5000 naira", "other_currency", ()),
    ("", "not_a_sum", ()),
    ("   ", "not_a_sum", ()),
    ("😀", "not_a_sum", ()),
    ("k", "not_a_sum", ()),
    ("Paul", "not_a_sum", ()),
    ("beaucoup", "not_a_sum", ()),
    ("50 %", "not_a_sum", ()),
    ("3 mois", "not_a_sum", ()),
    ("mille million", "not_a_sum", ()),
    ("A1 50k", "not_a_sum", ()),
    ("5 mars", "not_a_sum", ()),
    ("1" * 70_000, "not_a_sum", ()),
    ("5k " * 30, "not_a_sum", ()),
    ("三万", "not_a_sum", ()),
]


@pytest.mark.parametrize(("text", "reason", "candidates"), UNCLEAR)
def test_what_must_be_asked_or_refused(text, reason, candidates):
    reading = read_amount(text)
    assert (reading.value, reading.reason, reading.candidates) == (None, reason, candidates)


def test_the_landlords_own_currency():
    assert read_amount("5000 naira", currency="NGN").value == 5_000
    assert read_amount("5000 FCFA", currency="XOF").value == 5_000
    assert read_amount("5000 FCFA", currency="NGN").reason == "other_currency"


SUMS = st.integers(min_value=1_000, max_value=LARGEST)


@given(SUMS, st.sampled_from(["", " ", ".", ",", "\u00a0", "\u202f"]), st.sampled_from(
    ["", " FCFA", "frs", " F", "f", "\u00a0FCFA", " XAF"]))  # fmt: skip
def test_every_written_sum_is_read_back(francs, separator, currency):
    assert read_amount(f"{francs:,}".replace(",", separator) + currency).value == francs


@given(st.integers(min_value=1, max_value=9_999), st.sampled_from(["fr", "en"]))
def test_sums_in_words_are_read_back(hundreds, language):
    francs = hundreds * 100
    reading = read_amount(num2words(francs, lang=language) + " francs")
    assert reading.value == francs


@given(st.integers(min_value=1, max_value=999))
def test_thousands(thousands):
    assert read_amount(f"{thousands}k").value == thousands * 1_000


@given(st.text(max_size=60))
def test_no_text_makes_it_fail(text):
    reading = read_amount(text)
    assert (reading.value is None) == (reading.reason is not None)
    assert reading.value is None or 0 < reading.value <= LARGEST


@given(st.text(alphabet="0123456789., k-mFe", max_size=20))
def test_no_figures_make_it_fail(text):
    reading = read_amount(text)
    assert (reading.value is None) == (reading.reason is not None)
