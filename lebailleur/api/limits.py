"""How often may be asked: by a key, by an address, and with keys that open nothing.

Kept in each process; the window moves (the `limits` library), so nobody gains by waiting for a
full minute.
"""

from fastapi import HTTPException
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from lebailleur.settings import settings

# Wrong keys cannot be guessed; this is so that trying does not cost us the database.
WRONG_PER_MINUTE = 600

_kept = SlidingWindowCounterRateLimiter(MemoryStorage())


def count_address(address: str) -> None:
    """Count a request from an address. Raises 429 for one too many."""
    _count("address", address, settings().requests_per_minute_and_address)


def count_token(token_id: int) -> None:
    """Count a request with a landlord's key. Raises 429 for one too many."""
    _count("token", str(token_id), settings().requests_per_minute)


def count_wrong(address: str) -> None:
    """Count a request without a valid key. Raises 429 for one too many."""
    _count("wrong", address, WRONG_PER_MINUTE)


def _count(what: str, who: str, most: int) -> None:
    limit = RateLimitItemPerMinute(most, namespace=what)
    if _kept.hit(limit, who):
        return
    # The window moves: a part of a minute is enough for some more.
    seconds = max(1, limit.get_expiry() // 10)
    raise HTTPException(
        429,
        f"too many requests: at most {most} a minute",
        headers={"Retry-After": str(seconds)},
    )


def forget() -> None:
    """Count from nothing again."""
    _kept.storage.reset()
