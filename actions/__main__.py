"""Serves the actions at `ACTIONS_URL`, on that address only."""

from urllib.parse import urlsplit

from rasa_sdk.endpoint import create_app
from rasa_sdk.executor import ActionExecutor

from lebailleur import logs
from lebailleur.settings import settings


def main() -> None:
    """Serve until stopped. rasa-sdk's own command listens on all addresses, so it is not used."""
    logs.configure()
    address = urlsplit(settings().actions_url)
    executor = ActionExecutor()
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
