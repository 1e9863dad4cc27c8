"""Entities with a closed form, found by rules: sums, days, months, phones, kinds, numbered units.

`find` gives spans over the original text. A *sure* span stands; an unsure one ("A3", "may", "rest")
is a hint, and the learned reader decides by its surroundings.
"""

import re
from dataclasses import dataclass
from typing import Iterator, List, Tuple

from nlu.text import LONGEST, fold


@dataclass(frozen=True)
class Span:
    """An entity in a text: where, of what kind, and whether its form alone settles it."""

    start: int
    end: int
    kind: str
    sure: bool = True


def _any(text: str) -> str:
    """An alternation of the words of `text` (| between, spaces allowed inside), longest first."""
    options = sorted((o.strip() for o in text.split("|")), key=len, reverse=True)
    return "(?:" + "|".join(o.replace(" ", r"\s+") for o in options if o) + ")"


_DIGITS = r"\d{1,3}(?:[ .,]\d{3})+(?!\d)|\d+(?:[.,]\d{1,2})?(?!\d)"
_ONES_EN = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
_TENS_EN = "twenty|thirty|forty|fourty|fifty|sixty|seventy|eighty|ninety"
_ONES_FR = "un|une|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingt|vingts|trente|quarante|cinquante|soixante|septante|nonante"
_SMALL = _any("one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|un|une|deux|trois|quatre|cinq|sept|huit|neuf|dix|onze|douze|a|1 or 2|\\d{1,2}")
_BIG = _any("thousand|hundred|million|millions|mille|milles|mil|cent|cents|k")
_NUMBER_WORD = _any(f"{_ONES_EN}|{_TENS_EN}|{_ONES_FR}|thousand|hundred|million|millions|mille|milles|cent|cents")
_CURRENCY = _any("fcfa|f cfa|cfa|xaf|frs cfa|frs|fr|francs cfa|francs|franc|f|fcf|fc")
_SCALE = _any("k|mille|milles|mil|m|million|millions|thousand|kolo|kolos|bar|barre|baton|batons|brique|briques|kil|kils")
_MONTH = _any(
    "january|jan|january|janvier|janv|february|feb|febuary|fevrier|fevr|fev|march|mar|mars|april|apr|avril|avr|may|mai"
    "|june|jun|juin|july|jul|juillet|juil|august|aug|aout|september|sept|sep|septembre|october|oct|octobre"
    "|november|nov|novembre|december|dec|decembre"
)
_DAY = _any(
    "monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tue|tues|wed|thur|thurs|fri|sat"
    "|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
)
_YEAR = r"(?:20[12]\d)"
_TH = r"(?:st|nd|rd|th)"
_UNIT_WORD = _any(
    "room|rooms|rm|chambre|ch|chbre|chb|appartement|appart|appt|apt|apart|apartment|studio|flat|shop|boutique|magasin"
    "|unit|porte|door|bureau|office|local|store|logement|piece|kiosk|kiosque|self contain|selfcontain|bedsitter"
)
_AMOUNT_WORDS = rf"{_NUMBER_WORD}(?:[\s-]+(?:and[\s]+|et[\s]+)?{_NUMBER_WORD})*"

