"""How much was paid: a sum, a part of what is asked, a number of months, or what a month or a
bill asks. With it go the details: of which months, which bill, how and when."""

from typing import Any

from actions.fields import months_in
from actions.forms import NOTHING, Field, Read
from actions.turn import Turn
from lebailleur import clock
from lebailleur.rentals import rights
from lebailleur.understanding.amounts import read_amount
from lebailleur.understanding.bills import read_bill
from lebailleur.understanding.days import read_day
from lebailleur.understanding.methods import read_method
from lebailleur.understanding.months import read_months
from lebailleur.understanding.parts import read_part

# How the reasons of `read_amount` are said.
PROBLEMS = {
    "negative": "utter_bad_sum_not_positive",
    "zero": "utter_bad_sum_not_positive",
    "too_large": "utter_bad_sum_too_large",
    "ambiguous_scale": "utter_bad_sum_ambiguous",
    "odd_grouping": "utter_bad_sum_ambiguous",
    "several_sums": "utter_bad_sum_several",
}


class SumField(Field):
    """Kept as one of ``{"amount": francs}``, ``{"part": "1/2" | "rest" | "all"}``,
    ``{"months": n}`` or, for what the named months or bill ask, ``{}`` with `payment_details`."""

    entities = frozenset({"amount", "fraction", "months", "period", "bill", "date", "method"})

    def __init__(self, slot: str) -> None:
        self.slot = slot

    def named(self, turn: Turn, values: dict[str, Any]) -> Read:
        details, problem = self._details(turn, values)
        if problem is not None:
            return problem
        also = {"payment_details": details}
        read = self._total(turn, values)
        if read.value is not None:
            return Read(read.value, also=also)
        if read.problem is not None:
            return read
        if details["periods"] or details["bill"] not in (None, "rent"):
            # "Paul paid March": what is open of it. The summary shows how much that is.
            return Read({}, also=also)
        return NOTHING

    def answered(self, turn: Turn, values: dict[str, Any]) -> Read:
        chosen = turn.chosen(self.slot)
        if chosen == "all":
            return Read({"part": "all"})
        if chosen is not None and chosen.isdigit():
            return Read({"amount": int(chosen)}, also=self._kept(values))
        read = self.named(turn, values)
        if read is not NOTHING or not turn.text:
            return read
        return self._plain(turn, values)

    def _total(self, turn: Turn, values: dict[str, Any]) -> Read:
        sums = signed(turn, turn.entities("amount"))
        if len(sums) > 1:
            return Read(problem="utter_bad_sum_several", blanks={"name": _name(turn, values)})
        if sums:
            return self._sum(turn, sums[0], values)
        for said in turn.entities("fraction"):
            part = read_part(said).value
            if part is not None:
                return Read({"part": str(part)})
        for said in turn.entities("months"):
            months = read_months(said).value
            if months is not None:
                return Read({"months": months})
        return NOTHING

    def _sum(self, turn: Turn, said: str, values: dict[str, Any]) -> Read:
        reading = read_amount(said)
        if reading.value is not None:
            return Read({"amount": reading.value})
        problem = PROBLEMS.get(reading.reason or "", "utter_bad_sum_not_a_sum")
        return Read(
            problem=problem,
            blanks={"name": _name(turn, values)},
            candidates=list(reading.candidates),
        )

    def _plain(self, turn: Turn, values: dict[str, Any]) -> Read:
        """Words in which the model marked nothing, as the answer to "how much?"."""
        part = read_part(turn.text).value
        if part is not None:
            return Read({"part": str(part)}, also=self._kept(values))
        read = self._sum(turn, turn.text, values)
        return Read(read.value, read.problem, read.blanks, read.candidates, self._kept(values))

    def _details(self, turn: Turn, values: dict[str, Any]) -> tuple[dict[str, Any], Read | None]:
        before = values.get("payment_details") or {}
        bills = [found for each in turn.entities("bill") if (found := read_bill(each).value)]
        method = next(
            (found for each in turn.entities("method") if (found := read_method(each).value)), None
        )
        paid_on: str | None = before.get("paid_on")
        for said in turn.entities("date"):
            reading = read_day(said, clock.today(turn.timezone()), prefer="past")
            if reading.value is None:
                return {}, Read(problem="utter_bad_day", blanks={"day": said})
            paid_on = reading.value.isoformat()
        return {
            "periods": months_in(turn) or before.get("periods") or [],
            "bill": bills[0] if len(bills) == 1 else before.get("bill"),
            "method": method or before.get("method"),
            "paid_on": paid_on,
        }, None

    def _kept(self, values: dict[str, Any]) -> dict[str, Any]:
        details = values.get("payment_details")
        return {"payment_details": details} if details else {}


def signed(turn: Turn, sums: list[str]) -> list[str]:
    """The sums as they were written, with a minus that stands right before one."""
    return [f"-{each}" if f" -{each}" in f" {turn.text}" else each for each in sums]


def _name(turn: Turn, values: dict[str, Any]) -> str:
    lease_id = values.get("payment_lease")
    if not lease_id:
        return turn.entity("tenant") or "?"
    return rights.lease_for(turn.session, turn.asker, lease_id).tenant.name
