"""What was recorded and is wrong: another payment stands in its place, after a yes."""

import re
from typing import Any

from rasa_sdk.events import EventType

from actions.base import LandlordMatter
from actions.field import NOTHING, Field, Read
from actions.fields import LeaseField
from actions.forms import Form
from actions.payments import payment_details, quote_words, tell_recorded, why_refused
from actions.questions import AskLease, Question
from actions.sums import SumField
from actions.turn import Turn
from actions.voiding import AskWhichPayment, PaymentField, just_recorded, payment_blanks
from lebailleur.rentals import corrections, deeds, proposals, rights
from lebailleur.rentals.corrections import Change
from lebailleur.rentals.errors import Refused
from lebailleur.rentals.models import Payment
from lebailleur.rentals.proposals import Done
from lebailleur.settings import settings
from lebailleur.telling import tell_tenant
from lebailleur.understanding.corrected import read_corrected
from lebailleur.understanding.references import sets_right

# Bare figures, which are a sum only beside the wrong one: "25 not 20".
FIGURES = re.compile(r"\d[\d.,]*(?:\s?k\b)?", re.IGNORECASE)
OTHER = ("amount", "lease_id")
UNREAD = Read(problem="utter_bad_correct_sum")


class ChangeField(Field):
    """What is right instead, as the JSON of a `Change`: another sum, tenant, month, bill, means
    or day; "it was Marie, not Paul", "25 not 20", "that was for April"."""

    slot = "correct_change"
    entities = frozenset({"amount"})
    also_answered_by = frozenset({"tenant", "unit", "period", "bill", "method", "date"})

    def named(self, turn: Turn, values: dict[str, Any]) -> Read:
        payment = self._payment(turn, values)
        read = self._read(turn, payment, turn.entities("amount")) if payment else NOTHING
        return NOTHING if read is UNREAD else read

    def answered(self, turn: Turn, values: dict[str, Any]) -> Read:
        payment = self._payment(turn, values)
        if payment is None:
            return NOTHING
        kind, _, value = (turn.chosen(self.slot) or "").partition(":")
        if kind in OTHER and value.isdigit():
            return Read({kind: int(value)})
        if kind in OTHER:
            return Read(also={"correct_what": kind})
        if values.get("correct_what") == "lease_id" and turn.text:
            return self._lease(turn, payment, turn.entities("tenant") or [turn.text])
        return self._read(turn, payment, turn.entities("amount") or [turn.text])

    def _payment(self, turn: Turn, values: dict[str, Any]) -> Payment | None:
        payment_id = values.get("correct_payment") or PaymentField(
            "correct_payment", "correct_lease"
        ).settled(turn, values)
        return rights.payment_for(turn.session, turn.asker, payment_id) if payment_id else None

    def _read(self, turn: Turn, payment: Payment, sums: list[str]) -> Read:
        for said in (sums, FIGURES.findall(turn.text)):
            reading = read_corrected(said, payment.amount)
            if reading.value is not None and reading.value != payment.amount:
                return Read({"amount": reading.value})
        change = self._others(turn)
        who = NOTHING
        if not turn.entities("amount"):
            who = self._lease(turn, payment, turn.entities("tenant"))
        if who.value is not None:
            change |= who.value
        if change:
            return Read(change)
        return who if who is not NOTHING else UNREAD

    def _others(self, turn: Turn) -> dict[str, Any]:
        """The month, the bill, the means and the day that are named."""
        details, problem = SumField("payment_sum").details(turn, {})
        if problem is not None:
            return {}
        found = {"months_named": details["periods"] or None}
        found |= {each: details[each] for each in ("bill", "method", "paid_on")}
        return {name: value for name, value in found.items() if value is not None}

    def _lease(self, turn: Turn, payment: Payment, names: list[str]) -> Read:
        if not names and not turn.entity("unit"):
            return NOTHING
        read = LeaseField("correct_lease").read(
            turn, names, turn.entity("unit"), wrong=payment.lease_id
        )
        if read.value == payment.lease_id:
            return NOTHING
        return Read({"lease_id": read.value}) if read.value is not None else read


