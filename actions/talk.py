"""Menus, politeness, language, and what is said when nothing else fits."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActionExecuted, ActiveLoop, EventType, SessionStarted, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import Matter
from actions.confirming import cancel_proposal, confirm_proposal
from actions.forms import REQUESTED
from actions.turn import Option, Turn, turn_of
from lebailleur import identity
from lebailleur.rentals import portfolio, proposals
from lebailleur.settings import settings
from lebailleur.understanding.language import detect, read_language

# A name or an address is in no language.
NAMES = ("_name", "_address")
# How many meanings are offered when we are not sure.
MEANINGS = 3


class StartSession(Action):
    """A new session remembers the language alone: an open question is dropped."""

    def name(self) -> str:
        return "action_session_start"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        with turn_of(dispatcher, tracker, domain) as turn:
            proposals.drop_open(turn.session, turn.asker)
            language = _language_of(turn)
        return [
            SessionStarted(),
            SlotSet("language", language),
            ActionExecuted("action_listen"),
        ]


class FollowLanguage(Action):
    """The slot `language` follows what the person writes, and stays where that says nothing."""

    def name(self) -> str:
        return "action_follow_language"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        text = (tracker.latest_message or {}).get("text") or ""
        asked = tracker.get_slot(REQUESTED) or ""
        says_nothing = text.startswith(("/", "EXTERNAL")) or asked.endswith(NAMES)
        written = None if says_nothing else detect(text)
        if written is None or written == tracker.get_slot("language"):
            return []
        with turn_of(dispatcher, tracker, domain) as turn:
            _keep_language(turn, written)
        return [SlotSet("language", written)]


class ChangeLanguage(Matter):
    """Answer in another language from now on."""

    called = "action_change_language"

    def answer(self, turn: Turn) -> list[EventType]:
        wanted = read_language(turn.entity("language") or turn.text)
        if wanted is None:
            turn.say("utter_language_which")
            return []
        _keep_language(turn, wanted)
        # The answer is worded after this action, when the slot is not set yet: so say it here.
        turn.tracker.slots["language"] = wanted
        turn.dispatcher.utter_message(text=turn.words("utter_language_changed"))
        return [SlotSet("language", wanted)]


class Greet(Matter):
    called = "action_greet"

    def answer(self, turn: Turn) -> list[EventType]:
        show_menu(turn, greet=True)
        return []


class ShowMenu(Matter):
    called = "action_show_menu"
    back_to_form = False

    def answer(self, turn: Turn) -> list[EventType]:
        show_menu(turn)
        return leave_form(turn)


class GoBack(Matter):
    """One step back: inside a form, the form does it; from its first question, or outside, the
    step back leads to the menu."""

    called = "action_go_back"
    back_to_form = False

    def answer(self, turn: Turn) -> list[EventType]:
        proposals.drop_open(turn.session, turn.asker)
        show_menu(turn)
        return leave_form(turn)


class Help(Matter):
    called = "action_help"

    def answer(self, turn: Turn) -> list[EventType]:
        turn.say(f"utter_help_{turn.role}")
        return []


class Cancel(Matter):
    """Leave what is being done; nothing that was entered so far is written."""

    called = "action_cancel"
    back_to_form = False

    def answer(self, turn: Turn) -> list[EventType]:
        proposals.drop_open(turn.session, turn.asker)
        turn.say("utter_cancelled")
        return leave_form(turn)


class Affirm(Matter):
    """A yes: to the proposal that a button names, or to the one that is open."""

    called = "action_affirm"

    def answer(self, turn: Turn) -> list[EventType]:
        proposal_id = _proposal_meant(turn)
        if proposal_id is None:
            turn.say("utter_nothing_to_confirm")
            show_menu(turn)
            return []
        confirm_proposal(turn, proposal_id)
        return []


class Deny(Matter):
    """A no."""

    called = "action_deny"

    def answer(self, turn: Turn) -> list[EventType]:
        proposal_id = _proposal_meant(turn)
        if proposal_id is None:
            turn.say("utter_nothing_to_deny")
            return []
        cancel_proposal(turn, proposal_id)
        return []


class ContactSupport(Matter):
    called = "action_contact_support"

    def answer(self, turn: Turn) -> list[EventType]:
        phone = settings().support_phone
        if phone:
            turn.say("utter_support", phone=phone)
        else:
            turn.say("utter_support_none")
        return []


class NotYet(Matter):
    """What the vocabulary knows and this version cannot do is said plainly."""

    called = "action_not_yet"

    def answer(self, turn: Turn) -> list[EventType]:
        turn.say("utter_not_yet")
        return []


class Unsure(Matter):
    """Below the model's confidence: the likeliest meanings, as options."""

    called = "action_unsure"

    def answer(self, turn: Turn) -> list[EventType]:
        options = _meanings(turn)
        if not options:
            turn.say("utter_not_understood")
            show_menu(turn)
            return []
        options.append((turn.words("utter_option_none"), "/show_menu"))
        turn.say("utter_unsure", options=options)
        return []


class Unplaced(Matter):
    """An answer without a question: a late number, an old button, a bare value."""

    called = "action_unplaced"

    def answer(self, turn: Turn) -> list[EventType]:
        turn.say("utter_unplaced")
        show_menu(turn)
        return []


class Unsupported(Matter):
    called = "action_unsupported"

    def answer(self, turn: Turn) -> list[EventType]:
        turn.say("utter_unsupported")
        return []


def show_menu(turn: Turn, *, greet: bool = False) -> None:
    """The numbered menu of whoever speaks."""
    greeting = ""
    if greet and turn.role != "stranger":
        name = turn.landlord.name if turn.landlord else turn.tenancies[0].name
        greeting = turn.words("utter_greeting", name=name)
    turn.say(f"utter_menu_{turn.role}", greeting=greeting)


def leave_form(turn: Turn) -> list[EventType]:
    """Close the open form, if there is one."""
    if not turn.tracker.active_loop_name:
        return []
    return [ActiveLoop(None), SlotSet(REQUESTED, None)]


def _proposal_meant(turn: Turn) -> str | None:
    named = turn.entity("proposal")
    if named is not None:
        return named
    waiting = proposals.open_of(turn.session, turn.asker)
    return waiting.id if waiting else None


def _meanings(turn: Turn) -> list[Option]:
    ranking = turn.message.get("intent_ranking") or []
    names = [each["name"] for each in ranking if f"meaning_{each['name']}" in turn.responses]
    return [(turn.words(f"meaning_{name}"), f"/{name}") for name in names[:MEANINGS]]


def _language_of(turn: Turn) -> str:
    person = turn.session.get(identity.Person, turn.person_id)
    return (person.language if person else None) or settings().default_language


def _keep_language(turn: Turn, language: str) -> None:
    person = turn.session.get(identity.Person, turn.person_id)
    if person is not None:
        person.language = language
    portfolio.set_language(turn.session, turn.asker, language)
