"""Payments: what was said becomes a proposal with a summary; only a yes writes it."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from rasa_sdk.events import ActiveLoop, EventType, FollowupAction, SlotSet

from actions.base import Matter
from actions.fields import LeaseField
from actions.forms import REQUESTED, Form
from actions.relays import relay
from actions.sums import SumField
from actions.turn import Option, Turn
from actions.wording import charge_words, clear_words, day_words, money, month_words
from lebailleur.conversation import inbox
from lebailleur.rentals import proposals, quotes, rights
from lebailleur.rentals.asks import Ask
from lebailleur.rentals.errors import Refused
from lebailleur.rentals.models import Payment
from lebailleur.rentals.quotes import Quote
from lebailleur.settings import settings

# What a refusal leaves to be said anew is the sum; the tenant stays.
SUM_AGAIN = {
    "no_sum",
    "not_positive",
    "too_large",
    "nothing_open",
    "no_such_bill",
    "already_paid",
    "lease_ended",
    "remaining_differs",
}


class PaymentForm(Form):
    form = "payment_form"
    intents = frozenset({"record_payment", "correct_payment"})
    fields = (LeaseField("payment_lease"), SumField("payment_sum"))
    extras = ("payment_details",)

    def begin(self, turn: Turn) -> dict[str, Any]:
        """ "Change" reopens the summary's payment with one thing to be said anew."""
        proposal_id, what = turn.entity("proposal"), turn.entity("choice")
        if proposal_id is None or what not in ("payment_sum", "payment_lease", "rent"):
            return {}
        ask = proposals.ask_of(turn.session, turn.asker, proposal_id)
        if what == "rent":
            return slots_of(replace(ask, bill="rent"))
        values = slots_of(ask)
        values[what] = None
        return values


class ProposePayment(Matter):
    """The form is complete: show what would be written, and ask."""

    called = "action_propose_payment"

    def answer(self, turn: Turn) -> list[EventType]:
        if turn.role == "tenant":
            # A tenant's word is a claim: only the landlord's makes a payment.
            relay(turn, "claim", "utter_claim_passed_on")
            return []
        if turn.role == "stranger":
            turn.say("utter_landlords_only")
            return []
        try:
            propose(turn, ask_of_slots(turn.tracker.slots))
        except Refused as refused:
            _say_refused(turn, refused)
            if refused.code in SUM_AGAIN:
                return _ask_sum_again(turn)
        return []


class ChangePayment(Matter):
    """ "Change" under a summary, or "no, it was 40k": what is to be said anew."""

    called = "action_change_payment"

    def answer(self, turn: Turn) -> list[EventType]:
        if turn.role == "tenant":
            relay(turn, "claim", "utter_claim_passed_on")
            return []
        waiting = proposals.open_of(turn.session, turn.asker)
        if waiting is None or waiting.kind != "payment":
            # What is wrong was recorded before: that is a correction.
            return [FollowupAction("correction_form")]
        ask = proposals.ask_of(turn.session, turn.asker, waiting.id)
        read = SumField("payment_sum").named(turn, slots_of(ask))
        if read.value is not None:
            values = {**slots_of(ask), "payment_sum": read.value, **read.also}
            propose(turn, ask_of_slots(values))
            return []
        drop = f'/deny{{"proposal": "{waiting.id}"}}'
        options: list[Option] = [
            (turn.words("option_change_sum"), _change(waiting.id, "payment_sum")),
            (turn.words("option_change_who"), _change(waiting.id, "payment_lease")),
            (turn.words("option_change_drop"), drop),
        ]
        turn.say("utter_change_what", options=options)
        return []


def propose(turn: Turn, ask: Ask) -> None:
    """Keep the proposal and show its summary. Raises `Refused` and `NotFound`.

    A sum that is exactly what a bill asks is proposed for that bill, with the rent as a choice.
    """
    options: list[Option] = []
    bill = quotes.likelier(turn.session, turn.asker, ask)
    proposal, quote = proposals.propose_payment(
        turn.session,
        turn.asker,
        bill or ask,
        key=turn.key,
        open_minutes=settings().session_minutes,
    )
    lease = quote.lease
    if bill is not None:
        options = [(turn.words("option_for_rent"), _change(proposal.id, "rent"))]
    turn.say(
        "utter_payment_summary",
        options=options,
        proposal=proposal.id,
        name=lease.tenant.name,
        unit=lease.unit.name,
        property=lease.unit.property.name,
        details=_details(turn, quote),
        **quote_words(turn, quote),
    )


def tell_recorded(turn: Turn, payment: Payment, *, new: bool) -> None:
    """What a yes has recorded; the receipt goes to both, once."""
    amount = money(turn, payment.amount, payment.lease.tenant.landlord.currency)
    number = payment.receipt.number
    if not new:
        turn.say("utter_payment_recorded_before", number=number, amount=amount)
        turn.send_receipt(number)
        return
    turn.say(
        "utter_payment_recorded",
        name=payment.lease.tenant.name,
        amount=amount,
        number=number,
        standing=receipt_standing(turn, payment),
    )
    turn.send_receipt(number)
    tell_tenant(turn, payment, "EXTERNAL_receipt")


