"""Bills beside the rent: for one tenant, a rent entity, a house or all; each, or shared out."""

import re
from datetime import date
from typing import Any

from rasa_sdk.events import EventType

from actions.base import LandlordMatter
from actions.fields import months_in
from actions.forms import NOTHING, Field, Form, Read
from actions.questions import Question
from actions.turn import Turn
from actions.who import lease_candidates, property_candidates
from actions.wording import day_words, money
from lebailleur import clock
from lebailleur.rentals import bills, deeds, portfolio, proposals
from lebailleur.rentals.bills import NewBill, Part
from lebailleur.rentals.errors import Refused
from lebailleur.rentals.periods import nearest
from lebailleur.rentals.proposals import Done
from lebailleur.settings import settings
from lebailleur.understanding.amounts import read_amount
from lebailleur.understanding.bills import read_bill
from lebailleur.understanding.days import read_day

SHARED = re.compile(
    r"\b(shar(e|ed|ing)|split|divid\w*|part(ag|ager)\w*|divis\w*|r[ée]part\w*|among|entre)\b", re.I
)
EVERYBODY = re.compile(
    r"\b(every(body|one)|all( of)?( them| tenants| rooms)?|each|tous|toutes|tout le monde|chacun\w*"
    r"|chaque|dem all)\b",
    re.I,
)
ALL = "all"
MOST_LINES = 12


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
        return self._of_house(turn, None) if EVERYBODY.search(turn.text) else NOTHING

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


class BillForm(Form):
    form = "bill_form"
    intents = frozenset({"record_bill"})
    fields = (KindField(), BillSumField(), ScopeField())
    extras = ("bill_details", "bill_shared")

    def begin(self, turn: Turn) -> dict[str, Any]:
        """ "Share the sum" under a summary: the same bill, shared out the other way."""
        proposal_id, shared = turn.entity("proposal"), turn.entity("choice")
        if proposal_id is None or shared is None:
            return {}
        content = proposals.proposal_of(turn.session, turn.asker, proposal_id).content
        bill = deeds.bill_of(content)
        return {
            "bill_kind": bill.kind,
            "bill_sum": bill.amount,
            "bill_leases": list(bill.lease_ids),
            "bill_shared": shared == "True",
            "bill_details": {
                "month": list(bill.month) if bill.month else None,
                "due_on": bill.due_on.isoformat() if bill.due_on else None,
            },
        }


class AskBillKind(Question):
    slot = "bill_kind"

    def answer(self, turn: Turn) -> list[EventType]:
        choices = [(turn.words(f"word_{kind}"), kind) for kind in bills.KINDS]
        turn.say("utter_which_bill", options=self.options(choices))
        return []


class AskBillLeases(Question):
    slot = "bill_leases"

    def answer(self, turn: Turn) -> list[EventType]:
        wanted = turn.tracker.get_slot("candidates")
        houses = portfolio.properties(turn.session, turn.asker)
        choices: list[tuple[str, object]] = []
        if not wanted:
            choices = [(turn.words("option_all_tenants"), ALL)]
            choices += [(each.name, each.id) for each in houses if len(houses) > 1]
        turn.say("utter_bill_for_whom", options=self.options(choices))
        return []


class ProposeBill(LandlordMatter):
    """Show who is asked how much by when, and ask."""

    called = "action_propose_bill"

    def answer(self, turn: Turn) -> list[EventType]:
        slots = turn.tracker.slots
        if slots.get("bill_leases") is None or slots.get("bill_sum") is None:
            return []
        details = slots.get("bill_details") or {}
        due_on, month = details.get("due_on"), details.get("month")
        bill = NewBill(
            kind=slots["bill_kind"],
            amount=slots["bill_sum"],
            lease_ids=tuple(slots["bill_leases"]),
            split=bool(slots.get("bill_shared")),
            month=(month[0], month[1]) if month else None,
            due_on=date.fromisoformat(due_on) if due_on else None,
        )
        try:
            propose_bill(turn, bill)
        except Refused as refused:
            turn.say(
                "utter_bill_refused" if refused.code != "nobody_to_bill" else "utter_bill_nobody"
            )
        return []


def propose_bill(turn: Turn, bill: NewBill) -> None:
    """Keep the proposal and show it. Raises as `bills.preview`."""
    parts = bills.preview(turn.session, turn.asker, bill)
    proposal = proposals.propose(
        turn.session,
        turn.asker,
        deeds.BILL,
        deeds.bill_content(bill, parts),
        key=turn.key,
        open_minutes=settings().session_minutes,
    )
    currency = parts[0].lease.tenant.landlord.currency
    lines = [_line(turn, each, currency) for each in parts[:MOST_LINES]]
    if len(parts) > MOST_LINES:
        lines.append(turn.words("words_more", count=len(parts) - MOST_LINES))
    options = []
    if len(parts) > 1:
        other = not bill.split
        title = turn.words("option_share_it" if other else "option_each_whole")
        options = [(title, f'/record_bill{{"proposal": "{proposal.id}", "choice": "{other}"}}')]
    turn.say(
        "utter_bill_summary",
        options=options,
        proposal=proposal.id,
        bill=turn.words(f"word_{bill.kind}"),
        total=money(turn, sum(each.amount for each in parts), currency),
        count=len(parts),
        lines="\n".join(lines),
    )


def propose_again(turn: Turn, content: dict[str, Any]) -> None:
    """The same bill, as it would be asked now."""
    propose_bill(turn, deeds.bill_of(content))


def tell_billed(turn: Turn, done: Done) -> None:
    """It is asked (or was, before)."""
    if not done.new:
        turn.say("utter_proposal_confirmed")
        return
    turn.say("utter_billed", count=len(done.content["expected"]))


def _line(turn: Turn, part: Part, currency: str) -> str:
    return turn.words(
        "line_bill",
        name=part.lease.tenant.name,
        unit=part.lease.unit.name,
        amount=money(turn, part.amount, currency),
        day=day_words(turn, part.due_on),
    )


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
