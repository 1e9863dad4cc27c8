"""What cannot be told for sure, or answers no question: the way on is offered, never assumed."""

from textwrap import shorten
from typing import Any

from rasa_sdk.events import EventType, FollowupAction

from actions.base import Matter
from actions.changing import change_shown, question_recorded
from actions.claim_answers import claim_shown_last, show_card
from actions.menus import show_menu
from actions.turn import Option, Turn
from actions.who import lease_candidates
from lebailleur.conversation import doubts, inbox
from lebailleur.conversation.models import Conversation
from lebailleur.rentals import proposals

# How many meanings are offered, and how likely one must be to be worth reading.
MEANINGS, LEAST = 3, 0.08
# Where a no is an answer to what is shown, so much is enough for one: nothing is written by it.
MAYBE_NO = 0.15
# Who may mean what; what is in neither is for everybody who is known.
EVERYBODY = {"help", "show_menu", "contact_support", "change_language"}
STRANGERS = EVERYBODY | {"register_landlord", "identify_tenant"}
SHARED = EVERYBODY | {
    "record_payment",
    "check_balance",
    "payment_history",
    "get_receipt",
    "request_extension",
    "stop_reminders",
    "start_reminders",
}
TENANTS = SHARED | {"contact_landlord", "report_issue", "list_issues", "close_issue"}
LANDLORDS = SHARED | {
    *("add_property", "delete_property", "list_properties", "add_unit", "delete_unit"),
    *("list_units", "add_tenant", "delete_tenant", "list_tenants", "update_tenant"),
    *("change_rent", "correct_payment", "void_payment", "record_bill", "list_arrears"),
    *("rent_status", "income_report", "send_reminder", "approve_extension"),
    *("decline_extension", "message_tenant", "list_issues", "close_issue", "list_claims"),
    *("get_api_key", "list_api_keys"),
}
ROLES = {"stranger": STRANGERS, "tenant": TENANTS, "landlord": LANDLORDS}
# What was understood of a message and says something beside the meaning.
SAID = ("tenant", "unit", "property", "amount", "fraction", "period", "date", "bill", "phone")
MOST_SAID = 80
NOT_UNDERSTOOD = {"action_unsure", "action_none_meant", "action_out_of_scope"}


class Unsure(Matter):
    """Below the model's confidence: the likeliest meanings, as options. Twice in a row: the menu
    and a human."""

    called = "action_unsure"

    def answer(self, turn: Turn) -> list[EventType]:
        if _again(turn):
            turn.say("utter_not_understood_again")
            show_menu(turn)
            return []
        ranking = [
            (str(each["name"]), float(each["confidence"]))
            for each in turn.message.get("intent_ranking") or []
            if each["name"] != "nlu_fallback"
        ]
        if dict(ranking).get("deny", 0.0) >= MAYBE_NO and (events := _no_to(turn)) is not None:
            return events
        meant = [
            name for name, confidence in ranking if name in ROLES[turn.role] and confidence >= LEAST
        ][:MEANINGS]
        doubt = doubts.keep(
            turn.session,
            turn.key,
            turn.person_id,
            turn.text,
            turn.message.get("entities") or [],
            ranking[:10],
            meant,
        )
        if not meant:
            turn.say("utter_not_understood")
            show_menu(turn)
            return []
        options = [(_title(turn, name), _payload(name, doubt.id)) for name in meant]
        options.append((turn.words("utter_option_none"), _payload("none_meant", doubt.id)))
        turn.say("utter_unsure", options=options)
        return []


class OutOfScope(Matter):
    """What this assistant does not do, or no words at all. Twice in a row: the menu and a human."""

    called = "action_out_of_scope"

    def answer(self, turn: Turn) -> list[EventType]:
        if _again(turn):
            turn.say("utter_not_understood_again")
            show_menu(turn)
        else:
            turn.say("utter_out_of_scope")
        return []


class NoneMeant(Matter):
    """Nothing that was offered was meant."""

    called = "action_none_meant"

    def answer(self, turn: Turn) -> list[EventType]:
        turn.say("utter_none_meant")
        return []


