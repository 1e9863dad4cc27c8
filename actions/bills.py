"""Bills beside the rent: for one tenant, a rent entity, a house or all; each, or shared out."""

from datetime import date
from typing import Any

from rasa_sdk.events import EventType

from actions.base import LandlordMatter
from actions.bill_fields import ALL, ONE, BillSumField, KindField, ScopeField, each_their_own
from actions.forms import Form
from actions.questions import Question, lease_choices
from actions.turn import Turn
from actions.wording import day_words, money
from lebailleur.rentals import bills, deeds, portfolio, proposals
from lebailleur.rentals.bills import NewBill, Part
from lebailleur.rentals.errors import Refused
from lebailleur.rentals.proposals import Done
from lebailleur.settings import settings


class BillForm(Form):
    form = "bill_form"
    intents = frozenset({"record_bill"})
    fields = (KindField(), BillSumField(), ScopeField())
    extras = ("bill_details", "bill_shared", "bill_amounts")
    keeps = ("bill_kind", "bill_sum", "bill_details")

    def begin(self, turn: Turn) -> dict[str, Any]:
        """ "Share the sum" under a summary: the same bill, shared out the other way."""
        proposal_id, shared = turn.entity("proposal"), turn.entity("choice")
        if proposal_id is None or shared is None:
            return super().begin(turn) or each_their_own(turn)
        content = proposals.proposal_of(turn.session, turn.asker, proposal_id).content
        bill = deeds.bill_of(content)
        return {
            "bill_kind": bill.kind,
            "bill_sum": bill.amount,
            "bill_leases": list(bill.lease_ids),
            "bill_shared": shared == "True",
            "bill_amounts": None,
            "bill_details": {
                "month": list(bill.month) if bill.month else None,
                "due_on": bill.due_on.isoformat() if bill.due_on else None,
            },
        }

    def _about(self, values: dict[str, Any]) -> dict[str, Any]:
        """A bill for one tenant was of that tenant."""
        leases = values["bill_leases"]
        return {"form": self.form, "lease": leases[0] if len(leases) == 1 else None}


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
        every = portfolio.leases(turn.session, turn.asker)
        choices: list[tuple[str, object]] = []
        if not wanted:
            choices = [(turn.words("option_all_tenants"), ALL)]
            choices += [(each.name, each.id) for each in houses if len(houses) > 1]
        leases = [each for each in every if not wanted or each.id in wanted]
        choices += [(title, f"{ONE}{value}") for title, value in lease_choices(turn, leases)]
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
            amounts=tuple(slots["bill_amounts"]) if slots.get("bill_amounts") else None,
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
    options = []
    if len(parts) > 1 and bill.amounts is None:
        other = not bill.split
        title = turn.words("option_share_it" if other else "option_each_whole")
        options = [(title, f'/record_bill{{"proposal": "{proposal.id}", "choice": "{other}"}}')]
    turn.say_list(
        "utter_bill_summary",
        [("", _line(turn, each, currency)) for each in parts],
        options=options,
        proposal=proposal.id,
        bill=turn.words(f"word_{bill.kind}"),
        total=money(turn, sum(each.amount for each in parts), currency),
        count=len(parts),
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
