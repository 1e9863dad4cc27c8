"""The Rasa client: what a person says goes in, what is answered comes out."""

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
    document: dict[str, str] | None = None
    lines: tuple[list[str], ...] = ()
    first_page: int | None = None
    secret: str | None = None


class RasaClient:
    """Speaks to Rasa and asks whether it and its action server could answer now."""

    def __init__(self, settings: Settings) -> None:
        self._url = settings.rasa_url.rstrip("/")
        self._actions_url = settings.actions_url.rstrip("/")
        self._token = settings.rasa_token.get_secret_value()

    def say(self, person_id: str, text: str, *, message_id: int) -> list[Reply]:
        """What is answered to a text or a payload. Raises `RasaFailure`."""
        body = {
            "sender": person_id,
            "message": text[:LONGEST_TEXT],
            "metadata": {"message_id": message_id},
        }
        headers = {"X-Rasa-Token": self._token}
        return self._replies(self._post("/webhooks/lebailleur/webhook", body, headers=headers))

    def start_session(self, person_id: str, *, message_id: int) -> None:
        """Drop what was open. Raises `RasaFailure`."""
        self._post(
            "/webhooks/lebailleur/webhook",
            {
                "sender": person_id,
                "message": "/session_start",
                "metadata": {"message_id": message_id},
            },
            headers={"X-Rasa-Token": self._token},
        )

    def trigger(self, person_id: str, intent: str, entities: dict[str, Any]) -> list[Reply]:
        """What is said when an event starts a conversation. Raises `RasaFailure`."""
        answer = self._post(
            f"/conversations/{quote(person_id, safe='')}/trigger_intent",
            {"name": intent, "entities": entities},
            params={"token": self._token},
        )
        return self._replies(answer.get("messages", []))

    def parts(self) -> dict[str, bool]:
        """Whether Rasa (with a model) and the action server answer."""
        try:
            status = requests.get(f"{self._url}/status", params={"token": self._token}, timeout=3)
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
            return requests.get(f"{self._actions_url}/health", timeout=3).ok
        except requests.RequestException:
            return False

    def _post(self, path: str, body: dict[str, Any], **arguments: Any) -> Any:
        # With the action server down Rasa answers 200 and says nothing: so it is asked before.
        if not self.actions_ready():
            raise RasaFailure("the action server does not answer", away=True)
        try:
            answer = requests.post(self._url + path, json=body, timeout=TURN_SECONDS, **arguments)
            answer.raise_for_status()
            return answer.json()
        except (requests.RequestException, ValueError) as error:
            away = isinstance(error, requests.ConnectionError)
            raise RasaFailure(type(error).__name__, away=away) from error

    @staticmethod
    def _replies(messages: list[dict[str, Any]]) -> list[Reply]:
        found = [
            Reply(
                text=each.get("text"),
                options=tuple((o["title"], o["payload"]) for o in each.get("buttons") or []),
                **_custom(each.get("custom") or {}),
            )
            for each in messages
        ]
        if not found:
            raise RasaFailure("silence")
        return found


def _custom(sent: dict[str, Any]) -> dict[str, Any]:
    return {
        "document": sent.get("document"),
        "lines": tuple(sent.get("lines") or ()),
        "first_page": sent.get("first_page"),
        "secret": sent.get("secret"),
    }
