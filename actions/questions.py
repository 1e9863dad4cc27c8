"""Questions whose options depend on what there is: which property, unit, tenant, how much."""

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any

from rasa_sdk.events import EventType

from actions.base import Matter
from actions.beginning import say_how_to_begin
from actions.fields import NONE
from actions.sums import OTHER
from actions.turn import Option, Turn
from actions.wording import money, place
from lebailleur.rentals import claims, portfolio, reports, rights
from lebailleur.rentals.models import Lease

# So many months' rent are offered as a sum.
MOST_MONTHS = 3


class Question(Matter):
    """Asks for one slot of a form."""

    back_to_form = False

    @property
    @abstractmethod
    def slot(self) -> str:
        """The slot that is asked for."""

    @property
    def called(self) -> str:
        return f"action_ask_{self.slot}"

    def options(
        self, choices: Iterable[tuple[str, object]], field: str | None = None
    ) -> list[Option]:
        """Options that answer this question (or that of another `field`), from titles and
        values; as many as there are, for the WhatsApp side shows them in pages."""
        return [
            (title, f'/choose{{"choice_field": "{field or self.slot}", "choice": "{value}"}}')
            for title, value in choices
        ]


class AskUnitProperty(Question):
    slot = "unit_property"

    def answer(self, turn: Turn) -> list[EventType]:
        wanted = turn.tracker.get_slot("candidates")
        every = portfolio.properties(turn.session, turn.asker)
        shown = [each for each in every if not wanted or each.id in wanted]
        options = self.options((each.name, each.id) for each in shown)
        turn.say("utter_ask_which_property", options=options)
        return []


class AskTenantUnit(Question):
    """Offers the free units; or to make the one that was named and does not exist."""

    slot = "tenant_unit"

    def answer(self, turn: Turn) -> list[EventType]:
        choices: list[tuple[str, object]] = []
        wanted: list[Any] = turn.tracker.get_slot("candidates") or []
        if wanted and isinstance(wanted[0], str):
            name, rent = wanted[0], wanted[1] or turn.tracker.get_slot("tenant_rent")
            name = name.replace('"', "").replace("\\", "")[:60]
            if rent:
                title = turn.words("option_create_unit", name=name)
                choices += [
                    (f"{title}, {each.name}", f"{each.id}:{name}")
                    for each in portfolio.properties(turn.session, turn.asker)
                ]
            wanted = []
        free = portfolio.free_units(turn.session, turn.asker)
        several = len({each.property_id for each in free}) > 1
        choices += [
            (f"{each.name}, {each.property.name}" if several else each.name, each.id)
            for each in free
            if not wanted or each.id in wanted
        ]
        if not choices:
            turn.say("utter_no_unit_free")
            return []
        name = turn.tracker.get_slot("tenant_name")
        turn.say("utter_ask_which_unit", options=self.options(choices), tenant_name=name)
        return []


class AskLease(Question):
    """Which tenant, or which of their homes a tenant means: those who may be meant, or all."""

    # Whether those who owe come first.
    owing_first = False

    def answer(self, turn: Turn) -> list[EventType]:
        if turn.role == "tenant":
            own = portfolio.own_leases(turn.session, turn.asker)
            homes = self.options((place(each), each.id) for each in own)
            turn.say("utter_which_home", options=homes)
            return []
        wanted: list[Any] = turn.tracker.get_slot("candidates") or []
        if wanted and wanted != [NONE]:
            leases = [rights.lease_for(turn.session, turn.asker, each) for each in wanted]
            # Why it is asked has been said by the form.
            turn.offer(self.options(lease_choices(turn, leases)))
            return []
        every = portfolio.leases(turn.session, turn.asker)
        if not every:
            say_how_to_begin(turn)
            return []
        if self.owing_first:
            owing = [each.lease for each in reports.arrears(turn.session, turn.asker)]
            every = list(dict.fromkeys([*owing, *every]))
        options = self.options(lease_choices(turn, every))
        if wanted == [NONE]:
            options = [(turn.words("option_add_tenant"), "/add_tenant"), *options]
        turn.say("utter_whose", options=options)
        return []


def lease_choices(turn: Turn, leases: Sequence[Lease]) -> list[tuple[str, object]]:
    """Tenants with their rent entities, and with the house where the landlord has several."""
    several = len(portfolio.properties(turn.session, turn.asker)) > 1
    return [
        (f"{each.tenant.name}, {place(each) if several else each.unit.name}", each.id)
        for each in leases
    ]


class AskPaymentLease(AskLease):
    slot = "payment_lease"
    owing_first = True


class AskBalanceLease(AskLease):
    slot = "balance_lease"


class AskReceiptLease(AskLease):
    slot = "receipt_lease"


class AskPaymentSum(Question):
    """How much: the sums that may be meant, or what is owed and a month's rent."""

    slot = "payment_sum"

    def answer(self, turn: Turn) -> list[EventType]:
        lease_id = turn.tracker.get_slot("payment_lease")
        lease = rights.lease_for(turn.session, turn.asker, lease_id)
        candidates: list[Any] = turn.tracker.get_slot("candidates") or []
        sums = [each for each in candidates if isinstance(each, int)]
        if OTHER in candidates:
            turn.say("utter_which_sum", name=lease.tenant.name)
            return []
        claimed = [] if sums else _claimed(turn, lease_id)
        known = {value for _, value in claimed}
        others = [each for each in sum_choices(turn, lease_id, sums) if each[1] not in known]
        choices = [*claimed, *others, (turn.words("option_other_sum"), OTHER)]
        turn.say("utter_how_much", options=self.options(choices), name=lease.tenant.name)
        return []


def _claimed(turn: Turn, lease_id: int) -> list[tuple[str, object]]:
    """What the tenant says to have paid, unless it is that very claim that is being settled."""
    if turn.tracker.get_slot("payment_claim") is not None:
        return []
    return [
        (turn.words("option_claim", amount=money(turn, each.amount)), each.amount)
        for each in claims.waiting(turn.session, turn.asker, lease_id=lease_id)
    ]


def sum_choices(turn: Turn, lease_id: int, sums: Sequence[int] = ()) -> list[tuple[str, object]]:
    """Sums that may be meant: those that were read; otherwise what is owed, and the rent of one
    to three months."""
    standing = reports.standing(turn.session, turn.asker, lease_id)
    currency = standing.lease.tenant.landlord.currency
    if sums:
        return [(money(turn, each, currency), each) for each in sums]
    rent = standing.lease.rent_on(standing.today)
    choices: list[tuple[str, object]] = []
    if standing.balance > 0:
        title = turn.words("option_all_owed", amount=money(turn, standing.balance, currency))
        choices.append((title, "all"))
    for months in range(1, MOST_MONTHS + 1):
        if months * rent != standing.balance:
            amount = money(turn, months * rent, currency)
            word = "option_one_month" if months == 1 else "option_months"
            choices.append((turn.words(word, amount=amount, months=months), months * rent))
    return choices
