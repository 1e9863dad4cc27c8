"""What becomes of a file that we do not have is told to whoever sent it."""

import asyncio
from typing import Any

import pytest
import yaml
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy import Engine

from actions.base import Matter
from actions.talk import Unsupported
from actions.telling import TellAttachmentRefused
from lebailleur import database
from lebailleur.conversation import attachments, turns
from lebailleur.settings import ROOT
from lebailleur.whatsapp import inbound
from tests.whatsapp.test_inbound import value

DOMAIN = yaml.safe_load((ROOT / "domain.yml").read_text())
RULES = yaml.safe_load((ROOT / "data/rules/events.yml").read_text())["rules"]


def answered(matter: Matter, **message: Any) -> list[dict[str, Any]]:
    said = CollectingDispatcher()
    tracker = Tracker("someone", {}, message, [], False, None, {}, "action_listen")
    asyncio.run(matter.run(said, tracker, DOMAIN))
    return said.messages


@pytest.fixture(autouse=True)
def _on(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "engine", lambda: engine)


@pytest.mark.parametrize(
    ("told", "response"),
    [
        ({"errors": [{"code": 131052, "title": "Media download error"}]}, "utter_not_loaded"),
        ({"errors": [{"code": 131051, "title": "Unsupported"}]}, "utter_unsupported"),
        (
            {"type": "interactive"}
            | {"interactive": {"type": "nfm_reply", "nfm_reply": {"response_json": '{"id": "1"}'}}},
            "utter_unsupported",
        ),
    ],
)
def test_what_is_answered_to_what_cannot_be_read(told: dict[str, Any], response: str) -> None:
    message = {"from": "237677123456", "id": "wamid.1", "type": "unsupported", **told}
    [read] = inbound.read(value(messages=[message])).messages
    # As Rasa takes a payload apart.
    intent, _, entities = turns.for_rasa(read.content, None).lstrip("/").partition("{")
    named = [{"entity": key, "value": said} for key, said in yaml.safe_load("{" + entities).items()]
    [said] = answered(Unsupported(), text="/", intent={"name": intent}, entities=named)
    assert (intent, said["response"]) == ("unsupported_message", response)


def test_who_sent_what_is_not_kept_hears_how_large_it_may_be() -> None:
    [said] = answered(TellAttachmentRefused(), intent={"name": attachments.REFUSED_TRIGGER})
    words = [each["text"] for each in DOMAIN["responses"][said["response"]]]
    assert all("16 M" in each.format(most=said["most"]) for each in words)


@pytest.mark.parametrize("trigger", [attachments.TRIGGER, attachments.REFUSED_TRIGGER])
def test_an_event_of_a_file_leads_to_an_action(trigger: str) -> None:
    [steps] = [each["steps"] for each in RULES if each["steps"][0] == {"intent": trigger}]
    assert trigger in DOMAIN["intents"]
    assert steps[1]["action"] in DOMAIN["actions"]
