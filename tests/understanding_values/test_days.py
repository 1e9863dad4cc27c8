"""Days, on either side of today."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lebailleur.understanding.days import read_day

TODAY = date(2026, 3, 11)  # a Wednesday


def day(month, number, year=2026):
    return date(year, month, number)


# The words, the day when it is a payment's (past), the day when it is a promise's (future).
DAYS = [
    ("today|aujourd'hui|auj|ajd|this morning|ce matin|ce soir|now|maintenant|today today|2day"
     "|Aujourd’hui|tonight|aujourd hui", day(3, 11), day(3, 11)),
    ("yesterday|hier|hier soir|last night|yesterday evening|yestaday|YESTERDAY|hier matin"
     "|yesterday morning|yesterday at 9am|hier à 15h|hier vers 10h30", day(3, 10), day(3, 10)),
    ("avant-hier|avant hier|the day before yesterday|day before yesterday", day(3, 9), day(3, 9)),
    ("tomorrow|demain|2moro|tmrw|tomoro|2mrw|demain matin|by tomorrow|d'ici demain|tommorow",
     day(3, 12), day(3, 12)),
    ("après-demain|apres demain|day after tomorrow|next tomorrow", day(3, 13), day(3, 13)),
    ("vendredi|friday|on Friday|d'ici vendredi|by friday|fri|vendredi soir|avant vendredi|vendrdi"
     "|ce vendredi|this friday|le vendredi", day(3, 6), day(3, 13)),
    ("lundi|monday", day(3, 9), day(3, 16)),
    ("lundi prochain|next monday|lundi qui vient|coming monday", day(3, 16), day(3, 16)),
    ("vendredi prochain|coming friday", day(3, 13), day(3, 13)),
    ("last friday|vendredi dernier|vendredi passé", day(3, 6), day(3, 6)),
    ("vendredi en huit", day(3, 20), day(3, 20)),
    ("friday next week|vendredi de la semaine prochaine|friday of next week", day(3, 20),
     day(3, 20)),
    ("lundi de la semaine passée|monday last week", day(3, 2), day(3, 2)),
    ("vendredi de cette semaine|friday this week", day(3, 13), day(3, 13)),
    ("le 05|le 5|the 5th|05|5|on the 5th|le cinq|the fifth|jusqu'au 5|till the 5th|au 5|du 05",
     day(3, 5), day(4, 5)),
    ("on the 15th|le 15|15th|15|the fifteenth|le quinze|jusqu'au 15|d'ici le 15|by the 15th|au 15",
     day(2, 15), day(3, 15)),
    ("le 20|till the 20th|jusqu'au 20|le vingt|twentieth|avant le 20", day(2, 20), day(3, 20)),
    ("le 11|11th", day(3, 11), day(3, 11)),
    ("le 1er|the first|le premier|1st|the 1st", day(3, 1), day(4, 1)),
    ("le 25|twenty-fifth|the twenty fifth|le vingt-cinq", day(2, 25), day(3, 25)),
    ("5/4/26|05/04/2026|5-4-2026|2026-04-05|5.4.26|5 avril 2026|april 5th 2026|05 / 04 / 2026"
     "|le 05/04/2026|April 5, 2026|5 avril 26", day(4, 5), day(4, 5)),
    ("1er mars|1 mars|March 1st|the first of march|premier mars|01/03|le 1er mars|on march 1",
     day(3, 1), None),
    ("5 fev|05/02|5 février|le 5 fév|February 5|5th of february", day(2, 5), None),
    ("5 mai|05/05|May 5|le cinq mai|5th may|5 may", None, day(5, 5)),
    ("month end|fin du mois|end of the month|end of month|la fin du mois|en fin du mois"
     "|jusqu'à la fin du mois|till month end|à la fin du mois|monthend|fin mois|for month end"
     "|d'ici fin du mois|by month end|until the end of the month", day(2, 28), day(3, 31)),
    ("fin mars|end of march|march end|la fin de mars|end march|fin mars 2026", None, day(3, 31)),
    ("fin juin|end of june|fin de juin", None, day(6, 30)),
    ("fin février|end of february", day(2, 28), None),
    ("fin février 2028|end of february 2028", day(2, 29, 2028), day(2, 29, 2028)),
    ("fin de ce mois|end of this month", day(3, 31), day(3, 31)),
    ("fin du mois prochain|end of next month", day(4, 30), day(4, 30)),
    ("fin du mois passé|end of last month|la fin du mois dernier", day(2, 28), day(2, 28)),
    ("mi-mars|mid march|mi mars|mid-March|the middle of march", None, day(3, 15)),
    ("mi-avril|mid april|à la mi-avril", None, day(4, 15)),
    ("début avril|beginning of april|start of april|early april", None, day(4, 1)),
    ("début du mois prochain|start of next month", day(4, 1), day(4, 1)),
    ("dans deux semaines|in two weeks|in 2 weeks|dans 2 semaines|in a fortnight|2 weeks from now"
     "|in two weeks time", day(3, 25), day(3, 25)),
    ("dans 15 jours|dans quinze jours|dans une quinzaine|in 15 days", day(3, 26), day(3, 26)),
    ("dans une semaine|in a week|in one week", day(3, 18), day(3, 18)),
    ("dans trois jours|in 3 days|in three days|d'ici 3 jours", day(3, 14), day(3, 14)),
    ("dans un mois|in a month|in one month", day(4, 11), day(4, 11)),
    ("il y a trois jours|3 days ago|il y a 3 jours|three days ago", day(3, 8), day(3, 8)),
    ("il y a une semaine|a week ago|one week ago", day(3, 4), day(3, 4)),
    ("two weeks ago|il y a deux semaines", day(2, 25), day(2, 25)),
    ("2 weeks|deux semaines", day(2, 25), day(3, 25)),
    ("le 10 au plus tard|au plus tard le 10|before the 10th", day(3, 10), day(4, 10)),
    ("le 15 dernier|le 15 passé", day(2, 15), day(2, 15)),
    ("le 5 prochain|next month 5th|5 avril prochain|the 5th next month", day(4, 5), day(4, 5)),
    ("le 7 courant", day(3, 7), day(3, 7)),
    ("year end|fin d'année|end of the year|fin de l'année", None, day(12, 31)),
    ("tomorrow evening by 5pm|5pm tomorrow|demain à 17h", day(3, 12), day(3, 12)),
    ("le 15 du mois prochain|15th of next month|the 15th next month", day(4, 15), day(4, 15)),
    ("le 15 du mois passé|the 15th of last month", day(2, 15), day(2, 15)),
    ("le 5 de ce mois|5th of this month", day(3, 5), day(3, 5)),
    ("le 15 du mois|15th of the month", day(2, 15), day(3, 15)),
    ("vendredi 13 mars|friday 13th march|Friday, 13 March|vendredi 13/03/2026", None, day(3, 13)),
    ("vendredi 6 mars|Friday March 6", day(3, 6), None),
    ("vendredi 6", day(3, 6), None),
    ("vendredi 13|friday the 13th", day(2, 13), day(3, 13)),
    ("5 mars 2024", day(3, 5, 2024), day(3, 5, 2024)),
    ("29 février 2028", day(2, 29, 2028), day(2, 29, 2028)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "prefer", "expected"),
    [
        (text, prefer, expected)
        for texts, past, future in DAYS
        for text in texts.split("|")
        for prefer, expected in (("past", past), ("future", future))
        if expected
    ],
)
def test_days(text, prefer, expected):
    assert read_day(text, TODAY, prefer).value == expected


@pytest.mark.parametrize(
    ("text", "today", "prefer", "expected"),
    [
        ("on the 15th", date(2026, 4, 3), "past", day(3, 15)),  # said on the 3rd: last month's
        ("on the 15th", date(2026, 4, 3), "future", day(4, 15)),
        ("05/04", date(2026, 4, 8), "past", day(4, 5)),
        ("05/04", TODAY, "future", day(4, 5)),
        ("décembre 24", date(2027, 1, 2), "past", day(12, 24)),
        ("hier", date(2027, 1, 1), "past", day(12, 31)),
        ("fin du mois", date(2026, 3, 31), "past", day(3, 31)),
        ("fin du mois", date(2026, 3, 31), "future", day(3, 31)),
        ("month end", date(2026, 4, 3), "past", day(3, 31)),
        ("le 30", date(2026, 4, 2), "past", day(3, 30)),
        ("dans un mois", date(2026, 1, 31), "future", day(2, 28)),
        ("5 janvier", date(2026, 12, 20), "future", day(1, 5, 2027)),
        ("le 29 février", date(2028, 2, 1), "future", day(2, 29, 2028)),
        ("sunday", date(2026, 3, 9), "past", day(3, 8)),
    ],
)
def test_days_said_on_other_days(text, today, prefer, expected):
    assert read_day(text, today, prefer).value == expected


@pytest.mark.parametrize(
    ("text", "prefer", "reason", "candidates"),
    [
        ("le 31 février", "future", "no_such_day", (day(2, 28),)),
        ("February 31", "past", "no_such_day", (day(2, 28),)),
        ("31/02", "future", "no_such_day", (day(2, 28),)),
        ("31/04/2026", "future", "no_such_day", (day(4, 30),)),
        ("29 février", "future", "no_such_day", (day(2, 28),)),
        ("29/02/2026", "past", "no_such_day", (day(2, 28),)),
        ("13/25", "future", "no_such_day", ()),
        ("04/15/2026", "future", "no_such_day", (day(4, 15),)),  # written month first
        ("40/01", "future", "no_such_day", ()),
        ("le 0", "future", "no_such_day", ()),
        ("le 31", "past", "no_such_day", (day(2, 28), day(1, 31))),
        ("le 30", "past", "no_such_day", (day(2, 28), day(1, 30))),
        ("vendredi 7 mars 2026", "past", "weekday_mismatch", (day(3, 7), day(3, 6))),
        ("friday 14", "future", "weekday_mismatch", (day(3, 14), day(3, 13))),
        ("mercredi", "future", "ambiguous_day", (day(3, 11), day(3, 18))),
        ("wednesday", "past", "ambiguous_day", (day(3, 11), day(3, 4))),
        ("next friday", "future", "ambiguous_day", (day(3, 13), day(3, 20))),
        ("5 mars", "future", "ambiguous_day", (day(3, 5), day(3, 5, 2027))),
        ("05/04", "past", "ambiguous_day", (day(4, 5), day(4, 5, 2025))),
        ("fin mars", "past", "ambiguous_day", (day(3, 31), day(3, 31, 2025))),
        ("next week", "future", "not_one_day", (day(3, 16), day(3, 22))),
        ("la semaine prochaine", "future", "not_one_day", (day(3, 16), day(3, 22))),
        ("last week", "past", "not_one_day", (day(3, 2), day(3, 8))),
        ("ce week-end", "future", "not_one_day", (day(3, 14), day(3, 15))),
        ("fin de semaine", "future", "not_one_day", (day(3, 14), day(3, 15))),
        ("le weekend prochain", "future", "not_one_day", (day(3, 14), day(3, 15))),
        ("le 15 de chaque mois", "future", "not_a_day", ()),
        ("the weekend", "past", "not_one_day", (day(3, 7), day(3, 8))),
        ("next month", "future", "not_one_day", (day(4, 1), day(4, 30))),
        ("le mois prochain", "future", "not_one_day", (day(4, 1), day(4, 30))),
        ("June", "future", "not_one_day", (day(6, 1), day(6, 30))),
        ("en juin", "future", "not_one_day", (day(6, 1), day(6, 30))),
        ("5 mars 1999", "past", "not_a_day", ()),
        ("05/03/1999", "past", "too_far", ()),
        ("dans 40 ans", "future", "too_far", ()),
        ("à la paie", "future", "not_a_day", ()),
        ("soon", "future", "not_a_day", ()),
        ("bientôt", "future", "not_a_day", ()),
        ("50k", "past", "not_a_day", ()),
        ("50000", "past", "not_a_day", ()),
        ("Paul", "past", "not_a_day", ()),
        ("", "past", "not_a_day", ()),
        ("😀", "past", "not_a_day", ()),
        ("the", "past", "not_a_day", ()),
        ("le le le", "past", "not_a_day", ()),
        ("3 mois 5", "past", "not_a_day", ()),
        ("vendredi " * 9_000, "past", "not_a_day", ()),
        ("dans 999999999 jours", "future", "not_a_day", ()),
    ],
)
def test_what_must_be_asked_or_refused(text, prefer, reason, candidates):
    reading = read_day(text, TODAY, prefer)
    assert (reading.value, reading.reason, reading.candidates) == (None, reason, candidates)


DATES = st.dates(date(2020, 1, 1), date(2040, 12, 31))
SIDES = st.sampled_from(["past", "future"])


FORMS = ["%d/%m/%Y", "%d/%m/%y", "%Y-%m-%d", "%d.%m.%Y", "%d-%m-%Y", "%d %B %Y", "%B %d, %Y"]
WORDS = ["le", "31", "0", "5th", "mars", "fin", "next", "friday", "month", "week", "de", "in",
         "dans", "2026", "/", "02", "jours", "ago", "vendredi", "du", "mois"]  # fmt: skip


@given(DATES, st.integers(-3000, 3000), SIDES, st.sampled_from(FORMS))
def test_full_dates_are_read_back(today, days, prefer, form):
    meant = today + timedelta(days)
    assert read_day(meant.strftime(form), today, prefer).value == meant


@given(DATES, st.integers(1, 28), SIDES)
def test_a_day_of_the_month_is_within_a_month_on_its_side(today, number, prefer):
    found = read_day(f"le {number}", today, prefer).value
    assert found.day == number
    assert 0 <= (found - today).days * (1 if prefer == "future" else -1) <= 31


@given(st.text(max_size=60), DATES, SIDES)
def test_no_text_makes_it_fail(text, today, prefer):
    reading = read_day(text, today, prefer)
    assert (reading.value is None) == (reading.reason is not None)


@given(st.lists(st.sampled_from(WORDS), max_size=6), DATES, SIDES)
def test_no_words_about_days_make_it_fail(words, today, prefer):
    reading = read_day(" ".join(words), today, prefer)
    assert (reading.value is None) == (reading.reason is not None)
