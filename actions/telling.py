"""What we say first: events that reach a person through Rasa's `trigger_intent`."""

import mimetypes
from collections.abc import Callable

from rasa_sdk.events import EventType

from actions.base import Matter
from actions.payments import receipt_standing, say_recorded
from actions.turn import Turn
from actions.voiding import say_voided
from actions.wording import money, place, standing_words
from lebailleur.conversation import attachments
from lebailleur.rentals import claims, issues, reports, rights
from lebailleur.rentals.models import Lease


class TellWelcome(Matter):
    """To a tenant who was just registered."""

    called = "action_tell_welcome"

    def answer(self, turn: Turn) -> list[EventType]:
        lease = rights.lease_for(
            turn.session, turn.asker, int(turn.entity("choice") or 0), or_self=True
        )
        landlord = lease.tenant.landlord
        turn.say(
            "utter_welcome_tenant",
            name=lease.tenant.name,
            landlord=landlord.name,
            unit=lease.unit.name,
            property=lease.unit.property.name,
            rent=money(turn, lease.rent_on(lease.start_on), landlord.currency),
        )
        return []


class TellReceipt(Matter):
    """To a tenant whose payment was recorded."""

    called = "action_tell_receipt"

    def answer(self, turn: Turn) -> list[EventType]:
        receipt = rights.receipt_for(turn.session, turn.asker, turn.entity("payment") or "")
        payment = receipt.payment
        tenant = payment.lease.tenant
        turn.say(
            "utter_receipt_for_tenant",
            name=tenant.name,
            landlord=tenant.landlord.name,
            amount=money(turn, payment.amount, tenant.landlord.currency),
            standing=receipt_standing(turn, payment),
            number=receipt.number,
        )
        turn.send_receipt(receipt.number)
        return []


class TellReceiptVoid(Matter):
    """To a tenant whose payment was taken back."""

    called = "action_tell_receipt_void"

    def answer(self, turn: Turn) -> list[EventType]:
        receipt = rights.receipt_for(turn.session, turn.asker, turn.entity("payment") or "")
        lease, reversal = receipt.lease, receipt.payment.reversal
        reason = reversal.reason if reversal else None
        standing = reports.standing(turn.session, turn.asker, lease.id)
        turn.say(
            "utter_receipt_void",
            name=lease.tenant.name,
            landlord=lease.tenant.landlord.name,
            number=receipt.number,
            amount=money(turn, receipt.content["amount"], lease.tenant.landlord.currency),
            reason=turn.words("words_reason", reason=reason) if reason else "",
            standing=standing_words(turn, standing),
        )
        turn.send_receipt(receipt.number)
        return []


class TellPaymentNoted(Matter):
    """To a landlord for whom another program has recorded a payment."""

    called = "action_tell_payment_noted"

    def answer(self, turn: Turn) -> list[EventType]:
        receipt = rights.receipt_for(turn.session, turn.asker, turn.entity("payment") or "")
        say_recorded(turn, receipt.payment)
        return []


class TellPaymentVoided(Matter):
    """To a landlord for whom another program has taken a payment back."""

    called = "action_tell_payment_voided"

    def answer(self, turn: Turn) -> list[EventType]:
        receipt = rights.receipt_for(turn.session, turn.asker, turn.entity("payment") or "")
        say_voided(turn, receipt.payment)
        return []


class TellMessage(Matter):
    """To a tenant: their landlord's words."""

    called = "action_tell_message"

    def answer(self, turn: Turn) -> list[EventType]:
        lease_id = int(turn.entity("choice") or 0)
        lease = rights.lease_for(turn.session, turn.asker, lease_id, or_self=True)
        landlord = lease.tenant.landlord.name
        turn.say("utter_message", landlord=landlord, words=turn.entity("words"), lease=lease.id)
        return []


class TellRelay(Matter):
    """To a landlord: a tenant's words."""

    called = "action_tell_relay"

    def answer(self, turn: Turn) -> list[EventType]:
        lease = rights.lease_for(turn.session, turn.asker, int(turn.entity("sender") or 0))
        turn.say(
            "utter_relay_message",
            name=lease.tenant.name,
            place=place(lease),
            words=turn.entity("words"),
            lease=lease.id,
        )
        return []


class TellAttachment(Matter):
    """To a landlord: a file that a tenant sent with what they claim, report or say."""

    called = "action_tell_attachment"

    def answer(self, turn: Turn) -> list[EventType]:
        number = int(turn.entity("choice") or 0)
        item = attachments.for_person(turn.session, number, turn.person_id)
        about, _, which = (item.about or "").partition(":")
        lease = _LEASE_OF[about](turn, int(which))
        blanks = {"name": lease.tenant.name, "place": place(lease)}
        if item.state != "kept":
            turn.say("utter_attachment_lost", **blanks)
            return []
        turn.say(f"utter_attachment_{about}", **blanks)
        suffix = mimetypes.guess_extension(item.mime) or ""
        name = item.filename or f"{turn.words(f'word_{item.kind}')}{suffix}"
        turn.send_file(f"attachment:{item.id}", name)
        return []


class TellAttachmentRefused(Matter):
    """To whoever sent a file that is too large, or of a type that is not kept."""

    called = "action_tell_attachment_refused"

    def answer(self, turn: Turn) -> list[EventType]:
        turn.say("utter_attachment_refused", most=attachments.MOST_BYTES // 1024**2)
        return []


_LEASE_OF: dict[str, Callable[[Turn, int], Lease]] = {
    "claim": lambda turn, number: claims.claim_for(turn.session, turn.asker, number).lease,
    "issue": lambda turn, number: issues.issue_for(turn.session, turn.asker, number).lease,
    "lease": lambda turn, number: rights.lease_for(turn.session, turn.asker, number),
}
