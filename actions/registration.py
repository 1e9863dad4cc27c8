"""Who is new: landlords sign up themselves, tenants are signed up by theirs."""

from dataclasses import replace
from datetime import date
from typing import Any

from rasa_sdk.events import EventType

from actions.base import LandlordMatter, Matter, ask_again, say_error
from actions.field import Read
from actions.fields import (
    DayField,
    MonthsField,
    NameField,
    PhoneField,
    RentField,
    kept_day,
)
from actions.forms import Form
from actions.menus import show_menu
from actions.places import FreeUnitField, PropertyField
from actions.speaking import speak_as
from actions.turn import Turn
from actions.wording import cycle_words, day_words, money, place
from lebailleur import identity
from lebailleur.conversation import inbox
from lebailleur.rentals import leases, portfolio, reports
from lebailleur.rentals.errors import Refused, RentalError
from lebailleur.rentals.leases import NewTenant
from lebailleur.rentals.models import Lease
from lebailleur.settings import settings
from lebailleur.understanding.amounts import read_amount

# Which answer about a new tenant is asked for again when it turns out that it cannot be.
ASKED_AGAIN = {
    "unit_taken": "tenant_unit",
    "unit_exists": "tenant_unit",
    "gone": "tenant_unit",
    "phone_taken": "tenant_phone",
    "bad_start": "tenant_start",
    "future_date": "tenant_last_paid",
}


class LandlordForm(Form):
    form = "landlord_form"
    intents = frozenset({"register_landlord"})
    role = "stranger"
    fields = (NameField("landlord_name"),)

    def may(self, turn: Turn) -> bool:
        return turn.landlord is None


class RegisterLandlord(Matter):
    called = "action_register_landlord"

    def answer(self, turn: Turn) -> list[EventType]:
        if turn.landlord is not None:
            events = speak_as(turn, "landlord") if turn.both else []
            if not turn.both:
                turn.say("utter_landlord_already", name=turn.landlord.name)
            show_menu(turn)
            return events
        phone = identity.alias_of(turn.session, turn.person_id, "phone")
        landlord = portfolio.register_landlord(
            turn.session,
            turn.asker,
            person_id=turn.person_id,
            name=turn.tracker.get_slot("landlord_name"),
            phone=phone,
            language=turn.language,
            currency=settings().default_currency,
            timezone=settings().default_timezone,
        )
        turn.say("utter_landlord_registered", name=landlord.name)
        return []


class IdentifyTenant(Matter):
    """Who rents is told where; who also lets speaks as tenant from now on."""

    called = "action_identify_tenant"

    def answer(self, turn: Turn) -> list[EventType]:
        own = portfolio.own_leases(turn.session, turn.asker)
        if not own:
            turn.say("utter_tenant_unknown")
            if turn.landlord is not None:
                show_menu(turn)
            return []
        events = speak_as(turn, "tenant") if turn.both else []
        if not turn.both:
            turn.say("utter_tenant_known", places=", ".join(map(place, own)))
        show_menu(turn)
        return events


class HouseNameField(NameField):
    """ "Villa Rose, Bonamoussadi" says where it is, too."""

    def answered(self, turn: Turn, values: dict[str, Any]) -> Read:
        name, _, where = turn.text.partition(",")
        if name.strip() and where.strip():
            return replace(self._read(name), also={"property_address": self._read(where).value})
        return super().answered(turn, values)


class PropertyForm(Form):
    form = "property_form"
    intents = frozenset({"add_property"})
    fields = (
        HouseNameField("property_name", entity="property"),
        NameField("property_address"),
    )


class AddProperty(LandlordMatter):
    called = "action_add_property"

    def answer(self, turn: Turn) -> list[EventType]:
        found = portfolio.add_property(
            turn.session,
            turn.asker,
            name=turn.tracker.get_slot("property_name"),
            address=turn.tracker.get_slot("property_address"),
        )
        turn.say("utter_property_added", name=found.name, address=found.address)
        return []


class UnitForm(Form):
    form = "unit_form"
    intents = frozenset({"add_unit"})
    fields = (
        PropertyField("unit_property"),
        NameField("unit_name", entity="unit", beside=("amount",)),
        RentField("unit_rent"),
    )

    def may(self, turn: Turn) -> bool:
        return super().may(turn) and bool(portfolio.properties(turn.session, turn.asker))


