"""A yes or a no to what is proposed, whatever it is: what a yes did is told by its own kind."""

from collections.abc import Callable
from typing import Any

from actions.base import say_error
from actions.bills import propose_again, tell_billed
from actions.corrections import propose_correction, tell_corrected
from actions.messaging import tell_messaged
from actions.payments import propose, tell_recorded
from actions.reminding import tell_reminded
from actions.removing import propose_removal, tell_removed
from actions.rents import tell_rent
from actions.several import propose_several_again, tell_several
from actions.tenants import tell_updated
from actions.turn import Turn
from actions.voiding import tell_voided
from lebailleur.rentals import deeds, proposals
from lebailleur.rentals.asks import Ask
from lebailleur.rentals.errors import Conflict, RentalError
from lebailleur.rentals.proposals import Done

TOLD: dict[str, Callable[[Turn, Done], None]] = {
    deeds.PAYMENT: lambda turn, done: tell_recorded(turn, done.payment, new=done.new),
    deeds.BATCH: tell_several,
    deeds.CORRECTION: tell_corrected,
    deeds.VOID: tell_voided,
    deeds.BILL: tell_billed,
    deeds.RENT: tell_rent,
    deeds.REMOVAL: tell_removed,
    deeds.REMIND: tell_reminded,
    deeds.MESSAGE: tell_messaged,
    deeds.TENANT: tell_updated,
}
# What has changed since it was shown is shown anew.
AGAIN: dict[str, Callable[[Turn, dict[str, Any]], None]] = {
    deeds.PAYMENT: lambda turn, content: propose(turn, Ask.from_json(content["ask"])),
    deeds.BATCH: propose_several_again,
    deeds.CORRECTION: propose_correction,
    deeds.BILL: propose_again,
    deeds.REMOVAL: lambda turn, content: propose_removal(turn, content["what"], content["id"]),
}


def confirm_proposal(turn: Turn, proposal_id: str) -> None:
    """A yes: write it once, and say so."""
    try:
        done = proposals.confirm(turn.session, turn.asker, proposal_id, at=turn.said_at)
    except Conflict as conflict:
        _say_conflict(turn, proposal_id, conflict)
    except RentalError as error:
        say_error(turn, error)
    else:
        TOLD[done.kind](turn, done)


def cancel_proposal(turn: Turn, proposal_id: str) -> None:
    """A no: the proposal is closed, nothing is written."""
    try:
        proposals.cancel(turn.session, turn.asker, proposal_id)
    except Conflict as conflict:
        _say_conflict(turn, proposal_id, conflict)
        return
    turn.say("utter_cancelled")


def _say_conflict(turn: Turn, proposal_id: str, conflict: Conflict) -> None:
    if conflict.code == "changed":
        proposal = proposals.proposal_of(turn.session, turn.asker, proposal_id)
        turn.say("utter_proposal_changed")
        AGAIN[proposal.kind](turn, proposal.content)
        return
    if conflict.code == "already_decided":
        confirmed = conflict.details.get("decision") == "confirmed"
        turn.say("utter_proposal_confirmed" if confirmed else "utter_proposal_decided")
        return
    if conflict.code == "expired":
        turn.say("utter_proposal_expired")
        return
    say_error(turn, conflict)
