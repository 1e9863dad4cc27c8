"""Who calls, by the token: nobody gets in unless a token says so."""

import secrets
from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, HTTPException, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from lebailleur import database
from lebailleur.api import limits
from lebailleur.audit import Origin
from lebailleur.rentals import tokens
from lebailleur.rentals.rights import ADMIN, Asker
from lebailleur.settings import settings

_bearer = HTTPBearer(
    auto_error=False,
    description="ADMIN_TOKEN sees and does all; a landlord's key what is that landlord's.",
)


def _asker(
    request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Asker:
    """The asker behind `Authorization: Bearer …`; 401 for none, 429 for too many requests."""
    address = request.client.host if request.client else ""
    limits.count_address(address)
    asker = _known(given.credentials) if given else None
    if asker is None:
        limits.count_wrong(address)
        raise HTTPException(
            401,
            "a valid token is needed: Authorization: Bearer …",
            headers={"WWW-Authenticate": "Bearer"},
        )
    if asker.token_id is not None:
        limits.count_token(asker.token_id)
    origin: Origin = request.state.origin
    origin.who = asker.label
    return asker


def _known(token: str) -> Asker | None:
    wanted = settings().admin_token.get_secret_value()
    # Compared in constant time, so that answering times tell nothing about the token.
    if wanted and secrets.compare_digest(token.encode(), wanted.encode()):
        return ADMIN
    if not token.startswith(tokens.PREFIX):
        return None
    with database.reading() as session:
        asker = tokens.asker_of(session, token)
        fresh = asker is not None and tokens.is_fresh(session, asker)
    if asker is not None and not fresh:
        with database.writing() as session:
            tokens.used(session, asker)
    return asker


def _asker_when_asked(
    request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Callable[[], Asker]:
    return lambda: _asker(request, given)


Caller = Annotated[Asker, Depends(_asker)]
# For what a paper's code opens as well: the token is looked at when this is called.
MaybeCaller = Annotated[Callable[[], Asker], Depends(_asker_when_asked)]
