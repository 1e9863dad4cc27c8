"""In what quality somebody speaks who is landlord and tenant at once."""

import json
from collections import defaultdict
from typing import Any

from rasa_sdk.events import EventType, SlotSet

from actions.turn import Turn
from actions.who import lease_candidates, named_in

SPEAKING = "speaking_as"
# What landlords and tenants both say, and mean differently.
OF_BOTH = {"record_payment", "check_balance", "payment_history", "get_receipt", "request_extension"}
# Who names one of these, without having said that they speak as tenant, speaks as landlord.
OF_OTHERS = ("tenant", "unit", "property", "choice_field")


def settle(turn: Turn, role: str | None) -> list[EventType]:
    """At the beginning of a matter of landlords, of tenants or (None) of both: what a button
    says, or what the words can only mean, decides as which of the two somebody speaks."""
    if not turn.both:
        return []
    said = turn.entity(SPEAKING)
    if said in ("landlord", "tenant"):
        return speak_as(turn, said)
    if role == "tenant":
        return speak_as(turn, role)
    of_landlord = role == "landlord" and turn.intent not in OF_BOTH
    if turn.speaking_as == "tenant" and (of_landlord or _names_tenant(turn)):
        return speak_as(turn, None)
    return []


def speak_as(turn: Turn, role: str | None) -> list[EventType]:
    """From now on in this session, as `role`; None: as landlord, until it matters."""
    turn.tracker.slots[SPEAKING] = role
    return [SlotSet(SPEAKING, role)]


def must_ask(turn: Turn) -> bool:
    """Whether words of somebody who lets and rents may be meant either way."""
    if turn.intent not in OF_BOTH or not turn.text or not turn.both or turn.speaking_as:
        return False
    return not any(turn.entity(each) for each in OF_OTHERS) and not named_in(turn)


def _names_tenant(turn: Turn) -> bool:
    said = turn.entities("tenant") or named_in(turn)
    return bool(said) and bool(lease_candidates(turn, said, None, None)[0])


def ask(turn: Turn) -> None:
    """Ask which; both answers say the same again, with what was named in it."""
    named: dict[str, list[str]] = defaultdict(list)
    for each in turn.message.get("entities") or []:
        named[each["entity"]].append(str(each["value"]))

    def again(role: str) -> str:
        entities: dict[str, Any] = {SPEAKING: role}
        entities |= {name: every[0] if len(every) == 1 else every for name, every in named.items()}
        return f"/{turn.intent}{json.dumps(entities, ensure_ascii=False)}"

    landlords = ", ".join(each.landlord.name for each in turn.tenancies)
    options = [
        (turn.words("option_as_tenant"), again("tenant")),
        (turn.words("option_as_landlord"), again("landlord")),
    ]
    turn.say("utter_as_whom", options=options, landlord=landlords)
