"""Days: ``vendredi``, ``le 05``, ``05/04``, ``fin du mois``, ``dans deux semaines``, ``2moro``.

What is reckoned from today in so many words is left to dateparser ("il y a trois jours"). What
names a day in the calendar is read here, day first: dateparser would move "31 février" or "13/25"
to another day, and take "vendredi 6 mars" for a date a year away.
"""

import re
from datetime import date, datetime, time, timedelta

import dateparser

from lebailleur.understanding.calendar_days import (
    THIS_MONTH,
    DoubtError,
    Prefer,
    day_and_month,
    edge_day,
    in_figures,
    month_edge,
    possible_months,
    preferred,
    weeks_or_months,
)
from lebailleur.understanding.calendar_words import closest, weekday_number
from lebailleur.understanding.folding import LONGEST, fold, vocabulary
from lebailleur.understanding.numerals import number
from lebailleur.understanding.reading import Reading, sure, unsure

MOST_YEARS = 10
"""A day further from today than this is a slip."""

_LEAD = re.compile(
    r"^(?:(?:au plus tard|at the latest|not later than|up to|d'ici|avant|before|by|until|untill"
    r"|till?|jusqu'?(?:a|au|en)|on|le|la|l'|the|au|du|des|d'|de|from|since|depuis|a partir|starting"
    r"|as of|effective|for|pour|vers|around|about|environ|this coming|a|en) ?(?<![a-z](?=[a-z])))+"
)
_CLOCK = r"\d{1,2} ?(?:h ?\d{0,2}|:\d{2}|am|pm)\b"
_TIME_OF_DAY = re.compile(
    rf"^{_CLOCK} "
    r"|(?:[ ,]*(?:\b(?:in the |early |au |a |dans la |dans l'|at )?"
    r"(?:matin|matinee|soir|soiree|midi|morning|evening|afternoon|apres-?midi|noon|night|nuit)\b"
    rf"|\b(?:at|a|vers|by)? ?{_CLOCK}"
    r"|\b(?:au plus tard|at the latest|latest|max|maximum|please|pls|stp|svp)\b))+$"
)
_NEAR = {
    "next tomorrow": 2,
    "last night": -1,
    "apres demain": 2,
    "aujourd hui": 0,
    "avant hier": -2,
    "just now": 0,
    "right now": 0,
    "a l'instant": 0,
    "tout de suite": 0,
    "today today": 0,
    "this": 0,
    "ce": 0,
    "cet": 0,
    "cette": 0,
    "ce jour": 0,
}
_NEAR_WORDS = vocabulary(
    {
        -1: "yesterday yestaday yesteday hier ier yday",
        0: "today 2day tday tonight aujourd'hui aujourdhui aujourdui auj ajd now maintenant",
        1: "tomorrow 2moro tomoro tomorow 2morrow 2mrw tmrw tmr tmw tomo demain 2main dmain dem1",
    }
)
_BEFORE_WEEKDAY = {"last": -1, "past": -1, "next": 2, "coming": 1, "this": 0, "ce": 0}
_AFTER_WEEKDAY = {
    "": 0,
    "last": -1,
    "dernier": -1,
    "passe": -1,
    "prochain": 1,
    "qui vient": 1,
    "coming": 1,
    "next": 2,
    "en huit": 3,
    "week": 3,
}
_SIDE = re.compile(r"(?=\D*\d)(.+)(?<!mois)(?<!month) (dernier|passe|last|prochain|next)")
_WEEKEND = re.compile(
    r"(?:this |next |ce |cette |le |the )?(?:week[ -]?end|wknd)(?: prochain)?"
    r"|end of (?:the |this )?week|fin de (?:la |cette )?semaine"
)
# What dateparser is asked; of other words it might take a part and leave the rest.
_RECKONED = re.compile(
    r"(?:(?:in|dans|after|apres|il y a) )?(?:\d+|an?|une?) [a-z]+(?: from now| ago)?"
    r"|day (?:before yesterday|after tomorrow)|avant-hier|apres-demain"
)


def read_day(text: str, today: date, prefer: Prefer = "future") -> Reading[date]:
    """The day that the words name; `today` is the landlord's.

    `prefer` says on which side of today a day lies that both sides have: ``past`` for payments,
    ``future`` for promises; today itself counts for both. Reasons: ``not_a_day`` ·
    ``no_such_day`` (31 February, 13/25) · ``weekday_mismatch`` (Friday 7 March when it is a
    Saturday) · ``ambiguous_day`` ("Friday" on a Friday, "next Friday" on a Monday, "5 March"
    when the preferred side is most of a year away) · ``not_one_day`` (a week or a month: its
    first and last day are the candidates) · ``too_far`` (over `MOST_YEARS` years).
    """
    if len(text) > LONGEST:
        return unsure("not_a_day")
    folded = fold(text).strip(' .,;!?()"')
    folded = re.sub(r"(?<=\d) courant$", " de ce mois", folded)
    if side := _SIDE.fullmatch(folded):
        folded, prefer = side[1], "past" if side[2] in ("dernier", "passe", "last") else "future"
    folded = re.sub(r"^d'ici (?:a )?(?=\w+ (?:jour|semaine|mois|an)s?\b)", "dans ", folded)
    try:
        day = _day(folded, today, prefer)
    except DoubtError as doubt:
        return doubt.reading
    except OverflowError:
        return unsure("too_far")
    if day is None:
        return unsure("not_a_day")
    return sure(day) if abs(day.year - today.year) <= MOST_YEARS else unsure("too_far")


