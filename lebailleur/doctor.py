"""What is wrong with an installation, in sentences that say what to do."""

import requests
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from lebailleur.conversation.rasa import RasaClient
from lebailleur.database import make_engine
from lebailleur.settings import ROOT, Settings


def findings(chosen: Settings) -> list[str]:
    """Everything that keeps the product from answering; empty when all is well."""
    found = [
        f"{name} is missing, but WHATSAPP_TOKEN is set." for name in chosen.missing_for_whatsapp()
    ]
    try:
        with make_engine(chosen.database_url).connect() as connection:
            connection.execute(text("SELECT count(*) FROM inbox WHERE id < 0"))
    except SQLAlchemyError as error:
        found.append(f"The database does not answer ({type(error).__name__}); see DATABASE_URL.")
    if not (ROOT / "models" / "lebailleur.tar.gz").exists():
        found.append("There is no trained model: run `make train`.")
    parts = RasaClient(chosen).parts()
    if not parts["rasa"]:
        found.append("Rasa does not answer at RASA_URL.")
    if not parts["actions"]:
        found.append("The action server does not answer at ACTIONS_URL.")
    try:
        requests.get(f"{chosen.own_url}/healthz", timeout=3).raise_for_status()
    except requests.RequestException:
        found.append("The app does not answer at HOST and PORT.")
    if not chosen.admin_token.get_secret_value():
        found.append("ADMIN_TOKEN is not set: the REST API is closed to everybody.")
    return found
