"""How much was paid: a sum, a part of what is asked, a number of months, or what a month or a
bill asks. With it go the details: of which months, which bill, how and when."""

from typing import Any

from actions.field import NOTHING, Field, Read
from actions.fields import months_in
from actions.turn import Turn
from lebailleur import clock
from lebailleur.rentals import rights
from lebailleur.understanding.amounts import read_amount
from lebailleur.understanding.bills import read_bill
from lebailleur.understanding.days import read_day
from lebailleur.understanding.methods import read_method
from lebailleur.understanding.months import read_months
from lebailleur.understanding.parts import read_part
from lebailleur.understanding.statements import Span, read_statements

# How the reasons of `read_amount` are said.
PROBLEMS = {
    "negative": "utter_bad_sum_not_positive",
    "zero": "utter_bad_sum_not_positive",
    "too_large": "utter_bad_sum_too_large",
    "ambiguous_scale": "utter_bad_sum_ambiguous",
    "odd_grouping": "utter_bad_sum_ambiguous",
    "several_sums": "utter_bad_sum_several",
}


# The choice of a sum that is none of those offered: it is written next.
OTHER = "other"


class SumField(Field):
    """Kept as one of ``{"amount": francs}``, ``{"part": "1/2" | "rest" | "all"}``,
    ``{"months": n}`` or, for what the named months or bill ask, ``{}`` with `payment_details`."""

    entities = frozenset({"amount", "fraction", "months", "period", "bill", "date", "method"})

    def __init__(self, slot: str) -> None:
        self.slot = slot

    def named(self, turn: Turn, values: dict[str, Any]) -> Read:
        rest = _rest_in(turn)
        if rest:
            # "20k, the rest on Friday": what remains and its day are not what was paid.
            turn = turn.narrowed([each for each in turn.spans if each not in rest])
        details, problem = self.details(turn, values)
        if problem is not None:
            return problem
        also = {"payment_details": {**details, **_remaining(turn, rest)}}
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
        if chosen == OTHER:
            return Read(also={"candidates": [OTHER]})
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

    def details(self, turn: Turn, values: dict[str, Any]) -> tuple[dict[str, Any], Read | None]:
        """Of which months and bill, how and when, added to what was known; or what is wrong."""
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
            "remaining": before.get("remaining"),
            "rest_on": before.get("rest_on"),
            "reference": before.get("reference"),
            "proof": before.get("proof"),
        }, None

    def _kept(self, values: dict[str, Any]) -> dict[str, Any]:
        details = values.get("payment_details")
        return {"payment_details": details} if details else {}


def _rest_in(turn: Turn) -> tuple[Span, ...]:
    """What a message says will stay open, where it speaks of one payment."""
    found = read_statements(turn.text, turn.spans)
    return found[0].rest if len(found) == 1 else ()


def _remaining(turn: Turn, rest: tuple[Span, ...]) -> dict[str, Any]:
    """The sum that is said to stay open, and the day for which it is promised."""
    found: dict[str, Any] = {}
    for each in rest:
        if each.kind == "amount":
            amount = read_amount(each.text).value
            # "gave 20k remaining 25"
            small = each.text.strip()
            found["remaining"] = int(small) * 1_000 if _is_small(small) else amount
        elif each.kind == "date":
            today = clock.today(turn.timezone())
            day = read_day(each.text, today, prefer="future").value
            found["rest_on"] = day.isoformat() if day else None
    return found


def _is_small(said: str) -> bool:
    return said.isascii() and said.isdigit() and int(said) < 1_000


def signed(turn: Turn, sums: list[str]) -> list[str]:
    """The sums as they were written, with a minus that stands right before one."""
    return [f"-{each}" if f" -{each}" in f" {turn.text}" else each for each in sums]


def _name(turn: Turn, values: dict[str, Any]) -> str:
    lease_id = values.get("payment_lease")
    if not lease_id:
        return turn.entity("tenant") or "?"
    return rights.lease_for(turn.session, turn.asker, lease_id, or_self=True).tenant.name