class AddUnit(LandlordMatter):
    called = "action_add_unit"

    def answer(self, turn: Turn) -> list[EventType]:
        if turn.tracker.get_slot("unit_property") is None:
            turn.say("utter_no_property_yet")
            return []
        unit = portfolio.add_unit(
            turn.session,
            turn.asker,
            property_id=turn.tracker.get_slot("unit_property"),
            name=turn.tracker.get_slot("unit_name"),
            rent=turn.tracker.get_slot("unit_rent"),
        )
        rent = money(turn, unit.rent, unit.property.landlord.currency)
        turn.say("utter_unit_added", name=unit.name, property=unit.property.name, rent=rent)
        return []


class TenantForm(Form):
    form = "tenant_form"
    intents = frozenset({"add_tenant"})
    fields = (
        NameField(
            "tenant_name", entity="tenant", beside=("phone", "unit", "date", "amount", "months")
        ),
        PhoneField("tenant_phone"),
        FreeUnitField("tenant_unit"),
        DayField("tenant_start", volunteers=True),
        DayField("tenant_bills_due", none=True, same_as="tenant_start"),
        DayField("tenant_last_paid", none=True, past=True, months=True),
        MonthsField("tenant_cycle"),
    )
    extras = ("tenant_rent",)

    def may(self, turn: Turn) -> bool:
        return super().may(turn) and bool(portfolio.properties(turn.session, turn.asker))

    def _take(self, turn: Turn, values: dict[str, Any], asked: str | None) -> list[EventType]:
        """A rent of their own may be said with the room or the day."""
        rent = read_amount(turn.entity("amount") or "").value
        if rent is not None and (turn.entity("unit") or turn.entity("date")):
            try:
                values["tenant_rent"] = portfolio.sensible_rent(rent)
            except Refused:
                turn.say("utter_bad_unit_rent")
        return super()._take(turn, values, asked)


class AddTenant(LandlordMatter):
    called = "action_add_tenant"

    def answer(self, turn: Turn) -> list[EventType]:
        slot: dict[str, Any] = turn.tracker.slots
        if slot.get("tenant_unit") is None:
            turn.say("utter_no_property_yet")
            return []
        try:
            with turn.session.begin_nested():
                lease = self._add(turn, slot)
        except RentalError as error:
            if error.code not in ASKED_AGAIN:
                raise
            # One answer cannot be; the others are kept.
            say_error(turn, error)
            return ask_again("tenant_form", ASKED_AGAIN[error.code])
        inbox.keep(
            turn.session,
            f"welcome:{lease.id}",
            lease.tenant.person_id,
            "event",
            {"trigger": "EXTERNAL_welcome", "entities": {"choice": str(lease.id)}},
        )
        standing = reports.standing(turn.session, turn.asker, lease.id)
        turn.say(
            "utter_tenant_added",
            name=lease.tenant.name,
            unit=lease.unit.name,
            property=lease.unit.property.name,
            rent=money(turn, lease.rent_on(lease.start_on)),
            cycle=cycle_words(turn, lease.cycle_months),
            start=day_words(turn, lease.start_on),
            phone=lease.tenant.phone,
            balance=money(turn, standing.balance),
        )
        return []

    def _add(self, turn: Turn, slot: dict[str, Any]) -> Lease:
        unit_id = _unit_of(turn, slot["tenant_unit"], slot.get("tenant_rent"))
        person = identity.of_phone(turn.session, slot["tenant_phone"], name=slot["tenant_name"])
        person.language = person.language or turn.language
        return leases.add_tenant(
            turn.session,
            turn.asker,
            NewTenant(
                name=slot["tenant_name"],
                phone=slot["tenant_phone"],
                person_id=person.id,
                unit_id=unit_id,
                start_on=date.fromisoformat(slot["tenant_start"]),
                cycle_months=slot["tenant_cycle"],
                bills_due_on=kept_day(slot["tenant_bills_due"]),
                last_paid_on=kept_day(slot["tenant_last_paid"]),
                rent=slot.get("tenant_rent"),
                language=person.language,
            ),
        )


def _unit_of(turn: Turn, kept: Any, rent: int | None) -> int:
    """The unit's id; one that was named with its rent and did not exist is made now."""
    if isinstance(kept, int):
        return kept
    unit = portfolio.add_unit(
        turn.session, turn.asker, property_id=kept["property"], name=kept["name"], rent=rent or 0
    )
    return unit.id
