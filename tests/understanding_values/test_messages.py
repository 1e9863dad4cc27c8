"""Of a text, the part that is to be passed on."""

import pytest

from lebailleur.understanding.messages import is_bare, read_addressed


@pytest.mark.parametrize(
    ("text", "named", "words"),
    [
        ("tell Paul the plumber comes tomorrow", "Paul", "the plumber comes tomorrow"),
        ("Tell Paul that the gate is open", "Paul", "the gate is open"),
        ("let Mr Agbor know i am visiting on Sunday", "Agbor", "i am visiting on Sunday"),
        ("dis à Awa que le plombier passe à 10:30", "Awa", "le plombier passe à 10:30"),
        ("préviens Marie qu'une équipe viendra", "Marie", "une équipe viendra"),
        ("message pour la chambre 4 : nettoyez la cour", "chambre 4", "nettoyez la cour"),
        ("dis à mon bailleur que je suis en voyage", None, "je suis en voyage"),
        ("préviens tous les locataires que l'eau sera coupée", None, "l'eau sera coupée"),
        # Not clear: all of it is passed on.
        ("tell Grace to call me", "Grace", "tell Grace to call me"),
        ("dis à Grace de m'appeler", "Grace", "dis à Grace de m'appeler"),
        ("tell Paul he must clean", "Paul", "tell Paul he must clean"),
        ("my sister is here", None, "my sister is here"),
        ("the man that lives above shouts", None, "the man that lives above shouts"),
        # Nothing to pass on yet.
        ("message Ernest", "Ernest", None),
        ("I want to write to my landlord", None, None),
        ("je veux écrire à mon bailleur", None, None),
        ("tell Paul:", "Paul", None),
    ],
)
def test_the_message(text, named, words):
    end = text.index(named) + len(named) if named else None
    assert read_addressed(text, end).words == words


def test_who_is_addressed_stands_apart():
    read = read_addressed("tell everybody in Villa Rose that Paul is late", None)
    assert read.address == "tell everybody in Villa Rose"


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("I want to report a problem", True),
        ("je veux signaler une panne", True),
        ("the tap is leaking", False),
        ("il y a un problème d'électricité", False),
    ],
)
def test_bare(text, bare):
    assert is_bare(text) is bare