def tell_tenant(turn: Turn, payment: Payment, trigger: str) -> None:
    """Send the tenant the paper as it is now, once."""
    void = ":void" if payment.voided_at else ""
    content = {"trigger": trigger, "entities": {"payment": payment.receipt.number}}
    person_id = payment.lease.tenant.person_id
    inbox.keep(turn.session, f"receipt:{payment.id}{void}", person_id, "event", content)


def quote_words(turn: Turn, quote: Quote) -> dict[str, str]:
    """A quote's blanks for a summary: what it pays, and what is left to pay."""
    return {
        "amount": money(turn, quote.amount, quote.lease.tenant.landlord.currency),
        "lines": "\n".join(_lines(turn, quote)),
        "after": _after(turn, quote),
    }


def receipt_standing(turn: Turn, payment: Payment) -> str:
    """What remained to be paid when the receipt was written."""
    content = payment.receipt.content
    return clear_words(turn, content["balance"], content["currency"])


def slots_of(ask: Ask) -> dict[str, Any]:
    """The form's slots that say what an `Ask` says."""
    total = {"amount": ask.amount, "part": ask.part, "months": ask.months}
    return {
        "payment_lease": ask.lease_id,
        "payment_sum": {name: value for name, value in total.items() if value is not None},
        "payment_details": {
            "periods": [list(each) for each in ask.months_named],
            "bill": ask.bill,
            "method": ask.method,
            "paid_on": ask.paid_on.isoformat() if ask.paid_on else None,
        },
    }


def ask_of_slots(slots: dict[str, Any]) -> Ask:
    """What the form's slots ask the rental business to record."""
    details, total = slots.get("payment_details") or {}, slots.get("payment_sum") or {}
    paid_on = details.get("paid_on")
    return Ask(
        lease_id=slots["payment_lease"],
        amount=total.get("amount"),
        part=str(Fraction(total["part"])) if _is_fraction(total) else total.get("part"),
        months=total.get("months"),
        months_named=tuple((year, month) for year, month in details.get("periods") or []),
        bill=details.get("bill"),
        method=details.get("method"),
        paid_on=date.fromisoformat(paid_on) if paid_on else None,
    )


def _is_fraction(total: dict[str, Any]) -> bool:
    return total.get("part") not in (None, "rest", "all")


def _change(proposal_id: str, what: str) -> str:
    return f'/record_payment{{"proposal": "{proposal_id}", "choice": "{what}"}}'


def _details(turn: Turn, quote: Quote) -> str:
    parts = []
    if quote.method:
        parts.append(turn.words(f"word_{quote.method}"))
    parts.append(turn.words("words_paid_on", day=day_words(turn, quote.paid_on)))
    return ", " + ", ".join(parts)


def _lines(turn: Turn, quote: Quote) -> list[str]:
    currency = quote.lease.tenant.landlord.currency
    found = []
    for line in quote.lines:
        what, amount = charge_words(turn, line.charge), money(turn, line.amount, currency)
        if line.remains:
            remains = money(turn, line.remains, currency)
            found.append(turn.words("line_pays_part", what=what, amount=amount, remains=remains))
        else:
            found.append(turn.words("line_pays", what=what, amount=amount))
    if quote.credit:
        found.append(turn.words("line_credit", amount=money(turn, quote.credit, currency)))
    return found


def _after(turn: Turn, quote: Quote) -> str:
    currency = quote.lease.tenant.landlord.currency
    if quote.balance > 0:
        return turn.words("words_after_owes", amount=money(turn, quote.balance, currency))
    if quote.balance < 0:
        return turn.words("words_after_credit", amount=money(turn, -quote.balance, currency))
    return turn.words("words_after_clear")


def _say_refused(turn: Turn, refused: Refused) -> None:
    blanks: dict[str, object] = dict(refused.details)
    lease = rights.lease_for(turn.session, turn.asker, turn.tracker.get_slot("payment_lease"))
    blanks["name"] = lease.tenant.name
    for each in ("amount", "open", "said"):
        if isinstance(blanks.get(each), int):
            blanks[each] = money(turn, int(str(blanks[each])), lease.tenant.landlord.currency)
    for each in ("day", "start"):
        if isinstance(blanks.get(each), date):
            blanks[each] = day_words(turn, date.fromisoformat(str(blanks[each])))
    if "month" in blanks:
        year, month = int(str(blanks["year"])), int(str(blanks["month"]))
        blanks["month"] = month_words(turn, year, month)
    if "bill" in blanks:
        blanks["bill"] = turn.words(f"word_{blanks['bill']}")
    turn.say(f"utter_refused_{refused.code}", **blanks)


def _ask_sum_again(turn: Turn) -> list[EventType]:
    return [
        ActiveLoop("payment_form"),
        SlotSet("payment_sum", None),
        SlotSet("payment_details", None),
        SlotSet(REQUESTED, "payment_sum"),
        FollowupAction("payment_form"),
    ]
