"""Which of a landlord's properties or free units is meant, and which of a tenant's homes."""

from typing import Any

from actions.field import NOTHING, Field, Read
from actions.turn import Turn
from actions.who import property_candidates, unit_candidates
from lebailleur.rentals import portfolio
from lebailleur.understanding.amounts import read_amount


class PropertyField(Field):
    """One of the landlord's properties; the only one needs no question."""

    entities = frozenset({"property"})

    def __init__(self, slot: str) -> None:
        self.slot = slot

    def settled(self, turn: Turn, values: dict[str, Any]) -> int | None:
        every = portfolio.properties(turn.session, turn.asker)
        return every[0].id if len(every) == 1 else None

    def stands(self, turn: Turn, value: Any) -> bool:
        return value in {each.id for each in portfolio.properties(turn.session, turn.asker)}

    def named(self, turn: Turn, values: dict[str, Any]) -> Read:
        return self._read(turn, turn.entity("property"))

    def answered(self, turn: Turn, values: dict[str, Any]) -> Read:
        if (chosen := turn.chosen(self.slot)) is not None:
            return Read(int(chosen))
        return self._read(turn, turn.entity("property") or turn.text)

    def _read(self, turn: Turn, text: str | None) -> Read:
        if not text:
            return NOTHING
        found = property_candidates(turn, text)
        if len(found) == 1:
            return Read(found[0].id)
        return Read(
            problem=f"utter_bad_{self.slot}" if not found else "utter_which_one",
            candidates=[each.id for each in found],
        )


class FreeUnitField(Field):
    """A unit in which nobody lives. One that is named with its rent, and does not exist yet, can
    be made on the way: it is offered, not assumed."""

    entities = frozenset({"unit", "property", "amount"})

    def __init__(self, slot: str) -> None:
        self.slot = slot

    def named(self, turn: Turn, values: dict[str, Any]) -> Read:
        return self.read_name(turn, turn.entity("unit"))

    def answered(self, turn: Turn, values: dict[str, Any]) -> Read:
        chosen = turn.chosen(self.slot)
        if chosen is not None and chosen.isdigit():
            return Read(int(chosen))
        if chosen is not None:
            where, _, name = chosen.partition(":")
            return Read({"property": int(where), "name": name})
        # "from 1 March" names no room, though any words might be a room's name.
        elsewhere = turn.entity("date") or turn.entity("phone")
        return self.read_name(turn, turn.entity("unit") or ("" if elsewhere else turn.text))

    def stands(self, turn: Turn, value: Any) -> bool:
        if isinstance(value, dict):
            houses = portfolio.properties(turn.session, turn.asker)
            return value["property"] in {each.id for each in houses}
        return value in {each.id for each in portfolio.free_units(turn.session, turn.asker)}

    def read_name(self, turn: Turn, text: str | None) -> Read:
        """The free unit that a name means, or why there is none."""
        if not text:
            return NOTHING
        rent = read_amount(turn.entity("amount") or "").value
        also = {"tenant_rent": rent} if rent else {}
        found = unit_candidates(turn, text, turn.entity("property"))
        taken = {
            each.unit_id: each.tenant.name for each in portfolio.leases(turn.session, turn.asker)
        }
        free = [each for each in found if each.id not in taken]
        if len(free) == 1:
            return Read(free[0].id, also=also)
        if free:
            return Read(problem="utter_which_one", candidates=[each.id for each in free])
        if found:
            return Read(
                problem="utter_unit_taken",
                blanks={"unit": found[0].name, "tenant": taken[found[0].id]},
            )
        return Read(problem=f"utter_bad_{self.slot}", candidates=[text, rent])
