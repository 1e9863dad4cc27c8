"""Words that point back."""

import pytest

from lebailleur.understanding.references import also, gender_of, sets_right, third_person


@pytest.mark.parametrize(
    ("said", "gender"),
    [
        ("he also paid the light bill", "m"),
        ("Il a aussi payé l'eau", "m"),
        ("elle a donné 30 mille", "f"),
        ("what is her balance?", "f"),
        ("envoie-lui le reçu", "unknown"),
        ("son loyer de mars", "unknown"),
        ("il reste 30 000", None),
        ("il faut payer", None),
        ("Paul paid 50k", None),
        ("the light bill is 5000", None),
    ],
)
def test_third_person(said: str, gender: str | None) -> None:
    assert third_person(said) == gender


@pytest.mark.parametrize(
    "said",
    ["and Marie too", "same for April", "Pareil pour la 5", "idem pour Awa", "et Awa aussi",
     "he also paid the light", "la même chose pour mars"],
)  # fmt: skip
def test_also(said: str) -> None:
    assert also(said)


@pytest.mark.parametrize("said", ["and Marie 30k", "Paul paid 50k", "et Awa ?", "tooth"])
def test_not_also(said: str) -> None:
    assert not also(said)


@pytest.mark.parametrize(
    "said", ["it was Marie", "c'était Marie pas Paul", "not Paul", "sorry I meant Awa", "c'est Awa"]
)
def test_what_is_right_is_said(said: str) -> None:
    assert sets_right(said)


@pytest.mark.parametrize("said", ["correct Marie's payment", "corrige le paiement de Paul"])
def test_what_is_right_is_not_said(said: str) -> None:
    assert not sets_right(said)


@pytest.mark.parametrize(
    ("name", "gender"),
    [("Mme Ngo Bassa", "f"), ("Paul Mbarga", "m"), ("Mama Rose", "f"), ("Talla", "unknown")],
)
def test_the_gender_of_a_name(name: str, gender: str) -> None:
    assert gender_of(name) == gender
