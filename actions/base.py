"""What every action shares: one turn, one transaction, and back to the open question."""

from abc import ABC, abstractmethod
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import Turn, turn_of
from lebailleur.rentals.errors import RentalError


class Matter(Action, ABC):
    """An action of our own: a subclass names itself and answers.

    A rental error that it lets pass is said in the person's language, and nothing is written.
    When a form is open, its question is asked again after the answer.
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
        if self.back_to_form and tracker.active_loop_name and not _leaves_form(events):
            events = [*events, FollowupAction(tracker.active_loop_name)]
        return events


class LandlordMatter(Matter):
    """A matter for landlords; others are told so."""

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        with turn_of(dispatcher, tracker, domain) as turn:
            if turn.role != "landlord":
                turn.say("utter_landlords_only")
                return []
        return await super().run(dispatcher, tracker, domain)


def say_error(turn: Turn, error: RentalError) -> None:
    """Say what was wrong: by the error's own response where there is one."""
    response = f"utter_{error.code}"
    if response not in turn.responses:
        response = "utter_landlords_only" if error.code == "not_allowed" else "utter_error"
    turn.say(response, **error.details)


def _leaves_form(events: list[EventType]) -> bool:
    return any(event.get("event") in ("active_loop", "followup") for event in events)
