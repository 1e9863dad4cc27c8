"""Payments: what was said becomes a proposal with a summary; only a yes writes it."""

from dataclasses import asdict, replace
from datetime import date
from fractions import Fraction
from typing import Any

from rasa_sdk.events import ActiveLoop, EventType, FollowupAction, SlotSet

from actions.base import Matter
from actions.fields import LeaseField, months_in
from actions.forms import REQUESTED, Form
from actions.rows import rows_of
from actions.sums import SumField
from actions.turn import Option, Turn
from actions.who import named_in
from actions.wording import charge_words, clear_words, day_words, money, month_words
from lebailleur.rentals import proposals, quotes, rights
from lebailleur.rentals.asks import DEPOSIT, Ask, Proof
from lebailleur.rentals.errors import Refused
from lebailleur.rentals.models import Payment
from lebailleur.rentals.quotes import Quote
from lebailleur.settings import settings
from lebailleur.telling import tell_tenant
from lebailleur.understanding.references import also

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
# Matters that "and Marie too" may mean once more, and what says that a payment is meant.
AGAIN = ("balance_form", "receipt_form", "history_form", "bill_form", "extension_form")
OF_PAYMENTS = ("amount", "fraction", "months", "bill", "method")


class PaymentForm(Form):
    form = "payment_form"
    intents = frozenset({"record_payment", "correct_payment"})
    fields = (LeaseField("payment_lease"), SumField("payment_sum"))
    # `payment_claim` is the tenant's claim that this payment settles.
    extras = ("payment_details", "payment_rows", "payment_form_instead", "payment_claim")
    keeps = ("payment_lease", "payment_sum", "payment_details")

    def _enter(self, turn: Turn, asked: str | None) -> list[EventType]:
        every = rows_of(turn)
        rows = [each for each in every if not each["unclear"]]
        if len(every) > 1 and rows:
            # Several payments have a form of their own; what else was said is not passed over.
            if len(rows) < len(every):
                unclear = ", ".join(each["said"] for each in every if each["unclear"])
                turn.say("utter_half_understood", said=unclear)
            return [*self._slots({"payment_rows": rows}), SlotSet(REQUESTED, None)]
        form = turn.about.get("form")
        if form in AGAIN and also(turn.text) and not any(map(turn.entities, OF_PAYMENTS)):
            # "And Marie too", after a question about Paul, asks the same about her.
            return [*self._slots({"payment_form_instead": form}), SlotSet(REQUESTED, None)]
        return super()._enter(turn, asked)

    def begin(self, turn: Turn) -> dict[str, Any]:
        """ "Change" reopens the summary's payment with one thing to be said anew; "and Marie too"
        takes over what was said of the last one."""
        proposal_id, what = turn.entity("proposal"), turn.entity("choice")
        if proposal_id is None or what not in ("payment_sum", "payment_lease", "rent"):
            return self._once_more(turn)
        ask = proposals.ask_of(turn.session, turn.asker, proposal_id)
        if what == "rent":
            return slots_of(replace(ask, bill="rent"))
        values = {**slots_of(ask), "payment_claim": turn.tracker.get_slot("payment_claim")}
        values[what] = None
        return values

    def _once_more(self, turn: Turn) -> dict[str, Any]:
        """What of the last payment holds for this one: all but what this message names."""
        values = super().begin(turn)
        if not values:
            return {}
        if turn.entities("tenant") or turn.entities("unit") or named_in(turn):
            values["payment_lease"] = None
        if any(map(turn.entities, ("amount", "fraction", "months", "bill"))):
            values["payment_sum"] = values["payment_details"] = None
        else:
            # What remains, and by which transaction it was paid, was so of that payment alone.
            alone = dict.fromkeys(("remaining", "rest_on", "reference", "proof"))
            details = {**(values["payment_details"] or {}), **alone}
            details["periods"] = months_in(turn) or details.get("periods") or []
            values["payment_details"] = details
        return values


class ProposePayment(Matter):
    """The form is complete: show what would be written, and ask."""

    called = "action_propose_payment"

    def answer(self, turn: Turn) -> list[EventType]:
        if turn.role == "tenant":
            # A tenant's word is a claim: only the landlord's makes a payment.
            return [FollowupAction("claim_form")]
        if turn.role == "stranger":
            turn.say("utter_landlords_only")
            return []
        if instead := turn.tracker.get_slot("payment_form_instead"):
            return [FollowupAction(instead)]
        if turn.tracker.get_slot("payment_rows"):
            return [FollowupAction("several_form")]
        return propose_or_ask(turn, ask_of_slots(turn.tracker.slots))


