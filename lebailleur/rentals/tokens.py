"""Keys to the REST API: made for a landlord, shown once, listed, revoked, run out after a year.

A key has 256 random bits, so a plain SHA-256 of it is as good as a slow hash: it cannot be guessed.
"""

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lebailleur import clock
from lebailleur.rentals import rights
from lebailleur.rentals.errors import NotFound, Refused
from lebailleur.rentals.models import ApiToken
from lebailleur.rentals.rights import Asker

PREFIX = "lb_"
LASTS = timedelta(days=365)
MOST = 10
# How exactly it is kept when a key was last used: not every request writes.
USED_EVERY = timedelta(minutes=10)


def create(
    session: Session, asker: Asker, *, landlord_id: int | None = None, key: str | None = None
) -> ApiToken:
    """A new key for a landlord; `show` says what it is. The same `key` again gives the same one.

    Raises `Refused("too_many_tokens")` for more than ten that are valid, `NotAllowed` for anyone
    but the landlord and the operator.
    """
    landlord = rights.landlord(session, asker, landlord_id)
    if key is not None:
        made = session.scalar(select(ApiToken).where(ApiToken.key == key))
        if made is not None:
            return made
    if len(valid(session, asker, landlord.id)) >= MOST:
        raise Refused("too_many_tokens", most=MOST)
    now = clock.now()
    token = ApiToken(landlord_id=landlord.id, key=key, created_at=now, expires_at=now + LASTS)
    session.add(token)
    session.flush()
    return token


def show(session: Session, asker: Asker, token_id: int) -> str:
    """The key, for its owner's eyes: made here, of which only the digest is kept. Shown again, it
    is another one, and the one before is void. Raises `NotFound`, also for one that is revoked."""
    token = _token(session, asker, token_id)
    if token.revoked_at is not None:
        raise NotFound("token_not_found", id=token_id)
    shown = PREFIX + secrets.token_urlsafe(32)
    token.digest, token.ending = _digest(shown), shown[-4:]
    session.flush()
    return shown


def valid(session: Session, asker: Asker, landlord_id: int | None = None) -> list[ApiToken]:
    """A landlord's keys that can be used, the oldest first."""
    landlord = rights.landlord(session, asker, landlord_id)
    return list(
        session.scalars(
            select(ApiToken)
            .where(
                ApiToken.landlord_id == landlord.id,
                ApiToken.revoked_at.is_(None),
                ApiToken.expires_at > clock.now(),
            )
            .order_by(ApiToken.id)
        )
    )


def revoke(session: Session, asker: Asker, token_id: int) -> ApiToken:
    """From now on a key opens nothing. Again changes nothing. Raises `NotFound`."""
    token = _token(session, asker, token_id)
    token.revoked_at = token.revoked_at or clock.now()
    session.flush()
    return token


def asker_of(session: Session, shown: str) -> Asker | None:
    """Who acts with this key: its landlord, as landlord alone; None for one that is unknown,
    revoked or run out, or whose landlord is gone."""
    token = session.scalar(select(ApiToken).where(ApiToken.digest == _digest(shown)))
    now = clock.now()
    if token is None or token.revoked_at is not None or token.expires_at <= now:
        return None
    if token.landlord.archived_at is not None:
        return None
    return Asker(token.landlord.person_id, token_id=token.id)


def is_fresh(session: Session, asker: Asker) -> bool:
    """Whether it is noted already that this asker's key was used just now."""
    token = session.get_one(ApiToken, asker.token_id)
    return token.used_at is not None and token.used_at > clock.now() - USED_EVERY


def used(session: Session, asker: Asker) -> None:
    """Note that this asker's key was used now."""
    session.get_one(ApiToken, asker.token_id).used_at = clock.now()


def _token(session: Session, asker: Asker, token_id: int) -> ApiToken:
    token = session.get(ApiToken, token_id)
    if token is None or not (asker.admin or token.landlord.person_id == asker.person_id):
        raise NotFound("token_not_found", id=token_id)
    return token


def _digest(shown: str) -> str:
    return hashlib.sha256(shown.encode()).hexdigest()
