"""What every action shares: one turn, one transaction, and back to the open question."""

from abc import ABC, abstractmethod
from typing import Any

import structlog
from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy.exc import SQLAlchemyError

from actions import speaking
from actions.forms import REQUESTED, SET_ASIDE, say_failed
from actions.turn import Turn, turn_of
from lebailleur.rentals import proposals
from lebailleur.rentals.errors import NotFound, RentalError

log = structlog.get_logger()


class Matter(Action, ABC):
    """An action of our own: a subclass names itself and answers.

    A rental error that it lets pass is said in the person's language, and nothing is written.
    When a form is open, or was set aside for what is done now, its question is asked again. A
    fault of ours is said as such: trying it again would only make everything after it wait.
    """

    back_to_form = True

    @property
    @abstractmethod
    def called(self) -> str:
        """The action's name in `domain.yml`."""

    def name(self) -> str:
        return self.called

    @abstractmethod
    def answer(self, turn: Turn) -> list[EventType]:
        """Do what was asked and say so; return the events for Rasa's tracker."""

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        try:
            with turn_of(dispatcher, tracker, domain) as turn:
                events = self.answer(turn)
        except RentalError as error:
            dispatcher.messages.clear()
            with turn_of(dispatcher, tracker, domain) as turn:
                say_error(turn, error)
                events = []
        except SQLAlchemyError:
            raise  # the database is away: the message is kept, and tried again
        except Exception:
            log.exception("action_failed", action=self.called)
            return say_failed(dispatcher, tracker, domain)
        if self.back_to_form and not _leaves_form(events):
            with turn_of(dispatcher, tracker, domain) as turn:
                return [*events, *_back_to_form(turn)]
        return events


class LandlordMatter(Matter):
    """A matter for landlords; others are told so."""

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        with turn_of(dispatcher, tracker, domain) as turn:
            if turn.landlord is None:
                turn.say("utter_landlords_only")
                return []
            spoken = speaking.settle(turn, "landlord")
        return [*spoken, *await super().run(dispatcher, tracker, domain)]


def say_error(turn: Turn, error: RentalError) -> None:
    """Say what was wrong: by the error's own response where there is one."""
    response = f"utter_{error.code}"
    if response not in turn.responses:
        response = "utter_landlords_only" if error.code == "not_allowed" else "utter_error"
        if isinstance(error, NotFound):
            response = "utter_not_there"
    turn.say(response, **error.details)


def ask_again(form: str, slot: str) -> list[EventType]:
    """Open a form at one of its questions; what else was answered stays."""
    return [
        SlotSet(slot, None),
        ActiveLoop(form),
        SlotSet(REQUESTED, slot),
        FollowupAction(form),
    ]


def _back_to_form(turn: Turn) -> list[EventType]:
    """Ask on: the form that is open, or the one set aside, once nothing else waits for a yes."""
    form, aside = turn.tracker.active_loop_name, turn.tracker.get_slot(SET_ASIDE)
    events: list[EventType] = []
    if form is None:
        if not aside or proposals.open_of(turn.session, turn.asker, at=turn.said_at) is not None:
            return []
        form, asked = aside
        events = [SlotSet(SET_ASIDE, None), ActiveLoop(form), SlotSet(REQUESTED, asked)]
    turn.say("utter_back_to_form", matter=turn.words(f"matter_{form}"))
    return [*events, FollowupAction(form)]


def _leaves_form(events: list[EventType]) -> bool:
    return any(event.get("event") in ("active_loop", "followup") for event in events)
