"""What a landlord has: properties, units, tenants."""

from rasa_sdk.events import EventType

from actions.base import LandlordMatter
from actions.turn import Turn
from actions.wording import money, place
from lebailleur.rentals import portfolio


class ListProperties(LandlordMatter):
    called = "action_list_properties"

    def answer(self, turn: Turn) -> list[EventType]:
        units = portfolio.units(turn.session, turn.asker)
        let = {each.unit_id for each in portfolio.leases(turn.session, turn.asker)}
        lines = []
        for each in portfolio.properties(turn.session, turn.asker):
            own = [unit for unit in units if unit.property_id == each.id]
            lines.append(
                turn.words(
                    "line_property",
                    name=each.name,
                    address=each.address,
                    units=len(own),
                    let=sum(unit.id in let for unit in own),
                )
            )
        turn.say("utter_properties" if lines else "utter_properties_none", list="\n".join(lines))
        return []


class ListUnits(LandlordMatter):
    called = "action_list_units"

    def answer(self, turn: Turn) -> list[EventType]:
        who = {
            each.unit_id: each.tenant.name for each in portfolio.leases(turn.session, turn.asker)
        }
        lines: list[str] = []
        heading = None
        for unit in portfolio.units(turn.session, turn.asker):
            if unit.property.name != heading:
                heading = unit.property.name
                lines.append(turn.words("line_heading", name=heading))
            lines.append(
                turn.words(
                    "line_unit",
                    name=unit.name,
                    rent=money(turn, unit.rent, unit.property.landlord.currency),
                    tenant=who.get(unit.id) or turn.words("word_free"),
                )
            )
        turn.say("utter_units" if lines else "utter_units_none", list="\n".join(lines))
        return []


class ListTenants(LandlordMatter):
    called = "action_list_tenants"

    def answer(self, turn: Turn) -> list[EventType]:
        lines = [
            turn.words("line_tenant", name=each.tenant.name, unit=place(each))
            for each in portfolio.leases(turn.session, turn.asker)
        ]
        turn.say("utter_tenants" if lines else "utter_tenants_none", list="\n".join(lines))
        return []
