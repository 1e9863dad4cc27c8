"""Where things stand: of one, of those who owe, of all; past payments; receipts."""

from datetime import date

from rasa_sdk.events import EventType

from actions.base import LandlordMatter, Matter
from actions.fields import LeaseField, months_in
from actions.forms import Form
from actions.questions import AskLease
from actions.turn import Turn
from actions.wording import charge_words, day_words, money, month_words, place, standing_words
from lebailleur import clock
from lebailleur.rentals import payments, portfolio, receipts, reports, rights
from lebailleur.rentals.models import Lease
from lebailleur.rentals.periods import nearest
from lebailleur.rentals.reports import Standing

# How many lines one bubble shows; the rest is counted.
LINES = 40


class WhoForm(Form):
    """Of whom a landlord asks; a tenant asks of themselves, so nothing has to be named."""

    def may(self, turn: Turn) -> bool:
        return turn.role == "landlord"


class BalanceForm(WhoForm):
    form = "balance_form"
    intents = frozenset({"check_balance"})
    fields = (LeaseField("balance_lease", periods="balance_period"),)
    extras = ("balance_period",)


class ReceiptForm(WhoForm):
    form = "receipt_form"
    intents = frozenset({"get_receipt"})
    fields = (LeaseField("receipt_lease", periods="receipt_period"),)
    extras = ("receipt_period",)


class CheckBalance(Matter):
    """One account: the landlord's tenant, or the tenant's own."""

    called = "action_check_balance"

    def answer(self, turn: Turn) -> list[EventType]:
        leases = _meant(turn, "balance_lease")
        if not leases:
            turn.say("utter_tenant_unknown" if turn.role != "landlord" else "utter_tenants_none")
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
                standing=standing_words(turn, standing),
                lines=_open_lines(turn, standing, periods),
                next=_next_line(turn, standing),
                lease=lease.id,
            )
        return []


class ListArrears(LandlordMatter):
    """Who owes, the longest late first."""

    called = "action_list_arrears"

    def answer(self, turn: Turn) -> list[EventType]:
        owing = reports.arrears(turn.session, turn.asker)
        if not owing:
            turn.say("utter_arrears_none")
            return []
        lines = [
            turn.words(
                "line_owes",
                name=each.lease.tenant.name,
                unit=place(each.lease),
                amount=_sum(turn, each, each.balance),
                days=each.days_late,
            )
            for each in owing[:LINES]
        ]
        turn.say(
            "utter_arrears",
            count=len(owing),
            total=_sum(turn, owing[0], sum(each.balance for each in owing)),
            list="\n".join(lines),
            more=_more(turn, len(owing)),
        )
        return []


class RentStatus(LandlordMatter):
    """Everybody, by property."""

    called = "action_rent_status"

    def answer(self, turn: Turn) -> list[EventType]:
        every = reports.standings(turn.session, turn.asker)
        if not every:
            turn.say("utter_tenants_none")
            return []
        owing = [each for each in every if each.balance > 0]
        turn.say(
            "utter_rent_status",
            count=len(every),
            paid=len(every) - len(owing),
            owing=len(owing),
            total=_sum(turn, every[0], sum(each.balance for each in owing)),
            list="\n".join(_by_property(turn, every)),
            more=_more(turn, len(every)),
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
            turn.say("utter_tenant_unknown" if turn.role != "landlord" else "utter_tenants_none")
        for lease in leases:
            found = payments.own_payments(turn.session, turn.asker, lease.id)
            lines = [
                turn.words(
                    "line_payment",
                    day=day_words(turn, each.paid_on),
                    amount=money(turn, each.amount, lease.tenant.landlord.currency),
                    number=each.receipt.number,
                )
                for each in found[:LINES]
                if each.voided_at is None
            ]
            response = "utter_payment_history" if lines else "utter_payment_history_none"
            turn.say(response, name=_whose(turn, lease), list="\n".join(lines))
        return []


class GetReceipt(Matter):
    """The newest receipt, or the one of a month, again."""

    called = "action_get_receipt"

    def answer(self, turn: Turn) -> list[EventType]:
        leases = _meant(turn, "receipt_lease")
        if not leases:
            turn.say("utter_tenant_unknown" if turn.role != "landlord" else "utter_tenants_none")
            return []
        named = turn.tracker.get_slot("receipt_period") or months_in(turn)
        months = [(year, month) for year, month in named] or [None]
        for lease in leases:
            for month in months:
                _give_receipt(turn, lease, month)
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


def _whose(turn: Turn, lease: Lease) -> str:
    return f"{lease.tenant.name}, {place(lease)}" if turn.role == "landlord" else place(lease)


def _meant(turn: Turn, slot: str) -> list[Lease]:
    """The lease that a landlord named, or all under which a tenant rents."""
    if turn.role == "landlord":
        lease_id = turn.tracker.get_slot(slot)
        return [rights.lease_for(turn.session, turn.asker, lease_id)] if lease_id else []
    return portfolio.own_leases(turn.session, turn.asker)


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


def _by_property(turn: Turn, every: list[Standing]) -> list[str]:
    lines: list[str] = []
    heading = None
    for each in every[:LINES]:
        unit = each.lease.unit
        if unit.property.name != heading:
            heading = unit.property.name
            lines.append(turn.words("line_heading", name=heading))
        response = "line_status_owes" if each.balance > 0 else "line_status_paid"
        amount = _sum(turn, each, each.balance)
        lines.append(
            turn.words(response, name=each.lease.tenant.name, unit=unit.name, amount=amount)
        )
    return lines


def _more(turn: Turn, count: int) -> str:
    return turn.words("words_more", count=count - LINES) if count > LINES else ""


def _sum(turn: Turn, standing: Standing, amount: int) -> str:
    return money(turn, amount, standing.lease.tenant.landlord.currency)
