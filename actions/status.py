"""Where things stand: of one, of those who owe, of all; past payments; receipts."""

from datetime import date
from typing import Any

from rasa_sdk.events import EventType

from actions.base import LandlordMatter, Matter
from actions.beginning import say_how_to_begin
from actions.claim_answers import claim_options, lease_of_claim_shown
from actions.fields import LeaseField, months_in
from actions.forms import Form
from actions.homes import EitherLeaseField
from actions.plans import plan_lines
from actions.questions import AskLease
from actions.turn import Turn
from actions.wording import charge_words, day_words, money, month_words, place, standing_words
from lebailleur import clock
from lebailleur.rentals import payments, portfolio, receipts, reports, rights
from lebailleur.rentals.errors import NotFound
from lebailleur.rentals.models import Lease
from lebailleur.rentals.periods import nearest
from lebailleur.rentals.reports import Standing


class WhoForm(Form):
    """Of whom a landlord asks; a tenant asks of themselves, so nothing has to be named."""

    def may(self, turn: Turn) -> bool:
        return turn.role == "landlord"


class BalanceForm(WhoForm):
    form = "balance_form"
    intents = frozenset({"check_balance"})
    fields = (LeaseField("balance_lease", periods="balance_period"),)
    extras = ("balance_period",)

    def begin(self, turn: Turn) -> dict[str, Any]:
        """ "I have received nothing", under what a tenant claims, is about that tenant."""
        lease_id = lease_of_claim_shown(turn)
        return {"balance_lease": lease_id} if lease_id is not None else super().begin(turn)


class ReceiptForm(Form):
    form = "receipt_form"
    intents = frozenset({"get_receipt"})
    role = None
    fields = (EitherLeaseField("receipt_lease", periods="receipt_period"),)
    extras = ("receipt_period",)

    def may(self, turn: Turn) -> bool:
        return turn.role == "landlord" or bool(portfolio.own_leases(turn.session, turn.asker))


class CheckBalance(Matter):
    """One account: the landlord's tenant, or the tenant's own."""

    called = "action_check_balance"

    def answer(self, turn: Turn) -> list[EventType]:
        leases = _meant(turn, "balance_lease")
        if not leases:
            _say_nobody(turn)
            return []
        periods = turn.tracker.get_slot("balance_period") or months_in(turn)
        for lease in leases:
            standing = reports.standing(turn.session, turn.asker, lease.id)
            own = turn.role == "tenant"
            turn.say(
                "utter_own_standing" if own else "utter_standing",
                name=lease.tenant.name,
                unit=lease.unit.name,
                property=lease.unit.property.name,
                standing=standing_words(turn, standing) + plan_lines(turn, lease),
                lines=_open_lines(turn, standing, periods),
                next=_next_line(turn, standing),
                lease=lease.id,
                options=claim_options(turn, lease.id),
            )
        return []


class RentStatus(LandlordMatter):
    """Everybody, by property."""

    called = "action_rent_status"

    def answer(self, turn: Turn) -> list[EventType]:
        every = reports.standings(turn.session, turn.asker)
        if not every:
            say_how_to_begin(turn)
            return []
        owing = [each for each in every if each.balance > 0]
        turn.say_list(
            "utter_rent_status",
            [_status_line(turn, each) for each in every],
            count=len(every),
            paid=len(every) - len(owing),
            owing=len(owing),
            total=_sum(turn, every[0], sum(each.balance for each in owing)),
        )
        return []


class HistoryForm(Form):
    form = "history_form"
    intents = frozenset({"payment_history"})
    fields = (LeaseField("history_lease"),)


class AskHistoryLease(AskLease):
    slot = "history_lease"


class PaymentHistory(Matter):
    """The latest payments of the tenant who asks, or of the one whom a landlord names."""

    called = "action_payment_history"

    def answer(self, turn: Turn) -> list[EventType]:
        leases = _meant(turn, "history_lease")
        if not leases:
            _say_nobody(turn)
            return []
        lines: list[tuple[str, str]] = []
        for lease in leases:
            found = [
                turn.words(
                    "line_payment",
                    day=day_words(turn, each.paid_on),
                    amount=money(turn, each.amount, lease.tenant.landlord.currency),
                    number=each.receipt.number,
                )
                for each in payments.own_payments(turn.session, turn.asker, lease.id)
                if each.voided_at is None
            ]
            whose = _whose(turn, lease)
            lines += [(turn.words("line_heading", name=whose), line) for line in found]
            if not found:
                turn.say("utter_payment_history_none", name=whose)
        if lines:
            turn.say_list("utter_payment_history", lines)
        return []


