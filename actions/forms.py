"""How a form asks: what a message says is read into its fields, what is missing is asked for.

A form's slots are filled here alone, from the entities of *this* message or from an answer to the
question that was asked: nothing is taken over from an earlier matter.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any

import structlog
from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy.exc import SQLAlchemyError

from actions import speaking
from actions.field import Field, Read
from actions.turn import Turn, turn_of
from lebailleur.understanding.references import also

log = structlog.get_logger()

REQUESTED = "requested_slot"
# The form that another one has interrupted, and its open question: it goes on afterwards.
SET_ASIDE = "set_aside"
# Intents that are an answer to whatever was asked, or that say nothing of their own.
ANSWERS = {"inform", "choose", "affirm", "deny", "nlu_fallback", ""}
# Intents that say that something entered before is wrong.
CORRECTIONS = {"correct_payment", "deny", "decline_extension"}
# What leaves a question even where any words at all are an answer to it.
LEAVES = {"cancel", "show_menu"}
# How sure the model must be of another matter before an open question steps aside for it.
SURE_OF_ANOTHER = 0.7


class Form(Action, ABC):
    """`validate_<form>`: reads the message into the fields and says what is asked next."""

    intents: frozenset[str]
    fields: tuple[Field, ...]
    role: str | None = "landlord"
    # Slots besides the fields that belong to the form.
    extras: tuple[str, ...] = ()
    # Fields whose options its questions offer besides the slot that is asked for.
    choices: tuple[str, ...] = ()
    # Slots that "and Marie too" or "the same for April" takes over from the last time.
    keeps: tuple[str, ...] = ()

    @property
    @abstractmethod
    def form(self) -> str:
        """The form's name in `domain.yml`."""

    def name(self) -> str:
        return f"validate_{self.form}"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        try:
            with turn_of(dispatcher, tracker, domain) as turn:
                return self._next(turn)
        except SQLAlchemyError:
            raise  # the database is away: the message is kept, and tried again
        except Exception:
            log.exception("form_failed", form=self.form)
            return say_failed(dispatcher, tracker, domain)

    def may(self, turn: Turn) -> bool:
        """Whether there is anything to ask this person; otherwise the form ends at once, and
        its submit action says why."""
        return self.role is None or turn.role == self.role

    def _next(self, turn: Turn) -> list[EventType]:
        tracker = turn.tracker
        if tracker.get_slot(REQUESTED) is not None:
            return self._read(turn)
        if speaking.must_ask(turn):
            # The form ends before it has begun; the answer opens it again.
            speaking.ask(turn)
            return [*self._slots({}), SlotSet(REQUESTED, None), FollowupAction("action_listen")]
        return [*speaking.settle(turn, self.role), *self._read(turn)]

    def _read(self, turn: Turn) -> list[EventType]:
        tracker = turn.tracker
        if not self.may(turn):
            return [*self._slots({}), SlotSet(REQUESTED, None)]
        values = {slot: tracker.get_slot(slot) for slot in self._owned()}
        asked = tracker.get_slot(REQUESTED)
        since = _since_said(tracker)
        if not any(each.slot == asked for each in self.fields):
            return self._enter(turn, asked)
        if any(
            event.get("event") == "action"
            and event.get("name") not in (self.form, "action_extract_slots", "action_listen")
            for event in since
        ):
            # Another matter was answered first: these words are no answer to our question.
            return self._resume(turn, values, asked)
        if turn.intent == "go_back":
            return self._back(turn, values, asked)
        if self._another_matter(turn, values, asked):
            return []
        if turn.intent == "choose" and turn.entity("choice_field") not in (
            None,
            asked,
            *self.choices,
        ):
            turn.say("utter_old_choice")
            return [SlotSet(REQUESTED, asked)]
        return self._take(turn, values, asked)

    def _enter(self, turn: Turn, asked: str | None) -> list[EventType]:
        """Begin anew; `asked` is the open question of a form that this one interrupts."""
        values: dict[str, Any] = self.begin(turn)
        taken = self._take(turn, values, None)
        aside = turn.tracker.get_slot(SET_ASIDE)
        if aside and aside[0] == self.form:
            taken.append(SlotSet(SET_ASIDE, None))  # begun anew instead of going on
        interrupted = _form_before(turn.tracker, self.form)
        if asked not in turn.forms.get(interrupted or "", []):
            return taken
        slots = turn.forms.get(interrupted or "", [])
        if all(turn.tracker.get_slot(each) is None for each in slots):
            return taken  # nothing had been entered there
        return [*taken, SlotSet(SET_ASIDE, [interrupted, asked])]

    def _resume(self, turn: Turn, values: dict[str, Any], asked: str | None) -> list[EventType]:
        """Ask again what was asked, or what is no longer there."""
        for each in self.fields:
            value = values.get(each.slot)
            if value is not None and not each.stands(turn, value):
                turn.say("utter_gone_meanwhile")
                values[each.slot] = None
                return [*self._slots(values), SlotSet(REQUESTED, each.slot)]
        return [SlotSet(REQUESTED, asked)]

    def begin(self, turn: Turn) -> dict[str, Any]:
        """What is known before anything is read, when the form opens."""
        if not self.says_again(turn):
            return {}
        return {slot: turn.tracker.get_slot(slot) for slot in self.keeps}

    def says_again(self, turn: Turn) -> bool:
        """Whether the same is meant once more as the last matter of the session."""
        return turn.about.get("form") == self.form and also(turn.text)

    def _take(self, turn: Turn, values: dict[str, Any], asked: str | None) -> list[EventType]:
        before = dict(values)
        values["candidates"] = None
        used: frozenset[str] = frozenset()
        problem: Read | None = None
        corrects = asked is not None and turn.intent in CORRECTIONS
        for each in sorted(self.fields, key=lambda one: one.slot != asked):
            is_asked = each.slot == asked
            filled = values.get(each.slot) is not None
            again = corrects and self._may_be_again(turn, each, asked)
            if not is_asked and ((filled and not again) or used & each.entities):
                continue
            read = each.answered(turn, values) if is_asked else each.named(turn, values)
            if read.value is not None:
                values[each.slot] = read.value
                values.update(read.also)
                used |= each.entities
                continue
            values.update(read.also)  # a part of the answer: the question goes on
            if read.problem and (problem is None or is_asked):
                problem = read
                values["candidates"] = read.candidates or None
                used |= each.entities if is_asked else frozenset()
        unchanged = values == {**before, "candidates": values["candidates"]}
        if asked and (self._take_other(turn, values, asked) if unchanged else corrects):
            problem = None  # something else was said than an answer, and it was understood
        missing = self._missing(turn, values)
        failed = True
        if problem is not None and problem.problem in turn.responses:
            turn.say(problem.problem, **problem.blanks)
        elif asked and values.get(asked) is None and values == {**before, "candidates": None}:
            bad = f"utter_bad_{asked}"
            turn.say(bad if bad in turn.responses else "utter_not_understood")
        else:
            failed = False
        if failed and missing == asked and _times_answered(turn.tracker, asked) > 1:
            turn.say("utter_way_out")
        events = [*self._slots(values), SlotSet(REQUESTED, missing)]
        if missing is None:
            events.append(SlotSet("about", self._about(values)))
        return events

    def _take_other(self, turn: Turn, values: dict[str, Any], asked: str) -> bool:
        """Take what does not answer the question but names another value of an earlier one:
        "Marie", where the sum of Paul's payment was asked."""
        for slot, read in self._others(turn, values, asked):
            values.update({slot: read.value, "candidates": None, **read.also})
            return True
        return False

    def _others(
        self, turn: Turn, values: dict[str, Any], asked: str | None
    ) -> Iterator[tuple[str, Read]]:
        """What a message says of questions that were answered otherwise before. A bare figure is
        never taken so."""
        if not re.search(r"[^\W\d_]", turn.text):
            return
        for each in self.fields:
            filled = each.slot != asked and values.get(each.slot) is not None
            if filled and not each.free_text and self._may_be_again(turn, each, asked):
                read = each.named(turn, values)
                if read.value is not None and read.value != values[each.slot]:
                    yield each.slot, read

    def _may_be_again(self, turn: Turn, answered: Field, asked: str | None) -> bool:
        """Whether a message may be about a question that was answered before: not when what it
        names may as well answer the one that is asked."""
        kinds = {kind for each in self.fields if each.slot == asked for kind in each.answered_by}
        named = {kind for kind in answered.entities if turn.entities(kind)}
        return bool(named - kinds) or not named

    def _about(self, values: dict[str, Any]) -> dict[str, Any]:
        lease = next((values.get(each.slot) for each in self.fields if each.is_lease), None)
        return {"form": self.form, "lease": lease}

    def _missing(self, turn: Turn, values: dict[str, Any]) -> str | None:
        for each in self.fields:
            if values.get(each.slot) is None:
                values[each.slot] = each.settled(turn, values)
            if values.get(each.slot) is None:
                return each.slot
        return None

    def _another_matter(self, turn: Turn, values: dict[str, Any], asked: str | None) -> bool:
        """Whether the message is no answer but something else, which has a rule of its own."""
        if turn.intent in ANSWERS or (turn.text and not re.search(r"[^\W\d_]", turn.text)):
            return False  # figures alone are an answer, whatever the model takes them for
        if not turn.text or turn.intent.startswith("EXTERNAL"):
            return turn.intent not in self.intents
        if any(each.takes_anything for each in self.fields if each.slot == asked):
            return turn.intent in LEAVES and turn.confidence >= SURE_OF_ANOTHER
        if turn.intent in self.intents:
            return False
        if turn.intent in CORRECTIONS and any(self._others(turn, values, asked)):
            return False  # "not Paul, Marie"
        return turn.confidence >= SURE_OF_ANOTHER or not self._answers(turn, values, asked)

    def _answers(self, turn: Turn, values: dict[str, Any], asked: str | None) -> bool:
        """Whether the question that was asked can make anything of the message."""
        for each in self.fields:
            if each.slot == asked:
                read = each.answered(turn, values)
                return each.free_text or read.value is not None or bool(read.also)
        return False

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


