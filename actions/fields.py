"""The questions that forms ask, and how an answer to each is read.

Reading words is `lebailleur.understanding`'s work, finding who or what they mean is asked of
`lebailleur.rentals`; a field puts the two together.
"""

from datetime import date
from typing import Any, Literal

from actions.forms import NOTHING, Field, Read
from actions.turn import Turn
from actions.who import lease_candidates, named_in, property_candidates, unit_candidates
from lebailleur import clock
from lebailleur.rentals import portfolio
from lebailleur.rentals.errors import Refused
from lebailleur.understanding.amounts import read_amount
from lebailleur.understanding.days import read_day
from lebailleur.understanding.months import read_months
from lebailleur.understanding.periods import read_period
from lebailleur.understanding.phones import read_phone

NONE = "none"


class NameField(Field):
    """A name or an address: any words, once they are asked for."""

    free_text = True

    def __init__(self, slot: str, entity: str | None = None) -> None:
        self.slot, self.entity = slot, entity
        self.entities = frozenset({entity} if entity else ())

    def named(self, turn: Turn, values: dict[str, Any]) -> Read:
        return self._read(turn.entity(self.entity)) if self.entity else NOTHING

    def answered(self, turn: Turn, values: dict[str, Any]) -> Read:
        # "the name is Paul": the name that was found in it; otherwise all of the words.
        named = turn.entity(self.entity) if self.entity and turn.intent == "inform" else None
        return self._read(named or turn.text)

    def _read(self, text: str | None) -> Read:
        if text is None:
            return NOTHING
        try:
            return Read(portfolio.cleaned(text))
        except Refused:
            return Read(problem=f"utter_bad_{self.slot}")


class PhoneField(Field):
    """A tenant's WhatsApp number."""

    entities = frozenset({"phone"})

    def __init__(self, slot: str) -> None:
        self.slot = slot

    def named(self, turn: Turn, values: dict[str, Any]) -> Read:
        return self._read(turn, turn.entity("phone"))

    def answered(self, turn: Turn, values: dict[str, Any]) -> Read:
        return self._read(turn, turn.entity("phone") or turn.text)

    def _read(self, turn: Turn, text: str | None) -> Read:
        if not text:
            return NOTHING
        reading = read_phone(text)
        if reading.value is None:
            return Read(problem=f"utter_bad_{self.slot}")
        if turn.landlord is not None and reading.value == turn.landlord.phone:
            return Read(problem="utter_own_phone")
        return Read(reading.value)


class RentField(Field):
    """A monthly rent."""

    entities = frozenset({"amount"})

    def __init__(self, slot: str) -> None:
        self.slot = slot

    def named(self, turn: Turn, values: dict[str, Any]) -> Read:
        return self._read(turn.entity("amount"))

    def answered(self, turn: Turn, values: dict[str, Any]) -> Read:
        return self._read(turn.entity("amount") or turn.text)

    def _read(self, text: str | None) -> Read:
        if not text:
            return NOTHING
        try:
            return Read(portfolio.sensible_rent(read_amount(text).value or 0))
        except Refused:
            return Read(problem=f"utter_bad_{self.slot}")


class PropertyField(Field):
    """One of the landlord's properties; the only one needs no question."""

    entities = frozenset({"property"})

    def __init__(self, slot: str) -> None:
        self.slot = slot

    def settled(self, turn: Turn, values: dict[str, Any]) -> int | None:
        every = portfolio.properties(turn.session, turn.asker)
        return every[0].id if len(every) == 1 else None

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
        return self._read(turn, turn.entity("unit"))

    def answered(self, turn: Turn, values: dict[str, Any]) -> Read:
        chosen = turn.chosen(self.slot)
        if chosen is not None and chosen.isdigit():
            return Read(int(chosen))
        if chosen is not None:
            where, _, name = chosen.partition(":")
            return Read({"property": int(where), "name": name})
        return self._read(turn, turn.entity("unit") or turn.text)

    def _read(self, turn: Turn, text: str | None) -> Read:
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


