"""French or English, or too short to tell."""

import subprocess
import sys

import pytest

from lebailleur.understanding.language import detect, read_language

FRENCH = """Marie a payé 50 000 pour avril
je dois combien ?
bonjour
slt
stp envoi mon recu
oui
merci beaucoup
le gars du A2 a dja send les 50k du loyer
bailleur j'ai dja send les dos du loyer
il a tchop une partie, il a seulement pay 20 kolos
Paul a pay son loyer ou bien
c'est qui qui n'a pas encore pay
qui n'a pas encore payé ?
laisse tomber
la moitié
annule le dernier reçu
jv payer demain
total encaissé en mars
nouveau locataire Talla chambre 5 loyer 40 000 à partir du 05/04
il n'y a pas d'eau depuis 3 jours""".splitlines()
ENGLISH = """Paul paid half of March rent
how much do I owe?
hello
good morning
yes
thanks
Paul don pay March?
wusai people weh never pay
abeg send my receipt
I go pay half, half week wey di come
how much Ngwa di owe me
who hasn't paid yet?
Landlord I don send the money
please can I pay on the 15th
the rest
light is off in room 2
add tenant John Che room 5 rent 40k starts 5 april""".splitlines()
NEITHER = ["ok", "Paul 40k", "Marie", "1", "0", "", "menu", "677123456", "😀", "Marie Ngo Bassa",
           "50k", "no", "stop", "Paul 50k, Marie 30k", "三月"]  # fmt: skip


@pytest.mark.parametrize("text", FRENCH)
def test_french(text):
    assert detect(text) == "fr"


@pytest.mark.parametrize("text", ENGLISH)
def test_english(text):
    assert detect(text) == "en"


@pytest.mark.parametrize("text", NEITHER)
def test_the_chosen_language_stays(text):
    assert detect(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("French", "fr"),
        ("français", "fr"),
        ("francais", "fr"),
        ("en français", "fr"),
        ("in French please", "fr"),
        ("anglais", "en"),
        ("English", "en"),
        ("en anglais", "en"),
        ("l'anglais", "en"),
        ("pidgin", "en"),
        ("en", "en"),
        ("fr", "fr"),
        ("English or French", None),
        ("Spanish", None),
        ("", None),
    ],
)
def test_named_languages(text, expected):
    assert read_language(text) == expected


def test_long_text_costs_nothing():
    assert detect("je dois combien " * 5_000) == "fr"


def test_the_detector_is_not_built_before_it_is_needed():
    code = (
        "import lebailleur.understanding.language as language;"
        "language.detect('bonjour'); language.detect('ok');"
        "assert language._detector.cache_info().currsize == 0"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
