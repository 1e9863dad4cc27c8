"""How something was paid: cash, MTN MoMo, Orange Money, the bank, a cheque, or otherwise."""

import re
from typing import Literal

from lebailleur.understanding.folding import LONGEST, fold
from lebailleur.understanding.reading import Reading, sure, unsure

Method = Literal["cash", "mtn_momo", "orange_money", "bank", "cheque", "other"]

_METHODS: list[tuple[Method, re.Pattern[str]]] = [
    ("mtn_momo", re.compile(r"\b(?:mtn|mo[- ]?mo|momos|mobile money mtn)\b")),
    ("orange_money", re.compile(r"\b(?:orange|om|o\.m|omoney|oranje)\b")),
    ("cheque", re.compile(r"\b(?:cheques?|checks?|chek|chequ)\b")),
    (
        "bank",
        re.compile(
            r"\b(?:banks?|banque|bancaire|virement|virements|rib|iban|ecobank|uba|afriland|bicec"
            r"|sgc|scb|cca|nfc|express bank|wire|standing order)\b"
        ),
    ),
    (
        "cash",
        re.compile(
            r"\b(?:cash|kash|especes?|liquide|comptant|en mains?|in hand|by hand|hand to hand"
            r"|main a main|billets)\b"
        ),
    ),
    (
        "other",
        re.compile(
            r"\b(?:western|moneygram|express union|wave|ria|paypal|cards?|carte|visa|nexttel"
            r"|camtel|yup|other|autre)\b"
        ),
    ),
]
# Words that do not say with whom.
_MOBILE = re.compile(r"\b(?:mobile money|mobile|telephone|phone|agent|call ?box)\b")
_SENT = re.compile(r"\b(?:transfert?|transfers?|transfere|transferred|depot|versement|envoi)\b")


def read_method(text: str) -> Reading[Method]:
    """The means of payment that is named.

    Reasons: ``not_a_method`` · ``ambiguous_method`` ("mobile money", "transfert") and
    ``several_methods`` ("moitié cash, moitié OM"), both with candidates.
    """
    if len(text) > LONGEST:
        return unsure("not_a_method")
    folded = fold(text)
    found = [method for method, pattern in _METHODS if pattern.search(folded)]
    if len(found) == 1:
        return sure(found[0])
    if found:
        return unsure("several_methods", *found)
    if _MOBILE.search(folded):
        return unsure("ambiguous_method", "mtn_momo", "orange_money")
    if _SENT.search(folded):
        return unsure("ambiguous_method", "mtn_momo", "orange_money", "bank")
    return unsure("not_a_method")
