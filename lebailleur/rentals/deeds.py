"""What the proposals of each kind write, once somebody has said yes.

A proposal's content is JSON: what was shown, so that something else is never written.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from lebailleur.rentals import (
    batches,
    bills,
    claims,
    corrections,
    lease_changes,
    payments,
    plans,
    removal,
    tenants,
)
from lebailleur.rentals.asks import Ask
from lebailleur.rentals.bills import NewBill, Part
from lebailleur.rentals.corrections import Change
from lebailleur.rentals.errors import Conflict
from lebailleur.rentals.models import Payment, Proposal
from lebailleur.rentals.plans import NewPart
from lebailleur.rentals.quotes import Quote
from lebailleur.rentals.removal import Removal, What
from lebailleur.rentals.rights import Asker

PAYMENT, BATCH, CORRECTION, VOID = "payment", "batch", "correction", "void"
BILL, RENT, REMOVAL, REMIND = "bill", "rent", "removal", "remind"
TENANT, MESSAGE = "tenant", "message"


def batch_content(quoted: Sequence[Quote]) -> dict[str, Any]:
    """The content of a proposal to record several payments, and what each would pay."""
    return {
        "asks": [each.ask.to_json() for each in quoted],
        "expected": [each.fingerprint() for each in quoted],
    }


def asks_of(content: dict[str, Any]) -> list[Ask]:
    """The payments that such a proposal would record."""
    return [Ask.from_json(each) for each in content["asks"]]


def correction_content(payment_id: int, change: Change, quoted: Quote) -> dict[str, Any]:
    """The content of a proposal to correct a payment, and what that would pay."""
    kept = {name: value for name, value in vars(change).items() if value is not None}
    if change.paid_on is not None:
        kept["paid_on"] = change.paid_on.isoformat()
    return {"payment": payment_id, "change": kept, "expected": quoted.fingerprint()}


def bill_content(bill: NewBill, parts: list[Part]) -> dict[str, Any]:
    """The content of a proposal to ask a bill, and who would be asked how much by when."""
    kept = dict(vars(bill), due_on=bill.due_on.isoformat() if bill.due_on else None)
    return {"bill": kept, "expected": _parts(parts)}


def bill_of(content: dict[str, Any]) -> NewBill:
    """The bill that a proposal would ask."""
    kept = dict(content["bill"])
    kept["due_on"] = date.fromisoformat(kept["due_on"]) if kept["due_on"] else None
    for name in ("lease_ids", "weights", "month", "amounts"):
        kept[name] = tuple(kept[name]) if kept.get(name) is not None else None
    return NewBill(**kept)


def removal_content(found: Removal) -> dict[str, Any]:
    """The content of a proposal to delete, and what that would take along."""
    return {name: _listed(value) for name, value in vars(found).items()}


def _payment(session: Session, asker: Asker, proposal: Proposal) -> Payment:
    ask, claim_id = Ask.from_json(proposal.content["ask"]), proposal.content.get("claim")
    claim = claims.settleable(session, asker, claim_id) if claim_id is not None else None
    key = f"proposal:{proposal.id}"
    payment = payments.record(
        session, asker, ask, key=key, expected=proposal.content["expected"], source=proposal.key
    )
    if claim is not None and claim.lease_id == ask.lease_id:
        payments.settle_claim(claim, asker, payment)
    if ask.rest_on is not None:
        # "20k, the rest on Friday": all that is owed then, or the sum that was said to remain.
        part = NewPart(ask.rest_on, ask.remaining or None)
        plans.note(session, asker, ask.lease_id, [part], key=key)
    return payment


def _batch(session: Session, asker: Asker, proposal: Proposal) -> None:
    batches.record(
        session,
        asker,
        asks_of(proposal.content),
        key=f"proposal:{proposal.id}",
        expected=proposal.content["expected"],
        source=proposal.key,
    )


def change_of(content: dict[str, Any]) -> Change:
    """What a proposal would correct of a payment."""
    kept = dict(content["change"])
    if "paid_on" in kept:
        kept["paid_on"] = date.fromisoformat(kept["paid_on"])
    if "months_named" in kept:
        kept["months_named"] = tuple((year, month) for year, month in kept["months_named"])
    return Change(**kept)


def _correction(session: Session, asker: Asker, proposal: Proposal) -> Payment:
    change, payment_id = change_of(proposal.content), proposal.content["payment"]
    quoted = corrections.preview(session, asker, payment_id, change)
    if quoted.fingerprint() != proposal.content["expected"]:
        raise Conflict("changed")
    return corrections.correct(
        session, asker, payment_id, change, key=f"proposal:{proposal.id}", source=proposal.key
    )


def _void(session: Session, asker: Asker, proposal: Proposal) -> Payment:
    content = proposal.content
    return corrections.void(session, asker, content["payment"], reason=content.get("reason"))


def _bill(session: Session, asker: Asker, proposal: Proposal) -> None:
    bill = bill_of(proposal.content)
    if _parts(bills.preview(session, asker, bill)) != proposal.content["expected"]:
        raise Conflict("changed")
    bills.record(session, asker, bill, key=f"proposal:{proposal.id}")


def _rent(session: Session, asker: Asker, proposal: Proposal) -> None:
    content = proposal.content
    lease_changes.change_rent(
        session,
        asker,
        rent=content["rent"],
        from_on=date.fromisoformat(content["from"]),
        lease_id=content.get("lease"),
        unit_id=content.get("unit"),
    )


def _tenant(session: Session, asker: Asker, proposal: Proposal) -> None:
    content = proposal.content
    if "name" in content or "phone" in content:
        tenants.update(
            session,
            asker,
            content["tenant"],
            name=content.get("name"),
            phone=content.get("phone"),
            person_id=content.get("person"),
        )
    if "due_day" in content or "cycle" in content:
        lease_changes.reschedule(
            session,
            asker,
            content["lease"],
            due_day=content.get("due_day"),
            cycle_months=content.get("cycle"),
        )
    if "unit" in content:
        unit_id, day = content["unit"]
        lease_changes.move(session, asker, content["lease"], unit_id, date.fromisoformat(day))
    if "end" in content:
        lease_changes.end(session, asker, content["lease"], date.fromisoformat(content["end"]))


def _to_be_told(session: Session, asker: Asker, proposal: Proposal) -> None:
    """Nothing of the ledger changes: who confirmed it lets the tenants hear of it."""


def _removal(session: Session, asker: Asker, proposal: Proposal) -> None:
    kept: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in proposal.content.items()
    }
    what: What = kept["what"]
    removal.remove(session, asker, what, kept["id"], accepted=Removal(**kept))


def _listed(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _parts(parts: list[Part]) -> list[list[Any]]:
    return [[each.lease.id, each.amount, each.due_on.isoformat()] for each in parts]


DEEDS: dict[str, Callable[[Session, Asker, Proposal], Payment | None]] = {
    PAYMENT: _payment,
    BATCH: _batch,
    CORRECTION: _correction,
    VOID: _void,
    BILL: _bill,
    RENT: _rent,
    REMOVAL: _removal,
    REMIND: _to_be_told,
    MESSAGE: _to_be_told,
    TENANT: _tenant,
}
