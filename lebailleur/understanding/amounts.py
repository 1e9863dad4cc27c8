"""Sums of money: ``30k``, ``30.000 frs``, ``XAF 30,000``, ``1,2M``, ``trente mille``, ``20 kolos``.

Sums are whole units of the currency. Grouping by space, point or comma is the writer's choice:
three figures after it are thousands (nobody writes thousandths of a franc).
"""

import re
from fractions import Fraction

from lebailleur.understanding.folding import LONGEST, fold, vocabulary, wordset
from lebailleur.understanding.numerals import number
from lebailleur.understanding.reading import Reading, sure, unsure

LARGEST = 100_000_000
"""What is more is a slip, or a phone number; no rent is paid in such sums."""

_SMALLEST_COIN = 5

_FRANC = "f fr frs franc francs balles cfa cfas fcfa cefa"
_CURRENCIES = {
    name: codes.split()
    for codes, names in {
        "XAF XOF": _FRANC,
        "XAF": "xaf",
        "XOF": "xof",
        "EUR": "eur euro euros €",
        "USD": "usd dollar dollars $",
        "GBP": "gbp £ pound pounds",
        "NGN": "ngn naira nairas ₦",
        "GHS": "ghs cedi cedis",
        "KES": "kes ksh shilling shillings",
    }.items()
    for name in names.split()
}
_THOUSAND, _MILLION, _BILLION = 10**3, 10**6, 10**9
_SCALES = vocabulary(
    {
        _THOUSAND: "k mil mill mille milles thousand thousands thousan tausand kolo kolos",
        _MILLION: "m million millions milion milions mio baton batons brique briques",
        _BILLION: "milliard milliards billion billions",
    }
)
# Slang of which not everybody means the same sum: proposed, never taken.
_SLANG = {"baton", "batons", "brique", "briques"}
_KOLOFAN = {"kolofan": 1500, "kolofap": 1500}
_FILLER = wordset(
    "about only just exactly environ seulement juste exactement somme montant sum amount"
    " the la le les de d of total"
)
_HALF_AFTER = {"et demi", "et demie", "and half", "and a half"}
_HALVES = {"half", "half a", "a half", "demi", "un demi"}

_EACH_MONTH = re.compile(r"(?:/|\b(?:par|per|a|le|every|chaque) )(?:mois|month)$|\bmonthly$")
_SPELLINGS = [
    (re.compile(r"^(?:une? |a )?(?:somme|montant|sum|amount) (?:de |d'|of )?"), ""),
    (re.compile(r"\bf\.? ?c\.? ?f\.? ?a\b\.?"), "fcfa"),
    (re.compile(r"/[-=]$"), ""),  # 30,000/=
]
_TOKEN = re.compile(r"\d+(?:[ .,'_]\d+)*|[^\W\d_]+|[€$£₦]")
_PUNCTUATION = " .,;:!?()'\"=*~-–"
_BETWEEN_SUMS = re.compile(r"\s*[+&;/]\s*|, | - |\s(?:et|and|ou|or|puis|then|plus)\s")


class _DoubtError(Exception):
    """The words are no clear sum; carries the reading to return."""

    def __init__(self, reason: str, *candidates: Fraction | int) -> None:
        whole = [int(each) for each in candidates if each == int(each) and 0 < each <= LARGEST]
        self.reading: Reading[int] = unsure(reason, *whole)


def read_amount(text: str, currency: str = "XAF") -> Reading[int]:
    """A sum in whole units of `currency` (an ISO code), from the words that state it alone.

    Reasons: ``not_a_sum`` · ``negative`` · ``zero`` · ``too_large`` (over `LARGEST`) ·
    ``fraction_of_franc`` (parts of the unit) · ``other_currency`` · ``ambiguous_scale`` (a bare
    "50", "1m2", "deux cent mille et demi", "1 bâton") · ``odd_grouping`` (a figure too many or
    too few: "30 00") · ``several_sums``; the last three have candidates.
    """
    if len(text) > LONGEST:
        return unsure("not_a_sum")
    folded = _EACH_MONTH.sub("", fold(text)).strip()
    for pattern, plain in _SPELLINGS:
        folded = pattern.sub(plain, folded)
    folded = re.sub(r"(?<=\d)[.,] (?=0\d\d(?!\d))", ".", folded)
    if re.match(r"[-−]\d|(?:moins|minus) ", folded):
        return unsure("negative")
    try:
        return sure(_sum(folded, currency))
    except _DoubtError as doubt:
        if doubt.reading.reason != "not_a_sum":
            return doubt.reading
        return _several(folded, currency)


def _several(folded: str, currency: str) -> Reading[int]:
    parts = _BETWEEN_SUMS.split(folded)
    if not 1 < len(parts) <= 10:
        return unsure("not_a_sum")
    found = [read_amount(part, currency) for part in parts]
    sums = [each.value or next(iter(each.candidates), None) for each in found]
    known = [each for each in sums if each]
    return unsure("several_sums", *known) if len(known) == len(sums) else unsure("not_a_sum")


def _sum(folded: str, currency: str) -> int:
    if _TOKEN.sub("", folded).strip(_PUNCTUATION):
        raise _DoubtError("not_a_sum")
    tokens = [each for each in _TOKEN.findall(folded) if each not in _FILLER]
    currencies = [_CURRENCIES[each] for each in tokens if each in _CURRENCIES]
    if any(currency not in each for each in currencies):
        raise _DoubtError("other_currency")
    total = _total([each for each in tokens if each not in _CURRENCIES], bool(currencies))
    if total == 0:
        raise _DoubtError("zero")
    if total > LARGEST:
        raise _DoubtError("too_large")
    if total != int(total):
        raise _DoubtError("fraction_of_franc")
    return int(total)