class DayField(Field):
    """A day, kept as ISO text; with `none`, "not at all" is an answer too.

    `past`: a day of the past is meant ("the 15th" is the last one); `future`: one to come.
    `months`: a month may be given instead, and means its first day. `volunteers`: taken from a
    message that names a day without having been asked.
    """

    entities = frozenset({"date", "period"})

    def __init__(
        self,
        slot: str,
        *,
        none: bool = False,
        same_as: str | None = None,
        past: bool = False,
        months: bool = False,
        volunteers: bool = False,
        future: bool = False,
    ) -> None:
        self.slot, self.none, self.same_as = slot, none, same_as
        self.past, self.months, self.volunteers = past, months, volunteers
        self.future = future

    def named(self, turn: Turn, values: dict[str, Any]) -> Read:
        said = turn.entity("date") or turn.entity("period")
        return self._read(turn, said) if self.volunteers and said else NOTHING

    def answered(self, turn: Turn, values: dict[str, Any]) -> Read:
        chosen = turn.chosen(self.slot)
        if chosen == "rent" and self.same_as:
            return Read(values.get(self.same_as))
        if chosen == NONE or (self.none and turn.intent == "deny"):
            return Read(NONE)
        if chosen is not None:
            return Read(date.fromisoformat(chosen).isoformat())
        return self._read(turn, turn.entity("date") or turn.entity("period") or turn.text)

    def _read(self, turn: Turn, text: str) -> Read:
        today = clock.today(turn.timezone())
        sides: tuple[Literal["past", "future"], ...] = (
            ("past",) if self.past else ("future",) if self.future else ("past", "future")
        )
        readings = [read_day(text, today, prefer=side) for side in sides]
        days = [each.value for each in readings if each.value is not None]
        if days:
            # A cycle may have begun, or be about to: the nearest such day is meant.
            return Read(min(days, key=lambda day: abs(day - today)).isoformat())
        past = self.past or (self.volunteers and not self.future)
        first = first_of_period(text, today, past=past, future=self.future)
        if first is not None:
            return Read(first.isoformat())
        return Read(problem=f"utter_bad_{self.slot}")


class MonthsField(Field):
    """Every how many months rent is paid."""

    entities = frozenset({"months"})

    def __init__(self, slot: str) -> None:
        self.slot = slot

    def named(self, turn: Turn, values: dict[str, Any]) -> Read:
        return self._read(turn.entity("months"))

    def answered(self, turn: Turn, values: dict[str, Any]) -> Read:
        return self._read(turn.chosen(self.slot) or turn.entity("months") or turn.text)

    def _read(self, text: str | None) -> Read:
        if not text:
            return NOTHING
        months = read_months(text).value
        if months is None or not 1 <= months <= 24:
            return Read(problem=f"utter_bad_{self.slot}")
        return Read(months)


class LeaseField(Field):
    """Which tenant is meant: by name, part of a name, misspelt name, or rent entity.

    `periods` is a slot that takes the months which the same message names.
    """

    entities = frozenset({"tenant", "unit", "property"})

    def __init__(self, slot: str, periods: str | None = None) -> None:
        self.slot, self.periods = slot, periods

    def settled(self, turn: Turn, values: dict[str, Any]) -> int | None:
        every = portfolio.leases(turn.session, turn.asker)
        return every[0].id if len(every) == 1 else None

    def named(self, turn: Turn, values: dict[str, Any]) -> Read:
        if (chosen := turn.chosen(self.slot)) is not None and chosen.isdigit():
            return Read(int(chosen), also=self._also(turn))
        said, unit = turn.entities("tenant"), turn.entity("unit")
        return self._read(turn, said or ([] if unit else named_in(turn)), unit)

    def answered(self, turn: Turn, values: dict[str, Any]) -> Read:
        read = self.named(turn, values)
        if read is not NOTHING or not turn.text:
            return read
        return self._read(turn, [turn.text], None)

    def _read(self, turn: Turn, names: list[str], unit: str | None) -> Read:
        if not names and not unit:
            return NOTHING
        found, sure = lease_candidates(turn, names, unit, turn.entity("property"))
        also = self._also(turn)
        if len(found) == 1 and sure:
            return Read(found[0].id, also=also)
        said = ", ".join(names) or unit
        problem = "utter_nobody_named"
        if found:
            problem = "utter_which_one" if sure else "utter_nobody_close"
        return Read(
            problem=problem,
            blanks={"name": said},
            candidates=[each.id for each in found] or [NONE],
            also=also,
        )

    def _also(self, turn: Turn) -> dict[str, Any]:
        months = months_in(turn)
        return {self.periods: months} if self.periods and months else {}


def kept_day(kept: str | None) -> date | None:
    """The day that a slot keeps, or None for "none"."""
    return None if kept in (None, NONE) else date.fromisoformat(kept)


def months_in(turn: Turn) -> list[list[int | None]]:
    """The months that a message names, as [year or None, month]."""
    today = clock.today(turn.timezone())
    found: list[list[int | None]] = []
    for said in turn.entities("period"):
        period = read_period(said, today).value
        for month in period.months if period else ():
            if list(month) not in found:
                found.append(list(month))
    return found


def first_of_period(text: str, today: date, *, past: bool, future: bool = False) -> date | None:
    """The first day of a named month: this year's, with `past` not after today, with `future`
    not before this month."""
    period = read_period(text, today).value
    if period is None:
        return None
    year, month = period.months[0]
    if year is None:
        year = today.year
        if past and month > today.month:
            year -= 1
        if future and month < today.month:
            year += 1
    return date(year, month, 1)
