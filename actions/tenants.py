"""What is changed of a tenant: name, number, due day, cycle, or that they leave."""

import re
from datetime import date
from typing import Any

from rasa_sdk.events import EventType

from actions.base import LandlordMatter
from actions.fields import LeaseField
from actions.forms import NOTHING, Field, Form, Read
from actions.questions import AskLease, Question
from actions.turn import Turn
from actions.wording import cycle_words, day_words
from lebailleur import clock, identity
from lebailleur.rentals import deeds, portfolio, proposals, rights
from lebailleur.rentals.errors import Refused
from lebailleur.rentals.proposals import Done
from lebailleur.settings import settings
from lebailleur.understanding.days import read_day
from lebailleur.understanding.months import read_months
from lebailleur.understanding.phones import read_phone

LEAVES = re.compile(
    r"\b(leav\w*|left|mov(es|ing) out|part(e?ira?|i|ant)?|quitt\w*|s'en va)\b", re.I
)
WHAT = ("phone", "name", "due_day", "cycle", "end")


class ChangeField(Field):
    """Kept as {what: value}, or {what: None} when only what is to change is known yet."""

    slot = "update_change"
    entities = frozenset({"phone", "date", "months"})

    def named(self, turn: Turn, values: dict[str, Any]) -> Read:
        if phone := turn.entity("phone"):
            return self._value(turn, "phone", phone)
        if months := turn.entity("months"):
            return self._value(turn, "cycle", months)
        if day := turn.entity("date"):
            return self._value(turn, "end" if LEAVES.search(turn.text) else "due_day", day)
        names = turn.entities("tenant")
        return self._value(turn, "name", names[1]) if len(names) == 2 else NOTHING

    def answered(self, turn: Turn, values: dict[str, Any]) -> Read:
        chosen = turn.chosen(self.slot)
        if chosen in WHAT:
            return Read(also={"update_what": chosen})
        what = values.get("update_what")
        if what is not None and turn.text:
            return self._value(turn, what, turn.text)
        return self.named(turn, values)

    def _value(self, turn: Turn, what: str, said: str) -> Read:
        value: object = None
        if what == "phone":
            value = read_phone(said).value
        elif what == "cycle":
            value = read_months(said).value
        elif what == "name":
            try:
                value = portfolio.cleaned(said)
            except Refused:
                value = None
        else:
            day = read_day(said, clock.today(turn.timezone()), prefer="future").value
            value = day.isoformat() if day else None
            if what == "due_day":
                value = day.day if day else None
        if value is None:
            return Read(problem=f"utter_bad_update_{what}")
        return Read({what: value})


class UpdateForm(Form):
    form = "update_form"
    intents = frozenset({"update_tenant"})
    fields = (LeaseField("update_lease"), ChangeField())
    extras = ("update_what",)


class AskUpdateLease(AskLease):
    slot = "update_lease"


class AskUpdateChange(Question):
    """What is to change, and then to what."""

    slot = "update_change"

    def answer(self, turn: Turn) -> list[EventType]:
        what = turn.tracker.get_slot("update_what")
        if what is not None:
            turn.say(f"utter_ask_update_{what}")
            return []
        choices = [(turn.words(f"option_update_{each}"), each) for each in WHAT]
        turn.say("utter_update_what", options=self.options(choices))
        return []


class ProposeUpdate(LandlordMatter):
    """Show what would change, and ask."""

    called = "action_propose_update"

    def answer(self, turn: Turn) -> list[EventType]:
        lease_id = turn.tracker.get_slot("update_lease")
        change = turn.tracker.get_slot("update_change")
        if lease_id is None or not change:
            return []
        propose_update(turn, lease_id, change)
        return []


def propose_update(turn: Turn, lease_id: int, change: dict[str, Any]) -> None:
    """Keep the proposal and show what would change. Raises `NotFound`."""
    lease = rights.lease_for(turn.session, turn.asker, lease_id)
    content = {"lease": lease.id, "tenant": lease.tenant_id, **change}
    if "phone" in change:
        content["person"] = identity.of_phone(turn.session, change["phone"]).id
    proposal = proposals.propose(
        turn.session,
        turn.asker,
        deeds.TENANT,
        content,
        key=turn.key,
        open_minutes=settings().session_minutes,
    )
    [(what, value)] = change.items()
    turn.say(
        "utter_update_summary",
        proposal=proposal.id,
        name=lease.tenant.name,
        change=turn.words(f"words_update_{what}", value=_shown(turn, what, value)),
    )


def tell_updated(turn: Turn, done: Done) -> None:
    """It is changed (or was, before)."""
    turn.say("utter_updated" if done.new else "utter_proposal_confirmed")


def _shown(turn: Turn, what: str, value: Any) -> str:
    if what == "cycle":
        return cycle_words(turn, value)
    if what == "end":
        return day_words(turn, date.fromisoformat(value))
    return str(value)
