"""Keys with which a landlord's other programs use the REST API."""

from rasa_sdk.events import EventType

from actions.base import LandlordMatter
from actions.turn import Option, Turn
from actions.wording import day_words
from lebailleur import clock
from lebailleur.rentals import tokens
from lebailleur.rentals.models import ApiToken
from lebailleur.settings import settings

FIELD = "api_key"


class GetApiKey(LandlordMatter):
    """A new key, told once: it is made as the answer goes out, and kept nowhere."""

    called = "action_get_api_key"

    def answer(self, turn: Turn) -> list[EventType]:
        if len(tokens.valid(turn.session, turn.asker)) >= tokens.MOST:
            _list(turn, "utter_too_many_tokens", most=tokens.MOST)
            return []
        token = tokens.create(turn.session, turn.asker, key=turn.key)
        until = clock.local(token.expires_at, turn.timezone()).date()
        chosen = settings()
        address = (chosen.public_url or chosen.own_url).rstrip("/")
        turn.say("utter_api_key", until=day_words(turn, until), address=f"{address}/docs")
        turn.send_secret(f"api_key:{token.id}")
        return []


class ListApiKeys(LandlordMatter):
    """Which keys there are; a tap revokes one."""

    called = "action_list_api_keys"

    def answer(self, turn: Turn) -> list[EventType]:
        if (chosen := turn.chosen(FIELD)) is not None and chosen.isdigit():
            token = tokens.revoke(turn.session, turn.asker, int(chosen))
            turn.say("utter_api_key_revoked", ending=token.ending or "…")
        else:
            _list(turn, "utter_api_keys")
        return []


def _list(turn: Turn, response: str, **blanks: object) -> None:
    every = tokens.valid(turn.session, turn.asker)
    new: Option = (turn.words("option_api_key_new"), "/get_api_key")
    if not every:
        turn.say("utter_api_keys_none", options=[new])
        return
    revoking: list[Option] = [
        (
            turn.words("option_api_key_revoke", ending=each.ending or f"n° {each.id}"),
            f'/list_api_keys{{"choice_field": "{FIELD}", "choice": "{each.id}"}}',
        )
        for each in every
    ]
    options = revoking if len(every) >= tokens.MOST else [new, *revoking]
    lines = [("", _line(turn, each)) for each in every]
    turn.say_list(response, lines, options=options, **blanks)


def _line(turn: Turn, token: ApiToken) -> str:
    zone = turn.timezone()
    return turn.words(
        "line_api_key" if token.used_at else "line_api_key_unused",
        ending=token.ending or "",
        made=day_words(turn, clock.local(token.created_at, zone).date()),
        until=day_words(turn, clock.local(token.expires_at, zone).date()),
        used=day_words(turn, clock.local(token.used_at, zone).date()) if token.used_at else "",
    )
