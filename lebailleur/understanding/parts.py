"""Parts of what is due: ``half``, ``les deux tiers``, ``75 %``, ``le reste``, ``everything``."""

import re
from enum import StrEnum
from fractions import Fraction

from lebailleur.understanding.folding import LONGEST, fold, vocabulary, wordset
from lebailleur.understanding.numerals import number
from lebailleur.understanding.reading import Reading, sure, unsure


class Part(StrEnum):
    """A part that is no fraction."""

    ALL = "all"
    REST = "rest"


_ALL = wordset(
    "all everything everytin whole full fully entire complete completely finish tout toute toutes"
    " tous totalite integralite entier entiere entierement complet total totalement"
)
_REST = wordset(
    "rest reste restant restante remainder remaining remain balance bal solde left difference"
)
_VAGUE = wordset("part partie some bit peu acompte")
_DENOMINATORS = vocabulary(
    {
        2: "half demi demie moitie mwatie moiti haf",
        3: "tiers tier third thirds",
        4: "quart quarts quarter quarters",
        5: "fifth fifths cinquieme cinquiemes",
        6: "sixth sixths sixieme sixiemes",
        10: "tenth tenths dixieme dixiemes",
    }
)
_FILLER = wordset(
    "the a an le la les l un une of de du d his her my their son sa mon ma what is ce qui it in"
    " loyer rent amount montant money argent due du only seulement juste just other autre pay"
    " payment paiement payement paid paye que qu je dois doit owe owes he she i il elle am"
)


def read_part(text: str) -> Reading[Fraction | Part]:
    """A fraction above 0 and below 1, or `Part.ALL` (100 % too), or `Part.REST`.

    Reasons: ``not_a_part`` · ``vague_part`` ("a part", "pas tout") · ``more_than_all``.
    """
    if len(text) > LONGEST:
        return unsure("not_a_part")
    folded = fold(text).replace("⁄", "/")
    if re.search(r"\b(?:not|pas|except|sauf|almost|presque)\b", folded):
        return unsure("vague_part")
    share = _share(folded)
    if share is not None:
        if share > 1:
            return unsure("more_than_all")
        return unsure("not_a_part") if share <= 0 else sure(Part.ALL if share == 1 else share)
    told = set(re.findall(r"[^\W_]+", folded)) - _FILLER
    for named, part in ((_REST, Part.REST), (_ALL, Part.ALL)):
        # "all the rest", "tout le reste" is the rest; "the whole balance" too.
        if told & named and told <= named | _ALL:
            return sure(part)
    return unsure("vague_part" if told and told <= _VAGUE else "not_a_part")


def _share(folded: str) -> Fraction | None:
    if percent := re.fullmatch(r"(\d{1,3}(?:[.,]\d+)?) ?(?:%|pour ?cent|percent|per cent)", folded):
        return Fraction(percent[1].replace(",", ".")) / 100
    if ratio := re.fullmatch(r"(\d{1,2}) ?/ ?(\d{1,2})(?: (?:of |du |de )?\D*)?", folded):
        return Fraction(int(ratio[1]), int(ratio[2])) if int(ratio[2]) else None
    told = [each for each in re.findall(r"[^\W_]+", folded) if each not in _FILLER]
    if not told or told[-1] not in _DENOMINATORS:
        return None
    times = number(" ".join(told[:-1])) if len(told) > 1 else 1
    return None if times is None else Fraction(times, _DENOMINATORS[told[-1]])
