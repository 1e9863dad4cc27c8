"""What is paid for, and how."""

import pytest

from lebailleur.understanding.bills import read_bill
from lebailleur.understanding.methods import read_method

BILLS = {
    "rent": ["rent", "loyer", "the rent", "le loyer", "house rent", "loyé", "loyers", "rent money"],
    "electricity": ["light", "courant", "électricité", "lumière", "light bill", "ENEO", "sonel",
                    "la lumière", "electricity", "lumiere", "elecricity", "facture de courant",
                    "light money", "NEPA", "AES"],
    "water": ["water", "eau", "l'eau", "water bill", "Camwater", "facture d'eau", "CDE", "forage"],
    "wifi": ["wifi", "Wi-Fi", "internet", "wi fi", "la connexion", "WIFI"],
    "deposit": ["deposit", "caution", "la caution"],
    "other": ["gardien", "the guard", "ordures", "charges", "parking", "gardiennage"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "bill"), [(text, bill) for bill, texts in BILLS.items() for text in texts]
)
def test_bills(text, bill):
    assert read_bill(text).value == bill


@pytest.mark.parametrize(
    ("text", "reason", "candidates"),
    [
        ("loyer et lumière", "several_bills", ("rent", "electricity")),
        ("rent, light and water", "several_bills", ("rent", "electricity", "water")),
        ("dépôt", "not_a_bill", ()),  # an agent's "dépôt" is a way to pay
        ("Paul", "not_a_bill", ()),
        ("eat", "not_a_bill", ()),
        ("night", "not_a_bill", ()),
        ("", "not_a_bill", ()),
        ("12500", "not_a_bill", ()),
        ("rent " * 20_000, "not_a_bill", ()),
    ],
)
def test_no_one_bill(text, reason, candidates):
    reading = read_bill(text)
    assert (reading.value, reading.reason, reading.candidates) == (None, reason, candidates)


METHODS = {
    "cash": ["cash", "espèces", "en espèces", "liquide", "CASH", "main à main", "by hand"],
    "mtn_momo": ["momo", "MoMo", "MTN", "MTN MoMo", "mobile money MTN", "par momo", "mtn mobile"],
    "orange_money": ["Orange Money", "OM", "par OM", "orange", "o.m."],
    "bank": ["bank transfer", "virement", "la banque", "bank", "virement bancaire", "Ecobank",
             "versement bancaire"],
    "cheque": ["cheque", "chèque", "check", "par chèque"],
    "other": ["Western Union", "Express Union", "carte", "wave"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "method"), [(text, method) for method, texts in METHODS.items() for text in texts]
)
def test_methods(text, method):
    assert read_method(text).value == method


@pytest.mark.parametrize(
    ("text", "reason", "candidates"),
    [
        ("mobile money", "ambiguous_method", ("mtn_momo", "orange_money")),
        ("transfert", "ambiguous_method", ("mtn_momo", "orange_money", "bank")),
        ("dépôt", "ambiguous_method", ("mtn_momo", "orange_money", "bank")),
        ("moitié cash, moitié OM", "several_methods", ("orange_money", "cash")),
        ("mama", "not_a_method", ()),
        ("Ngomo", "not_a_method", ()),
        ("", "not_a_method", ()),
        ("cash " * 20_000, "not_a_method", ()),
    ],
)
def test_no_one_method(text, reason, candidates):
    reading = read_method(text)
    assert (reading.value, reading.reason, reading.candidates) == (None, reason, candidates)
