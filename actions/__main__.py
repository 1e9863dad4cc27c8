"""Serves the actions at `ACTIONS_URL`, on that address only.

`--host 0.0.0.0` where others must reach it, as in a container: then on all addresses, at that port.
It asks nobody who they are, so only a network that is closed to the outside may reach it.
"""

import argparse
from typing import Any
from urllib.parse import urlsplit

from rasa_sdk.endpoint import create_app
from rasa_sdk.executor import ActionExecutor
from ruamel.yaml import YAML

from lebailleur import logs
from lebailleur.settings import ROOT, settings


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


def main() -> None:
    """Serve until stopped. rasa-sdk's own command listens on all addresses, so it is not used."""
    options = argparse.ArgumentParser(prog="python -m actions")
    options.add_argument("--host", help="where to listen, if not at the address of ACTIONS_URL")
    host = options.parse_args().host
    logs.configure()
    address = urlsplit(settings().actions_url)
    executor = Executor()
    executor.register_package("actions")
    app = create_app(executor)
    app.run(
        host=host or address.hostname or "127.0.0.1",
        port=address.port or 80,
        single_process=True,
        access_log=False,
        motd=False,
    )


if __name__ == "__main__":
    main()
