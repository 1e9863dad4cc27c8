"""The numbered menus: of landlords, of tenants, of who is neither or both."""

from actions.support import support_options
from actions.turn import Option, Turn

# A landlord's first ten numbers have always been on one page.
FIRST_PAGE = {"landlord": 10}


def show_menu(turn: Turn, *, greet: bool = False) -> None:
    """The numbered menu of whoever speaks; who lets and rents sees as which of the two."""
    greeting = ""
    if greet and turn.role != "stranger":
        greeting = turn.words("utter_greeting", name=own_name(turn))
    if turn.both:
        greeting += turn.words(f"words_as_{turn.role}")
    turn.say(f"utter_menu_{turn.role}", options=_changing(turn), greeting=greeting)
    if turn.role in FIRST_PAGE:
        turn.dispatcher.utter_message(json_message={"first_page": FIRST_PAGE[turn.role]})


def own_name(turn: Turn) -> str:
    """The name of the landlord or tenant who speaks."""
    return turn.landlord.name if turn.landlord else turn.tenancies[0].name


def _changing(turn: Turn) -> list[Option]:
    """What a menu offers to one and not to another."""
    options: list[Option] = support_options(turn)
    if turn.role == "tenant":
        reminded = all(each.reminders for each in turn.tenancies)
        switch = "stop_reminders" if reminded else "start_reminders"
        options.append((turn.words(f"option_{switch}"), f"/{switch}"))
        options.append((turn.words("option_language"), "/change_language"))
    if turn.both and turn.role == "landlord":
        options.append((turn.words("option_speak_as_tenant"), "/identify_tenant"))
    if turn.both and turn.role == "tenant":
        options.append((turn.words("option_speak_as_landlord"), "/register_landlord"))
    return options
