"""What is paid for: rent, electricity, water, Wi-Fi, a deposit, or something else."""

import re
from typing import Literal

from rapidfuzz.distance import OSA

from lebailleur.understanding.folding import LONGEST, fold, vocabulary
from lebailleur.understanding.reading import Reading, sure, unsure

Bill = Literal["rent", "electricity", "water", "wifi", "deposit", "other"]

_WORDS: dict[Bill, str] = {
    "rent": "rent rents rental loyer loyers location",
    "electricity": "light lights lumiere courant electricity electric electricite elec power"
    " nepa current eneo sonel aes prepaid kwh electrik compteur",
    "water": "water eau camwater cde snec forage borehole wata",
    "wifi": "wifi internet connexion connection wi network canalbox fibre fiber",
    "deposit": "deposit caution garantie",
    "other": "gardien guard gardiennage security securite guardian watchman ordures garbage"
    " poubelle trash dirt hysacam menage cleaning nettoyage parking charges repair repairs"
    " reparation reparations penalty penalite tv cable canal gaz gas other autre autres divers",
}
_BILLS = vocabulary(_WORDS)


def read_bill(text: str) -> Reading[Bill]:
    """The kind of charge that is named, even slightly misspelt ("loyé", "elecricity").

    Reasons: ``not_a_bill`` · ``several_bills`` ("loyer et lumière"), with candidates as named.
    """
    if len(text) > LONGEST:
        return unsure("not_a_bill")
    found = [_named(word) for word in re.findall(r"[^\W\d_]+", fold(text))]
    bills = list(dict.fromkeys(each for each in found if each))
    if len(bills) > 1:
        return unsure("several_bills", *bills)
    return sure(bills[0]) if bills else unsure("not_a_bill")


def _named(word: str) -> Bill | None:
    if word in _BILLS:
        return _BILLS[word]
    if len(word) < 4:
        return None
    near = {
        bill
        for name, bill in _BILLS.items()
        if len(name) > 4 and word[0] == name[0] and OSA.distance(word, name, score_cutoff=1) == 1
    }
    return near.pop() if len(near) == 1 else None