def propose_or_ask(turn: Turn, ask: Ask) -> list[EventType]:
    """Propose a payment; when it cannot be, say why, and ask for the sum where that helps."""
    values = slots_of(ask)
    try:
        propose(turn, ask)
    except Refused as refused:
        turn.dispatcher.utter_message(text=why_refused(turn, refused, ask.lease_id))
        if refused.code in SUM_AGAIN:
            return ask_anew({**values, "payment_details": None}, "payment_sum")
    return [SlotSet(name, value) for name, value in values.items()]


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
        claim=turn.tracker.get_slot("payment_claim"),
    )
    lease = quote.lease
    if bill is not None:
        options = [(turn.words("option_for_rent"), change_payload(proposal.id, "rent"))]
    turn.say(
        "utter_payment_summary",
        options=options,
        proposal=proposal.id,
        name=lease.tenant.name,
        unit=lease.unit.name,
        property=lease.unit.property.name,
        details=payment_details(turn, quote),
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
    say_recorded(turn, payment)
    tell_tenant(turn.session, payment)


def say_recorded(turn: Turn, payment: Payment) -> None:
    """To the landlord: what was recorded, with its receipt."""
    turn.say(
        "utter_payment_recorded",
        name=payment.lease.tenant.name,
        amount=money(turn, payment.amount, payment.lease.tenant.landlord.currency),
        number=payment.receipt.number,
        standing=receipt_standing(turn, payment),
    )
    turn.send_receipt(payment.receipt.number)


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
            "remaining": ask.remaining,
            "rest_on": ask.rest_on.isoformat() if ask.rest_on else None,
            "reference": ask.reference,
            "proof": asdict(ask.proof) if ask.proof else None,
        },
    }


def ask_of_slots(slots: dict[str, Any]) -> Ask:
    """What the form's slots ask the rental business to record."""
    details, total = slots.get("payment_details") or {}, slots.get("payment_sum") or {}
    paid_on, rest_on = details.get("paid_on"), details.get("rest_on")
    return Ask(
        lease_id=slots["payment_lease"],
        amount=total.get("amount"),
        part=str(Fraction(total["part"])) if _is_fraction(total) else total.get("part"),
        months=total.get("months"),
        months_named=tuple((year, month) for year, month in details.get("periods") or []),
        bill=details.get("bill"),
        method=details.get("method"),
        paid_on=date.fromisoformat(paid_on) if paid_on else None,
        remaining=details.get("remaining"),
        rest_on=date.fromisoformat(rest_on) if rest_on else None,
        reference=details.get("reference"),
        proof=Proof(**details["proof"]) if details.get("proof") else None,
    )


def _is_fraction(total: dict[str, Any]) -> bool:
    return total.get("part") not in (None, "rest", "all")


def change_payload(proposal_id: str, what: str) -> str:
    """The payload of a button that reopens one thing of a proposed payment."""
    return f'/record_payment{{"proposal": "{proposal_id}", "choice": "{what}"}}'


def payment_details(turn: Turn, quote: Quote) -> str:
    """How and when, after the sum."""
    return details_words(turn, quote.method, quote.paid_on)


def details_words(turn: Turn, method: str | None, paid_on: date | None) -> str:
    """How and when it was paid: ``, by MTN MoMo, on 10 March 2026``."""
    parts = [turn.words(f"word_{method}")] if method else []
    if paid_on is not None:
        parts.append(turn.words("words_paid_on", day=day_words(turn, paid_on)))
    return "".join(f", {each}" for each in parts)


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
    if quote.bill == DEPOSIT:
        found.append(turn.words("line_deposit", amount=money(turn, quote.amount, currency)))
    if quote.credit:
        found.append(turn.words("line_credit", amount=money(turn, quote.credit, currency)))
    return found


def _after(turn: Turn, quote: Quote) -> str:
    currency = quote.lease.tenant.landlord.currency
    if quote.balance > 0:
        owes = turn.words("words_after_owes", amount=money(turn, quote.balance, currency))
        if quote.ask.rest_on is None:
            return owes
        return owes + turn.words("words_rest_promised", day=day_words(turn, quote.ask.rest_on))
    if quote.balance < 0:
        return turn.words("words_after_credit", amount=money(turn, -quote.balance, currency))
    return turn.words("words_after_clear")


def why_refused(turn: Turn, refused: Refused, lease_id: int, of: str = "utter_refused") -> str:
    """Why a payment cannot be, in words; to the tenant in those of another family (`of`)."""
    blanks: dict[str, object] = dict(refused.details)
    lease = rights.lease_for(turn.session, turn.asker, lease_id, or_self=True)
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
    return turn.words(f"{of}_{refused.code}", **blanks)


def ask_anew(values: dict[str, Any], slot: str, form: str = "payment_form") -> list[EventType]:
    """Open the form again with these values, and ask for one of them anew."""
    return [
        ActiveLoop(form),
        *(SlotSet(name, value) for name, value in {**values, slot: None}.items()),
        SlotSet(REQUESTED, slot),
        FollowupAction(form),
    ]
