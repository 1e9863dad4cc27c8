"""Which recorded payment is meant, and taking one back after a yes."""

import re
from datetime import timedelta
from typing import Any

from rasa_sdk.events import EventType

from actions.base import Matter
from actions.claims import withdraw_claim
from actions.field import NOTHING, Field, Read
from actions.fields import LeaseField, months_in
from actions.forms import Form
from actions.payments import receipt_standing
from actions.questions import AskLease, Question
from actions.turn import Turn
from actions.wording import day_words, money, standing_words
from lebailleur import clock
from lebailleur.rentals import deeds, payments, proposals, reports, rights
from lebailleur.rentals.models import Payment
from lebailleur.rentals.proposals import Done
from lebailleur.settings import settings
from lebailleur.telling import tell_tenant
from lebailleur.understanding.amounts import read_amount

# "His last payment": the newest one, without asking.
LAST = re.compile(r"\b(last|latest|derni[eè]re?|newest)\b", re.IGNORECASE)
# Without a name, what was recorded a moment ago is meant.
JUST_NOW = timedelta(hours=1)


class PaymentField(Field):
    """Which recorded payment of the lease is meant: the only one, the last one, the one of a
    sum or of a month that was named."""

    def __init__(self, slot: str, lease_slot: str) -> None:
        self.slot, self.lease_slot = slot, lease_slot

    def settled(self, turn: Turn, values: dict[str, Any]) -> int | None:
        every = standing_payments(turn, values.get(self.lease_slot))
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


class VoidForm(Form):
    form = "void_form"
    intents = frozenset({"void_payment"})
    fields = (LeaseField("void_lease"), PaymentField("void_payment", "void_lease"))

    def begin(self, turn: Turn) -> dict[str, Any]:
        if turn.entity("tenant") or turn.entity("unit") or turn.chosen("void_lease"):
            return {}
        last = just_recorded(turn)
        return {"void_lease": last.lease_id, "void_payment": last.id} if last else {}


class AskVoidLease(AskLease):
    slot = "void_lease"


class AskWhichPayment(Question):
    """Which payment, the newest first."""

    lease_slot = ""

    def answer(self, turn: Turn) -> list[EventType]:
        lease = rights.lease_for(turn.session, turn.asker, turn.tracker.get_slot(self.lease_slot))
        every = standing_payments(turn, lease.id)
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


class ProposeVoid(Matter):
    """Show what would be undone, and ask; a tenant takes back what they only claimed."""

    called = "action_propose_void"

    def answer(self, turn: Turn) -> list[EventType]:
        if turn.role != "landlord":
            return withdraw_claim(turn)
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
        turn.say("utter_void_summary", proposal=proposal.id, **payment_blanks(turn, payment))
        return []


def tell_voided(turn: Turn, done: Done) -> None:
    """It counts no longer; the tenant hears of it."""
    payment = done.payment
    if payment is None or not done.new:
        turn.say("utter_proposal_confirmed")
        return
    say_voided(turn, payment)
    tell_tenant(turn.session, payment)


def say_voided(turn: Turn, payment: Payment) -> None:
    """To the landlord: what counts no longer."""
    standing = reports.standing(turn.session, turn.asker, payment.lease_id)
    turn.say(
        "utter_voided", **payment_blanks(turn, payment), standing=standing_words(turn, standing)
    )


def just_recorded(turn: Turn) -> Payment | None:
    """What this landlord recorded last, if that was a moment ago."""
    return payments.last_recorded(turn.session, turn.asker, since=clock.now() - JUST_NOW)


def standing_payments(turn: Turn, lease_id: int | None) -> list[Payment]:
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


def payment_blanks(turn: Turn, payment: Payment) -> dict[str, Any]:
    """A recorded payment's blanks for what is said of it."""
    return {
        "name": payment.lease.tenant.name,
        "amount": _sum(turn, payment),
        "day": day_words(turn, payment.paid_on),
        "number": payment.receipt.number,
        "balance": receipt_standing(turn, payment),
    }


def _sum(turn: Turn, payment: Payment) -> str:
    return money(turn, payment.amount, payment.lease.tenant.landlord.currency)
