"""How closed forms are written, as patterns over folded text (see nlu.rules).

Each has a rank: where two overlap, the higher one stands, then the longer one.
"""

import re
from typing import List, NamedTuple, Pattern, Tuple


class Form(NamedTuple):
    """A way of writing an entity; `sure` when it can be nothing else."""

    kind: str
    rank: int
    sure: bool
    pattern: Pattern[str]


def _any(*texts: str) -> str:
    """An alternation of what `texts` hold between bars, longest first; a space matches several."""
    options = {" ".join(option.split()) for text in texts for option in text.split("|")} - {""}
    ordered = sorted(options, key=lambda option: (-len(option), option))
    return "(?:" + "|".join(option.replace(" ", r"\s+") for option in ordered) + ")"


def _word(*texts: str) -> str:
    return rf"\b{_any(*texts)}\b"


def _sure(kind: str, *ranked: Tuple[int, str]) -> List[Form]:
    return [Form(kind, rank, True, re.compile(pattern)) for rank, pattern in ranked]


def _hints(kind: str, *ranked: Tuple[int, str]) -> List[Form]:
    return [Form(kind, rank, False, re.compile(pattern)) for rank, pattern in ranked]


# Days and months ------------------------------------------------------------------------------
_PLAIN_MONTHS = """january|janvier|janv|february|feb|febuary|fevrier|fevr|fev|april|apr|avril|mai
|june|juin|july|jul|juillet|juil|august|aug|aout|september|septembre|october|octobre|november|novembre
|december|decembre"""
# These are other words too: "may I", "je marche", "sept mille".
_DOUBTFUL_MONTHS = "may|mar|march|mars|jan|jun|sept|sep|dec|oct|avr|nov"
_MONTH = _any(_PLAIN_MONTHS, _DOUBTFUL_MONTHS)
_DAY = _any("""monday|tuesday|wednesday|thursday|friday|saturday|sunday|tues|wed|thur|thurs|fri
|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche""")
_YEAR = r"20[12]\d"
_TH = r"\s?(?:st|nd|rd|th)\b"
_DAY_NUMBER = r"(?:0?[1-9]|[12]\d|3[01])"

# Numbers --------------------------------------------------------------------------------------
_START = r"(?<![\w.,/+])"
_GROUPED = r"\d{1,3}(?:(?: \d{3})+|(?:\.\d{3})+|(?:,\d{3})+)(?!\d)"
_NUMBER = rf"{_START}(?:{_GROUPED}|\d+(?:[.,]\d{{1,2}})?(?!\d))"
_CURRENCY = _any("fcfa|f cfa|cfa|xaf|frs cfa|frs|fr|francs cfa|francs|franc|f|fcf")
_SCALE = _any("""k|mille|milles|mil|m|million|millions|thousand|thousands|kolo|kolos|kil|kils|bar
|barre|baton|batons|brique|briques""")
_NO_MONEY = rf"(?![ .,/]?\d|\s?{_SCALE}\b|\s?{_CURRENCY}\b|\s?%)"
_SMALL_WORDS = """one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|un|une|deux|trois
|quatre|cinq|sept|huit|neuf|dix|onze|douze"""
_BIG_WORDS = "thousand|hundred|million|millions|mille|milles|mil|cent|cents"
_NUMBER_WORD = _any(
    _SMALL_WORDS,
    _BIG_WORDS,
    """thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fourty
    |fifty|sixty|seventy|eighty|ninety|treize|quatorze|quinze|seize|vingt|vingts|trente|quarante
    |cinquante|soixante|septante|nonante""",
)
_COUNT = _any(_SMALL_WORDS, r"\d{1,2}")
_MORE_WORDS = rf"(?:(?:\s+|-)(?:(?:and|et)\s+)?{_NUMBER_WORD}\b)*"
_A_BIG_ONE_AHEAD = rf"(?=(?:{_NUMBER_WORD}(?:\s+|-)(?:(?:and|et)\s+)?)*{_any(_BIG_WORDS)}\b)"