def say_failed(
    dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
) -> list[EventType]:
    """A fault of ours: nothing was written, what was open is closed, and that is said."""
    dispatcher.messages.clear()
    with turn_of(dispatcher, tracker, domain) as turn:
        turn.say("utter_error")
    dispatcher.utter_message(json_message={"failed": True})  # for the app, which counts it
    return [ActiveLoop(None), SlotSet(REQUESTED, None), SlotSet(SET_ASIDE, None)]


def _since_said(tracker: Tracker) -> list[dict[str, Any]]:
    """What has happened since the person last spoke."""
    events: list[dict[str, Any]] = tracker.events
    said = [at for at, event in enumerate(events) if event.get("event") == "user"]
    return events[said[-1] + 1 :] if said else events


def _times_answered(tracker: Tracker, asked: str | None) -> int:
    """How many messages came since this question was asked."""
    times = -1  # the earliest that is counted led to the question
    for event in reversed(tracker.events):
        if event.get("name") == REQUESTED and event.get("value") != asked:
            break
        times += event.get("event") == "user"
    return times


def _form_before(tracker: Tracker, entered: str) -> str | None:
    """The form that was open before this one."""
    names = (
        event.get("name")
        for event in reversed(tracker.events)
        if event.get("event") == "active_loop"
    )
    return next((name for name in names if name and name != entered), None)
