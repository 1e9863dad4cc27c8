"""Is a message French or English? Pidgin counts as English, Camfranglais as French."""

import re
from functools import cache
from typing import Literal

from lingua import Language, LanguageDetector, LanguageDetectorBuilder

from lebailleur.understanding.folding import LONGEST, fold, vocabulary, wordset

Code = Literal["fr", "en"]

# Words that one of the two languages has to itself, and how people shorten them. No names, no
# words of the trade that both use ("pay", "send", "menu", "ok").
_FRENCH = wordset(
    "le la les du des un une est et ou je tu il elle on nous vous ils ce cette ces mon ma mes ton"
    " son sa ses notre votre leur dois doit doivent combien quand comment pourquoi qui que quoi pas"
    " pour dans avec sans sur mais oui non merci bonjour bonsoir bjr bsr slt salut stp svp cest"
    " paye payee payer paie paiera regle verse versement loyer loyers chambre locataire locataires"
    " bailleur proprio recu quittance courant lumiere eau mois annee hier demain aujourd"
    " en encore deja dja encaisse rien tout moitie reste solde gars veux voir aide suis ai ont"
    " avait sont jai jv peux puis laisse annule envoie envoyez ajoute ajouter retour francais"
)
_ENGLISH = wordset(
    "the is are was were has have had i you he she we they my your his her our their this that"
    " these and or of to for with how much many what when who why where which did does do not"
    " paid owe owes rent room tenant tenants landlord receipt light water month year yesterday"
    " tomorrow today please pls plz thanks thank hello hi hey yes good morning evening can could"
    " would will want need give gave half rest balance send me show english"
    " abeg don dey di wey weh wusai na una dem wetin fit oga pikin wahala go bring remain"
)
_SURE = 0.85
_FEWEST_WORDS = 4

_LISTED: dict[Code, str] = {
    "fr": "fr francais francaise french frensh",
    "en": "en eng english inglish anglais anglaise pidgin",
}
_NAMES = vocabulary(_LISTED)


def detect(text: str) -> Code | None:
    """The language of a message; None when it is too short or too mixed to tell.

    None means: keep the language that was chosen ("ok", "Paul 40k", a name).
    """
    words = re.findall(r"[^\W\d_]+", fold(text))
    french = sum(word in _FRENCH for word in words)
    english = sum(word in _ENGLISH for word in words)
    if french != english:
        return "fr" if french > english else "en"
    if len(words) < _FEWEST_WORDS:
        return None
    best = _detector().compute_language_confidence_values(text[:LONGEST])[0]
    if best.value < _SURE:
        return None
    return "fr" if best.language is Language.FRENCH else "en"


def read_language(text: str) -> Code | None:
    """The language that is named: ``anglais``, ``in english``; None when none or both are."""
    words = re.findall(r"[^\W\d_]+", fold(text))
    if len(words) > 1:
        words = [word for word in words if word != "en"]  # "en français" is not English
    named = {_NAMES[word] for word in words if word in _NAMES}
    return named.pop() if len(named) == 1 else None


@cache
def _detector() -> LanguageDetector:
    # Two languages only: 10 MB and 35 ms, when it is first needed.
    return LanguageDetectorBuilder.from_languages(Language.FRENCH, Language.ENGLISH).build()
