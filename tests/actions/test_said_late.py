"""What was said in time counts, however late WhatsApp brings it."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import yaml
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy import Engine, select

from actions.base import Matter
from actions.talk import Affirm
from actions.unclear import Unplaced
from lebailleur import clock, database
from lebailleur.conversation import inbox
from lebailleur.conversation.models import InboxItem
from lebailleur.database import writing
from lebailleur.rentals import proposals
from lebailleur.rentals.asks import Ask
from lebailleur.rentals.models import Payment
from lebailleur.settings import ROOT
from tests.rentals.conftest import Ledger

DOMAIN = yaml.safe_load((ROOT / "domain.yml").read_text())
ASKED = datetime(2026, 3, 10, 9, tzinfo=UTC)
Says = Callable[..., list[str]]


@pytest.fixture
def ledger(engine: Engine) -> Ledger:
    return Ledger(engine)


@pytest.fixture
def says(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> Iterator[Says]:
    """The landlord says something so long after we asked, which is brought after twenty minutes;
    what is answered."""
    monkeypatch.setattr(database, "engine", lambda: ledger.engine)

    def say(matter: Matter, after: timedelta, text: str, **message: Any) -> list[str]:
        person = str(ledger.asker.person_id)
        content = {"text": text, "timestamp": int((ASKED + after).timestamp())}
        with writing(ledger.engine) as session:
            inbox.keep(session, "wamid.1", person, "message", content)
            number = session.scalars(select(InboxItem.id)).one()
        told = {"text": text, "metadata": {"message_id": number}, **message}
        tracker = Tracker(person, {}, told, [], False, None, {}, "action_listen")
        said = CollectingDispatcher()
        asyncio.run(matter.run(said, tracker, DOMAIN))
        return [str(each.get("response")) for each in said.messages]

    with clock.moved_to(ASKED + timedelta(minutes=20)):
        yield say


@pytest.mark.parametrize("minutes", [5, 11])
@pytest.mark.parametrize("tapped", [True, False])
def test_a_yes_that_was_said_in_time_is_one(
    ledger: Ledger, says: Says, *, tapped: bool, minutes: int
) -> None:
    lease = ledger.lease()
    with ledger.at(ASKED) as session:
        proposal, _ = proposals.propose_payment(
            session, ledger.asker, Ask(lease, amount=10_000), key="message:0", open_minutes=10
        )
        named = [{"entity": "proposal", "value": proposal.id}] if tapped else []
    intent = {"name": "affirm", "confidence": 1.0}
    words = "/affirm" if tapped else "oui"
    answered = says(Affirm(), timedelta(minutes=minutes), words, intent=intent, entities=named)
    assert ledger.count(Payment) == (1 if minutes < 10 else 0)
    assert ("utter_proposal_expired" in answered) == (tapped and minutes > 10)


@pytest.mark.parametrize("minutes", [5, 11])
def test_a_number_that_was_said_in_time_is_not_called_late(
    ledger: Ledger, says: Says, minutes: int
) -> None:
    with ledger.at(ASKED) as session:
        state = inbox.conversation_of(session, str(ledger.asker.person_id))
        state.options, state.last_in_at = [["Oui", "/affirm"], ["Non", "/deny"]], ASKED
    intent = {"name": "inform", "confidence": 1.0}
    answered = says(Unplaced(), timedelta(minutes=minutes), "7", intent=intent, entities=[])
    assert answered[0] == ("utter_no_such_number" if minutes < 10 else "utter_too_late")
