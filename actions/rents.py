"""Another rent, from a day on: for a rent entity, or for one tenant."""

from datetime import date
from typing import Any

from rasa_sdk.events import EventType

from actions.base import LandlordMatter
from actions.days import day_choices, next_month
from actions.field import NOTHING, Field, Read
from actions.fields import DayField, RentField
from actions.forms import Form
from actions.questions import Question
from actions.turn import Turn
from actions.who import lease_candidates, unit_candidates
from actions.wording import day_words, money
from lebailleur import clock
from lebailleur.rentals import charges, deeds, portfolio, proposals, rights
from lebailleur.rentals.proposals import Done
from lebailleur.settings import settings


class UnitField(Field):
    """Which rent entity: by its name, or by who lives there."""

    slot = "rent_unit"
    entities = frozenset({"tenant", "unit", "property"})

    def named(self, turn: Turn, values: dict[str, Any]) -> Read:
        chosen = turn.chosen(self.slot)
        if chosen is not None and chosen.isdigit():
            return Read(int(chosen))
        if unit := turn.entity("unit"):
            return self._unit(turn, unit)
        return self._tenant(turn, turn.entity("tenant"))

    def answered(self, turn: Turn, values: dict[str, Any]) -> Read:
        read = self.named(turn, values)
        if read is not NOTHING or not turn.text:
            return read
        found = self._unit(turn, turn.text)
        return found if found.value is not None else self._tenant(turn, turn.text)

    def _unit(self, turn: Turn, said: str) -> Read:
        found = unit_candidates(turn, said, turn.entity("property"))
        return self._one(said, [each.id for each in found])

    def _tenant(self, turn: Turn, said: str | None) -> Read:
        if not said:
            return NOTHING
        found, sure = lease_candidates(turn, [said], None, turn.entity("property"))
        ids = [each.unit_id for each in found]
        return self._one(said, ids if sure or len(ids) != 1 else [])

    def _one(self, said: str, found: list[int]) -> Read:
        if len(found) == 1:
            return Read(found[0])
        problem = "utter_which_one" if found else "utter_bad_removal_target"
        return Read(problem=problem, blanks={"name": said}, candidates=found)


class RentForm(Form):
    form = "rent_form"
    intents = frozenset({"change_rent"})
    fields = (
        UnitField(),
        RentField("rent_new"),
        DayField("rent_from", volunteers=True, months=True, future=True),
    )


class AskRentUnit(Question):
    slot = "rent_unit"

    def answer(self, turn: Turn) -> list[EventType]:
        wanted = turn.tracker.get_slot("candidates")
        units = portfolio.units(turn.session, turn.asker)
        choices: list[tuple[str, object]] = [
            (f"{each.name}, {each.property.name}", each.id)
            for each in units
            if not wanted or each.id in wanted
        ]
        if not choices:
            turn.say("utter_units_none")
            return []
        turn.say("utter_rent_which_unit", options=self.options(choices))
        return []


class AskRentFrom(Question):
    """From when: the next cycle, or any day."""

    slot = "rent_from"

    def answer(self, turn: Turn) -> list[EventType]:
        unit = rights.unit_for(turn.session, turn.asker, turn.tracker.get_slot("rent_unit"))
        today = clock.today(turn.timezone())
        lease = portfolio.current_lease_of(turn.session, unit.id, today)
        following = next(charges.uncharged(lease), None) if lease is not None else None
        start = following.start if following else today
        choices = day_choices(turn, [start, next_month(today), today])
        turn.say("utter_rent_from_when", options=self.options(choices))
        return []


class ProposeRent(LandlordMatter):
    """Show the old rent and the new one, and ask."""

    called = "action_propose_rent"

    def answer(self, turn: Turn) -> list[EventType]:
        slots = turn.tracker.slots
        if slots.get("rent_unit") is None or slots.get("rent_new") is None:
            return []
        unit = rights.unit_for(turn.session, turn.asker, slots["rent_unit"])
        day = date.fromisoformat(slots["rent_from"])
        lease = portfolio.current_lease_of(turn.session, unit.id, day)
        currency = unit.property.landlord.currency
        proposal = proposals.propose(
            turn.session,
            turn.asker,
            deeds.RENT,
            {"unit": unit.id, "rent": slots["rent_new"], "from": slots["rent_from"]},
            key=turn.key,
            open_minutes=settings().session_minutes,
        )
        turn.say(
            "utter_rent_summary",
            proposal=proposal.id,
            unit=f"{unit.name}, {unit.property.name}",
            tenant=f" ({lease.tenant.name})" if lease else "",
            before=money(turn, lease.rent_on(day) if lease else unit.rent, currency),
            rent=money(turn, slots["rent_new"], currency),
            day=day_words(turn, day),
        )
        return []


def tell_rent(turn: Turn, done: Done) -> None:
    """It is set (or was, before)."""
    turn.say("utter_rent_changed" if done.new else "utter_proposal_confirmed")