class Unplaced(Matter):
    """A bare value, or an answer whose question is closed."""

    called = "action_unplaced"

    def answer(self, turn: Turn) -> list[EventType]:
        if (events := change_shown(turn)) is not None:
            return events  # "for April" under a summary
        state = turn.session.get(Conversation, turn.person_id)
        shown: list[Any] = (state.options if state else None) or []
        late = inbox.is_late(state, turn.said_at)
        if turn.entity("choice_field"):
            turn.say("utter_old_choice")
        elif not late and shown and _bare_number(turn):
            options: list[Option] = [(title, payload) for title, payload in shown]
            turn.say("utter_no_such_number", options=options, most=len(shown))
            return []
        elif turn.role == "landlord" and (events := _of_landlord(turn)) is not None:
            return events
        elif turn.role == "tenant" and turn.entity("date") and _was_reminded(shown):
            return [FollowupAction("extension_form")]  # "Friday", to a reminder
        elif turn.role == "tenant" and (said := turn.entity("amount")):
            turn.say("utter_sum_of_tenant", amount=said)
            return []
        else:
            turn.say("utter_too_late" if late else "utter_unplaced")
        show_menu(turn)
        return []


def _was_reminded(shown: list[Any]) -> bool:
    """Whether what was shown last asks for a day: then a day by itself is a promise."""
    return any(payload.startswith("/request_extension") for _, payload in shown)


def _no_to(turn: Turn) -> list[EventType] | None:
    """ "No, 25k" or "no, I got nothing" is about what is shown, whatever it might mean by itself: a
    summary or the last payment changes, a claim's card is shown again. None when none is shown."""
    if (claim := claim_shown_last(turn)) is not None:
        show_card(turn, claim)
        return []
    if proposals.open_of(turn.session, turn.asker, at=turn.said_at) or question_recorded(turn):
        return [FollowupAction("action_deny")]
    return None


def _of_landlord(turn: Turn) -> list[EventType] | None:
    """What a name, a sum or a month that a landlord writes by itself leads to."""
    tenants, unit = turn.entities("tenant"), turn.entity("unit")
    if tenants or unit:
        found, _ = lease_candidates(turn, tenants, unit, turn.entity("property"))
        if found:
            return [FollowupAction("payment_form" if turn.entity("amount") else "balance_form")]
        if tenants:
            turn.say("utter_name_alone", name=tenants[0])
            return []
        return [FollowupAction("action_list_units")]
    if turn.entity("amount"):
        turn.say("utter_sum_alone", amount=turn.entity("amount"))
        return [FollowupAction("payment_form")]
    if (phone := turn.entity("phone")) is not None:
        turn.say("utter_phone_alone", phone=phone)
        return []
    if (period := turn.entity("period")) is not None:
        turn.say("utter_period_alone", period=period)
        return []
    return [FollowupAction("action_list_units")] if turn.entity("property") else None


def _again(turn: Turn) -> bool:
    """Whether what was said before this was not understood either."""
    said = 0
    for event in reversed(turn.tracker.events):
        said += event.get("event") == "user"
        if said > 1:
            return False
        if said == 1 and event.get("event") == "action" and event.get("name") in NOT_UNDERSTOOD:
            return True
    return False


def _bare_number(turn: Turn) -> bool:
    digits = turn.text.strip(" .)°")
    return digits.isdigit() and len(digits) <= 2


def _title(turn: Turn, intent: str) -> str:
    """What choosing this would do, with what was understood of the message."""
    own = f"meaning_{intent}_{turn.role}"
    said = dict.fromkeys(value for kind in SAID for value in turn.entities(kind))
    what = f" ({shorten(', '.join(said), MOST_SAID, placeholder=' …')})" if said else ""
    return turn.words(own if own in turn.responses else f"meaning_{intent}", what=what)


def _payload(intent: str, doubt_id: int) -> str:
    return f'/{intent}{{"doubt": "{doubt_id}"}}'
