"""Finding a person in what others wrote: by their whole name and their number, in any spelling."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

import phonenumbers

_BETWEEN = r"[\s.,\-_/()·]*"


class Mentions:
    """Replaces names and numbers. A name of one word is left alone: half the tenants are called
    Paul, and the word says nothing without the rest."""

    def __init__(
        self, names: Iterable[str], phones: Iterable[str], emails: Iterable[str], instead: str
    ) -> None:
        whole = [_folded(each).split() for each in names]
        patterns = [
            r"(?<!\w)" + r"\s+".join(map(re.escape, words)) + r"(?!\w)"
            for words in sorted(whole, key=len, reverse=True)
            if len(words) > 1
        ]
        patterns += [_number(each) for each in phones if len(each) > 6]
        patterns += [r"(?<!\w)" + re.escape(_folded(each)) + r"(?!\w)" for each in emails]
        self._pattern = re.compile("|".join(patterns)) if patterns else None
        self._instead = instead

    def without(self, value: Any) -> Any:
        """A text, or JSON's lists and objects, without the person in it."""
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, dict):
            return {key: self.without(each) for key, each in value.items()}
        return [self.without(each) for each in value] if isinstance(value, list) else value

    def _text(self, text: str) -> str:
        if self._pattern is None:
            return text
        plain = unicodedata.normalize("NFC", text)
        parts, at = [], 0
        for found in self._pattern.finditer(_folded(plain)):
            parts += [plain[at : found.start()], self._instead]
            at = found.end()
        return "".join((*parts, plain[at:])) if at else text


def _folded(text: str) -> str:
    """Without accents and capitals, letter for letter as long as the (composed) text."""
    composed = unicodedata.normalize("NFC", text)
    return "".join((unicodedata.normalize("NFD", each)[0].lower() or each)[0] for each in composed)


def _number(phone: str) -> str:
    """A number with its country's code or without, however it is set apart."""
    try:
        parsed = phonenumbers.parse(phone, None)
        code, national = str(parsed.country_code), phonenumbers.national_significant_number(parsed)
    except phonenumbers.NumberParseException:
        code, national = "", re.sub(r"\D", "", phone)
    prefix = rf"(?:(?:\+|00)?{code}{_BETWEEN})?" if code else ""
    return rf"(?<!\d){prefix}{_BETWEEN.join(national)}(?!\d)"
