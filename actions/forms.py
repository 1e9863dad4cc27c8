"""How a form asks: what a message says is read into its fields, what is missing is asked for.

A form's slots are filled here alone, from the entities of *this* message or from an answer to the
question that was asked: nothing is taken over from an earlier matter.
"""

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import Turn, turn_of

REQUESTED = "requested_slot"
# Intents that are an answer to whatever was asked, or that say nothing of their own.
ANSWERS = {"inform", "choose", "affirm", "deny", "nlu_fallback", ""}
# What leaves a question even where any words at all are an answer to it.
LEAVES = {"cancel", "show_menu"}
# How sure the model must be of another matter before an open question steps aside for it.
SURE_OF_ANOTHER = 0.7


@dataclass(frozen=True)
class Read:
    """What a field found in a message: a value, or what is wrong with what was said.

    `candidates` are those of whom the next question asks which one was meant. `also` fills
    other slots of the form from the same words.
    """

    value: Any = None
    problem: str | None = None
    blanks: dict[str, object] = field(default_factory=dict)
    candidates: list[Any] = field(default_factory=list)
    also: dict[str, Any] = field(default_factory=dict)


NOTHING = Read()


class Field:
    """One question of a form. `entities` are the kinds that an answer to it uses up, so that a
    day given as "last paid" is not taken for the first day too."""

    slot: str
    entities: frozenset[str] = frozenset()
    # Whether any words may answer it (a name, an address), or only what can be read as a value.
    free_text = False

    def named(self, turn: Turn, values: dict[str, Any]) -> Read:
        """What a message says of it by itself, without having been asked."""
        return NOTHING

    def answered(self, turn: Turn, values: dict[str, Any]) -> Read:
        """What the answer to its question says."""
        return self.named(turn, values)

    def settled(self, turn: Turn, values: dict[str, Any]) -> Any:
        """A value that needs no question, because there is only one possibility."""
        return None


class Form(Action, ABC):
    """`validate_<form>`: reads the message into the fields and says what is asked next."""

    intents: frozenset[str]
    fields: tuple[Field, ...]
    role: str | None = "landlord"
    # Whether any words answer its question: a message to be passed on may speak of anything.
    takes_anything = False
    # Slots besides the fields that belong to the form.
    extras: tuple[str, ...] = ()

    @property
    @abstractmethod
    def form(self) -> str:
        """The form's name in `domain.yml`."""

    def name(self) -> str:
        return f"validate_{self.form}"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        with turn_of(dispatcher, tracker, domain) as turn:
            return self._next(turn)

    def may(self, turn: Turn) -> bool:
        """Whether there is anything to ask this person; otherwise the form ends at once, and
        its submit action says why."""
        return self.role is None or turn.role == self.role

    def _next(self, turn: Turn) -> list[EventType]:
        tracker = turn.tracker
        if not self.may(turn):
            return [*self._slots({}), SlotSet(REQUESTED, None)]
        values = {slot: tracker.get_slot(slot) for slot in self._owned()}
        asked = tracker.get_slot(REQUESTED)
        since = _since_said(tracker)
        entering = any(event.get("event") == "active_loop" for event in since)
        if entering and asked is None:
            return self._enter(turn)
        if any(
            event.get("event") == "action"
            and event.get("name") not in (self.form, "action_extract_slots", "action_listen")
            for event in since
        ):
            # Another matter was answered first: these words are no answer to our question.
            return [SlotSet(REQUESTED, asked)]
        if turn.intent == "go_back":
            return self._back(turn, values, asked)
        if self._another_matter(turn, asked):
            return []
        return self._take(turn, values, asked)

    def _enter(self, turn: Turn) -> list[EventType]:
        values: dict[str, Any] = self.begin(turn)
        return self._take(turn, values, None)

    def begin(self, turn: Turn) -> dict[str, Any]:
        """What is known before anything is read, when the form opens."""
        return {}

    def _take(self, turn: Turn, values: dict[str, Any], asked: str | None) -> list[EventType]:
        before = dict(values)
        values["candidates"] = None
        used: frozenset[str] = frozenset()
        problem: Read | None = None
        for each in sorted(self.fields, key=lambda one: one.slot != asked):
            is_asked = each.slot == asked
            if not is_asked and (values.get(each.slot) is not None or used & each.entities):
                continue
            read = each.answered(turn, values) if is_asked else each.named(turn, values)
            if read.value is not None:
                values[each.slot] = read.value
                values.update(read.also)
                used |= each.entities
            elif read.also:
                values.update(read.also)  # a part of the answer: the question goes on
            elif read.problem and (problem is None or is_asked):
                problem = read
                values["candidates"] = read.candidates or None
                used |= each.entities if is_asked else frozenset()
        missing = self._missing(turn, values)
        if problem is not None and problem.problem in turn.responses:
            turn.say(problem.problem, **problem.blanks)
        elif asked and values.get(asked) is None and values == {**before, "candidates": None}:
            bad = f"utter_bad_{asked}"
            turn.say(bad if bad in turn.responses else "utter_not_understood")
        return [*self._slots(values), SlotSet(REQUESTED, missing)]

    def _missing(self, turn: Turn, values: dict[str, Any]) -> str | None:
        for each in self.fields:
            if values.get(each.slot) is None:
                values[each.slot] = each.settled(turn, values)
            if values.get(each.slot) is None:
                return each.slot
        return None

    def _another_matter(self, turn: Turn, asked: str | None) -> bool:
        """Whether the message is no answer but something else, which has a rule of its own."""
        if turn.intent in ANSWERS or (turn.text and not re.search(r"[^\W\d_]", turn.text)):
            return False  # figures alone are an answer, whatever the model takes them for
        if not turn.text or turn.intent.startswith("EXTERNAL"):
            return turn.intent not in self.intents
        if self.takes_anything:
            return turn.intent in LEAVES and turn.confidence >= SURE_OF_ANOTHER
        return turn.intent not in self.intents and turn.confidence >= SURE_OF_ANOTHER

    def _back(self, turn: Turn, values: dict[str, Any], asked: str | None) -> list[EventType]:
        """To the question before; from the first one, out of the form."""
        order = [each.slot for each in self.fields]
        before = self.fields[: order.index(asked)] if asked in order else ()
        # What has only one answer was not asked, so there is no going back to it.
        asked_before = [each for each in before if each.settled(turn, values) is None]
        if not asked_before:
            return []
        previous = asked_before[-1].slot
        values[previous] = None
        return [*self._slots(values), SlotSet(REQUESTED, previous)]

    def _owned(self) -> list[str]:
        return [*(each.slot for each in self.fields), *self.extras, "candidates"]

    def _slots(self, values: dict[str, Any]) -> list[EventType]:
        return [SlotSet(slot, values.get(slot)) for slot in self._owned()]


def _since_said(tracker: Tracker) -> list[dict[str, Any]]:
    """What has happened since the person last spoke."""
    events: list[dict[str, Any]] = tracker.events
    said = [at for at, event in enumerate(events) if event.get("event") == "user"]
    return events[said[-1] + 1 :] if said else events
