"""What an action sees of the turn it is in: who speaks, in which language, what was said."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy.orm import Session

from lebailleur import database
from lebailleur.rentals import rights
from lebailleur.rentals.models import Landlord, Lease, Tenant
from lebailleur.rentals.rights import Asker
from lebailleur.settings import settings

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
        self.person_id = tracker.sender_id
        self.asker = Asker(tracker.sender_id)
        self.message: dict[str, Any] = tracker.latest_message or {}

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
        """``landlord``, ``tenant`` or ``stranger``. Who is both speaks as landlord."""
        if self.landlord is not None:
            return "landlord"
        return "tenant" if self.tenancies else "stranger"

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

    def send_receipt(self, number: str) -> None:
        """Let the receipt's PDF go out with the answer."""
        self.dispatcher.utter_message(
            json_message={"document": {"ref": f"receipt:{number}", "filename": f"{number}.pdf"}}
        )

    def words(self, response: str, **blanks: object) -> str:
        """A fragment of `domain.yml` in the person's language, to stand in a blank of another."""
        text = _variation(self.responses.get(response, []), self.language)
        return text.format(**{name: str(value) for name, value in blanks.items()})


@contextmanager
def turn_of(
    dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
) -> Iterator[Turn]:
    """A turn in one transaction of the rental database."""
    with database.writing() as session:
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
