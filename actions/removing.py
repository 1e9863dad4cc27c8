"""Deleting a property, a rent entity or a tenant: what goes with it is said, then asked."""

from typing import Any

from rasa_sdk.events import EventType

from actions.base import LandlordMatter
from actions.field import NOTHING, Field, Read
from actions.forms import Form
from actions.questions import Question
from actions.tenants import propose_update
from actions.turn import Turn
from actions.who import lease_candidates, property_candidates, unit_candidates
from actions.wording import money
from lebailleur import clock
from lebailleur.rentals import deeds, portfolio, proposals, removal
from lebailleur.rentals.proposals import Done
from lebailleur.settings import settings
from lebailleur.understanding.days import read_day

WHAT = {"delete_property": "property", "delete_unit": "unit", "delete_tenant": "tenant"}


class RemovalField(Field):
    """What is to be deleted, by its id; of which kind says `removal_what`."""

    slot = "removal_target"
    entities = frozenset({"tenant", "unit", "property"})

    def named(self, turn: Turn, values: dict[str, Any]) -> Read:
        chosen = turn.chosen(self.slot)
        if chosen is not None and chosen.isdigit():
            return Read(int(chosen))
        said = turn.entity(values["removal_what"])
        if said is None and values["removal_what"] == "tenant":
            said = turn.entity("unit")
        return self._read(turn, values["removal_what"], said)

    def answered(self, turn: Turn, values: dict[str, Any]) -> Read:
        read = self.named(turn, values)
        if read is not NOTHING or not turn.text:
            return read
        return self._read(turn, values["removal_what"], turn.text)

    def _read(self, turn: Turn, what: str, said: str | None) -> Read:
        if not said:
            return NOTHING
        found, sure = _candidates(turn, what, said)
        if len(found) == 1 and sure:
            return Read(found[0])
        if not found:
            return Read(problem="utter_bad_removal_target", blanks={"name": said})
        problem = "utter_which_one" if sure else "utter_nobody_close"
        return Read(problem=problem, blanks={"name": said}, candidates=found)


class RemovalForm(Form):
    form = "removal_form"
    intents = frozenset(WHAT)
    fields = (RemovalField(),)
    extras = ("removal_what",)

    def begin(self, turn: Turn) -> dict[str, Any]:
        return {"removal_what": WHAT[turn.intent]}


class AskRemovalTarget(Question):
    """Which one: those who may be meant, or all there are."""

    slot = "removal_target"

    def answer(self, turn: Turn) -> list[EventType]:
        what = turn.tracker.get_slot("removal_what")
        wanted = turn.tracker.get_slot("candidates")
        choices = [each for each in _all(turn, what) if not wanted or each[1] in wanted]
        if not choices:
            turn.say(f"utter_removal_no_{what}")
            return []
        turn.say(f"utter_removal_which_{what}", options=self.options(choices))
        return []


class ProposeRemoval(LandlordMatter):
    """The form is complete: say what goes with it, and ask."""

    called = "action_propose_removal"

    def answer(self, turn: Turn) -> list[EventType]:
        target, what = (turn.tracker.get_slot(f"removal_{each}") for each in ("target", "what"))
        if target is None:
            return []
        day = self._last_day(turn) if what == "tenant" else None
        own = [
            each for each in portfolio.leases(turn.session, turn.asker) if each.tenant_id == target
        ]
        if day is not None and len(own) == 1:
            # "Paul leaves on 30 April": an end to the lease, nothing is deleted.
            propose_update(turn, own[0].id, {"end": day})
        else:
            propose_removal(turn, what, target)
        return []

    def _last_day(self, turn: Turn) -> str | None:
        said = turn.entity("date")
        day = read_day(said, clock.today(turn.timezone()), prefer="future").value if said else None
        return day.isoformat() if day else None


def propose_removal(turn: Turn, what: removal.What, target: int) -> None:
    """Keep the proposal and say what it would take along. Raises `NotFound`."""
    found = removal.preview(turn.session, turn.asker, what, target)
    proposal = proposals.propose(
        turn.session,
        turn.asker,
        deeds.REMOVAL,
        deeds.removal_content(found),
        key=turn.key,
        open_minutes=settings().session_minutes,
    )
    turn.say(
        f"utter_removal_{what}",
        proposal=proposal.id,
        name=found.name,
        what_goes="".join(_what_goes(turn, found)),
    )


def tell_removed(turn: Turn, done: Done) -> None:
    """It is deleted (or was, before)."""
    turn.say("utter_removed" if done.new else "utter_proposal_confirmed", name=done.content["name"])


def _what_goes(turn: Turn, found: removal.Removal) -> list[str]:
    lines = []
    if found.what == "property" and found.units:
        units = turn.words("line_removal_units", count=len(found.units))
        lines.append(units)
    if found.what != "tenant" and found.tenants:
        shown = ", ".join(found.tenants[:8]) + (" …" if len(found.tenants) > 8 else "")
        lines.append(turn.words("line_removal_tenants", tenants=shown))
    if found.owed:
        owed = money(turn, found.owed, found.currency)
        lines.append(turn.words("line_removal_owed", amount=owed))
    if found.credit:
        credit = money(turn, found.credit, found.currency)
        lines.append(turn.words("line_removal_credit", amount=credit))
    if found.empty:
        lines.append(turn.words("line_removal_nothing"))
    return [f"\n• {each}" for each in lines]


def _candidates(turn: Turn, what: str, said: str) -> tuple[list[int], bool]:
    if what == "property":
        return [each.id for each in property_candidates(turn, said)], True
    if what == "unit":
        found = unit_candidates(turn, said, turn.entity("property"))
        return [each.id for each in found], True
    leases, sure = lease_candidates(turn, [said], None, turn.entity("property"))
    return list(dict.fromkeys(each.tenant_id for each in leases)), sure


def _all(turn: Turn, what: str) -> list[tuple[str, object]]:
    if what == "property":
        houses = portfolio.properties(turn.session, turn.asker)
        return [(each.name, each.id) for each in houses]
    if what == "unit":
        units = portfolio.units(turn.session, turn.asker)
        return [(f"{each.name}, {each.property.name}", each.id) for each in units]
    return [(each.name, each.id) for each in portfolio.tenants(turn.session, turn.asker)]
