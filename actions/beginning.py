"""The way to begin: a property, then a rent entity, then a tenant."""

from actions.turn import Turn
from lebailleur.rentals import portfolio


def say_how_to_begin(turn: Turn) -> None:
    """To a landlord who has no tenant yet: what comes next, with its button."""
    houses, units, _ = portfolio.counts(turn.session, turn.asker)
    if not houses:
        turn.say("utter_no_property_yet")
    elif not units:
        turn.say("utter_units_none")
    else:
        turn.say("utter_tenants_none")
