"""Several payments of one message: what is not clear of a row is asked, then all are shown in one
numbered table, and one yes writes them, each with its receipt."""

from collections.abc import Sequence
from typing import Any

from rasa_sdk.events import ActiveLoop, EventType, FollowupAction, SlotSet

from actions.base import LandlordMatter
from actions.field import NOTHING, Field, Read
from actions.forms import REQUESTED, Form
from actions.payments import ask_of_slots, propose, slots_of, why_refused
from actions.questions import Question, sum_choices
from actions.rows import LEASE, OWN, SUM, Row, is_open, rows_of
from actions.turn import Option, Turn
from actions.wording import charge_words, money
from lebailleur.rentals import batches, deeds, proposals, rights
from lebailleur.rentals.asks import DEPOSIT, Ask
from lebailleur.rentals.cycles import shares
from lebailleur.rentals.errors import Refused
from lebailleur.rentals.models import Proposal
from lebailleur.rentals.proposals import Done
from lebailleur.rentals.quotes import Quote
from lebailleur.settings import settings
from lebailleur.telling import tell_tenant

OUT, EACH, TOGETHER = "out", "each", "together"
# Beyond these, the numbers of the receipts are enough: each paper is a message.
MOST_PAPERS = 5


class RowsField(Field):
    """The rows, asked about one by one until each is clear or left out."""

    slot = "several_rows"

    def settled(self, turn: Turn, values: dict[str, Any]) -> list[Row] | None:
        rows = values.get("several_draft") or []
        return rows if rows and not any(map(is_open, rows)) else None

    def answered(self, turn: Turn, values: dict[str, Any]) -> Read:
        rows = [dict(each) for each in values.get("several_draft") or []]
        row = next(filter(is_open, rows), None)
        if row is None:
            return NOTHING
        read = self._answer(turn, rows, row)
        if read.problem is not None:
            row["candidates"] = [each for each in read.candidates if isinstance(each, int)]
        return Read(None, read.problem, read.blanks, also={"several_draft": rows})

    def _answer(self, turn: Turn, rows: list[Row], row: Row) -> Read:
        chosen = turn.chosen(self.slot)
        if chosen == OUT or (
            chosen is None and turn.intent == "deny" and not turn.entities("tenant")
        ):
            row["out"] = True
        elif row["payment_lease"] is None:
            read = LEASE.answered(turn, {})
            row["payment_lease"] = read.value
            return read
        elif row["together"]:
            if chosen not in (EACH, TOGETHER):
                return Read(problem="utter_several_each_or_together")
            _settle_together(rows, row, split=chosen == TOGETHER)
        else:
            read = SUM.answered(turn, row)
            row["payment_sum"] = read.value
            row.update(read.also)
            return read
        return NOTHING


def _settle_together(rows: list[Row], row: Row, *, split: bool) -> None:
    """One sum of several people is the sum of each, or is shared out equally."""
    amount = (row["payment_sum"] or {}).get("amount")
    those = [
        each for each in rows if each["together"] and each["payment_sum"] == {"amount": amount}
    ]
    parts = shares(amount, [1] * len(those)) if split and amount else [amount] * len(those)
    for each, part in zip(those, parts, strict=True):
        each["payment_sum"], each["together"] = {"amount": part}, False


class SeveralForm(Form):
    form = "several_form"
    intents = frozenset({"record_payment"})
    fields = (RowsField(),)
    extras = ("several_draft",)
    choices = ("payment_lease", "payment_sum")

    def begin(self, turn: Turn) -> dict[str, Any]:
        return {"several_draft": turn.tracker.get_slot("payment_rows")}


class AskSeveralRows(Question):
    """What is not clear of the first row that is open."""

    slot = "several_rows"

    def answer(self, turn: Turn) -> list[EventType]:
        row = next(filter(is_open, turn.tracker.get_slot("several_draft") or []), None)
        if row is None:
            return []
        out = self.options([(turn.words("option_leave_out"), OUT)])
        if row["payment_lease"] is None:
            leases = [
                rights.lease_for(turn.session, turn.asker, each) for each in row["candidates"]
            ]
            choices = [(f"{each.tenant.name}, {each.unit.name}", each.id) for each in leases]
            options = [*self.options(choices, "payment_lease"), *out]
            response = "utter_several_who" if leases else "utter_several_nobody"
            turn.say(
                response if row["problem"] else "utter_whose", options=options, said=row["said"]
            )
            return []
        lease = rights.lease_for(turn.session, turn.asker, row["payment_lease"])
        if row["together"]:
            amount = money(turn, row["payment_sum"]["amount"], lease.tenant.landlord.currency)
            choices = [
                (turn.words("option_each", amount=amount), EACH),
                (turn.words("option_together", amount=amount), TOGETHER),
            ]
            turn.say("utter_several_each", options=self.options(choices), amount=amount)
            return []
        options = [*self.options(sum_choices(turn, lease.id), "payment_sum"), *out]
        turn.say("utter_how_much", options=options, name=lease.tenant.name)
        return []


class ProposeSeveral(LandlordMatter):
    """All rows are clear: show the table, and ask."""

    called = "action_propose_several"

    def answer(self, turn: Turn) -> list[EventType]:
        rows = [each for each in turn.tracker.get_slot("several_rows") or [] if not each["out"]]
        propose_several(turn, [ask_of_slots(each) for each in rows])
        return [SlotSet("payment_rows", None)]


