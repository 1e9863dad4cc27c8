"""Customer support: words go to the person behind `SUPPORT_PHONE`, answers come back."""

from typing import Any

from rasa_sdk.events import ActiveLoop, EventType, SlotSet

from actions.base import Matter
from actions.field import NOTHING, Field, Read
from actions.forms import REQUESTED, Form
from actions.turn import Option, Turn
from lebailleur import identity, support
from lebailleur.conversation import inbox
from lebailleur.settings import settings
from lebailleur.support import SupportRequest
from lebailleur.understanding.phones import read_phone

MOST_LISTED = 10
# How much of a request stands in its option.
FIRST_WORDS = 40


class SupportWordsField(Field):
    """What is to be said: any words, once they are asked for. "I want to talk to a human" only
    opens the question."""

    slot = "support_words"
    free_text = True
    takes_anything = True

    def answered(self, turn: Turn, values: dict[str, Any]) -> Read:
        if (chosen := turn.chosen("support_request")) is not None:
            return Read(also={"support_request": int(chosen)})
        return Read(turn.text[: support.LONGEST_WORDS]) if turn.text else NOTHING


class SupportForm(Form):
    form = "support_form"
    intents = frozenset({"contact_support"})
    role = None
    fields = (SupportWordsField(),)
    extras = ("support_request",)

    def may(self, turn: Turn) -> bool:
        return support_person(turn) is not None

    def _enter(self, turn: Turn, asked: str | None) -> list[EventType]:
        chosen = turn.chosen("support_request")
        if chosen is None and is_support(turn):
            # Whoever is customer support sees who waits for them.
            return [*self._slots({}), SlotSet(REQUESTED, None)]
        values = {"support_request": int(chosen) if chosen else None}
        return [*self._slots(values), SlotSet(REQUESTED, "support_words")]


class PassToSupport(Matter):
    """The words go to customer support, or from there to whoever asked."""

    called = "action_pass_to_support"

    def answer(self, turn: Turn) -> list[EventType]:
        person = support_person(turn)
        words = turn.tracker.get_slot("support_words")
        request = _request(turn, turn.tracker.get_slot("support_request"))
        if person is None:
            turn.say("utter_support_none")
        elif is_support(turn):
            if words and request is not None:
                support.go_on(request)
                _pass_on(turn, request, request.person_id, "EXTERNAL_support_answer", words)
                turn.say("utter_support_answered", name=request.name)
            else:
                list_requests(turn)
        else:
            if request is None or request.state != "open":
                request = support.ask(
                    turn.session, turn.person_id, name=_name(turn), words=words or "…"
                )
            _pass_on(turn, request, person.id, "EXTERNAL_support", words or "…")
            turn.say("utter_support_sent")
        return [SlotSet("support_words", None), SlotSet("support_request", None)]


class CloseSupport(Matter):
    """The matter is settled, for whichever side says so."""

    called = "action_close_support"
    back_to_form = False

    def answer(self, turn: Turn) -> list[EventType]:
        request = _request(turn, turn.entity("choice"))
        if request is not None:
            support.close(request)
        turn.say("utter_support_closed")
        if turn.tracker.active_loop_name != SupportForm.form:
            return []
        return [ActiveLoop(None), SlotSet(REQUESTED, None)]


class TellSupport(Matter):
    """To customer support: who writes, and what."""

    called = "action_tell_support"

    def answer(self, turn: Turn) -> list[EventType]:
        request = _request(turn, turn.entity("choice"))
        if request is None:
            turn.say("utter_support_nobody_waits")
            return []
        turn.say(
            "utter_support_asks",
            name=request.name,
            number=identity.alias_of(turn.session, request.person_id, "phone")
            or turn.words("words_no_number"),
            words=turn.entity("words"),
            request=request.id,
        )
        return [] if turn.tracker.active_loop_name else wait_for_answer(turn)


class TellSupportAnswer(Matter):
    """To whoever asked: what customer support says."""

    called = "action_tell_support_answer"

    def answer(self, turn: Turn) -> list[EventType]:
        choice, words = turn.entity("choice"), turn.entity("words")
        turn.say("utter_support_says", words=words, request=choice)
        return []


def wait_for_answer(turn: Turn) -> list[EventType]:
    """Who is nothing but customer support, with one request open, just writes the answer. Whoever
    has houses or rents as well taps "Answer": their words may mean anything else."""
    waiting = support.open_requests(turn.session)
    if not is_support(turn) or turn.role != "stranger" or len(waiting) != 1:
        return []
    return [
        ActiveLoop(SupportForm.form),
        SlotSet("support_request", waiting[0].id),
        SlotSet("support_words", None),
        SlotSet(REQUESTED, "support_words"),
    ]


def support_options(turn: Turn) -> list[Option]:
    """What the menu of the person who is customer support shows more: who waits."""
    count = len(support.open_requests(turn.session)) if is_support(turn) else 0
    return [(turn.words("option_support_open", count=count), "/contact_support")] if count else []


def list_requests(turn: Turn) -> None:
    """Who waits for customer support, as options, the longest waiting first."""
    waiting = support.open_requests(turn.session)
    if not waiting:
        turn.say("utter_support_nobody_waits")
        return
    options = [
        (f"{each.name}: {_first(each.words)}", _answer_payload(each))
        for each in waiting[:MOST_LISTED]
    ]
    turn.say("utter_support_open", options=options, count=len(waiting))


def support_person(turn: Turn) -> identity.Person | None:
    """The person behind `SUPPORT_PHONE`, however it is spelt; None when there is none."""
    phone = read_phone(settings().support_phone).value
    return identity.of_phone(turn.session, phone) if phone else None


def is_support(turn: Turn) -> bool:
    """Whether the one who speaks is customer support."""
    person = support_person(turn)
    return person is not None and person.id == turn.person_id


def _request(turn: Turn, request_id: object) -> SupportRequest | None:
    if request_id is None or not str(request_id).isdigit():
        return None
    return support.request_for(
        turn.session, turn.person_id, int(str(request_id)), support=is_support(turn)
    )


def _pass_on(turn: Turn, request: SupportRequest, to: str, trigger: str, words: str) -> None:
    content = {"trigger": trigger, "entities": {"choice": str(request.id), "words": words}}
    inbox.keep(turn.session, f"support:{turn.key}", to, "event", content)


def _name(turn: Turn) -> str:
    if turn.landlord is not None:
        return turn.landlord.name
    if turn.tenancies:
        return turn.tenancies[0].name
    person = turn.session.get(identity.Person, turn.person_id)
    return (person.name if person else None) or turn.words("word_somebody")


def _first(words: str) -> str:
    plain = " ".join(words.split())
    return plain if len(plain) <= FIRST_WORDS else plain[: FIRST_WORDS - 1].rstrip() + "…"


def _answer_payload(request: SupportRequest) -> str:
    return f'/contact_support{{"choice_field": "support_request", "choice": "{request.id}"}}'
