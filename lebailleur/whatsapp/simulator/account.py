"""The business account that the simulator plays, and where its notifications go."""

from dataclasses import dataclass
from typing import Self

import phonenumbers

from lebailleur import settings as configured


@dataclass(frozen=True)
class Account:
    """What Meta would know of the business and its app.

    `number` is the business number in E.164; `graph_url` is the simulator's own address without
    version; `webhook_url` is where notifications are posted, in the form of the API's `version`.
    The number may send and receive `messages_per_second`; `messaging_limit` names how many people
    it may reach a day who have not written to it: that is told, and never enforced.
    """

    token: str
    app_secret: str
    phone_number_id: str
    business_account_id: str
    number: str
    graph_url: str
    webhook_url: str
    version: int = 25
    messages_per_second: int = 80
    messaging_limit: str = "TIER_UNLIMITED"

    @classmethod
    def of(cls, settings: configured.Settings) -> Self:
        """The account of these settings; what is not set has the value both sides agree on."""
        secret_path = settings.webhook_secret_path.strip("/")
        hook = "/".join(part for part in (settings.own_url, secret_path, "api/webhook/") if part)
        return cls(
            token=settings.whatsapp_token.get_secret_value() or configured.SIMULATED_TOKEN,
            app_secret=settings.whatsapp_app_secret.get_secret_value()
            or configured.SIMULATED_APP_SECRET,
            phone_number_id=settings.whatsapp_phone_number_id
            or configured.SIMULATED_PHONE_NUMBER_ID,
            business_account_id=settings.whatsapp_business_account_id
            or configured.SIMULATED_PHONE_NUMBER_ID,
            number=configured.SIMULATED_BUSINESS_NUMBER,
            graph_url=f"{settings.own_url}/simulator/graph",
            webhook_url=hook,
            version=int(settings.whatsapp_api_version.strip("v").partition(".")[0]),
        )

    @property
    def app_id(self) -> str:
        """The id of the app to which the token belongs."""
        return "310000000000001"

    @property
    def wa_id(self) -> str:
        """The business number's digits, as notifications carry them."""
        return self.number.lstrip("+")

    @property
    def country_code(self) -> str:
        """The business number's calling code, which Meta puts before numbers without a plus."""
        return str(phonenumbers.parse(self.number).country_code)
