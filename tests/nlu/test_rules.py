"""Entities of closed form, as people write them."""

import time
from itertools import pairwise

import pytest

from nlu.rules import find


def sure(text: str) -> list[tuple[str, str]]:
    return [(text[s.start : s.end], s.kind) for s in find(text) if s.sure]


def hints(text: str) -> list[tuple[str, str]]:
    return [(text[s.start : s.end], s.kind) for s in find(text) if not s.sure]


@pytest.mark.parametrize(
    "amount",
    [
        "30k",
        "30K",
        "2.5k",
        "30 mille",
        "30mil",
        "50milles",
        "30.000",
        "30,000",
        "30 000",
        "30 000 F",
        "30000frs",
        "30.000fcfa",
        "30 000 FCFA",
        "75.000 frs",
        "XAF 30,000",
        "20 kolos",
        "1.5M",
        "1,5 million",
        "1m2",
        "45000",
        "trente mille",
        "cinquante mille francs",
        "fifty thousand",
        "one hundred and fifty thousand",
    ],
)
@pytest.mark.parametrize("frame", ["Paul a payé {}", "{} from Paul", "Paul {}, merci"])
def test_sums(amount: str, frame: str) -> None:
    text = frame.format(amount)
    assert (amount, "amount") in sure(text)


@pytest.mark.parametrize(
    "phone",
    [
        "677123456",
        "677 12 34 56",
        "677-12-34-56",
        "6 77 12 34 56",
        "677.12.34.56",
        "+237677123456",
        "+237 6 77 12 34 56",
        "00237677123456",
        "237677123456",
        "0677123456",
        "77123456",
        "677 123 456",
        "+33 6 12 34 56 78",
    ],
)
def test_phones(phone: str) -> None:
    assert sure(f"add Paul {phone} please") == [(phone, "phone")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("on the 15th", [("the 15th", "date")]),
        ("jusqu'au 15 mars", [("15 mars", "date")]),
        ("le 05/03", [("le 05/03", "date")]),
        ("le 5", [("le 5", "date")]),
        ("on vendredi prochain", [("vendredi prochain", "date")]),
        ("la fin du mois", [("fin du mois", "date")]),
        ("fin mars", [("fin mars", "date")]),
        ("month end", [("month end", "date")]),
        ("in two weeks", [("in two weeks", "date")]),
        ("dans deux semaines", [("dans deux semaines", "date")]),
        ("hier soir", [("hier soir", "date")]),
        ("après-demain", [("après-demain", "date")]),
        ("la moitié", [("la moitié", "fraction")]),
        ("les deux tiers", [("les deux tiers", "fraction")]),
        ("half", [("half", "fraction")]),
        ("deux mois", [("deux mois", "months")]),
        ("3 months", [("3 months", "months")]),
        ("jan to march", [("jan to march", "period")]),
        ("le mois passé", [("mois passé", "period")]),
        ("avril 2026", [("avril 2026", "period")]),
        ("last month", [("last month", "period")]),
        ("room 4", [("room 4", "unit")]),
        ("ch 12", [("ch 12", "unit")]),
        ("appt B2", [("appt B2", "unit")]),
        ("room4 paid 4k", [("room4", "unit"), ("4k", "amount")]),
        ("par Orange Money", [("Orange Money", "method")]),
        ("en français", [("français", "language")]),
        ("chambre 1 4 500", [("chambre 1", "unit"), ("4 500", "amount")]),
        ("appt B5 100.000", [("appt B5", "unit"), ("100.000", "amount")]),
        ("690112233 90000", [("690112233", "phone"), ("90000", "amount")]),
        ("électricité et loyer", [("électricité", "bill"), ("loyer", "bill")]),
    ],
)
def test_other_closed_forms(text: str, expected: list[tuple[str, str]]) -> None:
    assert sure(text) == expected


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("may I pay later", ("may", "period")),
        ("mars et avril", ("mars", "period")),
        ("A3 paid", ("A3", "unit")),
        ("e remain 25", ("25", "amount")),
        ("the light is off", ("light", "bill")),
        ("in 2026", ("2026", "period")),
    ],
)
def test_what_form_alone_does_not_settle(text: str, hint: tuple[str, str]) -> None:
    assert hint in hints(text)
    assert hint not in sure(text)


def test_nothing_is_found_twice() -> None:
    spans = find("Paul 50k le 15 mars, Marie 30 000 F en avril, chambre 4 677 12 34 56")
    assert all(a.end <= b.start for a, b in pairwise(spans))


@pytest.mark.parametrize(
    "text", ["", "😀😀", "1 " * 35_000, "9" * 70_000, "租金" * 1000, "a-" * 5000, "trente " * 5000]
)
def test_odd_texts_do_not_explode(text: str) -> None:
    started = time.perf_counter()
    find(text)
    # Not speed, which is for benchmarks/: a search that explodes would take hours.
    assert time.perf_counter() - started < 60
