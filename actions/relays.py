"""A tenant's words that are passed on to the landlord."""

from typing import Any

from rasa_sdk.events import EventType

from actions.base import Matter
from actions.field import NOTHING, Field, Read
from actions.forms import Form
from actions.homes import AskOwnLease, OwnLeaseField
from actions.turn import Turn
from lebailleur.conversation import attachments, inbox
from lebailleur.rentals import reminding, rights
from lebailleur.understanding.messages import read_addressed

# The longest text that is passed on: WhatsApp's bubble holds four times as much.
LONGEST = 1000


class WordsField(Field):
    """Somebody's words, whatever they are."""

    takes_anything = True

    def __init__(self, slot: str) -> None:
        self.slot = slot

    def named(self, turn: Turn, values: dict[str, Any]) -> Read:
        return Read(turn.text) if turn.text else NOTHING


class LandlordWordsField(WordsField):
    """A tenant's message, without the words that only say to whom it goes."""

    def named(self, turn: Turn, values: dict[str, Any]) -> Read:
        words = read_addressed(turn.text).words if turn.text else None
        return Read(words) if words else NOTHING

    def answered(self, turn: Turn, values: dict[str, Any]) -> Read:
        return super().named(turn, values)


class RelayForm(Form):
    form = "relay_form"
    intents = frozenset({"contact_landlord"})
    role = "tenant"
    fields = (OwnLeaseField("relay_lease", a_landlord=True), LandlordWordsField("relay_words"))


class AskRelayLease(AskOwnLease):
    slot = "relay_lease"
    a_landlord = True


class RelayToLandlord(Matter):
    """What a tenant wants their landlord to know is passed on, word for word."""

    called = "action_relay_to_landlord"

    def answer(self, turn: Turn) -> list[EventType]:
        if turn.role != "tenant":
            turn.say("utter_relay_landlord" if turn.role == "landlord" else "utter_tenant_unknown")
            return []
        lease_id = turn.tracker.get_slot("relay_lease")
        words = turn.tracker.get_slot("relay_words")
        if lease_id is None or not words:
            return []
        lease = rights.lease_for(turn.session, turn.asker, lease_id, or_self=True)
        landlord = lease.tenant.landlord
        content = {
            "trigger": "EXTERNAL_relay",
            "entities": {"wish": "message", "sender": str(lease.id), "words": words[:LONGEST]},
        }
        key = f"relay:{turn.key}:{landlord.id}"
        inbox.keep(turn.session, key, landlord.person_id, "event", content)
        attachments.attach(turn.session, turn.person_id, f"lease:{lease.id}", landlord.person_id)
        reminding.spare(turn.session, turn.asker, lease.id)
        turn.say("utter_relayed", landlord=landlord.name)
        return []
