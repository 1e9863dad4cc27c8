"""What a tenant says to have paid: asked for kindly, shown to the landlord, answered once."""

from dataclasses import replace
from typing import Any

from rasa_sdk.events import EventType, FollowupAction

from actions.base import Matter
from actions.field import Read
from actions.forms import CORRECTIONS, Form
from actions.homes import OwnLeaseField
from actions.payments import ask_anew, ask_of_slots, details_words, slots_of, why_refused
from actions.questions import Question, sum_choices
from actions.sums import SumField
from actions.turn import Turn
from actions.wording import money, place
from lebailleur.conversation import attachments, inbox
from lebailleur.rentals import claims, portfolio
from lebailleur.rentals.asks import Ask
from lebailleur.rentals.errors import Conflict, Refused
from lebailleur.rentals.models import Claim
from lebailleur.understanding.corrected import read_corrected

# What a correction may name besides the sum.
DETAILS = ("method", "date", "period", "bill")
SUMS = ("amount", "fraction", "months")


class ClaimSumField(SumField):
    """How much the tenant says to have paid; of two sums in a correction the right one."""

    def named(self, turn: Turn, values: dict[str, Any]) -> Read:
        sums, wrong = turn.entities("amount"), values.get("claim_replaces")
        if wrong is not None and sums:
            was = claims.claim_for(turn.session, turn.asker, wrong).amount
            right = read_corrected(sums, was).value
            if right is not None:
                details, _ = self.details(turn, values)
                return Read({"amount": right}, also={"payment_details": details})
        read = super().named(turn, values)
        if read.problem == "utter_bad_sum_several":
            return replace(read, problem="utter_claim_several_sums")
        return read


class ClaimForm(Form):
    """What a tenant says of a payment; only what is missing is asked for, once."""

    form = "claim_form"
    intents = frozenset({"record_payment", "correct_payment"})
    role = "tenant"
    fields = (OwnLeaseField("payment_lease"), ClaimSumField("payment_sum"))
    extras = ("payment_details", "claim_words", "claim_replaces")

    def begin(self, turn: Turn) -> dict[str, Any]:
        """A correction begins with what was claimed before."""
        words = {"claim_words": turn.text or None}
        wrong = own_claim(turn) if turn.intent in CORRECTIONS else None
        if wrong is None:
            return words
        values = {**slots_of(Ask.from_json(wrong.ask)), **words, "claim_replaces": wrong.id}
        if any(map(turn.entities, SUMS)) or not any(map(turn.entities, DETAILS)):
            values["payment_sum"] = None
            # Another sum than the operator's message said: that proves nothing of it any more.
            values["payment_details"] |= {"reference": None, "proof": None}
        else:
            details, problem = ClaimSumField("payment_sum").details(turn, values)
            values["payment_details"] = values["payment_details"] if problem else details
        return values


class AskClaimLease(Question):
    """For which home it was paid."""

    slot = "payment_lease"
    called = "action_ask_claim_form_payment_lease"

    def answer(self, turn: Turn) -> list[EventType]:
        own = portfolio.own_leases(turn.session, turn.asker)
        turn.say("utter_claim_which_home", options=self.options((place(e), e.id) for e in own))
        return []


class AskClaimSum(Question):
    """How much, or for which months."""

    slot = "payment_sum"
    called = "action_ask_claim_form_payment_sum"

    def answer(self, turn: Turn) -> list[EventType]:
        candidates: list[Any] = turn.tracker.get_slot("candidates") or []
        sums = [each for each in candidates if isinstance(each, int)]
        choices = sum_choices(turn, turn.tracker.get_slot("payment_lease"), sums)
        turn.say("utter_claim_how_much", options=self.options(choices))
        return []


