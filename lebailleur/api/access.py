"""Who calls, by the token: nobody gets in unless a token says so."""

import secrets
from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from lebailleur.rentals.rights import ADMIN, Asker
from lebailleur.settings import settings

_bearer = HTTPBearer(auto_error=False, description="ADMIN_TOKEN sees and does all.")


def _asker(given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> Asker:
    """The asker behind `Authorization: Bearer …`; 401 for none. Without ADMIN_TOKEN, for all."""
    wanted = settings().admin_token.get_secret_value()
    # Compared in constant time, so that answering times tell nothing about the token.
    if given and wanted and secrets.compare_digest(given.credentials.encode(), wanted.encode()):
        return ADMIN
    raise HTTPException(
        401,
        "a valid token is needed: Authorization: Bearer …",
        headers={"WWW-Authenticate": "Bearer"},
    )


def _asker_when_asked(
    given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Callable[[], Asker]:
    return lambda: _asker(given)


Caller = Annotated[Asker, Depends(_asker)]
# For what a paper's code opens as well: the token is looked at when this is called.
MaybeCaller = Annotated[Callable[[], Asker], Depends(_asker_when_asked)]
