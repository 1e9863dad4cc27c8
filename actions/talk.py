"""Menus, politeness, language, and what is said when nothing else fits."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActionExecuted, ActiveLoop, EventType, SessionStarted, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import Matter
from actions.changing import change_shown, question_recorded
from actions.claim_answers import answer_shown
from actions.claims import deny_own_claim
from actions.confirming import cancel_proposal, confirm_proposal
from actions.forms import REQUESTED, SET_ASIDE, SURE_OF_ANOTHER
from actions.menus import own_name, show_menu
from actions.plans import show_waiting
from actions.support import wait_for_answer
from actions.turn import Turn, turn_of
from lebailleur import identity
from lebailleur.rentals import portfolio, proposals
from lebailleur.settings import settings
from lebailleur.understanding.language import detect, read_language

# A name or an address is in no language.
NAMES = ("_name", "_address")
# The guide's topics; the first is for landlords alone.
TOPICS = ("begin", "payments", "receipts", "reminders", "data", "cost")

# What is kept when a tenant sends it, until it is said what it is about.
KEPT = frozenset({"image", "video", "audio", "document"})
NOT_LOADED = "not_loaded"


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
            waits = wait_for_answer(turn)
        return [
            SessionStarted(),
            SlotSet("language", language),
            *waits,
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
        if turn.tracker.active_loop_name and turn.role != "stranger":
            turn.say("utter_greeting", name=own_name(turn))
        else:
            show_menu(turn, greet=True)
        return []


class ShowMenu(Matter):
    called = "action_show_menu"
    back_to_form = False

    def answer(self, turn: Turn) -> list[EventType]:
        proposals.drop_open(turn.session, turn.asker)
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
    """What can be done here, and a short guide by topics."""

    called = "action_help"

    def answer(self, turn: Turn) -> list[EventType]:
        topic = turn.entity("choice")
        if topic in TOPICS:
            turn.say(f"utter_guide_{topic}")
            return []
        topics = TOPICS if turn.role == "landlord" else TOPICS[1:]
        options = [(turn.words(f"topic_{each}"), f'/help{{"choice": "{each}"}}') for each in topics]
        options.append((turn.words("option_menu"), "/show_menu"))
        turn.say(f"utter_help_{turn.role}", options=options)
        return []


class Goodbye(Matter):
    """Whoever leaves leaves nothing open behind them."""

    called = "action_goodbye"
    back_to_form = False

    def answer(self, turn: Turn) -> list[EventType]:
        proposals.drop_open(turn.session, turn.asker)
        turn.say("utter_goodbye")
        return leave_form(turn)


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
        if answer_shown(turn, proposal_id, yes=True):
            return []
        if proposal_id is None and show_waiting(turn):
            return []
        if proposal_id is None:
            turn.say("utter_nothing_to_confirm")
            show_menu(turn)
            return []
        if turn.text and turn.confidence < SURE_OF_ANOTHER:
            turn.say("utter_yes_or_no")
            return []
        confirm_proposal(turn, proposal_id)
        return []


class Deny(Matter):
    """A no."""

    called = "action_deny"

    def answer(self, turn: Turn) -> list[EventType]:
        if (events := change_shown(turn)) is not None:
            return events  # "no, 40k" is no refusal
        proposal_id = _proposal_meant(turn)
        if answer_shown(turn, proposal_id, yes=False):
            return []
        if proposal_id is None and show_waiting(turn):
            return []
        if proposal_id is None:
            if (events := deny_own_claim(turn)) is not None:
                return events
            if turn.role == "landlord" and (events := question_recorded(turn)) is not None:
                return events
            turn.say("utter_nothing_to_deny")
            return []
        cancel_proposal(turn, proposal_id)
        return []


class Unsupported(Matter):
    """A voice note, a picture …: nobody looks at it here, but a tenant's can go to the landlord.
    What WhatsApp could not take from somebody never reached us."""

    called = "action_unsupported"

    def answer(self, turn: Turn) -> list[EventType]:
        if turn.entity("message_type") == NOT_LOADED:
            turn.say("utter_not_loaded")
            return []
        kept = turn.entity("message_type") in KEPT
        turn.say("utter_attachment" if kept and turn.role == "tenant" else "utter_unsupported")
        return []


def leave_form(turn: Turn) -> list[EventType]:
    """Close the open form, if there is one, and what was set aside for it."""
    aside = SlotSet(SET_ASIDE, None)
    if not turn.tracker.active_loop_name:
        return [aside]
    return [aside, ActiveLoop(None), SlotSet(REQUESTED, None)]


def _proposal_meant(turn: Turn) -> str | None:
    named = turn.entity("proposal")
    if named is not None:
        return named
    waiting = proposals.open_of(turn.session, turn.asker, at=turn.said_at)
    return waiting.id if waiting else None


def _language_of(turn: Turn) -> str:
    person = turn.session.get(identity.Person, turn.person_id)
    return (person.language if person else None) or settings().default_language


def _keep_language(turn: Turn, language: str) -> None:
    person = turn.session.get(identity.Person, turn.person_id)
    if person is not None:
        person.language = language
    portfolio.set_language(turn.session, turn.asker, language)
