"""Operators' messages that people pass on: from a tenant a claim, from the landlord a proposal.

Such a text is never a payment by itself, for it can be forged. Its words are read where they are
kept, so that neither the model nor the dialogue's memory sees them.
"""

from dataclasses import replace
from typing import Any

from rasa_sdk.events import ActiveLoop, EventType, FollowupAction, SlotSet

from actions.base import Matter
from actions.claims import claim_blanks, tell_claim
from actions.forms import REQUESTED, SET_ASIDE
from actions.payments import ask_anew, propose_or_ask, slots_of, why_refused
from actions.several import propose_several
from actions.turn import Turn
from actions.who import Rented
from actions.wording import day_words, money, payer_words
from lebailleur import clock
from lebailleur.conversation import inbox
from lebailleur.rentals import claims, portfolio, transfers
from lebailleur.rentals.asks import Ask, Proof
from lebailleur.rentals.errors import Conflict, Refused
from lebailleur.rentals.models import Lease
from lebailleur.understanding import mobile_money, names
from lebailleur.understanding.mobile_money import Receipt

# Of so many messages in one text each is answered.
MOST = 20


class ReadMobileMoney(Matter):
    """A text that is an operator's message, or holds some."""

    called = "action_mobile_money"

    def answer(self, turn: Turn) -> list[EventType]:
        text = inbox.text_of(turn.session, turn.person_id, turn.message_id)
        told = mobile_money.read(text or "", clock.now())[:MOST]
        if not told:
            turn.say("utter_not_understood")
            return []
        if turn.role == "stranger":
            turn.say("utter_momo_stranger")
            return []
        reasons = [each.reason for each in told if each.receipt is None]
        by_id = {
            (each.receipt.operator, each.receipt.reference): each.receipt
            for each in told
            if each.receipt is not None
        }
        receipts = []
        for each in by_id.values():
            reason = _reason(turn, each)
            if reason is not None:
                reasons.append(reason)
            elif not _said_before(turn, each):
                receipts.append(each)
        for reason in dict.fromkeys(reasons):
            turn.say(f"utter_momo_{reason}")
        if not receipts:
            return []
        return _claim(turn, receipts) if turn.role == "tenant" else _propose(turn, receipts)


def _reason(turn: Turn, receipt: Receipt) -> str | None:
    """Why money that came in for somebody is not rent that came in for the landlord."""
    if turn.role == "landlord":
        own = {turn.landlord.phone[-9:]} if turn.landlord and turn.landlord.phone else set()
        if receipt.payer in own or _is_tenants(turn, receipt.payee):
            return "money_out"
        return None
    own_numbers = {each.phone[-9:] for each in turn.tenancies}
    landlords = {each.landlord.phone[-9:] for each in turn.tenancies if each.landlord.phone}
    if receipt.payee in own_numbers or receipt.payer in landlords:
        return "to_tenant"
    return None


def _is_tenants(turn: Turn, number: str | None) -> bool:
    every = portfolio.leases(turn.session, turn.asker)
    return number is not None and any(each.tenant.phone.endswith(number) for each in every)


def _said_before(turn: Turn, receipt: Receipt) -> bool:
    """Say that a transaction is recorded already, and as what, where that may be known. A tenant's
    is passed on all the same when it is not theirs: the landlord sees that something is wrong."""
    known, payment = transfers.recorded(
        turn.session, turn.asker, receipt.operator, receipt.reference
    )
    if payment is not None:
        turn.say(
            "utter_momo_recorded",
            reference=receipt.reference,
            number=payment.receipt.number,
            name=payment.lease.tenant.name,
            amount=money(turn, payment.amount, payment.lease.tenant.landlord.currency),
        )
        turn.send_receipt(payment.receipt.number)
        return True
    if known and turn.role == "landlord":
        turn.say("utter_reference_used", reference=receipt.reference)
        return True
    return False


# ── From the landlord ───────────────────────────────────────────────────────────────────────


def _propose(turn: Turn, receipts: list[Receipt]) -> list[EventType]:
    if not portfolio.leases(turn.session, turn.asker):
        turn.say("utter_momo_nobody")
        return []
    turn.tracker.slots["payment_claim"] = None
    events = _set_aside(turn)
    for receipt in receipts:
        _say_read(turn, receipt)
    meant = [_meant(turn, each) for each in receipts]
    if len(receipts) > 1:
        return [*events, *_several(turn, receipts, meant)]
    (leases, how), receipt = meant[0], receipts[0]
    if len(leases) == 1 and how != "maybe":
        if how == "sum":
            turn.say("utter_momo_by_sum", name=leases[0].tenant.name)
        about = {"form": "payment_form", "lease": leases[0].id}
        proposed = propose_or_ask(turn, _ask(receipt, leases[0].id))
        return [*events, *proposed, SlotSet("about", about)]
    if leases:
        turn.say("utter_momo_which", name=_payer_words(turn, receipt))
    values = {**slots_of(_ask(receipt, 0)), "candidates": [each.id for each in leases] or None}
    return [*events, *ask_anew(values, "payment_lease")]


