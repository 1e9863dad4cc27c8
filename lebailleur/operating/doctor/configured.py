"""Settings that contradict each other or make no sense."""

from collections.abc import Iterator
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from lebailleur.operating.doctor.place import Place
from lebailleur.understanding.phones import read_phone

LANGUAGES = ("fr", "en")


def settings_fit(place: Place) -> Iterator[str]:
    """Hours, zone, language, currency and the support's number can be what they are."""
    chosen = place.settings
    try:
        start, end = chosen.hours
    except ValueError:
        yield "WORKING_HOURS is not two times of the day: write it like 08:00-19:00."
    else:
        if start >= end:
            yield "WORKING_HOURS end before they begin: no reminder is ever sent."
    try:
        ZoneInfo(chosen.default_timezone)
    except (ValueError, OSError, LookupError):
        yield "DEFAULT_TIMEZONE is no time zone: write it like Africa/Douala."
    if chosen.default_language not in LANGUAGES:
        yield "DEFAULT_LANGUAGE is neither fr nor en."
    currency = chosen.default_currency
    if not (len(currency) == 3 and currency.isascii() and currency.isupper()):
        yield "DEFAULT_CURRENCY is no currency's code: write it like XAF."
    if chosen.support_phone and read_phone(chosen.support_phone).value is None:
        yield "SUPPORT_PHONE is no phone number: write it like +237 6 99 99 99 99."
    for name, url in (("RASA_URL", chosen.rasa_url), ("ACTIONS_URL", chosen.actions_url)):
        if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
            yield f"{name} is no address: write it like http://127.0.0.1:5005."


def whatsapp_is_whole(place: Place) -> Iterator[str]:
    """A real number has all it needs; without its token the others have no use."""
    chosen = place.settings
    for name in chosen.missing_for_whatsapp():
        yield f"{name} is missing, but WHATSAPP_TOKEN is set: copy it from Meta's dashboard."
    if not chosen.simulated:
        if not chosen.whatsapp_business_account_id:
            yield (
                "WHATSAPP_BUSINESS_ACCOUNT_ID is missing, so templates can be neither created nor "
                "looked at: copy it from Meta's dashboard."
            )
        return
    companions = {
        "WHATSAPP_PHONE_NUMBER_ID": chosen.whatsapp_phone_number_id,
        "WHATSAPP_BUSINESS_ACCOUNT_ID": chosen.whatsapp_business_account_id,
        "WHATSAPP_APP_SECRET": chosen.whatsapp_app_secret.get_secret_value(),
        "WHATSAPP_VERIFY_TOKEN": chosen.whatsapp_verify_token.get_secret_value(),
    }
    if given := [name for name, value in companions.items() if value]:
        yield (
            f"{' and '.join(given)} without WHATSAPP_TOKEN: the simulator stands in for WhatsApp. "
            "Set the token as well, or take these away."
        )


def public_address(place: Place) -> Iterator[str]:
    """A real number needs an address that Meta can reach, by TLS."""
    if place.settings.simulated:
        return
    if not place.settings.public_url:
        yield "PUBLIC_URL is missing: set it to the address at which Meta reaches this app."
    elif urlsplit(place.settings.public_url).scheme != "https":
        yield "PUBLIC_URL does not begin with https://, and Meta calls nothing else."


def admin_token(place: Place) -> Iterator[str]:
    """The operator can use the REST API."""
    token = place.settings.admin_token.get_secret_value()
    if not token:
        yield "ADMIN_TOKEN is not set: the operator has no way into the REST API. Set a long one."
    elif len(token) < 16:
        yield "ADMIN_TOKEN has fewer than 16 characters and can be guessed: set a longer one."
