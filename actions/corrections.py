"""What was recorded and is wrong: a payment is corrected, or taken back, after a yes."""

import re
from datetime import timedelta
from typing import Any

from rasa_sdk.events import EventType

from actions.base import LandlordMatter
from actions.fields import LeaseField, months_in
from actions.forms import NOTHING, Field, Form, Read
from actions.payments import quote_words, receipt_standing, tell_recorded, tell_tenant
from actions.questions import AskLease, Question
from actions.turn import Turn
from actions.wording import day_words, money, standing_words
from lebailleur import clock
from lebailleur.rentals import corrections, deeds, payments, proposals, reports, rights
from lebailleur.rentals.corrections import Change
from lebailleur.rentals.errors import Refused
from lebailleur.rentals.models import Payment
from lebailleur.rentals.proposals import Done
from lebailleur.settings import settings
from lebailleur.understanding.amounts import read_amount
from lebailleur.understanding.corrected import read_corrected

# "His last payment": the newest one, without asking.
LAST = re.compile(r"\b(last|latest|derni[eè]re?|newest)\b", re.IGNORECASE)
# Bare figures, which are a sum only beside the wrong one: "25 not 20".
FIGURES = re.compile(r"\d[\d.,]*(?:\s?k\b)?", re.IGNORECASE)
# Without a name, a correction is of what was recorded a moment ago.
JUST_NOW = timedelta(hours=1)
MOST_SHOWN = 6


class PaymentField(Field):
    """Which recorded payment of the lease is meant: the only one, the last one, the one of a
    sum or of a month that was named."""

    def __init__(self, slot: str, lease_slot: str) -> None:
        self.slot, self.lease_slot = slot, lease_slot

    def settled(self, turn: Turn, values: dict[str, Any]) -> int | None:
        every = _standing(turn, values.get(self.lease_slot))
        if len(every) == 1:
            return every[0].id
        if LAST.search(turn.text) and every:
            return every[0].id
        sums = {read_amount(each).value for each in turn.entities("amount")}
        found = [each for each in every if each.amount in sums]
        months = months_in(turn)
        if not found and months:
            found = [each for each in every if _pays(each, months)]
        return found[0].id if len(found) == 1 else None

    def named(self, turn: Turn, values: dict[str, Any]) -> Read:
        chosen = turn.chosen(self.slot)
        return Read(int(chosen)) if chosen is not None and chosen.isdigit() else NOTHING


class RightSumField(Field):
    """What the sum should have been."""

    slot = "correct_sum"
    entities = frozenset({"amount"})

    def named(self, turn: Turn, values: dict[str, Any]) -> Read:
        return self._read(turn, turn.entities("amount"), values)

    def answered(self, turn: Turn, values: dict[str, Any]) -> Read:
        return self._read(turn, turn.entities("amount") or [turn.text], values)

    def _read(self, turn: Turn, said: list[str], values: dict[str, Any]) -> Read:
        payment_id = values.get("correct_payment") or PaymentField(
            "correct_payment", "correct_lease"
        ).settled(turn, values)
        if payment_id is None or not said:
            return NOTHING
        was = rights.payment_for(turn.session, turn.asker, payment_id).amount
        for sums in (said, FIGURES.findall(turn.text)):
            reading = read_corrected(sums, was)
            if reading.value is not None and reading.value != was:
                return Read(reading.value)
        return Read(problem="utter_bad_correct_sum")


class VoidForm(Form):
    form = "void_form"
    intents = frozenset({"void_payment"})
    fields = (LeaseField("void_lease"), PaymentField("void_payment", "void_lease"))

    def begin(self, turn: Turn) -> dict[str, Any]:
        return _just_recorded(turn, "void_lease", "void_payment")


class CorrectionForm(Form):
    form = "correction_form"
    intents = frozenset({"correct_payment"})
    fields = (
        LeaseField("correct_lease"),
        PaymentField("correct_payment", "correct_lease"),
        RightSumField(),
    )

    def begin(self, turn: Turn) -> dict[str, Any]:
        return _just_recorded(turn, "correct_lease", "correct_payment")


class AskVoidLease(AskLease):
    slot = "void_lease"


class AskCorrectLease(AskLease):
    slot = "correct_lease"


