"""Who owes: all, or those of a house, of a kind of bill, or late by so many months."""

from collections.abc import Callable

from rasa_sdk.events import EventType

from actions.base import LandlordMatter
from actions.beginning import say_how_to_begin
from actions.turn import Turn
from actions.who import property_candidates
from actions.wording import money, place
from lebailleur.rentals import bills, portfolio, reports
from lebailleur.rentals.charges import RENT
from lebailleur.rentals.reports import Standing
from lebailleur.understanding.bills import read_bill
from lebailleur.understanding.months import read_months

DAYS_A_MONTH = 30


class ListArrears(LandlordMatter):
    """Who owes, the longest late first."""

    called = "action_list_arrears"

    def answer(self, turn: Turn) -> list[EventType]:
        owed = _of_kind(turn)
        wanted = _wanted(turn)
        every = reports.arrears(turn.session, turn.asker)
        owing = [each for each in every if wanted(each) and owed(each) > 0]
        if not owing:
            self._say_nobody(turn, some_owe=bool(every))
            return []
        currency = owing[0].lease.tenant.landlord.currency
        lines = [
            turn.words(
                "line_owes",
                name=each.lease.tenant.name,
                unit=place(each.lease),
                amount=money(turn, owed(each), currency),
                days=each.days_late,
            )
            for each in owing
        ]
        turn.say_list(
            "utter_arrears" if len(owing) > 1 else "utter_arrears_one",
            [("", line) for line in lines],
            count=len(owing),
            total=money(turn, sum(map(owed, owing)), currency),
        )
        return []

    def _say_nobody(self, turn: Turn, *, some_owe: bool) -> None:
        if some_owe:
            turn.say("utter_arrears_none_such")
        elif portfolio.leases(turn.session, turn.asker):
            turn.say("utter_arrears_none")
        else:
            say_how_to_begin(turn)


def _wanted(turn: Turn) -> Callable[[Standing], bool]:
    """Whether a standing is of the house that was named, and late by the months that were."""
    houses = {
        each.id for said in turn.entities("property") for each in property_candidates(turn, said)
    }
    months = read_months(turn.entity("months") or "").value or 0
    return lambda each: (
        (not houses or each.lease.unit.property_id in houses)
        and (not months or each.days_late > DAYS_A_MONTH * months)
    )


def _of_kind(turn: Turn) -> Callable[[Standing], int]:
    """How much counts: what is open of the kind that was named, or all that is owed."""
    named = {read_bill(each).value for each in turn.entities("bill")}
    kinds = named & {RENT, *bills.KINDS}
    if not kinds:
        return lambda each: each.balance
    return lambda each: sum(charge.open for charge in each.open if charge.kind in kinds)
