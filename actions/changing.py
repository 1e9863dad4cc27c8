"""What waits for a yes is changed: "no, 40k", "not Paul, Marie", "it was for April", "in cash"."""

from dataclasses import replace
from typing import Any

from rasa_sdk.events import EventType, FollowupAction

from actions.base import Matter
from actions.field import NOTHING, Read
from actions.fields import LeaseField
from actions.payments import ask_anew, ask_of_slots, change_payload, propose_or_ask, slots_of
from actions.several import change_rows, offer_rows
from actions.sums import SumField
from actions.turn import Option, Turn
from actions.voiding import just_recorded
from lebailleur.rentals import deeds, proposals
from lebailleur.rentals.asks import Ask
from lebailleur.rentals.models import Proposal
from lebailleur.understanding.corrected import read_corrected

# What a message must name to change a payment that is shown.
NAMED = ("tenant", "unit", "amount", "fraction", "months", "period", "bill", "method", "date")
# Forms that end in a recorded payment.
RECORDING = ("payment_form", "several_form", "correction_form")


class ChangePayment(Matter):
    """ "Change" under a summary, or "no, it was 40k": what is to be said anew."""

    called = "action_change_payment"

    def answer(self, turn: Turn) -> list[EventType]:
        if turn.role == "tenant":
            return [FollowupAction("claim_form")]
        waiting = proposals.open_of(turn.session, turn.asker, at=turn.said_at)
        if waiting is not None and waiting.kind in (deeds.PAYMENT, deeds.BATCH):
            events = change(turn, waiting)
            return offer(turn, waiting) if events is None else events
        # What is wrong was recorded before: that is a correction.
        return [FollowupAction("correction_form")]


def change_shown(turn: Turn) -> list[EventType] | None:
    """Change the payment that is shown by what a message names ("40k", "for April", "in cash");
    None when none is shown, or nothing of it was named."""
    if turn.role != "landlord" or not any(map(turn.entities, NAMED)):
        return None
    waiting = proposals.open_of(turn.session, turn.asker, at=turn.said_at)
    if waiting is not None and waiting.kind == deeds.CORRECTION:
        return [FollowupAction("correction_form")]
    if waiting is None or waiting.kind not in (deeds.PAYMENT, deeds.BATCH):
        return None
    return change(turn, waiting)


def question_recorded(turn: Turn) -> list[EventType] | None:
    """A "no" to a receipt: what is wrong with it is asked. None when nothing was just recorded."""
    if turn.about.get("form") not in RECORDING or just_recorded(turn) is None:
        return None
    return [FollowupAction("correction_form")]


def change(turn: Turn, waiting: Proposal) -> list[EventType] | None:
    """Show what waits anew, with what the message says; None when it says nothing of it."""
    if waiting.kind == deeds.BATCH:
        return change_rows(turn, waiting)
    ask = proposals.ask_of(turn.session, turn.asker, waiting.id)
    # What was said to remain held for the old sum.
    values = slots_of(replace(ask, remaining=None, rest_on=None))
    changed = dict(values)
    for slot, read in (
        ("payment_lease", LeaseField("payment_lease").named(turn, values)),
        ("payment_sum", _right_sum(turn, ask, values)),
    ):
        if read.problem is not None:
            turn.say(read.problem, **read.blanks)
            return ask_anew({**changed, "candidates": read.candidates}, slot)
        if read.value:
            changed[slot] = read.value
        changed.update(read.also)
    if changed == values:
        return None
    return propose_or_ask(turn, ask_of_slots(changed))


def _right_sum(turn: Turn, ask: Ask, values: dict[str, Any]) -> Read:
    """The sum that was meant, of two the one that is not shown; with the details named."""
    field, sums = SumField("payment_sum"), turn.entities("amount")
    if len(sums) > 1 and ask.amount is not None:
        right = read_corrected(sums, ask.amount).value
        return Read({"amount": right}) if right else NOTHING
    read = field.named(turn, values)
    if read is not NOTHING:
        return read
    details, problem = field.details(turn, values)
    return problem or Read(also={"payment_details": details})


def offer(turn: Turn, waiting: Proposal) -> list[EventType]:
    """Ask what is to change."""
    if waiting.kind == deeds.BATCH:
        return offer_rows(turn, waiting)
    options: list[Option] = [
        (turn.words("option_change_sum"), change_payload(waiting.id, "payment_sum")),
        (turn.words("option_change_who"), change_payload(waiting.id, "payment_lease")),
        (turn.words("option_change_drop"), f'/deny{{"proposal": "{waiting.id}"}}'),
    ]
    turn.say("utter_change_what", options=options)
    return []