_UNIT_WORD = _any("""room|rm|chambre|ch|chbre|chb|chamb|appartement|appart|appt|apt|app|apart
|apartment|studio|std|flat|shop|boutique|btq|magasin|mag|unit|porte|door|bureau|office|local|store
|warehouse|logement|kiosk|kiosque|bedsitter|self contain|piole""")
_NO = r"(?:(?:no\b\.?|number|numero|num\b\.?|nr\b|n°|#)\s*)?"

FORMS: Tuple[Form, ...] = (
    *_sure(
        "phone",
        (10, r"\+[1-9](?:[ .-]?\d){7,14}(?!\d)"),
        (9, rf"{_START}00237[ .-]?[2-9](?:[ .-]?\d){{7,8}}(?!\d)"),
        (9, rf"{_START}237[ .-]?[26](?:[ .-]?\d){{8}}(?!\d)"),
        (9, rf"{_START}0?[26]\d{{8}}(?!\d)"),
        (9, rf"{_START}0?[26]\d\d(?:[ .-]\d\d){{3}}(?!\d)"),
        (9, rf"{_START}[26][ .-]\d\d(?:[ .-]\d\d){{3}}(?!\d)"),
        (9, rf"{_START}6[5-9]\d([ .-])\d{{3}}\1(?!000)\d{{3}}(?![ .-]?\d)"),
        (8, rf"{_START}[79]\d(?:[ .-]?\d\d){{3}}(?!\d)"),
    ),
    *_sure(
        "date",
        (
            7,
            _word(
                """yesterday|today|tomorrow|tonight|hier|aujourd'hui|aujourdhui|demain|avant-hier
                |avant hier|apres-demain|apres demain|day before yesterday|day after tomorrow
                |the day before yesterday|the day after tomorrow|tmrw|2moro|2morrow|tomoro|2day
                |yesday|yestaday|this morning|this evening|this afternoon|last night|ce matin
                |ce soir|cet apres-midi|cette nuit|hier soir|hier matin|demain soir|demain matin
                |yesterday morning|yesterday evening|yesterday night|tomorrow morning
                |tomorrow evening"""
            ),
        ),
        (
            7,
            rf"\b(?:(?:next|this|last|coming|ce)\s+)?{_DAY}\b(?:\s+(?:prochain|dernier|passe|next"
            rf"|soir|matin|morning|evening|{_DAY_NUMBER}(?:{_TH})?(?!\d|\s?{_SCALE}\b)"
            rf"(?:\s+{_MONTH})?)\b)?",
        ),
        (7, r"\b(?:on|by|next|this|last) (?:mon|tue|sat|sun)\b"),
        (
            7,
            rf"(?:\bthe\s+)?\b{_DAY_NUMBER}{_TH}"
            rf"(?:\s+(?:of\s+)?(?:{_MONTH}\b|(?:this|next|last) month)(?:\s+{_YEAR})?)?",
        ),
        (
            7,
            rf"\b(?:(?:le|the)\s+)?(?:{_DAY_NUMBER}|1er|premier|first)\s+(?:of\s+)?{_MONTH}\b"
            rf"(?:\s+{_YEAR})?",
        ),
        (
            7,
            rf"\b{_MONTH}\s+(?:the\s+)?{_DAY_NUMBER}"
            rf"(?:{_TH}|\b{_NO_MONEY}(?!\s+(?:months?|mois|{_MONTH})\b))",
        ),
        (
            7,
            rf"(?<![\w/.,-])(?:le\s+)?{_DAY_NUMBER}[/-](?:0?[1-9]|1[0-2])(?:[/-](?:20)?\d\d)?"
            r"(?![\w/-])",
        ),
        (7, rf"(?<![\w/.,-])(?:le\s+)?{_DAY_NUMBER}\.(?:0[1-9]|1[0-2])\.(?:20)?\d\d\b"),
        (7, r"\b20\d\d-\d\d-\d\d\b"),
        (
            6,
            rf"\b(?:le|the)\s+(?:{_DAY_NUMBER}|1er)\b{_NO_MONEY}"
            r"(?!\s+(?:mois|months|jours|chambres|rooms|locataires|tenants|first|last))"
            r"(?:\s+(?:du mois prochain|of (?:next|this) month)\b)?",
        ),
        (
            7,
            rf"\b(?:end of (?:(?:the|this|next) )?(?:month|week|year)"
            rf"|(?:end of|end|ending) {_MONTH}|(?:month|week|year)[- ]?end"
            rf"|mid[- ]?(?:month|{_MONTH}))\b",
        ),
        (
            7,
            r"\b(?:fin|debut|mi)[- ](?:du mois prochain|du mois|de ce mois|ce mois|de mois|mois"
            rf"|de semaine|d'annee|de l'annee|de {_MONTH}|d'{_MONTH}|{_MONTH})\b",
        ),
        (
            7,
            rf"\b(?:in|dans|within|d'ici|il y a)\s+(?:{_COUNT}|a|quelques)\s+"
            r"(?:days?|weeks?|months?|jours?|semaines?|mois)\b",
        ),
        (7, rf"\b{_COUNT}\s+(?:days?|weeks?|months?)\s+ago\b"),
        (7, _word("next week|week wey di come|semaine prochaine")),
    ),
    *_hints(
        "date",
        (6, _word("le premier|the first")),
        (5, _word("this week|last week|cette semaine|semaine derniere|semaine passee")),
        (4, _word("weekend|week-end|now|maintenant")),
    ),
    *_sure(
        "months",
        (6, rf"\b{_COUNT}[\s-]*(?:months?|mois|moon|mths?|mnths?)\b(?!\s+ago)"),
        (
            6,
            _word(
                """one year|a year|1 year|half a year|un an|1 an|une annee|whole year
                |the whole year|toute l'annee"""
            ),
        ),
    ),
    *_sure(
        "period",
        (6, rf"\b{_MONTH}\s*(?:to|a|au|-|jusqu'a|until|till|through)\s*{_MONTH}\b(?:\s+{_YEAR})?"),
        (6, rf"(?:(?<=between )|(?<=entre ))(?:{_MONTH} (?:and|et) {_MONTH})\b"),
        (6, rf"\b(?:last|past|previous)\s+{_COUNT}\s+months\b|\b{_COUNT}\s+derniers\s+mois\b"),
        (6, rf"\b{_MONTH}\s+{_YEAR}\b"),
        (5, r"\b(?:last|this|next|current|previous|dis)\s+(?:month|year|quarter|term)\b"),
        (
            5,
            _word(
                """ce mois|ce mois-ci|ce mois ci|mois passe|mois dernier|mois prochain
                |mois en cours|mois precedent|mois suivant|cette annee|annee passee|annee derniere
                |annee prochaine|annee en cours|an passe|an dernier"""
            ),
        ),
        (
            5,
            r"\b(?:(?:first|second|third|fourth|last) quarter|[qt][1-4]"
            r"|(?:premier|1er|deuxieme|2e|troisieme|3e|dernier) trimestre)\b",
        ),
        (5, r"(?<![\w/])(?:0?[1-9]|1[0-2])/20\d\d\b"),
        (4, _word(_PLAIN_MONTHS)),
    ),
    *_hints("period", (4, _word(_DOUBTFUL_MONTHS)), (3, rf"\b{_YEAR}\b")),
    *_sure(
        "amount",
        (6, rf"\b(?:fcfa|cfa|xaf|frs|francs?)\s*{_GROUPED}"),
        (6, r"\b(?:fcfa|cfa|xaf)\s*\d+(?!\d|[.,]\d)(?:\s?[km]\b)?"),
        (6, rf"{_NUMBER}\s?{_SCALE}\b(?:\s?{_CURRENCY}\b)?"),
        (6, rf"{_NUMBER}\s?{_CURRENCY}\b"),
        (6, rf"{_START}\d{{1,2}}m\d{{1,3}}\b"),
        (5, rf"{_START}(?:{_GROUPED}|(?!{_YEAR}\b)\d{{4,8}})(?![\w/]|[.,]\d)"),
        (
            6,
            rf"\b{_A_BIG_ONE_AHEAD}{_NUMBER_WORD}\b{_MORE_WORDS}(?:\s+{_CURRENCY}\b)?"
            r"(?!\s+(?:mois|months))",
        ),
    ),
    *_hints("amount", (2, rf"{_START}(?:{_YEAR}|\d{{1,3}})(?![\w/%]|[.,]\d)")),
    *_sure(
        "fraction",
        (
            5,
            r"\b(?:(?:the|la|une|a)\s+(?:other\s+|autre\s+)?)?(?:half|moitie|haf)\b"
            r"|\bl'autre moitie\b",
        ),
        (
            5,
            r"\b(?:(?:les|the|le|un|a|one|two|three|deux|trois)\s+)+"
            r"(?:tiers|thirds?|quarts?|quarters?)\b(?! (?:of the year|a ))",
        ),
        (
            5,
            _word(
                """the rest|le reste|in full|en totalite|la totalite|l'integralite
                |the full amount"""
            ),
        ),
        (5, r"(?<![\w/])[1-9]/[2-9]\b(?= (?:of|du|de|rent|loyer))"),
    ),
    *_hints(
        "fraction",
        (
            4,
            r"\b(?:(?:the|le)\s+)?(?:rest|reste|balance|solde|remaining|remainder|all|tout"
            r"|totalite|full|remain|everything)\b|\b\d{1,3}\s?%",
        ),
    ),
    *_sure(
        "bill",
        (
            5,
            _word(
                """loyer|loyers|loye|loyes|lwayer|house rent|electricity|electricite|courant|wifi
                |wi-fi|caution|garbage|ordures|eneo|camwater|sonel|snec|security deposit"""
            ),
        ),
    ),
    *_hints(
        "bill",
        (
            4,
            _word(
                """rent|rents|light|lights|lumiere|water|eau|power|electric|internet|gardien
                |gardiennage|charges|parking|generator|groupe|location|security|cleaning|menage
                |deposit|deposits|poubelle|service charge|late fee|penalty|penalite|cable|canal
                |forage|borehole|gaz|fuel"""
            ),
        ),
    ),
    *_sure(
        "method",
        (5, r"\b(?:(?:mtn|orange) )?(?:mobile[- ]money|momo|mo-mo)\b"),
        (
            5,
            _word(
                """orange money|orange-money|om|espece|especes|cash|virement|virement bancaire
                |bank transfer|bank deposit|transfert|cheque|cheques|express union|liquide"""
            ),
        ),
    ),
    *_hints("method", (4, _word("mtn|orange|bank|banque|depot|mobile|transfer|check|wave"))),
    *_sure(
        "language",
        (
            5,
            _word(
                """english|anglais|french|francais|pidgin|camfranglais|franglais|fulfulde
                |ewondo|spanish|espagnol|german|allemand"""
            ),
        ),
    ),
    *_sure("unit", (8, rf"\b{_UNIT_WORD}\s*{_NO}(?:[a-z]-?)?\d{{1,3}}[a-z]?\b(?!\s?%|[/.,]\d)")),
    *_hints(
        "unit",
        (5, rf"\b{_UNIT_WORD}\s+(?:[a-h]|{_any(_SMALL_WORDS)})\b(?!')"),
        (3, r"\b(?:[a-h][ -]?\d{1,3}|\d{1,2}[a-h])\b(?!\s?%)"),
    ),
)
