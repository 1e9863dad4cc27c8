"""What an action sees of the turn it is in: who speaks, in which language, what was said."""

import copy
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy.orm import Session

from lebailleur import audit, database
from lebailleur.conversation import doubts, inbox
from lebailleur.rentals import rights
from lebailleur.rentals.models import Landlord, Lease, Tenant
from lebailleur.rentals.rights import Asker
from lebailleur.settings import settings
from lebailleur.understanding.statements import Span

Option = tuple[str, str]
"""A button: its title, and the payload that a tap, its number or its words lead to."""


class Turn:
    """One turn of one person. `session` is one transaction: what the turn writes is written
    whole, when the action ends, or not at all."""

    def __init__(
        self,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        domain: dict[str, Any],
        session: Session,
    ) -> None:
        self.dispatcher, self.tracker, self.session = dispatcher, tracker, session
        self.responses: dict[str, list[dict[str, Any]]] = domain.get("responses", {})
        self.forms: dict[str, list[str]] = {
            name: form["required_slots"] for name, form in domain.get("forms", {}).items()
        }
        self.person_id = tracker.sender_id
        self.asker = Asker(tracker.sender_id)
        self.message = self._meant(tracker.latest_message or {})

    def _meant(self, message: dict[str, Any]) -> dict[str, Any]:
        """The message; where it chooses what an unclear one meant, that one with this meaning."""
        said = [each for each in message.get("entities") or [] if each.get("entity") == "doubt"]
        if not said or not str(said[0]["value"]).isdigit():
            return message
        meaning = (message.get("intent") or {}).get("name") or ""
        doubt = doubts.decide(self.session, self.person_id, int(said[0]["value"]), meaning)
        if doubt is None:
            return message
        return {**message, "text": doubt.text, "entities": doubt.entities}

    @property
    def language(self) -> str:
        """``fr`` or ``en``: what the person writes, and before that the default."""
        return self.tracker.get_slot("language") or settings().default_language

    @property
    def text(self) -> str:
        """What was written; empty for a tap on a button."""
        text = self.message.get("text") or ""
        return "" if text.startswith("/") else text

    @property
    def intent(self) -> str:
        return (self.message.get("intent") or {}).get("name") or ""

    @property
    def confidence(self) -> float:
        return (self.message.get("intent") or {}).get("confidence") or 0.0

    @property
    def message_id(self) -> int | None:
        """The message's id in the inbox; None where the turn began otherwise."""
        kept = (self.message.get("metadata") or {}).get("message_id")
        return kept if isinstance(kept, int) else None

    @cached_property
    def said_at(self) -> datetime:
        """When the message was written, which may be long before it is handled; now, where the turn
        began otherwise."""
        return inbox.said_at(self.session, self.message_id)

    @property
    def key(self) -> str:
        """The inbox message's id: what a turn writes is keyed by it, so a second try writes
        nothing twice."""
        metadata = self.message.get("metadata") or {}
        return f"message:{metadata.get('message_id') or self.message.get('message_id')}"

    def entities(self, name: str) -> list[str]:
        """What was named of a kind, in the order of the text."""
        return [
            str(each["value"])
            for each in self.message.get("entities") or []
            if each.get("entity") == name
        ]

    def entity(self, name: str) -> str | None:
        """The first that was named of a kind."""
        return next(iter(self.entities(name)), None)

    @property
    def spans(self) -> list[Span]:
        """What was named, and where it stands in the text."""
        return [
            Span(each["entity"], each["start"], each["end"], str(each["value"]))
            for each in self.message.get("entities") or []
            if "start" in each
        ]

    def narrowed(self, spans: Sequence[Span]) -> "Turn":
        """The same turn as if only these parts of the message had been written."""
        pieces, entities, at = [], [], 0
        for span in sorted(spans, key=lambda each: each.start):
            # With the character before it: a minus belongs to a sum.
            before = self.text[max(0, span.start - 1) : span.start]
            start = at + len(before)
            pieces.append(before + span.text)
            entities.append(
                {"entity": span.kind, "value": span.text, "start": start}
                | {"end": start + len(span.text)}
            )
            at += len(pieces[-1]) + 1
        narrow = copy.copy(self)
        narrow.message = {**self.message, "text": " ".join(pieces), "entities": entities}
        return narrow

    @property
    def about(self) -> dict[str, Any]:
        """What the last matter of this session was: its `form`, and the `lease` that it was of."""
        return self.tracker.get_slot("about") or {}

    def chosen(self, field: str) -> str | None:
        """The choice that a button carried for this question."""
        return self.entity("choice") if self.entity("choice_field") == field else None

    @cached_property
    def landlord(self) -> Landlord | None:
        """The landlord who speaks, if it is one."""
        return rights.landlord_of(self.session, self.asker)

    @cached_property
    def tenancies(self) -> list[Tenant]:
        """The tenants who the speaker is."""
        return rights.tenancies_of(self.session, self.asker)

    @property
    def role(self) -> str:
        """``landlord``, ``tenant`` or ``stranger``. Who is both speaks as landlord, unless they
        have said in this session that they speak as tenant."""
        if self.landlord is not None and not (self.both and self.speaking_as == "tenant"):
            return "landlord"
        return "tenant" if self.tenancies else "stranger"

    @property
    def both(self) -> bool:
        """Whether the speaker lets and rents."""
        return self.landlord is not None and bool(self.tenancies)

    @property
    def speaking_as(self) -> str | None:
        """As which of the two somebody has said that they speak."""
        said: str | None = self.tracker.get_slot("speaking_as")
        return said

    def timezone(self, lease: Lease | None = None) -> str:
        """The local time that counts: of the lease's landlord, or of the one who speaks."""
        if lease is not None:
            return lease.tenant.landlord.timezone
        if self.landlord is not None:
            return self.landlord.timezone
        return settings().default_timezone

    def say(self, response: str, *, options: list[Option] | None = None, **blanks: object) -> None:
        """Answer with a response of `domain.yml`, its blanks filled, options added to its own."""
        buttons = [{"title": title, "payload": payload} for title, payload in options or []]
        self.dispatcher.utter_message(response=response, buttons=buttons, **blanks)

    def say_list(
        self,
        response: str,
        lines: Sequence[tuple[str, str]],
        *,
        options: list[Option] | None = None,
        **blanks: object,
    ) -> None:
        """Answer with a response and below it lines, each with the heading under which it stands
        (or ""); many lines are shown in pages."""
        self.say(response, options=options, **blanks)
        self.dispatcher.utter_message(json_message={"lines": [list(each) for each in lines]})

    def offer(self, options: list[Option]) -> None:
        """Options alone, below what has been said."""
        buttons = [{"title": title, "payload": payload} for title, payload in options]
        self.dispatcher.utter_message(buttons=buttons)

    def say_nothing(self, reason: str) -> None:
        """What was to be told is not to be told now. (No answer at all would be a failure.)"""
        self.dispatcher.utter_message(json_message={"nothing": True, "reason": reason})

    def send_receipt(self, number: str) -> None:
        """Let the receipt's PDF go out with the answer."""
        self.send_file(f"receipt:{number}", f"{number}.pdf")

    def send_file(self, ref: str, filename: str) -> None:
        """Let a file go out with the answer; `ref` names it for the app, which has its bytes."""
        self.dispatcher.utter_message(json_message={"document": {"ref": ref, "filename": filename}})

    def send_secret(self, ref: str) -> None:
        """Let something stand below the answer that is kept nowhere: the app makes it when the
        answer goes out; `ref` says what."""
        self.dispatcher.utter_message(json_message={"secret": ref})

    def words(self, response: str, **blanks: object) -> str:
        """A fragment of `domain.yml` in the person's language, to stand in a blank of another."""
        text = _variation(self.responses.get(response, []), self.language)
        return text.format(**{name: str(value) for name, value in blanks.items()})


@contextmanager
def turn_of(
    dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
) -> Iterator[Turn]:
    """A turn in one transaction of the rental database. What it writes is written by who speaks,
    or, where we speak first, by the system."""
    message = tracker.latest_message or {}
    said = (message.get("metadata") or {}).get("message_id")
    who = f"person:{tracker.sender_id}" if said else "system"
    source = f"message:{said}" if said else f"event:{(message.get('intent') or {}).get('name')}"
    with audit.written_by(who, source), database.writing() as session:
        yield Turn(dispatcher, tracker, domain, session)


def _variation(variations: list[dict[str, Any]], language: str) -> str:
    """As Rasa chooses: a variation whose condition holds, otherwise one without condition."""
    for each in variations:
        if any(
            condition.get("name") == "language" and condition.get("value") == language
            for condition in each.get("condition") or []
        ):
            return str(each["text"])
    return next((str(each["text"]) for each in variations if not each.get("condition")), "")
