"""What we say first: events that reach a person through Rasa's `trigger_intent`."""

from rasa_sdk.events import EventType

from actions.base import Matter
from actions.payments import receipt_standing
from actions.turn import Turn
from actions.wording import charge_words, day_words, money, place, standing_words
from lebailleur.rentals import charges, plans, reports, rights
from lebailleur.rentals.models import PlanPart
from lebailleur.rentals.reports import Standing


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


class TellRentDue(Matter):
    """To a tenant on the day on which an unpaid charge falls due."""

    called = "action_tell_rent_due"

    def answer(self, turn: Turn) -> list[EventType]:
        wanted = {int(each) for each in (turn.entity("charges") or "").split(",") if each}
        lease_id = int(turn.entity("choice") or 0)
        lease = rights.lease_for(turn.session, turn.asker, lease_id, or_self=True)
        open_ = charges.open_charges(turn.session, [lease.id])
        due = [each for each in open_ if each.id in wanted]
        turn.say(
            "utter_rent_due",
            name=lease.tenant.name,
            unit=lease.unit.name,
            property=lease.unit.property.name,
            amount=money(turn, sum(each.open for each in due), lease.tenant.landlord.currency),
            what=", ".join(charge_words(turn, each) for each in due),
            lease=lease.id,
        )
        return []


class TellRentsDue(Matter):
    """To a landlord, once a day: whose rent falls due today."""

    called = "action_tell_rents_due"

    def answer(self, turn: Turn) -> list[EventType]:
        wanted = {int(each) for each in (turn.entity("charges") or "").split(",") if each}
        lines, total = [], 0
        for standing in reports.standings(turn.session, turn.asker):
            currency = standing.lease.tenant.landlord.currency
            due = sum(each.open for each in standing.open if each.id in wanted)
            if due:
                total += due
                lines.append(
                    turn.words(
                        "line_status_owes",
                        name=standing.lease.tenant.name,
                        unit=place(standing.lease),
                        amount=money(turn, due, currency),
                    )
                )
        turn.say_list("utter_rents_due", [("", line) for line in lines], total=money(turn, total))
        return []


class TellPromiseDue(Matter):
    """To a tenant, on the day for which they promised."""

    called = "action_tell_promise_due"

    def answer(self, turn: Turn) -> list[EventType]:
        part, standing = _promise(turn)
        lease = standing.lease
        turn.say(
            "utter_promise_due",
            name=lease.tenant.name,
            place=place(lease),
            amount=money(turn, part.amount or standing.balance, lease.tenant.landlord.currency),
            lease=lease.id,
        )
        return []


class TellPromiseBroken(Matter):
    """To a landlord, on the day after a promise that was not kept."""

    called = "action_tell_promise_broken"

    def answer(self, turn: Turn) -> list[EventType]:
        part, standing = _promise(turn)
        lease = standing.lease
        turn.say(
            "utter_promise_broken",
            name=lease.tenant.name,
            place=place(lease),
            amount=money(turn, part.amount or standing.balance, lease.tenant.landlord.currency),
            day=day_words(turn, part.due_on),
            standing=standing_words(turn, standing),
            lease=lease.id,
        )
        return []


def _promise(turn: Turn) -> tuple[PlanPart, Standing]:
    """The part that the event names, and how its lease stands now."""
    standing = reports.standing(turn.session, turn.asker, int(turn.entity("choice") or 0))
    part = plans.part_for(turn.session, turn.asker, int(turn.entity("charges") or 0))
    return part, standing


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
