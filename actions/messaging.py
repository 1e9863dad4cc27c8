"""A landlord's words to one tenant, to several, to a house, to those who owe, or to all."""

import re
from typing import Any

from rasa_sdk.events import EventType

from actions.base import LandlordMatter
from actions.bill_fields import EVERYBODY
from actions.field import NOTHING, Read
from actions.fields import LeaseField
from actions.forms import Form
from actions.questions import AskLease
from actions.relays import LONGEST, WordsField
from actions.turn import Turn
from actions.who import lease_candidates, named_in, property_candidates
from lebailleur.conversation import inbox
from lebailleur.rentals import deeds, portfolio, proposals, reports
from lebailleur.rentals.models import Lease
from lebailleur.rentals.proposals import Done
from lebailleur.settings import settings
from lebailleur.understanding.messages import Addressed, read_addressed

OWING = re.compile(
    r"\b(owe|owes|owing|debtors?|defaulters?|late|doi(?:t|vent)|d[eé]biteurs?|retard\w*|impay\w*"
    r"|(?:not|n't|n'ont pas|pas) (?:yet |encore )?(?:paid|pay[eé]\w*))\b",
    re.I,
)
TENANTS = re.compile(r"\b(tenants|locataires|people|gens|them|les)\b", re.I)
MOST_NAMES = 12


class ReceiverField(LeaseField):
    """To whom: one lease's id, or the ids of several. Who is spoken of in the message itself is
    not meant, so only what stands before the message counts."""

    def named(self, turn: Turn, values: dict[str, Any]) -> Read:
        if turn.chosen(self.slot) is not None or not turn.text:
            return super().named(turn, values)
        address = addressed(turn).address
        people = named_before(turn, "tenant", len(address))
        unit = next(iter(named_before(turn, "unit", len(address))), None)
        house = next(iter(named_before(turn, "property", len(address))), None)
        if not people and not unit:
            several = _several(turn, address, house)
            if several is not None:
                return Read(several) if several else Read(problem="utter_message_nobody")
            people = [each for each in named_in(turn) if each in address]
        if len(people) > 1:
            each_one = [lease_candidates(turn, [one], None, house) for one in people]
            if all(len(found) == 1 and sure for found, sure in each_one):
                return Read([found[0].id for found, _ in each_one])
        return self.read(turn, people[:1] if unit is None else people, unit)


class MessageWordsField(WordsField):
    """The message: without the words that only say to whom it goes, where these are clear."""

    def named(self, turn: Turn, values: dict[str, Any]) -> Read:
        words = addressed(turn).words if turn.text else None
        return Read(words) if words else NOTHING

    def answered(self, turn: Turn, values: dict[str, Any]) -> Read:
        return super().named(turn, values)


class MessageForm(Form):
    form = "message_form"
    intents = frozenset({"message_tenant"})
    fields = (ReceiverField("message_lease"), MessageWordsField("message_words"))


class AskMessageLease(AskLease):
    slot = "message_lease"


class MessageTenant(LandlordMatter):
    """To one it goes at once, word for word; to several it is shown first."""

    called = "action_message_tenant"

    def answer(self, turn: Turn) -> list[EventType]:
        meant = turn.tracker.get_slot("message_lease")
        words = (turn.tracker.get_slot("message_words") or "")[:LONGEST]
        if not meant or not words:
            return []
        if isinstance(meant, list):
            self._propose(turn, meant, words)
            return []
        (lease,) = portfolio.leases_by_id(turn.session, turn.asker, [meant])
        _send(turn, lease, words, turn.key)
        turn.say("utter_message_sent", name=lease.tenant.name)
        return []

    def _propose(self, turn: Turn, lease_ids: list[int], words: str) -> None:
        leases = portfolio.leases_by_id(turn.session, turn.asker, lease_ids)
        names = list(dict.fromkeys(each.tenant.name for each in leases))
        proposal = proposals.propose(
            turn.session,
            turn.asker,
            deeds.MESSAGE,
            {"leases": lease_ids, "words": words, "key": turn.key},
            key=turn.key,
            open_minutes=settings().session_minutes,
        )
        more = turn.words("words_more", count=len(names) - MOST_NAMES)
        shown = ", ".join(names[:MOST_NAMES]) + (more if len(names) > MOST_NAMES else "")
        turn.say(
            "utter_message_summary",
            proposal=proposal.id,
            count=len(names),
            names=shown,
            words=words,
        )


def tell_messaged(turn: Turn, done: Done) -> None:
    """Each person hears it once, however many homes they rent."""
    content = done.content
    leases = portfolio.leases_by_id(turn.session, turn.asker, content["leases"])
    by_person = {each.tenant.person_id: each for each in leases}
    for lease in by_person.values():
        _send(turn, lease, content["words"], content["key"])
    turn.say("utter_messages_sent", count=len(by_person))


def _send(turn: Turn, lease: Lease, words: str, key: str) -> None:
    content = {
        "trigger": "EXTERNAL_message",
        "entities": {"choice": str(lease.id), "words": words},
    }
    inbox.keep(turn.session, f"message:{key}:{lease.id}", lease.tenant.person_id, "event", content)


def addressed(turn: Turn) -> Addressed:
    """To whom the message is said to go, and what it is."""
    ends = [
        each["end"]
        for each in turn.message.get("entities") or []
        if each.get("entity") in ("tenant", "unit", "property") and "end" in each
    ]
    return read_addressed(turn.text, min(ends, default=None))


def named_before(turn: Turn, kind: str, end: int) -> list[str]:
    """What was named of a kind in the first `end` characters of the text."""
    return [
        str(each["value"])
        for each in turn.message.get("entities") or []
        if each.get("entity") == kind and each.get("start", 0) < end
    ]


def _several(turn: Turn, address: str, house: str | None) -> list[int] | None:
    """Those who owe, a house, or everybody; None where none of these is said."""
    if house is None and not any(each.search(address) for each in (EVERYBODY, OWING, TENANTS)):
        return None
    leases = portfolio.leases(turn.session, turn.asker)
    if house is not None:
        wanted = {each.id for each in property_candidates(turn, house)}
        leases = [each for each in leases if each.unit.property_id in wanted]
    if OWING.search(address) and address != turn.text:
        owing = {each.lease.id for each in reports.arrears(turn.session, turn.asker)}
        leases = [each for each in leases if each.id in owing]
    return [each.id for each in leases]
