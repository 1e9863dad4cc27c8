"""The Rasa client: what a person says goes in, what is answered comes out."""

import json
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import requests

from lebailleur.settings import Settings

Option = tuple[str, str]

# A turn takes a fraction of a second; one that takes this long has failed.
TURN_SECONDS = 25
# What NLU and dialogue need of a text; the rest of a novel changes nothing.
LONGEST_TEXT = 2000
# So long it is believed that the action server is there.
SEEN_SECONDS = 1.0


class RasaFailure(Exception):
    """No answer: Rasa or its action server is down (`away`: nobody is answered now), or stayed
    silent. To be tried again."""

    def __init__(self, reason: str, *, away: bool = False) -> None:
        super().__init__(reason)
        self.away = away


@dataclass(frozen=True)
class Reply:
    """One answer of a turn: words, options (title and payload), a document to send, or lines
    ([heading, line]) that may be many. `first_page`: so many options are to be seen at once;
    `secret`: the name of what stands below the words and is made only when they are sent."""

    text: str | None = None
    options: tuple[Option, ...] = ()
    # Why nothing is said, where nothing is to be; whether something went wrong here.
    nothing: str | None = None
    failed: bool = False
    document: dict[str, str] | None = None
    lines: tuple[list[str], ...] = ()
    first_page: int | None = None
    secret: str | None = None


@dataclass(frozen=True)
class Answer:
    """What a turn came to: its replies; and what Rasa took the message for, how sure it was of the
    likeliest meaning (None where nothing was typed), and which actions it ran."""

    replies: list[Reply]
    intent: str | None = None
    likeliest: str | None = None
    confidence: float | None = None
    actions: tuple[str, ...] = ()


class RasaClient:
    """Speaks to Rasa and asks whether it and its action server could answer now."""

    def __init__(self, settings: Settings) -> None:
        self._url = settings.rasa_url.rstrip("/")
        self._actions_url = settings.actions_url.rstrip("/")
        self._token = settings.rasa_token.get_secret_value()
        self._session = requests.Session()
        self._session.trust_env = False  # they are within our own network: no proxy between
        self._actions_seen = 0.0

    def say(self, person_id: str, text: str, *, message_id: int) -> Answer:
        """What is answered to a text or a payload. Raises `RasaFailure`."""
        body = {
            "sender": person_id,
            "message": text[:LONGEST_TEXT],
            "metadata": {"message_id": message_id},
        }
        return self._post(
            "/webhooks/lebailleur/webhook",
            body,
            message_id,
            headers={"X-Rasa-Token": self._token},
        )

    def start_session(self, person_id: str, *, message_id: int) -> None:
        """Drop what was open. Raises `RasaFailure`."""
        self._post(
            "/webhooks/lebailleur/webhook",
            {
                "sender": person_id,
                "message": "/session_start",
                "metadata": {"message_id": message_id},
            },
            message_id,
            headers={"X-Rasa-Token": self._token},
            silent=True,
        )

    def trigger(
        self, person_id: str, intent: str, entities: dict[str, Any], *, event_id: int
    ) -> Answer:
        """What is said when an event starts a conversation. Raises `RasaFailure`."""
        return self._post(
            f"/conversations/{quote(person_id, safe='')}/trigger_intent",
            {"name": intent, "entities": entities},
            event_id,
            params={"token": self._token},
        )

    def parts(self) -> dict[str, bool]:
        """Whether Rasa (with a model) and the action server answer."""
        try:
            status = self._session.get(
                f"{self._url}/status", params={"token": self._token}, timeout=3
            )
            rasa = status.ok and bool(status.json().get("model_id"))
        except (requests.RequestException, ValueError):
            rasa = False
        return {"rasa": rasa, "actions": self.actions_ready()}

    def ready(self) -> bool:
        """Whether a message could be answered now."""
        return all(self.parts().values())

    def actions_ready(self) -> bool:
        """Whether the action server answers."""
        try:
            ready = self._session.get(f"{self._actions_url}/health", timeout=3).ok
        except requests.RequestException:
            ready = False
        self._actions_seen = time.monotonic() if ready else 0.0
        return ready

    def _post(
        self,
        path: str,
        body: dict[str, Any],
        inbox_id: int,
        *,
        headers: dict[str, str] | None = None,
        silent: bool = False,
        **arguments: Any,
    ) -> Answer:
        """`silent`: no reply is no failure here."""
        # With the action server down Rasa answers 200 and says nothing: so it is asked before.
        if time.monotonic() - self._actions_seen > SEEN_SECONDS and not self.actions_ready():
            raise RasaFailure("the action server does not answer", away=True)
        try:
            answer = self._session.post(
                self._url + path,
                json=body,
                timeout=TURN_SECONDS,
                # By it the lines of this turn are found in the logs of Rasa and the actions.
                headers={**(headers or {}), "X-Inbox-Id": str(inbox_id)},
                **arguments,
            )
            answer.raise_for_status()
            told, turn = answer.json(), json.loads(answer.headers.get("X-Turn", "{}"))
        except (requests.RequestException, ValueError) as error:
            away = isinstance(error, requests.ConnectionError)
            raise RasaFailure(type(error).__name__, away=away) from error
        replies = self._replies(told.get("messages", []) if isinstance(told, dict) else told)
        if not replies and not silent:
            raise RasaFailure("silence")
        return Answer(replies, **{**turn, "actions": tuple(turn.get("actions", ()))})

    @staticmethod
    def _replies(messages: list[dict[str, Any]]) -> list[Reply]:
        return [
            Reply(
                text=each.get("text"),
                options=tuple((o["title"], o["payload"]) for o in each.get("buttons") or []),
                **_custom(each.get("custom") or {}),
            )
            for each in messages
        ]


def _custom(sent: dict[str, Any]) -> dict[str, Any]:
    return {
        "nothing": str(sent.get("reason", "")) if sent.get("nothing") else None,
        "failed": bool(sent.get("failed")),
        "document": sent.get("document"),
        "lines": tuple(sent.get("lines") or ()),
        "first_page": sent.get("first_page"),
        "secret": sent.get("secret"),
    }
