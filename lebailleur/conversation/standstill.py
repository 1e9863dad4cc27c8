"""Nothing can be sent: the token is dead, the account is locked or unpaid. All processes rest then,
and the operator is told once."""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lebailleur import clock
from lebailleur.conversation.models import Standstill
from lebailleur.orm import insert_into

log = structlog.get_logger()

# So long all sending rests before it is tried again.
LASTING = timedelta(minutes=5)


def begin(session: Session, code: int) -> datetime:
    """All sending rests after Meta's error `code`; until when."""
    until = clock.now() + LASTING
    new = session.scalar(
        insert_into(session, Standstill)
        .values(id=1, code=code, until=until)
        .on_conflict_do_nothing(index_elements=["id"])
        .returning(Standstill.id)
    )
    if new is None:
        session.get_one(Standstill, 1).until = until
    else:
        log.error("sending_stopped", code=code)
    return until


def until(session: Session) -> datetime | None:
    """Until when all sending rests; None: it does not."""
    found = session.scalar(select(Standstill.until))
    return found if found is not None and found > clock.now() else None


def end(session: Session) -> None:
    """Something has arrived. (What arrives while all rests was sent before.)"""
    ended = session.scalar(
        delete(Standstill).where(Standstill.until <= clock.now()).returning(Standstill.code)
    )
    if ended is not None:
        log.info("sending_resumed", code=ended)
