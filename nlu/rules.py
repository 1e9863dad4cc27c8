"""Entities with a closed form, found by rules: sums, days, months, phones, kinds, numbered units.

`find` gives spans over the original text. A *sure* span stands; an unsure one ("A3", "may", "rest")
is a hint, and the learned reader decides by its surroundings.
"""

import re
from dataclasses import dataclass
from typing import Iterator, List, Pattern, Tuple

from nlu.text import LONGEST, fold


@dataclass(frozen=True)
class Span:
    """An entity in a text: where, of what kind, and whether its form alone settles it."""

    start: int
    end: int
    kind: str
    sure: bool = True


def _any(*texts: str) -> str:
    """An alternation of what `texts` hold between bars, longest first; a space matches several."""
    options = sorted({o.strip() for text in texts for o in text.split("|")}, key=len, reverse=True)
    return "(?:" + "|".join(o.replace(" ", r"\s+") for o in options if o) + ")"


_MONTH_NAMES = """january|jan|janvier|janv|february|feb|febuary|fevrier|fevr|fev|march|mar|mars|april
|apr|avril|avr|may|mai|june|jun|juin|july|jul|juillet|juil|august|aug|aout|september|sept|sep
|septembre|october|oct|octobre|november|nov|novembre|december|dec|decembre"""
# Names of months that are other words too: "may I", "marche", "sept mille".
_OTHER_WORDS = {"may", "mar", "march", "mars", "jan", "jun", "sept", "sep", "dec", "oct", "avr", "nov"}
_MONTH = _any(_MONTH_NAMES.replace("\n", ""))
_PLAIN_MONTH = _any(
    "|".join(m for m in _MONTH_NAMES.replace("\n", "").split("|") if m not in _OTHER_WORDS)
)
_DAY = _any(
    "monday|tuesday|wednesday|thursday|friday|saturday|sunday|tues|wed|thur|thurs|fri"
    "|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
)
_YEAR = r"20[12]\d"
_TH = r"\s?(?:st|nd|rd|th)\b"
_DAY_NUMBER = r"(?:0?[1-9]|[12]\d|3[01])"

_GROUPED = r"\d{1,3}(?:(?: \d{3})+|(?:\.\d{3})+|(?:,\d{3})+)(?!\d)"
_NUMBER = rf"(?<![\w.,/+])(?:{_GROUPED}|\d+(?:[.,]\d{{1,2}})?(?!\d))"
_CURRENCY = _any("fcfa|f cfa|cfa|xaf|frs cfa|frs|fr|francs cfa|francs|franc|f|fcf")
_SCALE = _any(
    "k|mille|milles|mil|m|million|millions|thousand|thousands|kolo|kolos|kil|kils|bar|barre|baton"
    "|batons|brique|briques"
)
_SMALL_WORDS = """one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|un|une|deux|trois
|quatre|cinq|sept|huit|neuf|dix|onze|douze""".replace("\n", "")
_COUNT = _any(_SMALL_WORDS, r"\d{1,2}")
_BIG_WORDS = "thousand|hundred|million|millions|mille|milles|mil|cent|cents"
_NUMBER_WORD = _any(
    _SMALL_WORDS,
    _BIG_WORDS,
    "thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fourty|fifty"
    "|sixty|seventy|eighty|ninety|treize|quatorze|quinze|seize|vingt|vingts|trente|quarante"
    "|cinquante|soixante|septante|nonante",
)
_IN_WORDS = rf"{_NUMBER_WORD}\b(?:(?:\s+|-)(?:(?:and|et)\s+)?{_NUMBER_WORD}\b)*"
_UNIT_WORD = _any(
    "room|rm|chambre|ch|chbre|chb|chamb|appartement|appart|appt|apt|app|apart|apartment|studio|std"
    "|flat|shop|boutique|btq|magasin|mag|unit|porte|door|bureau|office|local|store|warehouse"
    "|logement|kiosk|kiosque|bedsitter|self contain|piole"
)
_NO = r"(?:no\b\.?|number|numero|num\b\.?|nr\b|n°|#)"

