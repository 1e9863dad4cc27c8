"""A landlord's sums: what was expected, collected and is outstanding in a month or a year."""

import re
from datetime import date

from rasa_sdk.events import EventType

from actions.base import LandlordMatter
from actions.fields import months_in
from actions.turn import Option, Turn
from actions.wording import money, month_words
from lebailleur import clock
from lebailleur.rentals import months
from lebailleur.rentals.months import Month, Sums
from lebailleur.rentals.periods import nearest

YEAR = re.compile(r"\b(20\d\d)\b")
THIS_YEAR = re.compile(r"\b(this year|cette ann[eé]e|l'?ann[eé]e|dis year)\b", re.IGNORECASE)


class IncomeReport(LandlordMatter):
    """For the month that was named, the year, or this month."""

    called = "action_income_report"

    def answer(self, turn: Turn) -> list[EventType]:
        today = clock.today(turn.timezone())
        named = months_in(turn)
        year = YEAR.search(turn.text)
        if not named and (year or THIS_YEAR.search(turn.text)):
            number = int(year[1]) if year else today.year
            found = months.of_landlord(turn.session, turn.asker, number, 1, until=(number, 12))
            _say(turn, found, str(number))
            return []
        wanted = [_past(month, today) for month in named] or [(today.year, today.month)]
        for each in wanted[:3]:
            found = months.of_landlord(turn.session, turn.asker, *each)
            _say(turn, found, month_words(turn, *each), _before(turn, *each))
        return []


def _past(month: list[int | None], today: date) -> tuple[int, int]:
    """The month that was: what is still to come has brought nothing in."""
    year, number = month
    found = nearest((year, number or today.month), today)
    if year is None and found > (today.year, today.month):
        return found[0] - 1, found[1]
    return found


def _before(turn: Turn, year: int, month: int) -> list[Option]:
    """The month before, as an option, and the menu."""
    year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    payload = f'/income_report{{"period": "{year}-{month:02d}"}}'
    return [
        (month_words(turn, year, month), payload),
        (turn.words("option_menu"), "/show_menu"),
    ]


def _say(turn: Turn, found: Month, name: str, options: list[Option] | None = None) -> None:
    currency = turn.landlord.currency if turn.landlord else "XAF"

    def line(label: str, sums: Sums) -> str:
        return turn.words(
            "line_income",
            name=label,
            collected=money(turn, sums.collected, currency),
            expected=money(turn, sums.expected, currency),
        )

    lines = [line(turn.words(f"word_{kind}"), each) for kind, each in found.by_kind.items()]
    houses = [line(house, each) for house, each in sorted(found.by_property.items())]
    turn.say(
        "utter_income",
        options=options,
        month=name,
        collected=money(turn, found.total.collected, currency),
        expected=money(turn, found.total.expected, currency),
        outstanding=money(turn, found.total.outstanding, currency),
        kinds="\n".join(lines),
        houses="\n" + "\n".join(houses) if len(houses) > 1 else "",
    )
