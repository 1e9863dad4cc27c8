"""The processes, and the model that Rasa runs."""

import subprocess
from collections.abc import Iterator

import requests

from lebailleur.conversation.rasa import RasaClient
from lebailleur.operating.doctor.place import SECONDS, NotLookedAt, Place
from lebailleur.settings import is_loopback


def model(place: Place) -> Iterator[str]:
    """There is one, trained from the present phrases."""
    if not is_loopback(place.settings.rasa_url):
        raise NotLookedAt("Rasa runs on another machine, with a model of its own")
    models = place.root / "models"
    if not (models / "lebailleur.tar.gz").is_file():
        yield "There is no trained model: run `make train`."
        return
    asked = subprocess.run(  # noqa: S603  our own script
        [place.root / "scripts" / "train", "--hash"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if asked.returncode:
        raise NotLookedAt("the phrases that it was trained from are not here, or git is missing")
    kept = models / "lebailleur.sha256"
    if not kept.is_file() or kept.read_text().strip() != asked.stdout.strip():
        yield "The model is older than its phrases and rules: run `make train`."


def app(place: Place) -> Iterator[str]:
    """It answers."""
    if place.app is None:
        yield f"The app does not answer at {place.settings.own_url}: start it with `make run`."


def actions(place: Place) -> Iterator[str]:
    """It answers."""
    if not RasaClient(place.settings).actions_ready():
        yield (
            f"The action server does not answer at {place.settings.actions_url}: start it with "
            "`make run`, or correct ACTIONS_URL."
        )


def rasa(place: Place) -> Iterator[str]:
    """It answers, takes our token and has a model."""
    chosen = place.settings
    url = chosen.rasa_url.rstrip("/")
    try:
        requests.get(f"{url}/version", timeout=SECONDS).raise_for_status()
    except requests.RequestException:
        yield f"Rasa does not answer at {url}: start it with `make run`, or correct RASA_URL."
        return
    if token := chosen.rasa_token.get_secret_value():
        status = requests.get(f"{url}/status", params={"token": token}, timeout=SECONDS)
        if status.status_code in (401, 403):
            yield "Rasa does not take RASA_TOKEN: restart it with the same one."
        elif not (status.ok and status.json().get("model_id")):
            yield "Rasa has loaded no model: run `make train`, then restart it."
    elif place.app is not None and not place.app.get("rasa"):
        # The token was made up at the start, and only the processes know it.
        yield "Rasa has loaded no model, or has another token than the app: restart both."
