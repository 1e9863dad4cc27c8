"""Claims: one worker at a time for one person, among any number of processes.

A claim is a moment in a row that an UPDATE sets when it was free or has run out: that is atomic
on SQLite and PostgreSQL alike, and a worker that dies is forgotten when its claim runs out.
"""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Literal

from sqlalchemy import Engine, or_, update

from lebailleur import clock
from lebailleur.conversation.inbox import conversation_of
from lebailleur.conversation.models import Conversation
from lebailleur.database import writing

Column = Literal["busy_until", "sending_until", "fetching_until"]


def claim(engine: Engine, person_id: str, column: Column, lasting: timedelta) -> bool:
    """Take a person for some time; False when somebody else has them."""
    now = clock.now()
    held = getattr(Conversation, column)
    take = (
        update(Conversation)
        .where(Conversation.person_id == person_id, or_(held.is_(None), held < now))
        .values({column: now + lasting})
        .returning(Conversation.person_id)
    )
    with writing(engine) as session:
        if session.scalar(take) is not None:
            return True
        if session.get(Conversation, person_id) is not None:
            return False
        conversation_of(session, person_id)  # the first time
        return session.scalar(take) is not None


def release(engine: Engine, person_id: str, column: Column) -> None:
    """Give a person back."""
    with writing(engine) as session:
        session.execute(
            update(Conversation).where(Conversation.person_id == person_id).values({column: None})
        )


def _renew(engine: Engine, person_id: str, column: Column, lasting: timedelta) -> None:
    with writing(engine) as session:
        session.execute(
            update(Conversation)
            .where(Conversation.person_id == person_id)
            .values({column: clock.now() + lasting})
        )


def while_claimed(
    engine: Engine, person_id: str, column: Column, lasting: timedelta, work: Callable[[], bool]
) -> None:
    """Repeat `work` under a claim until it says that there is none left."""
    if not claim(engine, person_id, column, lasting):
        return
    renew_at = time.monotonic() + lasting.total_seconds() / 3
    try:
        while work():
            if time.monotonic() >= renew_at:
                _renew(engine, person_id, column, lasting)
                renew_at = time.monotonic() + lasting.total_seconds() / 3
    finally:
        release(engine, person_id, column)
