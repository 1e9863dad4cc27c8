"""Words that are passed on: a tenant's to the landlord, a landlord's to a tenant."""

from typing import Any

from rasa_sdk.events import EventType

from actions.base import LandlordMatter, Matter
from actions.fields import LeaseField
from actions.forms import NOTHING, Field, Form, Read
from actions.questions import AskLease
from actions.turn import Turn
from lebailleur.conversation import inbox
from lebailleur.rentals import portfolio, rights

# The longest text that is passed on: WhatsApp's bubble holds four times as much.
LONGEST = 1000


class WordsField(Field):
    """Somebody's words, whatever they are."""

    def __init__(self, slot: str) -> None:
        self.slot = slot

    def named(self, turn: Turn, values: dict[str, Any]) -> Read:
        return Read(turn.text) if turn.text else NOTHING


class RelayForm(Form):
    form = "relay_form"
    intents = frozenset({"contact_landlord", "report_issue"})
    role = "tenant"
    takes_anything = True
    fields = (WordsField("relay_words"),)


class RelayToLandlord(Matter):
    """What a tenant wants their landlord to know is passed on, word for word."""

    called = "action_relay_to_landlord"

    def answer(self, turn: Turn) -> list[EventType]:
        if turn.role == "tenant":
            relay(turn, "message", "utter_relayed")
        else:
            turn.say("utter_not_yet" if turn.role == "landlord" else "utter_tenant_unknown")
        return []


class MessageForm(Form):
    form = "message_form"
    intents = frozenset({"message_tenant"})
    takes_anything = True
    fields = (LeaseField("message_lease"), WordsField("message_words"))


class AskMessageLease(AskLease):
    slot = "message_lease"


class MessageTenant(LandlordMatter):
    """What a landlord wants a tenant to know is passed on, word for word."""

    called = "action_message_tenant"

    def answer(self, turn: Turn) -> list[EventType]:
        lease_id = turn.tracker.get_slot("message_lease")
        words = turn.tracker.get_slot("message_words")
        if lease_id is None or not words:
            return []
        lease = rights.lease_for(turn.session, turn.asker, lease_id)
        content = {
            "trigger": "EXTERNAL_message",
            "entities": {"choice": str(lease.id), "words": words[:LONGEST]},
        }
        key = f"message:{turn.key}:{lease.id}"
        inbox.keep(turn.session, key, lease.tenant.person_id, "event", content)
        turn.say("utter_message_sent", name=lease.tenant.name)
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
