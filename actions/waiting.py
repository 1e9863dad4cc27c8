"""What waits: tenants' requests to pay later, and what was promised."""

from rasa_sdk.events import EventType

from actions.base import LandlordMatter
from actions.turn import Turn
from actions.wording import day_words, money, place
from lebailleur.rentals import plans, reports
from lebailleur.rentals.reports import Standing


class ListPlans(LandlordMatter):
    """The requests that wait for the landlord's answer, as options; and the promises that hold."""

    called = "action_list_plans"

    def answer(self, turn: Turn) -> list[EventType]:
        asked = plans.asked(turn.session, turn.asker)
        # An option shows the request as it was told first, with its answers.
        options = [
            (
                f"{each.lease.tenant.name}, {each.lease.unit.name}",
                f'/EXTERNAL_plan_asked{{"choice": "{each.id}"}}',
            )
            for each in asked
        ]
        owing = reports.arrears(turn.session, turn.asker)
        lines = [("", _line(turn, each)) for each in owing if each.promised is not None]
        if asked:
            turn.say("utter_plans_asked", options=options, count=len(asked))
        if lines:
            turn.say_list("utter_promises", lines)
        if not asked and not lines:
            turn.say("utter_plans_none")
        return []


def _line(turn: Turn, standing: Standing) -> str:
    lease, part = standing.lease, standing.promised
    assert part is not None
    amount = money(turn, part.amount or standing.balance, lease.tenant.landlord.currency)
    return turn.words(
        "line_promise",
        name=lease.tenant.name,
        place=place(lease),
        amount=amount,
        day=day_words(turn, part.due_on),
    )
