"""How many days before and after something falls due somebody wants reminders: "3 days before",
"cinq jours avant et deux semaines après", "after 7 and 14 days"."""

from dataclasses import dataclass

from lebailleur.understanding.folding import words, wordset
from lebailleur.understanding.numerals import number

_BEFORE = wordset("before avant ahead advance avance earlier")
_AFTER = wordset("after apres late later retard")
_DAYS = wordset("day days jour jours jr jrs j")
_WEEKS = wordset("week weeks semaine semaines")
_ONE = wordset("a an une un one")
# A figure of which none of these words follows is no number of days: "room 4", "50 000".
_UNITS = _DAYS | _WEEKS
_BETWEEN = wordset("and et puis then ou or")


@dataclass(frozen=True)
class ReminderDays:
    """Days before and after, sorted; None where nothing is said of that side."""

    before: int | None = None
    after: tuple[int, ...] | None = None


def read_reminder_days(text: str) -> ReminderDays | None:
    """What a text says of the days of reminders; None when it says nothing. Of several days before
    the earliest counts."""
    days: dict[bool, list[int]] = {True: [], False: []}
    side: bool | None = None  # of a word that stood before its figures: "after 3 days"
    pending: list[int] = []
    told = words(text)
    for at, word in enumerate(told):
        if word in _BEFORE or word in _AFTER:
            side = word in _BEFORE
            if pending:
                days[side] += pending
                pending, side = [], None
        elif (found := _days(told, at)) is not None:
            (pending if side is None else days[side]).append(found)
    if not days[True] and not days[False]:
        return None
    after = tuple(sorted(set(days[False])))
    return ReminderDays(max(days[True], default=None), after or None)


def _days(told: list[str], at: int) -> int | None:
    """The days that the word at `at` counts, if it counts any."""
    word = told[at]
    counted = number(word)
    if counted is None:
        return None
    # "3, 7 et 14 jours": the unit stands after the last.
    rest = at + 1
    while rest < len(told) and (told[rest] in _BETWEEN or number(told[rest]) is not None):
        rest += 1
    unit = told[rest] if rest < len(told) else ""
    if word in _ONE and (rest != at + 1 or unit not in _UNITS):
        return None
    if unit in _WEEKS:
        return counted * 7
    return counted if unit in _DAYS else None
