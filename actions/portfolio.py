"""What a landlord has: properties, units, tenants."""

from rasa_sdk.events import EventType

from actions.base import LandlordMatter
from actions.beginning import say_how_to_begin
from actions.turn import Turn
from actions.wording import money, place
from lebailleur.rentals import portfolio


class ListProperties(LandlordMatter):
    called = "action_list_properties"

    def answer(self, turn: Turn) -> list[EventType]:
        units = portfolio.units(turn.session, turn.asker)
        let = {each.unit_id for each in portfolio.leases(turn.session, turn.asker)}
        lines: list[tuple[str, str]] = []
        for each in portfolio.properties(turn.session, turn.asker):
            own = [unit for unit in units if unit.property_id == each.id]
            line = turn.words(
                "line_property",
                name=each.name,
                address=each.address,
                units=len(own),
                let=sum(unit.id in let for unit in own),
            )
            lines.append(("", line))
        _say(turn, "utter_properties", lines)
        return []


class ListUnits(LandlordMatter):
    called = "action_list_units"

    def answer(self, turn: Turn) -> list[EventType]:
        who = {
            each.unit_id: each.tenant.name for each in portfolio.leases(turn.session, turn.asker)
        }
        lines: list[tuple[str, str]] = []
        for unit in portfolio.units(turn.session, turn.asker):
            line = turn.words(
                "line_unit",
                name=unit.name,
                rent=money(turn, unit.rent, unit.property.landlord.currency),
                tenant=who.get(unit.id) or turn.words("word_free"),
            )
            lines.append((turn.words("line_heading", name=unit.property.name), line))
        _say(turn, "utter_units", lines)
        return []


class ListTenants(LandlordMatter):
    called = "action_list_tenants"

    def answer(self, turn: Turn) -> list[EventType]:
        lines = [
            ("", turn.words("line_tenant", name=each.tenant.name, unit=place(each)))
            for each in portfolio.leases(turn.session, turn.asker)
        ]
        _say(turn, "utter_tenants", lines)
        return []


def _say(turn: Turn, response: str, lines: list[tuple[str, str]]) -> None:
    if lines:
        turn.say_list(response, lines)
    else:
        say_how_to_begin(turn)