_RULES: List[Tuple[str, int, bool, str]] = [
    # kind, priority, sure, pattern over the folded text
    ("phone", 9, True, r"(?:\+|\b00)237[ .-]?[2-9](?:[ .-]?\d){7,8}(?!\d)"),
    ("phone", 9, True, r"\b237[ .-]?[26](?:[ .-]?\d){8}(?![ .]?\d)"),
    ("phone", 9, True, r"(?<![\d.,])0?6(?:[ .-]?\d){8}(?![\d]|[ .]\d{3})"),
    ("phone", 9, True, r"(?<![\d.,])2[234](?:[ .-]?\d){7}(?!\d)"),
    ("phone", 8, True, r"(?<![\d.,])[79]\d(?:[ .-]?\d\d){3}(?!\d)"),
    ("phone", 8, True, r"\+[1-9](?:[ .-]?\d){7,14}(?!\d)"),
    # days
    ("date", 7, True, r"\b(?:the day before yesterday|day before yesterday|avant[- ]hier|apres[- ]demain|the day after tomorrow|day after tomorrow)\b"),
    ("date", 7, True, r"\b(?:yesterday|today|tomorrow|hier|aujourd'?hui|demain|tmrw|2moro|2morrow|tomoro|2day|yesday|yestaday|tonight|ce soir|ce matin|cet apres[- ]midi|this morning|this evening|this afternoon|hier soir|hier matin|last night|yesterday morning|yesterday evening|demain matin|demain soir|tomorrow morning|tomorrow evening|cette nuit)\b"),
    ("date", 7, True, rf"\b(?:(?:next|this|last|coming)\s+)?{_DAY}(?:\s+(?:prochain|dernier|passe|next|soir|matin|morning|evening|(?:\d{{1,2}}(?:{_TH})?(?:\s+(?:of\s+)?{_MONTH})?)))?\b"),
    ("date", 7, True, rf"\b(?:the\s+)?\d{{1,2}}\s?{_TH}(?:\s+(?:of\s+)?(?:{_MONTH}|this month|next month|last month)(?:\s+{_YEAR})?)?\b"),
    ("date", 7, True, rf"\b(?:(?:le|the)\s+)?(?:[0-2]?\d|3[01]|1er|premier)\s+(?:of\s+)?{_MONTH}(?:\s+{_YEAR})?\b"),
    ("date", 7, True, rf"\b{_MONTH}\s+(?:the\s+)?\d{{1,2}}\s?{_TH}\b"),
    ("date", 7, True, r"(?<![\d/.-])(?:le\s+)?(?:0?[1-9]|[12]\d|3[01])[/.-](?:0?[1-9]|1[0-2])(?:[/.-](?:20)?\d\d)?(?![\d/.-]|\s?(?:k|m|mille|million|f|fcfa|frs)\b)"),
    ("date", 6, True, rf"\b(?:le|the)\s+(?:1er|premier|first|[0-2]?\d|3[01])(?!\s?\d|[.,]\d|\s?{_SCALE}\b|\s?{_CURRENCY}\b|\s+(?:mois|months|chambres|locataires|tenants))(?:\s+(?:du mois(?:\s+prochain)?|of next month|of the month|of this month|{_MONTH}(?:\s+{_YEAR})?))?\b"),
    ("date", 7, True, rf"\b(?:the\s+)?(?:end of (?:the |this |next )?(?:month|week|year)|end of {_MONTH}|end {_MONTH}|month[- ]?end|mid[- ]?(?:month|{_MONTH})|end month|end of month|ending of the month)\b"),
    ("date", 7, True, rf"\b(?:la\s+)?(?:fin|debut|mi)[- ](?:du mois|de ce mois|du mois prochain|de mois|mois|de semaine|d'annee|de l'annee|de {_MONTH}|d'{_MONTH}|{_MONTH})(?:\s+prochain)?\b"),
    ("date", 7, True, rf"\b(?:in|dans|within|d'ici)\s+{_SMALL}\s+(?:days?|weeks?|months?|jours?|semaines?|mois)\b"),
    ("date", 7, True, rf"\b(?:il y a\s+{_SMALL}\s+(?:jours?|semaines?|mois)|{_SMALL}\s+(?:days?|weeks?|months?)\s+ago)\b"),
    ("date", 7, True, r"\b(?:next week|week wey di come|la semaine prochaine|semaine prochaine|this week|cette semaine|last week|la semaine derniere|semaine passee|weekend|week-end|ce weekend|this weekend)\b"),
    ("date", 5, False, r"\b(?:now|maintenant|now now|tout de suite)\b"),
    # months: how many
    ("months", 6, True, rf"\b{_SMALL}[\s-]*(?:months?|mois|moon|mths?|mnths?)\b(?!\s+(?:ago|passes))"),
    ("months", 6, True, r"\b(?:un an|one year|a year|1 an|six mois|the whole year|whole year|toute l'annee|une annee|half a year)\b"),
    # which months
    ("period", 5, True, rf"\b{_MONTH}\s*(?:to|a|au|-|jusqu'a|until|till|through)\s*{_MONTH}(?:\s+{_YEAR})?\b"),
    ("period", 5, True, r"\b(?:last|this|next|current|previous|every|each|dis)\s+(?:month|moon|year|quarter|term)\b"),
    ("period", 5, True, r"\b(?:ce mois(?:[- ]ci)?|mois (?:passe|dernier|prochain|en cours|ci|precedent|suivant)|cette annee|annee (?:passee|derniere|prochaine|en cours)|an (?:passe|dernier))\b"),
    ("period", 5, True, rf"\b(?:last|past|les|ces)\s+{_SMALL}\s+(?:last\s+|derniers\s+)?(?:months|mois)\b"),
    ("period", 5, True, rf"\b{_MONTH}\s+{_YEAR}\b"),
    ("period", 5, True, r"(?<![\d/])(?:0?[1-9]|1[0-2])/20\d\d\b"),
    ("period", 4, True, rf"\b(?!(?:may|mar|march|mars|sat|dec|oct|jun|jan)\b){_MONTH}\b"),
    ("period", 4, False, r"\b(?:may|mar|march|mars|dec|oct|jun|jan)\b"),
    ("period", 4, False, rf"\b(?:in |en |for |pour )?{_YEAR}\b"),
    # sums
    ("amount", 6, True, rf"\b(?:fcfa|cfa|xaf|frs|francs?)\s*(?:{_DIGITS})(?:\s?(?:k|m)\b)?"),
    ("amount", 6, True, rf"(?<![\d.,/+])(?:{_DIGITS})\s?{_SCALE}\b(?:\s?{_CURRENCY}\b)?"),
    ("amount", 6, True, rf"(?<![\d.,/+])(?:{_DIGITS})\s?{_CURRENCY}\b"),
    ("amount", 6, True, r"\b\d{1,2}m\d{1,3}\b"),
    ("amount", 5, True, rf"(?<![\d.,/+])(?:\d{{1,3}}(?:[ .,]\d{{3}})+|(?!{_YEAR}\b)\d{{4,8}})(?![\d/]|[.,]\d)"),
    ("amount", 4, False, rf"(?<![\d.,/+a-z])(?:{_YEAR}|\d{{1,3}})(?![\d/]|[.,]\d|[a-z])"),
    ("amount", 6, True, rf"\b(?=(?:[a-z]+[\s-]+)*?{_BIG}\b){_AMOUNT_WORDS}(?:\s+{_CURRENCY}\b)?(?!\s+(?:mois|months))"),
    # parts
    ("fraction", 5, True, r"\b(?:the |la |une |a )?(?:half|moitie|moiti|haf|mwatie)\b"),
    ("fraction", 5, True, r"\b(?:(?:les|the|le|un|a|one|two|three|deux|trois)\s+)+(?:tiers|third|thirds|quart|quarts|quarter|quarters)\b"),
    ("fraction", 4, False, r"\b(?:(?:the|le|la)\s+)?(?:rest|reste|balance|solde|remaining|remainder|everything|all|tout|totalite|whole|full|total|integralite|complete|completely|in full|en totalite|entierement)\b"),
    ("fraction", 5, True, r"\b\d{1,2}\s?%|\b[1-9]/[2-9]\b(?!/)"),
    # kinds of charges
    ("bill", 5, True, r"\b(?:rent|rents|loyers?|loyer|loye|lwayer|house[- ]rent|electricity|electricite|electric|courant|wi-?fi|internet|caution|deposit|garbage|ordures|poubelle|eneo|camwater|sonel|snec|cde|nkap de la maison)\b"),
    ("bill", 4, False, r"\b(?:light|lumiere|water|eau|l'eau|power|gardien|gardiennage|charges|parking|generator|groupe|location|house money|security|cleaning|menage)\b"),
    # means of payment
    ("method", 5, True, r"\b(?:(?:mtn\s+)?(?:mobile money|mobile-money|momo|mo-mo)|orange money|orange-money|om|espece|especes|cash|virement(?: bancaire)?|bank transfer|transfer|transfert|cheque|check|chek|bank deposit|wave|express union|liquide|eu mobile)\b"),
    ("method", 4, False, r"\b(?:mtn|orange|bank|banque|depot|mobile|hand|main)\b"),
    # languages
    ("language", 5, True, r"\b(?:english|anglais|french|francais|pidgin|camfranglais|franglais|francais|fulfulde|ewondo|duala|douala language|spanish|espagnol|german|allemand)\b"),
    # numbered units
    ("unit", 6, True, rf"\b{_UNIT_WORD}\s*(?:no\.?\s*|number\s*|numero\s*|num\s*|n°\s*|n\s*|#\s*)?(?:[a-z]?\d{{1,3}}[a-z]?\b|[a-h]\b(?!')(?!\s+(?:paye|verse|donne|regle|ete|deja|dja|pay|solde|avance|rent|loyer|new|nouveau)))(?!\s*(?:k|mille|000)\b)"),
    ("unit", 5, False, r"\b[a-h][\s-]?\d{1,3}\b(?!\s?%)"),
]
_COMPILED = [(kind, rank, sure, re.compile(pattern)) for kind, rank, sure, pattern in _RULES]


def _all(folded: str) -> Iterator[Tuple[int, Span]]:
    for kind, rank, sure, pattern in _COMPILED:
        for match in pattern.finditer(folded):
            if match.end() > match.start():
                yield rank, Span(match.start(), match.end(), kind, sure)


def find(text: str) -> List[Span]:
    """The spans of closed form in `text`, left to right, not overlapping: by rank, then length."""
    folded = fold(text[:LONGEST])
    taken: List[Span] = []
    ranked = sorted(_all(folded), key=lambda r: (-r[0], r[1].start - r[1].end, r[1].start))
    for _, span in ranked:
        if all(span.end <= other.start or other.end <= span.start for other in taken):
            taken.append(span)
    return sorted(taken, key=lambda span: span.start)
