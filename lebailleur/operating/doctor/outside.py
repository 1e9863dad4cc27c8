"""What is beyond this machine: WhatsApp, and the time of day."""

from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import requests
from sqlalchemy import func, select

from lebailleur import clock as clocks
from lebailleur.operating.doctor.place import SECONDS, NotLookedAt, Place
from lebailleur.whatsapp import templates as ours
from lebailleur.whatsapp.graph import GraphError

MOST_SECONDS_APART = 30
# What `lebailleur templates push` mends.
TO_PUSH = ("MISSING", "CHANGED")
_TOKEN_CODES = (0, 190, 200)
_NUMBER_CODES = (33, 100)


def token(place: Place) -> Iterator[str]:
    """WhatsApp knows the token and the phone number id."""
    if place.settings.missing_for_whatsapp():
        raise NotLookedAt("WhatsApp's settings are not complete")
    fault = place.graph_fault
    if fault is None:
        return
    if fault.code in _TOKEN_CODES:
        yield "WHATSAPP_TOKEN is not valid any more: make a new one in Meta's dashboard."
    elif fault.code in _NUMBER_CODES:
        yield "WHATSAPP_PHONE_NUMBER_ID is no number of this token's: copy both from one dashboard."
    else:
        yield (
            f"The Graph API does not answer at {place.settings.graph_url} ({fault}): see "
            "WHATSAPP_GRAPH_URL, WHATSAPP_API_VERSION and the way out of this machine."
        )


def templates(place: Place) -> Iterator[str]:
    """Meta has approved all that we say outside the 24-hour window."""
    if not place.settings.simulated and not place.settings.whatsapp_business_account_id:
        raise NotLookedAt("WHATSAPP_BUSINESS_ACCOUNT_ID is missing")
    if place.settings.missing_for_whatsapp() or place.graph_fault is not None:
        raise NotLookedAt("the Graph API does not let us in")
    try:
        found = ours.compared(place.graph.templates())
    except GraphError as error:
        yield f"The templates cannot be listed ({error}): see WHATSAPP_BUSINESS_ACCOUNT_ID."
        return
    bad = [each for each in found if each.status != "APPROVED"]
    for push in (True, False):
        some = [each for each in bad if (each.status in TO_PUSH) == push]
        if some:
            named = ", ".join(f"{each.name} ({each.language}, {each.status})" for each in some)
            what = "run `lebailleur templates push`" if push else "see WhatsApp Manager"
            yield f"Templates that Meta has not approved as ours: {named}; {what}."


def clock(place: Place) -> Iterator[str]:
    """This machine's clock is right: by WhatsApp's, and by PostgreSQL's."""
    others = [each for each in (_of_graph(place), _of_database(place)) if each is not None]
    if not others:
        raise NotLookedAt("nobody else tells the time")
    apart = max(others, key=abs)
    if abs(apart) > MOST_SECONDS_APART:
        yield (
            f"The clock is {abs(apart):.0f} seconds {'fast' if apart > 0 else 'slow'}: switch time "
            "synchronisation (NTP) on, and see that CLOCK_FILE is not set."
        )


def _of_graph(place: Place) -> float | None:
    """By how many seconds we are fast."""
    try:
        place.graph  # noqa: B018  whether it can be asked
        answer = requests.get(place.settings.graph_url, timeout=SECONDS)
        shown = parsedate_to_datetime(answer.headers["Date"])
    except (NotLookedAt, requests.RequestException, KeyError, ValueError):
        return None
    return _fast_by(shown)


def _of_database(place: Place) -> float | None:
    if place.database_fault is not None or place.engine.dialect.name != "postgresql":
        return None
    with place.engine.connect() as connection:
        shown = connection.scalar(select(func.now()))
    return _fast_by(shown) if shown is not None else None


def _fast_by(shown: datetime) -> float:
    return (clocks.now() - shown.astimezone(UTC)).total_seconds()