class AskWhichPayment(Question):
    """Which payment: the newest ones, as options."""

    lease_slot = ""

    def answer(self, turn: Turn) -> list[EventType]:
        lease = rights.lease_for(turn.session, turn.asker, turn.tracker.get_slot(self.lease_slot))
        every = _standing(turn, lease.id)[:MOST_SHOWN]
        if not every:
            turn.say("utter_no_payment_to_change", name=lease.tenant.name)
            return []
        choices = [
            (f"{_sum(turn, each)}, {day_words(turn, each.paid_on)}", each.id) for each in every
        ]
        turn.say("utter_which_payment", options=self.options(choices), name=lease.tenant.name)
        return []


class AskVoidPayment(AskWhichPayment):
    slot = "void_payment"
    lease_slot = "void_lease"


class AskCorrectPayment(AskWhichPayment):
    slot = "correct_payment"
    lease_slot = "correct_lease"


class ProposeVoid(LandlordMatter):
    """Show what would be undone, and ask."""

    called = "action_propose_void"

    def answer(self, turn: Turn) -> list[EventType]:
        payment_id = turn.tracker.get_slot("void_payment")
        if payment_id is None:
            return []
        payment = rights.payment_for(turn.session, turn.asker, payment_id)
        proposal = proposals.propose(
            turn.session,
            turn.asker,
            deeds.VOID,
            {"payment": payment.id},
            key=turn.key,
            open_minutes=settings().session_minutes,
        )
        turn.say("utter_void_summary", proposal=proposal.id, **_blanks(turn, payment))
        return []


class ProposeCorrection(LandlordMatter):
    """Show what would stand instead, and ask."""

    called = "action_propose_correction"

    def answer(self, turn: Turn) -> list[EventType]:
        payment_id = turn.tracker.get_slot("correct_payment")
        right = turn.tracker.get_slot("correct_sum")
        if payment_id is not None and right is not None:
            try:
                propose_correction(turn, {"payment": payment_id, "change": {"amount": right}})
            except Refused:
                turn.say("utter_bad_correct_sum")
        return []


def propose_correction(turn: Turn, content: dict[str, Any]) -> None:
    """Keep the proposal and show its summary. Raises as `corrections.preview`."""
    change = Change(amount=content["change"]["amount"])
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
    blanks = _blanks(turn, payment)
    blanks["was"] = blanks.pop("amount")
    turn.say(
        "utter_correction_summary", proposal=proposal.id, **blanks, **quote_words(turn, quoted)
    )


def tell_corrected(turn: Turn, done: Done) -> None:
    """The new receipt, to both."""
    if done.payment is not None:
        tell_recorded(turn, done.payment, new=done.new)


def tell_voided(turn: Turn, done: Done) -> None:
    """It counts no longer; the tenant hears of it."""
    payment = done.payment
    if payment is None or not done.new:
        turn.say("utter_proposal_confirmed")
        return
    standing = reports.standing(turn.session, turn.asker, payment.lease_id)
    turn.say("utter_voided", **_blanks(turn, payment), standing=standing_words(turn, standing))
    tell_tenant(turn, payment, "EXTERNAL_receipt_void")


def _just_recorded(turn: Turn, lease_slot: str, payment_slot: str) -> dict[str, Any]:
    """Without a name, what this landlord recorded a moment ago is meant."""
    if turn.entity("tenant") or turn.entity("unit") or turn.chosen(lease_slot):
        return {}
    last = payments.last_recorded(turn.session, turn.asker, since=clock.now() - JUST_NOW)
    if last is None:
        return {}
    return {lease_slot: last.lease_id, payment_slot: last.id}


def _standing(turn: Turn, lease_id: int | None) -> list[Payment]:
    """The payments of a lease that count, the newest first."""
    if lease_id is None:
        return []
    every = payments.own_payments(turn.session, turn.asker, lease_id)
    return [each for each in every if each.voided_at is None]


def _pays(payment: Payment, months: list[list[int | None]]) -> bool:
    starts = [each.charge.period_start for each in payment.standing_allocations]
    return any(
        day.month == month and year in (None, day.year) for day in starts for year, month in months
    )


def _blanks(turn: Turn, payment: Payment) -> dict[str, Any]:
    return {
        "name": payment.lease.tenant.name,
        "amount": _sum(turn, payment),
        "day": day_words(turn, payment.paid_on),
        "number": payment.receipt.number,
        "balance": receipt_standing(turn, payment),
    }


def _sum(turn: Turn, payment: Payment) -> str:
    return money(turn, payment.amount, payment.lease.tenant.landlord.currency)
