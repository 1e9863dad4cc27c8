"""Days of reminders, as landlords say them."""

import pytest

from lebailleur.understanding.reminder_days import ReminderDays, read_reminder_days


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        ("remind them 3 days before", 3, None),
        ("rappelle mes locataires cinq jours avant l'échéance", 5, None),
        ("2 jours avant et 7 jours après", 2, (7,)),
        ("a week before, then 3, 7 and 14 days after", 7, (3, 7, 14)),
        ("une semaine à l'avance", 7, None),
        ("relances après 10 jours", None, (10,)),
        ("3j avant 5j apres 10j apres", 3, (5, 10)),
        ("two weeks late", None, (14,)),
        ("10 puis 5 jours avant", 10, None),
    ],
)
def test_what_is_said(text: str, before: int | None, after: tuple[int, ...] | None) -> None:
    assert read_reminder_days(text) == ReminderDays(before, after)


@pytest.mark.parametrize(
    "text", ["", "rappels", "remind room 4", "avant demain", "a day", "50 000 avant vendredi", "à"]
)
def test_what_says_nothing(text: str) -> None:
    assert read_reminder_days(text) is None