class KeepClaim(Matter):
    """The tenant's form is complete: the claim is kept, and the landlord hears of it."""

    called = "action_keep_claim"

    def answer(self, turn: Turn) -> list[EventType]:
        slots = turn.tracker.slots
        if turn.role != "tenant" or slots.get("payment_lease") is None:
            turn.say("utter_tenant_unknown")
            return []
        ask = ask_of_slots(slots)
        said = [each for each in (slots.get("claim_words"), turn.text) if each]
        try:
            claim, new = claims.make(
                turn.session,
                turn.asker,
                ask,
                key=turn.key,
                words=" / ".join(dict.fromkeys(said)),
                replaces=slots.get("claim_replaces"),
            )
        except Refused as refused:
            why = why_refused(turn, refused, ask.lease_id, of="utter_claim_refused")
            turn.dispatcher.utter_message(text=why)
            kept = {name: slots.get(name) for name in ClaimForm.extras}
            return ask_anew(
                {**kept, "payment_lease": ask.lease_id, "payment_details": None},
                "payment_sum",
                form="claim_form",
            )
        except Conflict:
            turn.say("utter_claim_answered_before")
            return []
        tell_claim(turn, claim)
        turn.say("utter_claim_made" if new else "utter_claim_known", **claim_blanks(turn, claim))
        return []


class RepeatClaim(Matter):
    """The tenant stands by what the landlord has not found: it is shown to them once more."""

    called = "action_repeat_claim"

    def answer(self, turn: Turn) -> list[EventType]:
        try:
            claim = claims.again(turn.session, turn.asker, int(turn.entity("choice") or 0))
        except (Conflict, Refused):
            turn.say("utter_claim_answered_before")
            return []
        tell_claim(turn, claim)
        turn.say("utter_claim_made", **claim_blanks(turn, claim))
        return []


def withdraw_claim(turn: Turn) -> list[EventType]:
    """The tenant takes back what they said to have paid."""
    claim = own_claim(turn)
    if claim is None:
        turn.say("utter_claim_none_waits" if turn.role == "tenant" else "utter_landlords_only")
        return []
    claims.withdraw(turn.session, turn.asker, claim.id)
    _tell_landlord(turn, claim, "EXTERNAL_claim_withdrawn")
    turn.say("utter_claim_taken_back", **claim_blanks(turn, claim))
    return []


def deny_own_claim(turn: Turn) -> list[EventType] | None:
    """A tenant's "no" after a claim: "no, 45k" corrects it, a bare one is asked about; None when
    nothing of theirs waits."""
    claim = own_claim(turn) if turn.role == "tenant" else None
    if claim is None:
        return None
    if any(map(turn.entities, (*SUMS, *DETAILS))):
        return [FollowupAction("claim_form")]
    turn.say("utter_claim_what_is_wrong", **claim_blanks(turn, claim))
    return []


def own_claim(turn: Turn) -> Claim | None:
    """The speaker's own claim that is meant: by its button, otherwise the newest that waits."""
    waiting = claims.own_waiting(turn.session, turn.asker)
    named = turn.entity("choice")
    if named is not None:
        return next((each for each in waiting if str(each.id) == named), None)
    return waiting[0] if waiting else None


def claim_blanks(turn: Turn, claim: Claim) -> dict[str, Any]:
    """A claim's blanks: who says to have paid how much, how and when."""
    ask, lease = Ask.from_json(claim.ask), claim.lease
    return {
        "claim": claim.id,
        "name": lease.tenant.name,
        "landlord": lease.tenant.landlord.name,
        "place": place(lease),
        "lease": lease.id,
        "amount": money(turn, claim.amount, lease.tenant.landlord.currency),
        "details": details_words(turn, ask.method, ask.paid_on),
    }


def tell_claim(turn: Turn, claim: Claim) -> None:
    """The landlord gets the claim's card, once, and with it the files that the tenant has sent."""
    _tell_landlord(turn, claim, "EXTERNAL_claim")
    landlord = claim.lease.tenant.landlord.person_id
    attachments.attach(turn.session, turn.person_id, f"claim:{claim.id}", landlord)


def _tell_landlord(turn: Turn, claim: Claim, trigger: str) -> None:
    """The landlord hears of it, once."""
    content = {"trigger": trigger, "entities": {"choice": str(claim.id)}}
    person_id = claim.lease.tenant.landlord.person_id
    inbox.keep(turn.session, f"claim:{claim.id}:{trigger}", person_id, "event", content)