class GetReceipt(Matter):
    """The newest receipt, or the one of a month, again."""

    called = "action_get_receipt"

    def answer(self, turn: Turn) -> list[EventType]:
        leases = _meant(turn, "receipt_lease")
        if not leases:
            _say_nobody(turn)
            return []
        named = turn.tracker.get_slot("receipt_period") or months_in(turn)
        months = [(year, month) for year, month in named] or [None]
        for lease in leases:
            for month in months:
                _give_receipt(turn, lease, month)
        return []


class VerifyReceipt(Matter):
    """Whether a paper is genuine and counts, for whoever holds it and sends its code."""

    called = "action_verify_receipt"

    def answer(self, turn: Turn) -> list[EventType]:
        number, code = turn.entity("payment") or "", turn.entity("choice") or ""
        try:
            found = receipts.verify(turn.session, number, code)
        except NotFound:
            turn.say("utter_receipt_not_genuine", number=number)
            return []
        response = "utter_receipt_genuine" if found.voided_on is None else "utter_receipt_is_void"
        turn.say(
            response,
            number=found.number,
            name=found.tenant,
            landlord=found.landlord,
            amount=money(turn, found.amount, found.currency),
            day=day_words(turn, found.paid_on),
        )
        return []


def _give_receipt(turn: Turn, lease: Lease, month: tuple[int | None, int] | None) -> None:
    if month is None:
        receipt = receipts.latest(turn.session, turn.asker, lease.id)
    else:
        receipt = receipts.of_month(turn.session, turn.asker, lease.id, month)
    if receipt is None:
        said = ""
        if month is not None:
            year, number = nearest(month, clock.today(turn.timezone(lease)))
            said = turn.words("words_for_month", month=month_words(turn, year, number))
        turn.say("utter_receipt_none", name=lease.tenant.name, month=said)
        return
    turn.say(
        "utter_receipt",
        number=receipt.number,
        name=lease.tenant.name,
        amount=money(turn, receipt.content["amount"], lease.tenant.landlord.currency),
        day=day_words(turn, date.fromisoformat(receipt.content["paid_on"])),
    )
    turn.send_receipt(receipt.number)


def _say_nobody(turn: Turn) -> None:
    if turn.role == "landlord":
        say_how_to_begin(turn)
    else:
        turn.say("utter_tenant_unknown")


def _whose(turn: Turn, lease: Lease) -> str:
    return f"{lease.tenant.name}, {place(lease)}" if turn.role == "landlord" else place(lease)


def _meant(turn: Turn, slot: str) -> list[Lease]:
    """The lease that was named, or all under which a tenant rents."""
    if lease_id := turn.tracker.get_slot(slot):
        own = turn.role == "tenant"
        return [rights.lease_for(turn.session, turn.asker, lease_id, or_self=own)]
    return [] if turn.role == "landlord" else portfolio.own_leases(turn.session, turn.asker)


def _open_lines(turn: Turn, standing: Standing, periods: list[list[int | None]]) -> str:
    lease = standing.lease
    if periods:
        return "".join(f"\n{_month_line(turn, lease, year, month)}" for year, month in periods)
    return "".join(
        "\n"
        + turn.words(
            "line_open", what=charge_words(turn, each), open=_sum(turn, standing, each.open)
        )
        for each in standing.open
    )


def _month_line(turn: Turn, lease: Lease, year: int | None, month: int | None) -> str:
    today = clock.today(turn.timezone(lease))
    found = nearest((year, month or today.month), today)
    name = month_words(turn, *found)
    name = name[:1].upper() + name[1:]
    asked_open = reports.month_open(turn.session, lease, *found)
    if asked_open is None:
        return turn.words("line_month_not_charged", month=name)
    asked, open_ = asked_open
    if not open_:
        return turn.words("line_month_paid", month=name)
    currency = lease.tenant.landlord.currency
    return turn.words(
        "line_month_open",
        month=name,
        open=money(turn, open_, currency),
        asked=money(turn, asked, currency),
    )


def _next_line(turn: Turn, standing: Standing) -> str:
    if standing.next_due is None:
        return ""
    day, amount = standing.next_due
    line = turn.words("line_next", amount=_sum(turn, standing, amount), day=day_words(turn, day))
    return f"\n{line}"


def _status_line(turn: Turn, standing: Standing) -> tuple[str, str]:
    """The house, and below it who owes what."""
    lease = standing.lease
    line = turn.words(
        "line_status_owes" if standing.balance > 0 else "line_status_paid",
        name=lease.tenant.name,
        unit=lease.unit.name,
        amount=_sum(turn, standing, standing.balance),
    )
    return turn.words("line_heading", name=lease.unit.property.name), line


def _sum(turn: Turn, standing: Standing, amount: int) -> str:
    return money(turn, amount, standing.lease.tenant.landlord.currency)