class CorrectionForm(Form):
    form = "correction_form"
    intents = frozenset({"correct_payment"})
    fields = (
        LeaseField("correct_lease"),
        PaymentField("correct_payment", "correct_lease"),
        ChangeField(),
    )
    extras = ("correct_what",)

    def begin(self, turn: Turn) -> dict[str, Any]:
        """Without a name, what was recorded a moment ago is wrong; "it was Marie" says that its
        tenant was."""
        if (chosen := turn.chosen("correct_payment")) is not None:
            payment = rights.payment_for(turn.session, turn.asker, int(chosen))
            return {"correct_lease": payment.lease_id, "correct_payment": payment.id}
        last = just_recorded(turn)
        named = turn.entity("tenant") or turn.entity("unit")
        of_last = not named or (sets_right(turn.text) and not turn.entities("amount"))
        if last is None or turn.chosen("correct_lease") or not of_last:
            return {}
        return {"correct_lease": last.lease_id, "correct_payment": last.id}


class AskCorrectLease(AskLease):
    slot = "correct_lease"


class AskCorrectPayment(AskWhichPayment):
    slot = "correct_payment"
    lease_slot = "correct_lease"


class AskCorrectChange(Question):
    """What is right: who, of those that may be meant; the sum; or first, which of both."""

    slot = "correct_change"

    def answer(self, turn: Turn) -> list[EventType]:
        wanted: list[Any] = turn.tracker.get_slot("candidates") or []
        leases = [
            rights.lease_for(turn.session, turn.asker, each)
            for each in wanted
            if isinstance(each, int)
        ]
        what = turn.tracker.get_slot("correct_what")
        if leases:
            choices = [
                (f"{each.tenant.name}, {each.unit.name}", f"lease_id:{each.id}") for each in leases
            ]
            turn.say("utter_correct_lease_id", options=self.options(choices))
        elif what is not None:
            turn.say(f"utter_correct_{what}")
        else:
            titles = ("option_change_sum", "option_change_who")
            choices = [(turn.words(t), each) for t, each in zip(titles, OTHER, strict=True)]
            turn.say("utter_correct_what", options=self.options(choices))
        return []


class ProposeCorrection(LandlordMatter):
    """Show what would stand instead, and ask."""

    called = "action_propose_correction"

    def answer(self, turn: Turn) -> list[EventType]:
        payment_id = turn.tracker.get_slot("correct_payment")
        change = turn.tracker.get_slot("correct_change")
        if payment_id is not None and change:
            try:
                propose_correction(turn, {"payment": payment_id, "change": change})
            except Refused as refused:
                payment = rights.payment_for(turn.session, turn.asker, payment_id)
                lease_id = change.get("lease_id", payment.lease_id)
                if refused.code == "nothing_changes":
                    turn.say("utter_bad_correct_sum")
                else:
                    turn.dispatcher.utter_message(text=why_refused(turn, refused, lease_id))
        return []


def propose_correction(turn: Turn, content: dict[str, Any]) -> None:
    """Keep the proposal and show its summary. Raises as `corrections.preview`."""
    change: Change = deeds.change_of(content)
    quoted = corrections.preview(turn.session, turn.asker, content["payment"], change)
    payment = rights.payment_for(turn.session, turn.asker, content["payment"])
    proposal = proposals.propose(
        turn.session,
        turn.asker,
        deeds.CORRECTION,
        deeds.correction_content(payment.id, change, quoted),
        key=turn.key,
        open_minutes=settings().session_minutes,
    )
    before = payment_blanks(turn, payment)
    turn.say(
        "utter_correction_summary",
        proposal=proposal.id,
        payment=payment.id,
        before=f"{before['name']}, {before['amount']}",
        day=before["day"],
        number=before["number"],
        name=quoted.lease.tenant.name,
        details=payment_details(turn, quoted),
        **quote_words(turn, quoted),
    )


def tell_corrected(turn: Turn, done: Done) -> None:
    """The new receipt, to both; whose payment it was not after all, hears that too."""
    new = done.payment
    if new is None:
        return
    tell_recorded(turn, new, new=done.new)
    old = rights.payment_for(turn.session, turn.asker, done.content["payment"])
    if done.new and old.lease_id != new.lease_id:
        tell_tenant(turn.session, old)