# Kind, rank (the higher stands where two overlap), sure, pattern over the folded text.
_RULES: Tuple[Tuple[str, int, bool, str], ...] = (
    ("phone", 9, True, r"(?<![\w.,/+])(?:\+|00)237[ .-]?[2-9](?:[ .-]?\d){7,8}(?!\d)"),
    ("phone", 9, True, r"(?<![\w.,/+])237[ .-]?[26](?:[ .-]?\d){8}(?!\d)"),
    ("phone", 9, True, r"(?<![\w.,/+])0?[26]\d{8}(?!\d)"),
    ("phone", 9, True, r"(?<![\w.,/+])0?[26]\d{2}(?:[ .-]\d\d){3}(?!\d)"),
    ("phone", 9, True, r"(?<![\w.,/+])[26][ .-]\d\d(?:[ .-]\d\d){3}(?!\d)"),
    ("phone", 9, True, r"(?<![\w.,/+])6[5-9]\d([ .-])\d{3}\1(?!000)\d{3}(?![ .-]?\d)"),
    ("phone", 8, True, r"(?<![\w.,/+])[79]\d(?:[ .-]?\d\d){3}(?!\d)"),
    ("phone", 8, True, r"\+[1-9](?:[ .-]?\d){7,14}(?!\d)"),
    ("date", 7, True, r"\b" + _any(
        "the day before yesterday|day before yesterday|avant-hier|avant hier|apres-demain"
        "|apres demain|the day after tomorrow|day after tomorrow|yesterday|today|tomorrow|hier"
        "|aujourd'hui|aujourdhui|demain|tmrw|2moro|2morrow|tomoro|2day|yesday|yestaday|tonight"
        "|this morning|this evening|this afternoon|ce soir|ce matin|cet apres-midi|hier soir"
        "|hier matin|last night|yesterday morning|yesterday evening|yesterday night|demain matin"
        "|demain soir|tomorrow morning|tomorrow evening|cette nuit") + r"\b"),
    ("date", 7, True, rf"\b(?:(?:next|this|last|coming|ce)\s+)?{_DAY}\b(?:\s+(?:prochain|dernier"
        rf"|passe|next|soir|matin|morning|evening|{_DAY_NUMBER}(?:{_TH})?(?!\d|\s?{_SCALE}\b)"
        rf"(?:\s+{_MONTH})?)\b)?"),
    ("date", 7, True, r"\b(?:on|by|next|this|last) (?:mon|tue|sat|sun)\b"),
    ("date", 7, True, rf"(?:\bthe\s+)?\b{_DAY_NUMBER}{_TH}(?:\s+(?:of\s+)?(?:{_MONTH}\b"
        rf"|this month|next month|last month)(?:\s+{_YEAR})?)?"),
    ("date", 7, True, rf"\b(?:(?:le|the)\s+)?(?:{_DAY_NUMBER}|1er|premier|first)\s+(?:of\s+)?"
        rf"{_MONTH}\b(?:\s+{_YEAR})?"),
    ("date", 7, True, rf"\b{_MONTH}\s+(?:the\s+)?{_DAY_NUMBER}(?:{_TH}|\b(?![ .,/]?\d|\s?{_SCALE}\b"
        rf"|\s?{_CURRENCY}\b|\s?%|\s+(?:months?|mois|{_MONTH})\b))"),
    ("date", 7, True, rf"(?<![\w/.,-])(?:le\s+)?{_DAY_NUMBER}[/-](?:0?[1-9]|1[0-2])"
        rf"(?:[/-](?:20)?\d\d)?(?![\w/-])"),
    ("date", 7, True, rf"(?<![\w/.,-])(?:le\s+)?{_DAY_NUMBER}\.(?:0[1-9]|1[0-2])\.(?:20)?\d\d\b"),
    ("date", 7, True, r"\b20\d\d-\d\d-\d\d\b"),
    ("date", 6, False, r"\b(?:le premier|the first)\b"),
    ("date", 6, True, rf"\b(?:le|the)\s+(?:{_DAY_NUMBER}|1er)\b(?![ .,]?\d|\s?{_SCALE}\b"
        rf"|\s?{_CURRENCY}\b|\s?%|\s+(?:mois|months|jours|chambres|rooms|locataires|tenants|first|last))"
        rf"(?:\s+(?:du mois prochain|of (?:next|this) month)\b)?"),
    ("date", 7, True, rf"\b(?:end of (?:(?:the|this|next) )?(?:month|week|year)|(?:end of|end|ending)"
        rf" {_MONTH}|(?:month|week|year)[- ]?end|mid[- ]?(?:month|{_MONTH}))\b"),
    ("date", 7, True, rf"\b(?:fin|debut|mi)[- ](?:du mois prochain|du mois|de ce mois|ce mois|de mois"
        rf"|mois|de semaine|d'annee|de l'annee|de {_MONTH}|d'{_MONTH}|{_MONTH})\b"),
    ("date", 7, True, rf"\b(?:in|dans|within|d'ici|il y a)\s+(?:{_COUNT}|a|quelques)\s+"
        rf"(?:days?|weeks?|months?|jours?|semaines?|mois)\b"),
    ("date", 7, True, rf"\b{_COUNT}\s+(?:days?|weeks?|months?)\s+ago\b"),
    ("date", 7, True, r"\b(?:next week|week wey di come|semaine prochaine)\b"),
    ("date", 5, False, r"\b(?:this week|last week|cette semaine|semaine (?:derniere|passee))\b"),
    ("date", 4, False, r"\b(?:week-?end|now|maintenant)\b"),
    ("months", 6, True, rf"\b{_COUNT}[\s-]*(?:months?|mois|moon|mths?|mnths?)\b(?!\s+ago)"),
    ("months", 6, True, r"\b(?:(?:one|a|1|half a) year|(?:un|1) an|une annee|(?:the )?whole year"
        r"|toute l'annee)\b"),
    ("period", 5, True, rf"\b{_MONTH}\s*(?:to|a|au|-|jusqu'a|until|till|through)\s*{_MONTH}\b"
        rf"(?:\s+{_YEAR})?"),
    ("period", 6, True, rf"(?:(?<=between )|(?<=entre ))(?:{_MONTH} (?:and|et) {_MONTH})\b"),
    ("period", 5, True, r"\b(?:last|this|next|current|previous|dis)\s+(?:month|year|quarter|term)\b"),
    ("period", 5, True, r"\b(?:ce mois(?:[- ]ci)?|mois (?:passe|dernier|prochain|en cours|ci"
        r"|precedent|suivant)|cette annee|annee (?:passee|derniere|prochaine|en cours)"
        r"|an (?:passe|dernier))\b"),
    ("period", 6, True, rf"\b(?:last|past|previous)\s+{_COUNT}\s+months\b"
        rf"|\b{_COUNT}\s+derniers\s+mois\b"),
    ("period", 5, True, r"\b(?:(?:first|second|third|fourth|last) quarter|[qt][1-4]"
        r"|(?:premier|1er|deuxieme|2e|troisieme|3e|dernier) trimestre)\b"),
    ("period", 6, True, rf"\b{_MONTH}\s+{_YEAR}\b"),
    ("period", 5, True, r"(?<![\w/])(?:0?[1-9]|1[0-2])/20\d\d\b"),
    ("period", 4, True, rf"\b{_PLAIN_MONTH}\b"),
    ("period", 4, False, _any("|".join(_OTHER_WORDS)).join((r"\b", r"\b"))),
    ("period", 3, False, rf"\b{_YEAR}\b"),
    ("amount", 6, True, rf"\b(?:fcfa|cfa|xaf|frs|francs?)\s*{_GROUPED}|\b(?:fcfa|cfa|xaf)\s*\d+"
        rf"(?!\d|[.,]\d)(?:\s?[km]\b)?"),
    ("amount", 6, True, rf"{_NUMBER}\s?{_SCALE}\b(?:\s?{_CURRENCY}\b)?"),
    ("amount", 6, True, rf"{_NUMBER}\s?{_CURRENCY}\b"),
    ("amount", 6, True, r"(?<![\w.,/+])\d{1,2}m\d{1,3}\b"),
    ("amount", 5, True, rf"(?<![\w.,/+])(?:{_GROUPED}|(?!{_YEAR}\b)\d{{4,8}})(?![\w/]|[.,]\d)"),
    ("amount", 2, False, rf"(?<![\w.,/+])(?:{_YEAR}|\d{{1,3}})(?![\w/%]|[.,]\d)"),
    ("amount", 6, True, rf"\b(?=(?:{_NUMBER_WORD}(?:\s+|-)(?:(?:and|et)\s+)?)*{_any(_BIG_WORDS)}\b)"
        rf"{_IN_WORDS}(?:\s+{_CURRENCY}\b)?(?!\s+(?:mois|months))"),
    ("fraction", 5, True, r"\b(?:(?:the|la|une|a)\s+(?:other\s+|autre\s+)?)?(?:half|moitie|haf)\b"
        r"|\bl'autre moitie\b"),
    ("fraction", 5, True, r"\b(?:(?:les|the|le|un|a|one|two|three|deux|trois)\s+)+"
        r"(?:tiers|thirds?|quarts?|quarters?)\b(?! (?:of the year|a ))"),
    ("fraction", 5, True, r"\b(?:the rest|le reste|in full|en totalite|la totalite|l'integralite"
        r"|the full amount)\b"),
    ("fraction", 4, False, r"\b(?:(?:the|le)\s+)?(?:rest|reste|balance|solde|remaining|remainder"
        r"|all|tout|totalite|full|remain|everything)\b|\b\d{1,3}\s?%"),
    ("fraction", 5, True, r"(?<![\w/])[1-9]/[2-9]\b(?= (?:of|du|de|rent|loyer))"),
    ("bill", 5, True, r"\b(?:loyers?|loye|loyes|lwayer|house rent|electricity|electricite|courant"
        r"|wi-?fi|caution|garbage|ordures|eneo|camwater|sonel|snec|security deposit)\b"),
    ("bill", 4, False, r"\b(?:rents?|light|lights|lumiere|water|eau|power|electric|internet|gardien"
        r"|gardiennage|charges|parking|generator|groupe|location|security|cleaning|menage|deposits?"
        r"|poubelle|service charge|late fee|penalty|penalite|cable|canal|forage|borehole|gaz|fuel)\b"),
    ("method", 5, True, r"\b(?:(?:mtn|orange) )?(?:mobile[- ]money|momo|mo-mo)\b"),
    ("method", 5, True, r"\b(?:orange[- ]money|om|especes?|cash|virement(?: bancaire)?|bank transfer"
        r"|transfert|cheques?|bank deposit|express union|liquide)\b"),
    ("method", 4, False, r"\b(?:mtn|orange|bank|banque|depot|mobile|transfer|check|wave)\b"),
    ("language", 5, True, r"\b(?:english|anglais|french|francais|pidgin|camfranglais|franglais"
        r"|fulfulde|ewondo|spanish|espagnol|german|allemand)\b"),
    ("unit", 8, True, rf"\b{_UNIT_WORD}\s*(?:{_NO}\s*)?(?:[a-z]-?)?\d{{1,3}}[a-z]?\b(?!\s?%|[/.,]\d)"),
    ("unit", 5, False, rf"\b{_UNIT_WORD}\s+(?:[a-h]|{_SMALL_WORDS})\b(?!')"),
    ("unit", 3, False, r"\b(?:[a-h][ -]?\d{1,3}|\d{1,2}[a-h])\b(?!\s?%)"),
)
_COMPILED: List[Tuple[str, int, bool, Pattern[str]]] = [
    (kind, rank, sure, re.compile(pattern)) for kind, rank, sure, pattern in _RULES
]


def _all(folded: str) -> Iterator[Tuple[int, Span]]:
    for kind, rank, sure, pattern in _COMPILED:
        for match in pattern.finditer(folded):
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
