"""The landlord's side of a claim: one card, and a yes, a no or another sum."""

from datetime import date

from rasa_sdk.events import EventType

from actions.base import LandlordMatter, Matter
from actions.claims import claim_blanks
from actions.payments import ask_anew, quote_words, slots_of, tell_recorded
from actions.turn import Option, Turn
from actions.who import named_in
from actions.wording import day_words, money, month_words, payer_words
from lebailleur import clock
from lebailleur.conversation import inbox
from lebailleur.rentals import claims
from lebailleur.rentals.asks import Ask
from lebailleur.rentals.claims import Check
from lebailleur.rentals.errors import Conflict
from lebailleur.rentals.models import Claim

MOST_LISTED = 10
# What shows a claim's card.
SHOWS = "EXTERNAL_claim"


class ShowClaim(LandlordMatter):
    """To a landlord: the card of a claim; or, when it does not wait any more, what became of it."""

    called = "action_show_claim"

    def answer(self, turn: Turn) -> list[EventType]:
        show_card(turn, _meant(turn))
        return []


class ConfirmClaim(LandlordMatter):
    """The landlord's yes."""

    called = "action_confirm_claim"

    def answer(self, turn: Turn) -> list[EventType]:
        confirm_claim(turn, _meant(turn))
        return []


class DeclineClaim(LandlordMatter):
    """The landlord has not received it."""

    called = "action_decline_claim"

    def answer(self, turn: Turn) -> list[EventType]:
        decline_claim(turn, _meant(turn))
        return []


class SettleClaim(LandlordMatter):
    """It was another sum: the payment form asks which, and its yes settles the claim."""

    called = "action_settle_claim"

    def answer(self, turn: Turn) -> list[EventType]:
        claim = _meant(turn)
        try:
            claims.settleable(turn.session, turn.asker, claim.id)
        except Conflict:
            _say_decided(turn, claim)
            return []
        values = slots_of(Ask.from_json(claim.ask))
        details = {**values["payment_details"], "periods": []}
        if details["paid_on"] and date.fromisoformat(details["paid_on"]) > _today(turn):
            details["paid_on"] = None
        return ask_anew(
            {**values, "payment_details": details, "payment_claim": claim.id}, "payment_sum"
        )


class ListClaims(LandlordMatter):
    """The claims that wait, as options, the oldest first."""

    called = "action_list_claims"

    def answer(self, turn: Turn) -> list[EventType]:
        waiting = claims.waiting(turn.session, turn.asker)
        if not waiting:
            turn.say("utter_claims_none")
            return []
        options = [_option(turn, each) for each in waiting[:MOST_LISTED]]
        turn.say("utter_claims_waiting", options=options, count=len(waiting))
        return []


class TellClaimWithdrawn(LandlordMatter):
    """To a landlord: the tenant has taken it back."""

    called = "action_tell_claim_withdrawn"

    def answer(self, turn: Turn) -> list[EventType]:
        turn.say("utter_claim_withdrawn", **claim_blanks(turn, _meant(turn)))
        return []


class TellClaimDeclined(Matter):
    """To a tenant: the landlord has not found it yet."""

    called = "action_tell_claim_declined"

    def answer(self, turn: Turn) -> list[EventType]:
        turn.say("utter_claim_not_found_yet", **claim_blanks(turn, _meant(turn)))
        return []


def claim_shown_last(turn: Turn) -> Claim | None:
    """The claim that waits, where its card was the last thing that this landlord saw."""
    if turn.role != "landlord":
        return None
    said = [each["parse_data"] for each in turn.tracker.events if each.get("event") == "user"]
    before = [each for each in said[:-1] if each["intent"]["name"] != "session_start"]
    if not before or before[-1]["intent"]["name"] != SHOWS:
        return None
    shown = {str(each["value"]) for each in before[-1]["entities"] if each["entity"] == "choice"}
    waiting = claims.waiting(turn.session, turn.asker)
    return next((each for each in waiting if str(each.id) in shown), None)


def lease_of_claim_shown(turn: Turn) -> int | None:
    """Whose claim was shown last, where this message names nobody."""
    if turn.entities("tenant") or turn.entities("unit") or named_in(turn):
        return None
    claim = claim_shown_last(turn)
    return claim.lease_id if claim is not None else None


def answer_shown(turn: Turn, proposal_id: str | None, *, yes: bool) -> bool:
    """A bare yes or no to the card that was shown last; whether it was one. Where something else
    waits for a yes too, it is asked which is meant."""
    claim = claim_shown_last(turn) if turn.entity("proposal") is None else None
    if claim is None:
        return False
    if proposal_id is not None:
        intent, of_claim = ("affirm", "confirm_claim") if yes else ("deny", "decline_claim")
        amount = claim_blanks(turn, claim)["amount"]
        options = [
            (turn.words("option_claim", amount=amount), _payload(of_claim, claim)),
            (turn.words("option_other_matter"), f'/{intent}{{"proposal": "{proposal_id}"}}'),
        ]
        turn.say("utter_answer_which", options=options)
    elif yes:
        confirm_claim(turn, claim)
    else:
        decline_claim(turn, claim)
    return True


