"""Names of months and weekdays in French and English, short forms and slips included."""

from collections.abc import Mapping

from rapidfuzz.distance import OSA

from lebailleur.understanding.folding import vocabulary, wordset

Month = tuple[int | None, int]
"""The year, when it was said, and the month 1 to 12."""

YEARS = range(2000, 2100)
"""The years that a four-figure number can name."""

_MONTHS = vocabulary(
    {
        1: "january janvier jan janv",
        2: "february fevrier feb fev fevr",
        3: "march mars mar",
        4: "april avril apr avr",
        5: "may mai",
        6: "june juin jun",
        7: "july juillet jul juil",
        8: "august aout aug aou out",
        9: "september septembre sep sept",
        10: "october octobre oct",
        11: "november novembre nov",
        12: "december decembre dec",
    }
)
_WEEKDAYS = vocabulary(
    {
        0: "monday lundi mon lun",
        1: "tuesday mardi tue tues",
        2: "wednesday mercredi wed mer merc",
        3: "thursday jeudi thu thur thurs jeu",
        4: "friday vendredi fri ven vend",
        5: "saturday samedi sat sam",
        6: "sunday dimanche sun dim",
    }
)
# Words of their own that are one slip from a month or a day.
_OTHERS = wordset("mark mais marche marched just main monde")


def month_number(word: str) -> int | None:
    """1 to 12 for a folded word that names a month, even slightly misspelt ("mach", "fevrié")."""
    return closest(word, _MONTHS)


def weekday_number(word: str) -> int | None:
    """0 (Monday) to 6 for a folded word that names a weekday."""
    return closest(word, _WEEKDAYS)


def closest(word: str, names: Mapping[str, int]) -> int | None:
    """Exact, or the one meaning within one slip (two in long words); short words exact only."""
    if word in names:
        return names[word]
    if len(word) < 4 or not word.isalpha() or word in _OTHERS:
        return None
    slips = 1 if len(word) < 7 else 2
    near = {
        number
        for name, number in names.items()
        if len(name) > 3 and OSA.distance(word, name, score_cutoff=slips) <= slips
    }
    return near.pop() if len(near) == 1 else None
