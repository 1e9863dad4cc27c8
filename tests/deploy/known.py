"""Which environment variables there are."""

import re

from lebailleur import supervise
from lebailleur.settings import ROOT, Settings

SETTINGS = {name.upper() for name in Settings.model_fields}
# Read by our code without being a setting, or by what we run.
OTHERS = {
    "TRACKER_DB": "nlu, reseal, backup: where Rasa's record is",
    "LOG_LEVEL": "every process",
    "LOG_FORMAT": "every process",
    "METRICS_TOKEN": "the app, for /metrics",
    "FORWARDED_ALLOW_IPS": "uvicorn: whose word on the caller's address counts",
    "DOMAIN": "Caddyfile",
    "APP_ADDRESS": "Caddyfile",
    "POSTGRES_USER": "the image of PostgreSQL",
    "POSTGRES_PASSWORD": "the image of PostgreSQL",
    "POSTGRES_DB": "the image of PostgreSQL",
    "PORT": "Render: at which port a private service is asked",
}
WHATSAPP_ONLY = set(supervise.WHATSAPP_ONLY)


def explained() -> set[str]:
    """The settings that .env.example explains."""
    return set(re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
