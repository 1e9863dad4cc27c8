"""The only way messages reach Rasa: its REST channel behind a shared secret.

Rasa's own `--auth-token` leaves channels open, so this one asks for the token itself.
"""

import hmac
import os
from typing import Any, Awaitable, Callable, Dict, Optional

from rasa.core.channels.channel import UserMessage
from rasa.core.channels.rest import RestInput
from sanic import Blueprint, Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from nlu import watching
from nlu.action_results import check_schema_once

HEADER = "X-Rasa-Token"


class LeBailleurInput(RestInput):
    """`/webhooks/lebailleur/webhook`: as the REST channel, with `X-Rasa-Token` required."""

    def __init__(self, token: str) -> None:
        """`token`: the secret to ask for; an empty one is refused with ValueError."""
        if not token:
            raise ValueError("RASA_TOKEN must be set: the channel takes no message without it.")
        self._token = token.encode()

    @classmethod
    def name(cls) -> str:
        """The channel's name, part of its address."""
        return "lebailleur"

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[str, Any]]) -> "LeBailleurInput":
        """Made by Rasa from credentials.yml; the secret itself comes from the environment."""
        check_schema_once()
        watching.watch()
        return cls(os.environ.get("RASA_TOKEN", ""))

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[None]]) -> Blueprint:
        """The REST channel's addresses, each refusing with 401 who does not know the token."""
        blueprint = super().blueprint(on_new_message)

        @blueprint.listener("before_server_start")
        async def follow(app: Sanic, _loop: Any) -> None:
            watching.follow(app)

        @blueprint.middleware("request")
        async def require_token(request: Request) -> Optional[HTTPResponse]:
            given = request.headers.get(HEADER, "").encode("utf-8", "replace")
            if hmac.compare_digest(given, self._token):
                return None
            return response.json({"error": "X-Rasa-Token is missing or wrong"}, status=401)

        return blueprint