def claim_options(turn: Turn, lease_id: int) -> list[Option]:
    """What the tenant of a lease says to have paid, as options for their landlord."""
    if turn.role != "landlord":
        return []
    waiting = claims.waiting(turn.session, turn.asker, lease_id=lease_id)
    return [
        (
            turn.words("option_claim", amount=claim_blanks(turn, each)["amount"]),
            _payload("EXTERNAL_claim", each),
        )
        for each in waiting[:MOST_LISTED]
    ]


def confirm_claim(turn: Turn, claim: Claim) -> None:
    """A yes: the payment is recorded once, and both get the receipt."""
    try:
        payment, new = claims.confirm(turn.session, turn.asker, claim.id)
    except Conflict as conflict:
        if conflict.code == "reference_used":
            turn.say("utter_reference_used", **conflict.details)
            return
        if conflict.code != "changed":
            _say_decided(turn, claim)
            return
        turn.say("utter_proposal_changed")
        show_card(turn, claim)
    else:
        tell_recorded(turn, payment, new=new)


def decline_claim(turn: Turn, claim: Claim) -> None:
    """A no: nothing is recorded, and the tenant hears of it."""
    try:
        claims.decline(turn.session, turn.asker, claim.id)
    except Conflict:
        _say_decided(turn, claim)
        return
    content = {"trigger": "EXTERNAL_claim_declined", "entities": {"choice": str(claim.id)}}
    key = f"claim:{claim.id}:declined"
    inbox.keep(turn.session, key, claim.lease.tenant.person_id, "event", content)
    turn.say("utter_claim_declined", **claim_blanks(turn, claim))


def show_card(turn: Turn, claim: Claim) -> None:
    """What is claimed, what it would pay, and what to look at."""
    if claim.state != "waiting":
        _say_decided(turn, claim)
        return
    considered = claims.consider(turn.session, turn.asker, claim.id)
    blanks = {**claim_blanks(turn, claim), "before": "", "words": ""}
    ask = Ask.from_json(claim.ask)
    if ask.proof is not None:
        payer = payer_words(turn, ask.proof.payer_name, ask.proof.payer)
        blanks["words"] = turn.words("words_proof", payer=payer, reference=ask.reference) + "\n"
    elif claim.words:
        blanks["words"] = f"_{claim.words}_\n"
    if claim.replaces is not None:
        was = claim_blanks(turn, claim.replaces)["amount"]
        blanks["before"] = turn.words("words_claim_before", amount=was)
    checks = [_check_words(turn, claim, each) for each in considered.checks]
    blanks["checks"] = "".join(f"\n{each}" for each in checks)
    if considered.quote is None:
        turn.say("utter_claim_card_unfit", **blanks)
        return
    turn.say("utter_claim_card", **{**quote_words(turn, considered.quote), **blanks})


def _say_decided(turn: Turn, claim: Claim) -> None:
    """What has become of a claim that does not wait any more."""
    blanks = claim_blanks(turn, claim)
    if claim.state == "confirmed" and claim.payment is not None:
        tell_recorded(turn, claim.payment, new=False)
        return
    turn.say(f"utter_claim_was_{claim.state}", **blanks)
    newer = claims.waiting(turn.session, turn.asker, lease_id=claim.lease_id)
    if claim.state == "replaced" and newer:
        show_card(turn, newer[-1])


def _meant(turn: Turn) -> Claim:
    """The claim that a button or an event names; raises `NotFound`."""
    named = turn.entity("choice") or ""
    return claims.claim_for(turn.session, turn.asker, int(named) if named.isdigit() else 0)


def _check_words(turn: Turn, claim: Claim, check: Check) -> str:
    blanks: dict[str, object] = dict(check.details)
    for name, value in check.details.items():
        if isinstance(value, date):
            blanks[name] = day_words(turn, value)
        elif name in ("covered", "open", "due") and isinstance(value, int):
            blanks[name] = money(turn, value, claim.lease.tenant.landlord.currency)
    if "month" in blanks:
        year, month = int(str(blanks["year"])), int(str(blanks["month"]))
        blanks["month"] = month_words(turn, year, month)
    return turn.words(f"check_{check.code}", **blanks)


def _option(turn: Turn, claim: Claim) -> Option:
    blanks = claim_blanks(turn, claim)
    return (turn.words("option_claim_of", **blanks), _payload("EXTERNAL_claim", claim))


def _payload(intent: str, claim: Claim) -> str:
    return f'/{intent}{{"choice": "{claim.id}"}}'


def _today(turn: Turn) -> date:
    return clock.today(turn.timezone())
