"""Questions for a day: the days that are likely, as options; any other is written."""

from calendar import monthrange
from datetime import date, timedelta

from rasa_sdk.events import EventType

from actions.fields import NONE
from actions.questions import Question
from actions.turn import Turn
from actions.wording import day_words, month_words
from lebailleur import clock

FRIDAY = 4


class AskTenantStart(Question):
    """From when rent runs. The first is the 1st, which is what a bare 1 means."""

    slot = "tenant_start"

    def answer(self, turn: Turn) -> list[EventType]:
        today = clock.today(turn.timezone())
        days = [today.replace(day=1), next_month(today), today]
        turn.say("utter_ask_tenant_start", options=self.options(day_choices(turn, days)))
        return []


class AskTenantLastPaid(Question):
    """When rent was paid last: not yet, or in one of the last months."""

    slot = "tenant_last_paid"

    def answer(self, turn: Turn) -> list[EventType]:
        this = clock.today(turn.timezone()).replace(day=1)
        last = (this - timedelta(days=1)).replace(day=1)
        choices: list[tuple[str, object]] = [(turn.words("option_never_paid"), NONE)]
        choices += [(month_words(turn, each.year, each.month), each) for each in (this, last)]
        turn.say("utter_ask_tenant_last_paid", options=self.options(choices))
        return []


def day_choices(turn: Turn, days: list[date]) -> list[tuple[str, object]]:
    """Options for days, each once; today and tomorrow by their names."""
    today = clock.today(turn.timezone())
    named = {today: "words_today", today + timedelta(days=1): "words_tomorrow"}
    return [
        (turn.words(named[day], day=shown) if day in named else shown, day.isoformat())
        for day in dict.fromkeys(days)
        for shown in (day_words(turn, day),)
    ]


def next_month(day: date) -> date:
    """The first day of the month after."""
    return month_end(day) + timedelta(days=1)


def month_end(day: date) -> date:
    """The last day of the month."""
    return day.replace(day=monthrange(day.year, day.month)[1])
