"""Texts without what nobody but their owner may know: balances, codes, tokens."""

import re

from lebailleur.understanding.mobile_money import grammar, kinds

_GAP = r"[\s\u200b-\u200f\u2060\ufeff*_~]*"
_FIGURE = r"[0-9](?:[0-9]|[\s.,'\u200b-\u200f](?=[0-9]))*"
_CUR = rf"(?:(?:f\s?cfa|xaf|cfa|frs?){_GAP})?"
_BALANCE = re.compile(
    rf"(\b(?:solde|balance)s?\b(?:{_GAP}\w+){{0,6}}?{_GAP}[:=.]?{_GAP}{_CUR}){_FIGURE}", re.I
)
_CODE_NAME = rf"\b(?:code|otp|pin|mot{_GAP}de{_GAP}passe|password|passcode)\b"
_FILLER = (
    r"(?:de|du|d['’]|la|le|l['’]|your|votre|ton|mon|my|secret|confirmation|v[eé]rification|validation"
    r"|activation|s[eé]curit[eé]|security|retrait|withdrawal|otp|pin|code|momo|mtn|orange|money|paiement"
    r"|payment|transaction|unique|temporaire|est|is|pour|for)"
)
_CODE = re.compile(
    rf"({_CODE_NAME}(?:[\s:=*_~\-]*{_FILLER}\b){{0,8}}[\s:=*_~]*)(?:[0-9][\s-]?){{3,7}}[0-9]\b"
    r"(?![\s]*(?:f\s?cfa|xaf|cfa|frs?\b|f\b|[-.][0-9]))",
    re.I,
)
_CODE_FAR = re.compile(rf"({_CODE_NAME}[^.!?\n]{{0,60}}?)\b[0-9]{{4,8}}\b", re.I)
_CODE_BEFORE = re.compile(
    r"\b(?:[0-9]{4,8}|[0-9]{3}[\s-][0-9]{3})\b(?=[\s*_~]+(?:est|is)\s+(?:votre|your|le|the|mon|my)\b"
    r"[^.!?\n]{0,30}\b(?:code|otp|pin)\b)",
    re.I,
)
# Prepaid electricity: twenty figures.
_TOKEN = re.compile(r"(?<![0-9])[0-9]{4}(?:[\s\u200b-\u200f-]{0,2}[0-9]{4}){4}(?![0-9])")
_TOKEN_NAMED = re.compile(
    r"(\b(?:token|jeton)\b[^0-9.!?\n]{0,30})[0-9](?:[\s-]{0,2}[0-9]){9,}", re.I
)


def masked(text: str) -> str:
    """The text with a mark in place of tokens and codes, and, in an operator's message, of
    balances. What the message says of a payment reads as before; other texts stay as they are."""
    text = _TOKEN_NAMED.sub(rf"\1{grammar.MASK}", _TOKEN.sub(grammar.MASK, text))
    text = _CODE.sub(rf"\1{grammar.MASK}", _CODE_BEFORE.sub(grammar.MASK, text))
    line = grammar.plain(text)
    marks = kinds.signs(line)
    if (
        marks > 1
        or (marks and kinds.by_machine(line))
        or kinds.without_money_in(line, text) is not None
    ):
        text = _BALANCE.sub(rf"\1{grammar.MASK}", text)
        if kinds.CODE.search(line):
            text = _CODE_FAR.sub(rf"\1{grammar.MASK}", text)
    return text