def propose_several(turn: Turn, asks: Sequence[Ask]) -> None:
    """Keep the proposal and show its table; what cannot be is named below, with the reason."""
    found = batches.preview(turn.session, turn.asker, asks)
    quoted = [each for each in found if isinstance(each, Quote)]
    refused = [
        _refused_line(turn, each, ask)
        for ask, each in zip(asks, found, strict=True)
        if not isinstance(each, Quote)
    ]
    if not quoted:
        turn.say("utter_several_none", refused="\n".join(refused))
        return
    if len(found) == 1:
        propose(turn, quoted[0].ask)
        return
    proposal = proposals.propose(
        turn.session,
        turn.asker,
        deeds.BATCH,
        deeds.batch_content(quoted),
        key=turn.key,
        open_minutes=settings().session_minutes,
    )
    currency = quoted[0].lease.tenant.landlord.currency
    turn.say(
        "utter_several_summary",
        proposal=proposal.id,
        count=len(quoted),
        total=money(turn, sum(each.amount for each in quoted), currency),
        lines="\n".join(_line(turn, number, each) for number, each in enumerate(quoted, 1)),
        refused="".join(f"\n{each}" for each in refused),
    )


def propose_several_again(turn: Turn, content: dict[str, Any]) -> None:
    """The same payments, as they would be recorded now."""
    propose_several(turn, deeds.asks_of(content))


def tell_several(turn: Turn, done: Done) -> None:
    """What a yes has recorded; each receipt goes to its tenant, once."""
    landlord = rights.landlord(turn.session, turn.asker)
    paid = batches.recorded(turn.session, landlord.id, done.key, len(done.content["asks"]))
    lines = [
        turn.words(
            "line_several_recorded",
            name=each.lease.tenant.name,
            amount=money(turn, each.amount, landlord.currency),
            number=each.receipt.number,
        )
        for each in paid
    ]
    turn.say("utter_several_recorded", count=len(paid), lines="\n".join(lines))
    for each in paid:
        if len(paid) <= MOST_PAPERS:
            turn.send_receipt(each.receipt.number)
        if done.new:
            tell_tenant(turn.session, each)


def offer_rows(turn: Turn, waiting: Proposal) -> list[EventType]:
    """Which line is to change, and then what of it."""
    asks = deeds.asks_of(waiting.content)
    chosen, _, what = (turn.entity("choice") or "").partition(":")
    if chosen.isdigit() and int(chosen) < len(asks):
        return _change_row(turn, asks, int(chosen), what)
    options: list[Option] = []
    for number, ask in enumerate(asks):
        lease = rights.lease_for(turn.session, turn.asker, ask.lease_id)
        options.append((lease.tenant.name, _row_payload(waiting.id, str(number))))
    turn.say("utter_several_which", options=options)
    return []


def change_rows(turn: Turn, waiting: Proposal) -> list[EventType] | None:
    """The table with what a message says of its rows: "Marie 40k", "not Awa"."""
    asks = deeds.asks_of(waiting.content)
    changed = list(asks)
    for row in rows_of(turn):
        lease_id = row["payment_lease"]
        at = next((n for n, each in enumerate(changed) if each.lease_id == lease_id), None)
        if at is None:
            continue
        if row["payment_sum"] is None:
            del changed[at]
        else:
            kept = {**slots_of(changed[at]), **{slot: row[slot] for slot in OWN if row[slot]}}
            changed[at] = ask_of_slots(kept)
    if changed == asks:
        return None
    propose_several(turn, changed)
    return []


def _change_row(turn: Turn, asks: list[Ask], number: int, what: str) -> list[EventType]:
    if what == OUT:
        propose_several(turn, asks[:number] + asks[number + 1 :])
        return []
    lease = rights.lease_for(turn.session, turn.asker, asks[number].lease_id)
    if what not in OWN:
        options = [
            (turn.words(title), _row_payload(turn.entity("proposal") or "", f"{number}:{each}"))
            for title, each in (
                ("option_change_sum", "payment_sum"),
                ("option_change_who", "payment_lease"),
                ("option_leave_out", OUT),
            )
        ]
        turn.say("utter_several_change", options=options, name=lease.tenant.name)
        return []
    rows = [_row_of(turn, each) for each in asks]
    rows[number][what] = None
    return [
        ActiveLoop("several_form"),
        SlotSet("several_draft", rows),
        SlotSet("several_rows", None),
        SlotSet(REQUESTED, "several_rows"),
        FollowupAction("several_form"),
    ]


def _row_of(turn: Turn, ask: Ask) -> Row:
    name = rights.lease_for(turn.session, turn.asker, ask.lease_id).tenant.name
    row = {"out": False, "together": False, "problem": None, "candidates": [], "said": name}
    return {**slots_of(ask), **row}


def _row_payload(proposal_id: str, choice: str) -> str:
    return f'/correct_payment{{"proposal": "{proposal_id}", "choice": "{choice}"}}'


def _refused_line(turn: Turn, refused: Refused, ask: Ask) -> str:
    name = rights.lease_for(turn.session, turn.asker, ask.lease_id).tenant.name
    why = why_refused(turn, refused, ask.lease_id)
    return turn.words("line_several_refused", name=name, why=why)


def _line(turn: Turn, number: int, quoted: Quote) -> str:
    currency = quoted.lease.tenant.landlord.currency
    what = [charge_words(turn, each.charge) for each in quoted.lines]
    if quoted.bill == DEPOSIT:
        what.append(turn.words("word_deposit"))
    if quoted.credit:
        what.append(turn.words("word_credit"))
    return turn.words(
        "line_several",
        number=number,
        name=quoted.lease.tenant.name,
        unit=quoted.lease.unit.name,
        amount=money(turn, quoted.amount, currency),
        what=", ".join(what),
    )
