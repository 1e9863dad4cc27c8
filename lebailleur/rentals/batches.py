"""Several payments of one message: shown together, written together, each with its receipt."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from lebailleur.rentals import payments, quotes
from lebailleur.rentals.asks import Ask
from lebailleur.rentals.errors import Conflict, Refused
from lebailleur.rentals.models import Payment
from lebailleur.rentals.quotes import Quote
from lebailleur.rentals.rights import Asker


def preview(session: Session, asker: Asker, asks: Sequence[Ask]) -> list[Quote | Refused]:
    """What each would pay, one after the other: a second payment on a lease finds open what the
    first has left. What cannot be is refused by itself and does not stop the others. Nothing is
    written. Raises `NotFound` as `quotes.quote` does.
    """
    found: list[Quote | Refused] = []
    savepoint = session.begin_nested()
    try:
        for number, ask in enumerate(asks):
            try:
                quoted = quotes.quote(session, asker, ask)
                payments.record(session, asker, ask, key=f"preview:{number}")
            except Refused as refused:
                found.append(refused)
            else:
                found.append(quoted)
    finally:
        savepoint.rollback()
        session.expire_all()
    return found


def record(
    session: Session,
    asker: Asker,
    asks: Sequence[Ask],
    *,
    key: str,
    expected: Sequence[Sequence[Sequence[object]]],
    source: str | None = None,
) -> list[Payment]:
    """Write them all, or none. `expected` are the fingerprints of the quotes that were shown.

    The same `key` again returns what it made. Raises `Conflict("changed")` when one would now
    pay something else or is refused, and as `payments.record` does.
    """
    with session.begin_nested():
        try:
            return [
                payments.record(
                    session, asker, ask, key=f"{key}:{number}", expected=shown, source=source
                )
                for number, (ask, shown) in enumerate(zip(asks, expected, strict=True))
            ]
        except Refused as refused:
            raise Conflict("changed") from refused


def recorded(session: Session, landlord_id: int, key: str, count: int) -> list[Payment]:
    """The payments that `record` made under a key."""
    found = (payments.by_key(session, landlord_id, f"{key}:{each}") for each in range(count))
    return [each for each in found if each is not None]
