"""A tenant's words that reach the landlord: claims of payment, wishes, faults."""

from typing import Any

from rasa_sdk.events import EventType

from actions.base import Matter
from actions.forms import NOTHING, Field, Form, Read
from actions.turn import Turn
from lebailleur.conversation import inbox
from lebailleur.rentals import portfolio

# The longest text that is passed on: WhatsApp's bubble holds four times as much.
LONGEST = 1000


class WordsField(Field):
    """A tenant's words, whatever they are."""

    slot = "relay_words"

    def named(self, turn: Turn, values: dict[str, Any]) -> Read:
        return Read(turn.text) if turn.text else NOTHING


class RelayForm(Form):
    form = "relay_form"
    intents = frozenset({"contact_landlord", "request_extension", "report_issue"})
    role = "tenant"
    takes_anything = True
    fields = (WordsField(),)


class RelayToLandlord(Matter):
    """What a tenant wants their landlord to know is passed on, word for word."""

    called = "action_relay_to_landlord"

    def answer(self, turn: Turn) -> list[EventType]:
        if turn.role == "tenant":
            relay(turn, "message", "utter_relayed")
        else:
            turn.say("utter_not_yet" if turn.role == "landlord" else "utter_tenant_unknown")
        return []


def relay(turn: Turn, kind: str, answer: str) -> None:
    """Pass a tenant's text on to the landlord of each of their leases, once a landlord."""
    told: dict[int, str] = {}
    for lease in portfolio.own_leases(turn.session, turn.asker):
        landlord = lease.tenant.landlord
        if landlord.id in told:
            continue
        inbox.keep(
            turn.session,
            f"relay:{turn.key}:{landlord.id}",
            landlord.person_id,
            "event",
            {
                "trigger": "EXTERNAL_relay",
                "entities": {
                    "wish": kind,
                    "sender": str(lease.id),
                    "words": (turn.text or "…")[:LONGEST],
                },
            },
        )
        told[landlord.id] = landlord.name
    turn.say(answer, landlord=", ".join(told.values()))