def _day(folded: str, today: date, prefer: Prefer) -> date | None:
    for said in (folded, _TIME_OF_DAY.sub("", folded)):
        for words in (said, _LEAD.sub("", said).strip()):
            for read in (_near, in_figures, _weekday, month_edge, _week_or_month, day_and_month):
                if (day := read(words, today, prefer)) is not None:
                    return day
            if (day := _reckoned(words, today, prefer)) is not None:
                return day
    return None


def _near(words: str, today: date, _: Prefer) -> date | None:
    days = _NEAR.get(words)
    if days is None:
        days = closest(words, _NEAR_WORDS)
    return None if days is None else today + timedelta(days)


def _weekday(words: str, today: date, prefer: Prefer) -> date | None:
    parts = words.replace(",", " ").split()
    at = next((i for i, part in enumerate(parts[:2]) if weekday_number(part) is not None), None)
    if at is None:
        return None
    weekday = weekday_number(parts[at])
    assert weekday is not None
    before, after = " ".join(parts[:at]), " ".join(parts[at + 1 :])
    after = re.sub(r"^(?:(?:of|de|du|la|the) |l')+", "", after)
    if (weeks := weeks_or_months(after)) and weeks[0] == "week":
        return today + timedelta(weekday - today.weekday() + 7 * weeks[1])
    if at == 0 and after and after not in _AFTER_WEEKDAY:
        day = in_figures(after, today, prefer) or day_and_month(after, today, prefer)
        if day is not None and day.weekday() != weekday:
            ahead = (weekday - day.weekday() + 3) % 7 - 3
            raise DoubtError("weekday_mismatch", day, day + timedelta(ahead))
        return day
    which = _BEFORE_WEEKDAY.get(before) if at else _AFTER_WEEKDAY.get(after)
    return None if which is None else _on_weekday(weekday, which, today, prefer)


def _on_weekday(weekday: int, which: int, today: date, prefer: Prefer) -> date:
    """-1 the one before today · 0 by `prefer` · 1 the coming one · 2 "next" · 3 a week later."""
    coming = today + timedelta((weekday - today.weekday() - 1) % 7 + 1)
    if which == -1:
        return today - timedelta((today.weekday() - weekday - 1) % 7 + 1)
    if which == 3:
        return coming + timedelta(7)
    if which == 2 and coming.weekday() > today.weekday():
        # Said on a Monday, "next Friday" is this week's for some and next week's for others.
        raise DoubtError("ambiguous_day", coming, coming + timedelta(7))
    if which:
        return coming
    if weekday == today.weekday():
        raise DoubtError("ambiguous_day", today, today + timedelta(7 if prefer == "future" else -7))
    return coming if prefer == "future" else coming - timedelta(7)


def _week_or_month(words: str, today: date, prefer: Prefer) -> date | None:
    """A stretch of days: none of them is the day."""
    if _WEEKEND.fullmatch(words):
        saturday = _on_weekday(5, 0 if today.weekday() != 5 else 1, today, prefer)
        raise DoubtError("not_one_day", saturday, saturday + timedelta(1))
    stretch = weeks_or_months(words)
    if stretch and stretch[0] == "week":
        monday = today + timedelta(7 * stretch[1] - today.weekday())
        raise DoubtError("not_one_day", monday, monday + timedelta(6))
    months = None if words in THIS_MONTH else possible_months(words, today, prefer)
    if months is not None:
        first = preferred((date(*month, 1) for month in months), today, prefer)
        raise DoubtError("not_one_day", first, edge_day(first.year, first.month, "end"))
    return None


def _reckoned(words: str, today: date, prefer: Prefer) -> date | None:
    """What dateparser reads as reckoned from today: ``dans deux semaines``, ``3 days ago``."""
    words = words.replace("quinzaine", "quinze jours").replace("huitaine", "sept jours")
    parts = words.split()
    spelled = " ".join(
        part if (figure := number(part)) is None or part in ("a", "an") else str(figure)
        for part in parts
        if part not in ("sous", "the", "time", "approximately")
    )
    spelled = re.sub(r"\b1 (?=(?:7|15) jours)", "", spelled)
    if not _RECKONED.fullmatch(spelled):
        return None
    if bare := re.fullmatch(r"\d+ (?:(jours?|semaines?|mois|ans?)|days?|weeks?|months?)", spelled):
        ahead, ago = ("dans {}", "il y a {}") if bare[1] else ("in {}", "{} ago")
        spelled = (ahead if prefer == "future" else ago).format(spelled)
    found = dateparser.parse(
        spelled,
        languages=["fr", "en"],
        settings={
            "PARSERS": ["relative-time"],
            "RELATIVE_BASE": datetime.combine(today, time(12)),
        },
    )
    return found.date() if found else None