def _total(tokens: list[str], with_currency: bool) -> Fraction:
    """The sum of the steps "number scale", each smaller than the one before, and the rest."""
    total, below, slang = Fraction(0), None, False
    pending: list[str] = []
    for token in tokens:
        scale = _SCALES.get(token)
        if scale is None:
            pending.append(token)
            continue
        if below is not None and scale >= below:
            raise _DoubtError("not_a_sum")
        total += scale * _factor(pending, scale, abbreviated=token in ("k", "m"))
        below, pending, slang = scale, [], slang or token in _SLANG
    if pending and below is None:
        total = _bare(pending, with_currency)
    elif pending and below is not None:
        total = _with_tail(total, below, pending)
    elif below is None:
        raise _DoubtError("not_a_sum")
    if slang:
        raise _DoubtError("ambiguous_scale", total)
    return total


def _factor(pending: list[str], scale: int, abbreviated: bool) -> Fraction:
    """How many thousands or millions."""
    if not pending:
        if abbreviated:
            raise _DoubtError("not_a_sum")
        return Fraction(1)
    if len(pending) == 1 and (grouped := re.fullmatch(r"(\d{1,3})[.,](\d{3})", pending[0])):
        decimal = Fraction(f"{grouped[1]}.{grouped[2]}")
        if scale == _THOUSAND:
            raise _DoubtError("ambiguous_scale", decimal * 1000, decimal * 1_000_000)
        return decimal
    factor = _value(pending)
    if scale == _MILLION and abbreviated and factor >= 10:
        raise _DoubtError("ambiguous_scale", factor * _THOUSAND, factor * _MILLION)
    if scale == _THOUSAND and factor >= 1000:
        raise _DoubtError("ambiguous_scale", factor, factor * _THOUSAND)
    return factor


def _with_tail(total: Fraction, scale: int, pending: list[str]) -> Fraction:
    """``trente mille cinq cents`` is clear; ``cinquante mille cinq`` may be 50 500 or 50 005."""
    if " ".join(pending) in _HALF_AFTER:
        if scale == _MILLION:
            return total + scale // 2
        of_hundreds = [total + 50_000] if total % 100_000 == 0 else []
        raise _DoubtError("ambiguous_scale", total + scale // 2, *of_hundreds)
    tail = _value(pending)
    if tail >= scale or tail != int(tail):
        raise _DoubtError("not_a_sum")
    if tail * 10 >= scale:
        return total + tail
    shorthand = total + tail * scale / 10 ** len(str(int(tail)))
    literal = [] if tail % _SMALLEST_COIN else [total + tail]
    raise _DoubtError("ambiguous_scale", shorthand, *literal)


def _bare(pending: list[str], with_currency: bool) -> Fraction:
    """A number without "k" or "mille": below 1,000 people often mean thousands."""
    value = _value(pending)
    if with_currency or value >= 1000 or value == 0:
        return value
    if value != int(value):
        millions = [value * _MILLION] if value < 10 else []
        raise _DoubtError("ambiguous_scale", value * _THOUSAND, *millions)
    raise _DoubtError("ambiguous_scale", value * _THOUSAND, value)


def _value(tokens: list[str]) -> Fraction:
    """One number in figures or words."""
    if len(tokens) > 1 and tokens[0] in ("et", "and"):
        tokens = tokens[1:]
    if len(tokens) == 1 and tokens[0][0].isdecimal():
        return _figure(tokens[0])
    if len(tokens) == 2 and tokens[0].isdecimal() and tokens[1] in ("cent", "cents", "hundred"):
        return _figure(tokens[0]) * 100
    phrase = " ".join(tokens)
    if phrase in _KOLOFAN:
        return Fraction(_KOLOFAN[phrase])
    if phrase in _HALVES:
        return Fraction(1, 2)
    half = next((each for each in _HALF_AFTER if phrase.endswith(f" {each}")), "")
    whole = number(phrase.removesuffix(f" {half}"))
    if whole is None:
        raise _DoubtError("not_a_sum")
    return whole + (Fraction(1, 2) if half else Fraction(0))


def _figure(figure: str) -> Fraction:
    """A number in figures; three figures after a separator are a group, one or two decimals."""
    if re.fullmatch(r"0+", figure):
        return Fraction(0)
    if re.fullmatch(r"[1-9]\d*|[1-9]\d{0,2}(?:[ .,'_]\d{3})+", figure):
        return Fraction(re.sub(r"\D", "", figure))
    if decimal := re.fullmatch(r"(\d+|\d{1,3}(?:[ '_]\d{3})+)[.,](\d{1,2})", figure):
        return Fraction(re.sub(r"\D", "", decimal[1]) + "." + decimal[2])
    for group, point in (".", ","), (",", "."):
        if re.fullmatch(rf"\d{{1,3}}(?:\{group}\d{{3}})+\{point}\d{{1,2}}", figure):
            return Fraction(figure.replace(group, "").replace(point, "."))
    joined = re.sub(r"\D", "", figure)
    groups = re.split(r"\D", figure)
    missing = -len(groups[-1]) % 3 if len(groups) > 1 else 0
    raise _DoubtError("odd_grouping", int(joined + "0" * missing), int(joined))
