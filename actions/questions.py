"""Questions whose options depend on what there is: which property, unit, tenant, how much."""

from abc import abstractmethod
from collections.abc import Iterable
from typing import Any

from rasa_sdk.events import EventType

from actions.base import Matter
from actions.fields import NONE
from actions.turn import Option, Turn
from actions.wording import money
from lebailleur.rentals import portfolio, reports, rights

# As many as WhatsApp's list holds.
MOST_OPTIONS = 10


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

    def options(self, choices: Iterable[tuple[str, object]]) -> list[Option]:
        """Options that answer this question, from titles and values."""
        return [
            (title, f'/choose{{"choice_field": "{self.slot}", "choice": "{value}"}}')
            for title, value in choices
        ][:MOST_OPTIONS]


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
            name, rent = wanted
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
    """Which tenant: free words, or one of those who may be meant."""

    def answer(self, turn: Turn) -> list[EventType]:
        wanted: list[Any] = turn.tracker.get_slot("candidates") or []
        if wanted == [NONE]:
            add = (turn.words("option_add_tenant"), "/add_tenant")
            turn.say("utter_whose", options=[add])
            return []
        leases = [rights.lease_for(turn.session, turn.asker, each) for each in wanted]
        if not leases:
            turn.say("utter_whose")
            return []
        options = self.options(
            (f"{each.tenant.name}, {each.unit.name}", each.id) for each in leases
        )
        # Why it is asked has been said by the form.
        turn.dispatcher.utter_message(
            buttons=[{"title": title, "payload": payload} for title, payload in options]
        )
        return []


class AskPaymentLease(AskLease):
    slot = "payment_lease"


class AskBalanceLease(AskLease):
    slot = "balance_lease"


class AskReceiptLease(AskLease):
    slot = "receipt_lease"


class AskPaymentSum(Question):
    """How much: the sums that may be meant, or what is owed and a month's rent."""

    slot = "payment_sum"

    def answer(self, turn: Turn) -> list[EventType]:
        lease_id = turn.tracker.get_slot("payment_lease")
        standing = reports.standing(turn.session, turn.asker, lease_id)
        lease, currency = standing.lease, standing.lease.tenant.landlord.currency
        rent = lease.rent_on(standing.today)
        candidates: list[Any] = turn.tracker.get_slot("candidates") or []
        sums = [each for each in candidates if isinstance(each, int)]
        choices: list[tuple[str, object]] = [(money(turn, each, currency), each) for each in sums]
        if not sums and standing.balance > 0:
            title = turn.words("option_all_owed", amount=money(turn, standing.balance, currency))
            choices.append((title, "all"))
        if not sums and standing.balance != rent:
            title = turn.words("option_one_month", amount=money(turn, rent, currency))
            choices.append((title, rent))
        turn.say("utter_how_much", options=self.options(choices), name=lease.tenant.name)
        return []
