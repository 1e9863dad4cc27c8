"""Numbers of months: ``3 months``, ``deux mois``, ``six mois d'avance``, ``une année``."""

import re

from lebailleur.understanding.folding import LONGEST, fold, vocabulary, wordset
from lebailleur.understanding.numerals import number
from lebailleur.understanding.reading import Reading, sure, unsure

MOST = 60
"""Nobody pays more than five years ahead."""

_UNITS = vocabulary(
    {
        1: "month months mois moi mth mths mnth mnths mun moon moons monthly mensuel mensuelle",
        3: "trimestre trimestres quarter quarters quarterly trimestriel trimestrielle",
        6: "semestre semestres semester semesters semestriel semestrielle",
        12: "year years yr yrs an ans annee annees yearly annual annuel annuelle",
    }
)
_FILLER = wordset(
    "the le la les l of de d in for pour avance advance ahead front rent loyer loyers whole full"
    " entire toute tout entier entiere complete bail caution deposit"
    " every each chaque tous toutes per par cycle"
)
_HALF = {"half", "half a", "demi", "demie", "une demi", "une demie", "a half", "half of a"}
_VAGUE = {"few", "some", "several", "quelques", "plusieurs", "couple", "couple of", "des"}


def read_months(text: str) -> Reading[int]:
    """How many months; a bare "3" counts, for who was asked "how many months?".

    Reasons: ``not_months`` · ``part_of_month`` ("un mois et demi") · ``vague_months`` ("a few
    months") · ``too_many`` (over `MOST`).
    """
    if len(text) > LONGEST:
        return unsure("not_months")
    told = re.findall(r"\d+|[^\W\d_]+|-(?=\d)", fold(text))
    told = [each for each in told if each not in _FILLER]
    unit = next((each for each in told if each in _UNITS), None)
    if unit is None:
        months, after = number(" ".join(told)), []
    else:
        at = told.index(unit)
        before, after = " ".join(told[:at]).strip(), told[at + 1 :]
        if before.removeprefix("a ") in _VAGUE:
            return unsure("vague_months")
        if before in _HALF:
            return _halves(_UNITS[unit])
        count = number(before) if before else 1
        months = None if count is None else count * _UNITS[unit]
        if months is not None and after in (["et", "demi"], ["et", "demie"], ["and", "a", "half"]):
            return _halves(2 * months + _UNITS[unit])
    if not months or months < 1 or after:
        return unsure("not_months")
    return sure(months) if months <= MOST else unsure("too_many")


def _halves(halves: int) -> Reading[int]:
    return unsure("part_of_month") if halves % 2 else sure(halves // 2)
