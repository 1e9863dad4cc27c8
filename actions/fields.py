"""The questions that forms ask, and how an answer to each is read.

Reading words is `lebailleur.understanding`'s work, finding who or what they mean is asked of
`lebailleur.rentals`; a field puts the two together.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

from actions.field import NOTHING, Field, Read
from actions.turn import Turn
from actions.who import lease_candidates, named_in, referred
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

    def __init__(self, slot: str, entity: str | None = None, beside: Sequence[str] = ()) -> None:
        """`beside`: the kinds that may follow the name in one answer, and are no part of it."""
        self.slot, self.entity, self.beside = slot, entity, beside
        self.entities = frozenset({entity} if entity else ())

    def named(self, turn: Turn, values: dict[str, Any]) -> Read:
        return self._read(turn.entity(self.entity)) if self.entity else NOTHING

    def answered(self, turn: Turn, values: dict[str, Any]) -> Read:
        # "the name is Paul": the name that was found in it; otherwise all of the words, up to
        # what answers another question ("Paul Mbarga, 677 12 34 56, room 5").
        others = [
            each["start"]
            for each in turn.message.get("entities") or []
            if each.get("entity") in self.beside and each.get("start") is not None
        ]
        named = None
        if self.entity and (turn.intent == "inform" or others):
            named = turn.entity(self.entity)
        before = turn.text[: min(others)].strip(" ,;:-") if others else turn.text
        return self._read(named or before or turn.text)

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
        return self._read(turn, values, turn.entity("phone"))

    def answered(self, turn: Turn, values: dict[str, Any]) -> Read:
        return self._read(turn, values, turn.entity("phone") or turn.text)

    def _read(self, turn: Turn, values: dict[str, Any], text: str | None) -> Read:
        if not text:
            return NOTHING
        reading = read_phone(text)
        if reading.value is None:
            return Read(problem=f"utter_bad_{self.slot}")
        if turn.landlord is not None and reading.value == turn.landlord.phone:
            return Read(problem="utter_own_phone")
        name = values.get("tenant_name") or turn.entity("tenant") or ""
        for each in portfolio.tenants(turn.session, turn.asker):
            # The same person may take a second room; another name is a slip.
            if each.phone == reading.value and each.name.casefold() != str(name).casefold():
                return Read(
                    problem="utter_phone_taken", blanks={"tenant": each.name, "phone": each.phone}
                )
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
    is_lease = True

    def __init__(self, slot: str, periods: str | None = None) -> None:
        self.slot, self.periods = slot, periods

    def settled(self, turn: Turn, values: dict[str, Any]) -> int | None:
        every = portfolio.leases(turn.session, turn.asker)
        return every[0].id if len(every) == 1 else None

    def stands(self, turn: Turn, value: Any) -> bool:
        if turn.landlord is None:
            return True
        return value in {each.id for each in portfolio.leases(turn.session, turn.asker)}

    def named(self, turn: Turn, values: dict[str, Any]) -> Read:
        if (chosen := turn.chosen(self.slot)) is not None and chosen.isdigit():
            return Read(int(chosen), also=self._also(turn))
        said, unit = turn.entities("tenant"), turn.entity("unit")
        names = said or ([] if unit else named_in(turn))
        if not names and not unit and (lease := referred(turn)) is not None:
            return Read(lease.id, also=self._also(turn))
        return self.read(turn, names, unit, wrong=values.get(self.slot))

    def answered(self, turn: Turn, values: dict[str, Any]) -> Read:
        read = self.named(turn, values)
        if read is not NOTHING or not turn.text or turn.intent in ("affirm", "deny"):
            return read  # a yes or a no is nobody's name
        return self.read(turn, [turn.text], None)

    def read(
        self, turn: Turn, names: list[str], unit: str | None, wrong: int | None = None
    ) -> Read:
        """Who is meant by names, a unit, or both; `wrong` is whom the form has until now: in
        "Marie, not Paul" the other one is meant."""
        if not names and not unit:
            return NOTHING
        found, sure = lease_candidates(turn, names, unit, turn.entity("property"))
        if len(names) > 1 and len(found) > 1:
            found = [each for each in found if each.id != wrong]
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
