"""A fault of ours in an action is said to the person, and told to the app, which counts it."""

import asyncio

import pytest
from rasa_sdk import Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy import Engine
from structlog.testing import capture_logs

from actions.base import Matter
from actions.turn import Turn
from lebailleur import database
from lebailleur.conversation.rasa import RasaClient


class Broken(Matter):
    called = "action_broken"

    def answer(self, turn: Turn) -> list[EventType]:
        turn.say("utter_half_done")
        raise LookupError(f"nothing for {turn.text}")


def test_a_broken_action(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "engine", lambda: engine)
    said = CollectingDispatcher()
    message = {"text": "Paul paid", "intent": {"name": "record_payment"}}
    tracker = Tracker("someone", {}, message, [], False, None, {}, "action_listen")
    with capture_logs() as lines:
        asyncio.run(Broken().run(said, tracker, {}))
    words, told = said.messages
    assert words["response"] == "utter_error"
    replies = RasaClient._replies([{"text": "…"}, {"custom": told["custom"]}])
    assert [each.failed for each in replies] == [False, True]
    assert [(each["event"], each["action"]) for each in lines] == [
        ("action_failed", "action_broken")
    ]
