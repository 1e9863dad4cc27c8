"""What is changed of a tenant: name, number, due day, cycle, or that they leave."""

import re
from datetime import date
from typing import Any

from rasa_sdk.events import EventType

from actions.base import LandlordMatter
from actions.days import day_choices, month_end, next_month
from actions.field import NOTHING, Field, Read
from actions.fields import LeaseField
from actions.forms import Form
from actions.places import FreeUnitField
from actions.questions import AskLease, Question
from actions.turn import Turn
from actions.who import unit_candidates
from actions.wording import cycle_words, day_words, money
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
WHAT = ("phone", "name", "due_day", "cycle", "end", "unit")


class ChangeField(Field):
    """Kept as {what: value}, or {what: None} when only what is to change is known yet."""

    slot = "update_change"
    entities = frozenset({"phone", "date", "months"})
    also_answered_by = frozenset({"unit"})

    def named(self, turn: Turn, values: dict[str, Any]) -> Read:
        if phone := turn.entity("phone"):
            return self._value(turn, "phone", phone)
        if months := turn.entity("months"):
            return self._value(turn, "cycle", months)
        if (moving := self._moving(turn, values)) is not NOTHING:
            return moving
        if day := turn.entity("date"):
            return self._value(turn, "end" if LEAVES.search(turn.text) else "due_day", day)
        names = turn.entities("tenant")
        return self._value(turn, "name", names[1]) if len(names) == 2 else NOTHING

    def answered(self, turn: Turn, values: dict[str, Any]) -> Read:
        chosen = turn.chosen(self.slot)
        if chosen in WHAT:
            return Read(also={"update_what": chosen})
        what = values.get("update_what")
        if what == "end" and chosen is not None:
            return Read({what: date.fromisoformat(chosen).isoformat()})
        if what == "unit" and chosen is not None and chosen.isdigit():
            return Read({what: [int(chosen), clock.today(turn.timezone()).isoformat()]})
        if what == "unit" and turn.text:
            return self._move(turn, turn.entity("unit") or turn.text)
        if what is not None and turn.text:
            return self._value(turn, what, turn.text)
        return self.named(turn, values)

    def _moving(self, turn: Turn, values: dict[str, Any]) -> Read:
        """The unit to which somebody moves: one that is named beside who it is."""
        named = turn.entities("unit")
        if not named or values.get("update_lease") is None:
            return NOTHING
        own = rights.lease_for(turn.session, turn.asker, values["update_lease"]).unit_id
        found = unit_candidates(turn, named[-1], turn.entity("property"))
        if any(each.id == own for each in found):
            return NOTHING
        return self._move(turn, named[-1])

    def _move(self, turn: Turn, said: str) -> Read:
        read = FreeUnitField(self.slot).read_name(turn, said)
        if not isinstance(read.value, int):
            problem = read.problem
            if problem in (None, "utter_bad_update_change", "utter_which_one"):
                problem = "utter_bad_tenant_unit"
            return Read(problem=problem, blanks=read.blanks)
        today = clock.today(turn.timezone())
        day = read_day(turn.entity("date") or "", today, prefer="future").value or today
        return Read({"unit": [read.value, day.isoformat()]})

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
            turn.say(f"utter_ask_update_{what}", options=self.options(_offered(turn, what)))
            return []
        choices = [(turn.words(f"option_update_{each}"), each) for each in WHAT]
        turn.say("utter_update_what", options=self.options(choices))
        return []


def _offered(turn: Turn, what: str) -> list[tuple[str, object]]:
    """Last days that are likely, or the free units to move to."""
    if what == "end":
        today = clock.today(turn.timezone())
        return day_choices(turn, [month_end(today), month_end(next_month(today)), today])
    if what == "unit":
        free = portfolio.free_units(turn.session, turn.asker)
        return [(f"{each.name}, {each.property.name}", each.id) for each in free]
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
    if what == "unit":
        unit = rights.unit_for(turn.session, turn.asker, value[0])
        rent = money(turn, unit.rent, unit.property.landlord.currency)
        day = day_words(turn, date.fromisoformat(value[1]))
        return turn.words("words_new_unit", unit=unit.name, day=day, rent=rent)
    if what == "end":
        return day_words(turn, date.fromisoformat(value))
    return str(value)
