"""What is asked of a bill: its kind, its sum, and whom it is for."""

import re
from typing import Any

from actions.field import NOTHING, Field, Read
from actions.fields import LeaseField, months_in
from actions.turn import Turn
from actions.who import lease_candidates, property_candidates, referred
from lebailleur import clock
from lebailleur.rentals import bills, rights
from lebailleur.rentals.periods import nearest
from lebailleur.understanding.amounts import read_amount
from lebailleur.understanding.bills import read_bill
from lebailleur.understanding.days import read_day
from lebailleur.understanding.statements import read_statements

SHARED = re.compile(
    r"\b(shar(e|ed|ing)|split|divid\w*|part(ag|ager)\w*|divis\w*|r[ée]part\w*|among|entre)\b", re.I
)
EVERYBODY = re.compile(
    r"\b(every(body|one)|all( of)?( them| tenants| rooms)?|each|tous|toutes|tout le monde|chacun\w*"
    r"|chaque|dem all)\b",
    re.I,
)
ALL = "all"
# How the choice of a single lease begins; a bare number is a property's.
ONE = "lease:"


class KindField(Field):
    """What is billed; rent is no bill."""

    slot = "bill_kind"
    entities = frozenset({"bill"})

    def named(self, turn: Turn, values: dict[str, Any]) -> Read:
        chosen = turn.chosen(self.slot)
        if chosen in bills.KINDS:
            return Read(chosen)
        kinds = [read_bill(each).value for each in turn.entities("bill")]
        found = [each for each in dict.fromkeys(kinds) if each in bills.KINDS]
        return Read(found[0]) if len(found) == 1 else NOTHING

    def answered(self, turn: Turn, values: dict[str, Any]) -> Read:
        read = self.named(turn, values)
        if read is not NOTHING or not turn.text:
            return read
        kind = read_bill(turn.text).value
        return Read(kind) if kind in bills.KINDS else Read(problem="utter_bad_bill_kind")


class BillSumField(Field):
    """How much, of each or altogether; with it the month and the day that were named."""

    slot = "bill_sum"
    entities = frozenset({"amount"})

    def named(self, turn: Turn, values: dict[str, Any]) -> Read:
        sums = [read_amount(each).value for each in turn.entities("amount")]
        found = [each for each in sums if each]
        return Read(found[0], also=_details(turn)) if len(found) == 1 else NOTHING

    def answered(self, turn: Turn, values: dict[str, Any]) -> Read:
        read = self.named(turn, values)
        if read is not NOTHING or not turn.text:
            return read
        reading = read_amount(turn.text)
        if reading.value is not None:
            return Read(reading.value)
        return Read(problem="utter_bad_bill_sum", candidates=list(reading.candidates))


class ScopeField(Field):
    """Who is asked: the leases' ids. A house or everybody is all who rent there."""

    slot = "bill_leases"
    entities = frozenset({"tenant", "unit", "property"})

    def named(self, turn: Turn, values: dict[str, Any]) -> Read:
        chosen = turn.chosen(self.slot)
        if chosen is not None and chosen.startswith(ONE):
            lease = rights.lease_for(turn.session, turn.asker, int(chosen.removeprefix(ONE)))
            return Read([lease.id])
        if chosen is not None:
            return self._of_house(turn, None if chosen == ALL else int(chosen))
        people, units = turn.entities("tenant"), turn.entities("unit")
        if people or units:
            return self._each(turn, people, units)
        house = turn.entity("property")
        if house:
            found = property_candidates(turn, house)
            if len(found) == 1:
                return self._of_house(turn, found[0].id)
            return Read(problem="utter_which_one" if found else "utter_bad_bill_leases")
        if EVERYBODY.search(turn.text):
            return self._of_house(turn, None)
        lease = referred(turn)
        return Read([lease.id], also=_how(turn)) if lease is not None else NOTHING

    def answered(self, turn: Turn, values: dict[str, Any]) -> Read:
        read = self.named(turn, values)
        if read is not NOTHING or not turn.text:
            return read
        return self._each(turn, [turn.text], [])

    def _each(self, turn: Turn, people: list[str], units: list[str]) -> Read:
        found: list[int] = []
        for name, unit in [(each, None) for each in people] + [(None, each) for each in units]:
            leases, sure = lease_candidates(
                turn, [name] if name else [], unit, turn.entity("property")
            )
            if len(leases) != 1 or not sure:
                said = name or unit
                problem = "utter_nobody_named" if not leases else "utter_which_one"
                ids = [each.id for each in leases]
                return Read(problem=problem, blanks={"name": said}, candidates=ids)
            found.append(leases[0].id)
        return Read(list(dict.fromkeys(found)), also=_how(turn))

    def _of_house(self, turn: Turn, property_id: int | None) -> Read:
        leases = bills.leases_of(turn.session, turn.asker, property_id=property_id)
        return Read([each.id for each in leases], also=_how(turn))


def each_their_own(turn: Turn) -> dict[str, Any]:
    """What "light: A1 4500, A2 7200" says: each their own sum. Who is not found is named, and
    left out."""
    said = read_statements(turn.text, turn.spans)
    if len(said) < 2 or not all(each.subject and each.has("amount") for each in said):
        return {}
    asked: dict[int, int] = {}
    for each in said:
        own = turn.narrowed(each.spans)
        lease = LeaseField("bill_leases").named(own, {})
        amount = read_amount(own.entity("amount") or "").value
        if lease.value is None or not amount:
            words = " ".join(span.text for span in each.spans)
            turn.say("utter_bill_left_out", said=words)
        else:
            asked[lease.value] = asked.get(lease.value, 0) + amount
    if not asked:
        return {}
    sums = {"bill_leases": list(asked), "bill_amounts": list(asked.values())}
    return {**sums, "bill_sum": sum(asked.values()), **_details(turn)}


def _how(turn: Turn) -> dict[str, Any]:
    return {"bill_shared": True} if SHARED.search(turn.text) else {}


def _details(turn: Turn) -> dict[str, Any]:
    """The month that it is for and the day by which it is due, where they were named."""
    today = clock.today(turn.timezone())
    named = months_in(turn)
    year, month = named[0] if named else (None, None)
    days = [read_day(each, today, prefer="future").value for each in turn.entities("date")]
    return {
        "bill_details": {
            "month": list(nearest((year, month), today)) if month else None,
            "due_on": days[0].isoformat() if days and days[0] else None,
        },
        **_how(turn),
    }
