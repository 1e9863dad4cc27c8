"""Serves the actions at `ACTIONS_URL`, on that address only.

`--host 0.0.0.0` where others must reach it, as in a container: then on all addresses, at that port.
It asks nobody who they are, so only a network that is closed to the outside may reach it.
"""

import argparse
import time
from typing import Any
from urllib.parse import urlsplit

import structlog
from rasa_sdk.endpoint import create_app
from rasa_sdk.executor import ActionExecutor
from ruamel.yaml import YAML
from sanic import HTTPResponse, Request, json
from structlog.contextvars import bind_contextvars, clear_contextvars

from lebailleur import logs
from lebailleur.settings import ROOT, settings

LONGEST_ID = 18

log = structlog.get_logger()


class Executor(ActionExecutor):
    """Runs the actions with the words of `domain.yml`, which Rasa does not send along."""

    def __init__(self) -> None:
        super().__init__()
        self.domain = YAML(typ="safe").load(ROOT / "domain.yml")

    def update_and_return_domain(
        self, payload: dict[str, Any], action_name: str
    ) -> dict[str, Any] | None:
        """The domain, whatever was sent."""
        return self.domain

    async def run(self, action_call: dict[str, Any]) -> Any:
        """Run one action, and say in the log that it ran."""
        began = time.monotonic()
        try:
            return await super().run(action_call)
        finally:
            milliseconds = round((time.monotonic() - began) * 1000)
            log.info("action_ran", action=action_call.get("next_action"), milliseconds=milliseconds)


async def follow(request: Request) -> None:
    """Put the id of the message that led to this call into all lines of the log about it."""
    clear_contextvars()  # a connection's requests share one context
    given = request.headers.get("X-Inbox-Id", "")
    if given.isascii() and given.isdigit() and len(given) <= LONGEST_ID:
        bind_contextvars(inbox_id=int(given))


async def say_little(_: Request, response: HTTPResponse) -> HTTPResponse | None:
    """rasa-sdk answers a fault with the whole request, all that was said; Rasa logs what it is
    answered."""
    return (
        json({"error": "see the log of the action server"}, 500) if response.status == 500 else None
    )


def main() -> None:
    """Serve until stopped. rasa-sdk's own command listens on all addresses, so it is not used."""
    options = argparse.ArgumentParser(prog="python -m actions")
    options.add_argument("--host", help="where to listen, if not at the address of ACTIONS_URL")
    host = options.parse_args().host
    logs.configure("actions")
    address = urlsplit(settings().actions_url)
    executor = Executor()
    executor.register_package("actions")
    app = create_app(executor)
    app.register_middleware(follow, "request")
    app.register_middleware(say_little, "response")
    app.run(
        host=host or address.hostname or "127.0.0.1",
        port=address.port or 80,
        single_process=True,
        access_log=False,
        motd=False,
    )


if __name__ == "__main__":
    main()
