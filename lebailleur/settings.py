"""Settings from the environment or `.env`; `.env.example` explains each."""

from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from lebailleur.seal import Seal

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"


class Settings(BaseSettings):
    """Every setting of the contract. Secrets are `SecretStr`, so that no log prints them."""

    model_config = SettingsConfigDict(
        env_file=ROOT / ".env", env_file_encoding="utf-8", extra="ignore", env_ignore_empty=True
    )

    host: str = "127.0.0.1"
    port: int = 8000
    database_url: str = f"sqlite:///{VAR / 'lebailleur.db'}"
    rasa_url: str = "http://127.0.0.1:5005"
    actions_url: str = "http://127.0.0.1:5055"
    rasa_token: SecretStr = SecretStr("")
    demo: bool = True

    whatsapp_token: SecretStr = SecretStr("")
    whatsapp_phone_number_id: str = ""
    whatsapp_business_account_id: str = ""
    whatsapp_app_secret: SecretStr = SecretStr("")
    whatsapp_verify_token: SecretStr = SecretStr("")
    whatsapp_graph_url: str = ""
    whatsapp_api_version: str = "v25.0"
    webhook_secret_path: str = ""
    messages_per_second: float = Field(default=80, gt=0, le=1000)

    admin_token: SecretStr = SecretStr("")
    requests_per_minute: int = Field(default=600, ge=1)
    requests_per_minute_and_address: int = Field(default=6000, ge=1)
    encryption_key: SecretStr = SecretStr("")
    support_phone: str = ""
    public_url: str = ""
    session_minutes: int = Field(default=10, ge=1, le=10)
    default_language: str = "fr"
    default_timezone: str = "Africa/Douala"
    default_currency: str = "XAF"
    working_hours: str = "08:00-19:00"

    @field_validator("encryption_key")
    @classmethod
    def _is_a_key(cls, value: SecretStr) -> SecretStr:
        Seal(value.get_secret_value())
        return value

    @property
    def simulated(self) -> bool:
        """Whether the simulator stands in for the Graph API: so without a WhatsApp token."""
        return not self.whatsapp_token.get_secret_value()

    @property
    def own_url(self) -> str:
        """The address at which this machine reaches the app itself."""
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104
        return f"http://{host}:{self.port}"

    @property
    def graph_url(self) -> str:
        """The Graph API's address without version: Meta's, a stand-in's or the simulator's."""
        if self.whatsapp_graph_url:
            return self.whatsapp_graph_url.rstrip("/")
        if self.simulated:
            return f"{self.own_url}/simulator/graph"
        return "https://graph.facebook.com"

    def missing_for_whatsapp(self) -> list[str]:
        """Names of the settings that a real WhatsApp number still needs; none when simulated."""
        if self.simulated:
            return []
        needed = {
            "WHATSAPP_PHONE_NUMBER_ID": self.whatsapp_phone_number_id,
            "WHATSAPP_APP_SECRET": self.whatsapp_app_secret.get_secret_value(),
            "WHATSAPP_VERIFY_TOKEN": self.whatsapp_verify_token.get_secret_value(),
        }
        return [name for name, value in needed.items() if not value]


# What the simulator and the app agree on when no credentials are set. Not secrets: the
# simulator listens on the same machine and speaks to nobody else.
SIMULATED_APP_SECRET = "simulated-app-secret"  # noqa: S105
SIMULATED_VERIFY_TOKEN = "simulated-verify-token"  # noqa: S105
SIMULATED_TOKEN = "simulated-token"  # noqa: S105
SIMULATED_PHONE_NUMBER_ID = "100000000000001"
SIMULATED_BUSINESS_NUMBER = "+237620000001"


@cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()


def is_loopback(url: str) -> bool:
    """Whether an address is on this machine, so that `make run` starts the process there."""
    return urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1")
