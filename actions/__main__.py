"""Serves the actions at `ACTIONS_URL`, on that address only."""

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
    logs.configure()
    address = urlsplit(settings().actions_url)
    executor = Executor()
    executor.register_package("actions")
    app = create_app(executor)
    app.run(
        host=address.hostname or "127.0.0.1",
        port=address.port or 80,
        single_process=True,
        access_log=False,
        motd=False,
    )


if __name__ == "__main__":
    main()
