"""Phone numbers as people type them, to E.164.

For what users type only: numbers that WhatsApp delivers are taken as they come, for some real
ones are invalid by the numbering plan.
"""

import re
import unicodedata

import phonenumbers

from lebailleur.understanding.folding import LONGEST
from lebailleur.understanding.reading import Reading, sure, unsure

_CAMEROON = "CM"
_FIGURES = re.compile(r"\+?\d(?:[\s().\-/_·]*\d){5,19}")


def read_phone(text: str, region: str = _CAMEROON) -> Reading[str]:
    """The one number in the text, as E.164 (``+237677123456``).

    `region` (ISO country) is that of numbers without a country code. Reasons: ``not_a_phone`` ·
    ``invalid_phone`` (no such number in its country) · ``too_short_phone`` · ``too_long_phone`` ·
    ``old_phone`` (Cameroon's eight figures of before 2014: the candidate has the ninth) ·
    ``several_phones`` (with candidates).
    """
    plain = unicodedata.normalize("NFKC", text[: LONGEST * 5])
    plain = "".join(each for each in plain if unicodedata.category(each) != "Cf")
    readings = [_one(found[0], region) for found in _FIGURES.finditer(plain.replace("(0)", ""))]
    known = list(dict.fromkeys(each.value for each in readings if each.value))
    if len(known) > 1:
        return unsure("several_phones", *known[:10])
    if known:
        return sure(known[0])
    return readings[0] if readings else unsure("not_a_phone")


def _one(figures: str, region: str) -> Reading[str]:
    compact = re.sub(r"[^\d+]", "", figures)
    forms = [compact]
    if not compact.startswith(("+", "00")):
        # "237677123456" and the French habit "0677123456".
        forms += [f"+{compact}", *([compact[1:]] if compact.startswith("0") else [])]
    for form in forms:
        if number := _valid(form, region):
            return sure(number)
    national = re.sub(r"^(?:\+|00)?237(?=\d{8}$)", "", compact)
    if region == _CAMEROON and re.fullmatch(r"[2-9]\d{7}", national):
        with_ninth = ("2" if national[0] in "23" else "6") + national
        if number := _valid(with_ninth, region):
            return unsure("old_phone", number)
    return unsure(_why(compact, region))


def _valid(form: str, region: str) -> str | None:
    try:
        number = phonenumbers.parse(form, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _why(compact: str, region: str) -> str:
    try:
        number = phonenumbers.parse(compact, region)
    except phonenumbers.NumberParseException:
        return "invalid_phone"
    reasons = {
        phonenumbers.ValidationResult.TOO_SHORT: "too_short_phone",
        phonenumbers.ValidationResult.TOO_LONG: "too_long_phone",
    }
    return reasons.get(phonenumbers.is_possible_number_with_reason(number), "invalid_phone")