def _several(
    turn: Turn, receipts: list[Receipt], meant: list[tuple[list[Lease], str]]
) -> list[EventType]:
    """All in one table; of whom it is not clear is asked first."""
    if all(len(leases) == 1 and how != "maybe" for leases, how in meant):
        asks = [_ask(each, leases[0].id) for each, (leases, _) in zip(receipts, meant, strict=True)]
        propose_several(turn, asks)
        return []
    rows: list[dict[str, Any]] = []
    for receipt, (leases, how) in zip(receipts, meant, strict=True):
        sure = len(leases) == 1 and how != "maybe"
        row = slots_of(_ask(receipt, leases[0].id if sure else 0))
        row |= {"out": False, "together": False, "problem": None, "unclear": False}
        row |= {"said": _payer_words(turn, receipt), "candidates": [each.id for each in leases]}
        if not sure:
            row["payment_lease"] = None
        rows.append(row)
    return [
        ActiveLoop("several_form"),
        SlotSet("several_draft", rows),
        SlotSet("several_rows", None),
        SlotSet(REQUESTED, "several_rows"),
        FollowupAction("several_form"),
    ]


def _meant(turn: Turn, receipt: Receipt) -> tuple[list[Lease], str]:
    """Whose payment it may be, and by what that is known: ``number``, ``name``, ``sum``, or
    ``maybe`` where it has to be asked. An agent's number and name say nothing of who paid."""
    if not receipt.deposit:
        if found := transfers.paid_by(turn.session, turn.asker, receipt.payer):
            return found, "number"
        every = portfolio.leases(turn.session, turn.asker)
        match = names.match(
            receipt.payer_name or "", [Rented(each.tenant.name, each) for each in every]
        )
        if match.found:
            found = [each.item.lease for each in match.found]
            return found, "maybe" if match.tier == "fuzzy" else "name"
    owing = transfers.owing(turn.session, turn.asker, receipt.amount)
    return (owing, "sum") if len(owing) == 1 else ([], "maybe")


def _set_aside(turn: Turn) -> list[EventType]:
    """The open form waits until the payment is answered; one that asks of a payment is dropped."""
    form, asked = turn.tracker.active_loop_name, turn.tracker.get_slot(REQUESTED)
    events: list[EventType] = [SlotSet("payment_claim", None)]
    if form is None:
        return events
    events += [ActiveLoop(None), SlotSet(REQUESTED, None)]
    if form not in ("payment_form", "several_form"):
        events.append(SlotSet(SET_ASIDE, [form, asked]))
    return events


# ── From a tenant ───────────────────────────────────────────────────────────────────────────


def _claim(turn: Turn, receipts: list[Receipt]) -> list[EventType]:
    own = portfolio.own_leases(turn.session, turn.asker)
    for number, receipt in enumerate(receipts):
        _say_read(turn, receipt)
        if len(own) != 1:
            return ask_anew(slots_of(_ask(receipt, 0)), "payment_lease", form="claim_form")
        ask = _ask(receipt, own[0].id)
        try:
            claim, new = claims.make(turn.session, turn.asker, ask, key=f"{turn.key}:{number}")
        except Refused as refused:
            why = why_refused(turn, refused, ask.lease_id, of="utter_claim_refused")
            turn.dispatcher.utter_message(text=why)
            continue
        except Conflict:
            turn.say("utter_claim_answered_before")
            continue
        tell_claim(turn, claim)
        turn.say("utter_claim_made" if new else "utter_claim_known", **claim_blanks(turn, claim))
    return []


# ── Both ────────────────────────────────────────────────────────────────────────────────────


def _ask(receipt: Receipt, lease_id: int) -> Ask:
    """The payment of which a message tells."""
    at = None
    if receipt.day is not None and receipt.at is not None:
        at = f"{receipt.day.isoformat()}T{receipt.at.isoformat()}"
    ask = Ask(
        lease_id,
        amount=receipt.amount,
        method=receipt.operator,
        paid_on=receipt.day,
        reference=receipt.reference,
    )
    proof = Proof(
        payer=receipt.payer,
        payer_name=receipt.payer_name,
        at=at,
        odd=bool(receipt.oddities),
        deposit=receipt.deposit,
    )
    return replace(ask, proof=proof)


def _say_read(turn: Turn, receipt: Receipt) -> None:
    """What was read, so that a wrong reading shows; and what makes the message doubtful."""
    day = ""
    if receipt.day is not None:
        day = turn.words("words_paid_on", day=day_words(turn, receipt.day))
    turn.say(
        "utter_momo_read",
        operator=turn.words(f"word_operator_{receipt.operator}"),
        amount=money(turn, receipt.amount),
        payer=_payer_words(turn, receipt),
        day=f", {day}" if day else "",
        reference=receipt.reference,
    )
    if receipt.oddities and turn.role == "landlord":
        turn.say("utter_momo_odd")


def _payer_words(turn: Turn, receipt: Receipt) -> str:
    return payer_words(turn, receipt.payer_name, receipt.payer)
