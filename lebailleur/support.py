"""Customer support: what people ask the person behind `SUPPORT_PHONE`, one open request each.

The words themselves travel through the inbox; kept here is who waits for an answer.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from lebailleur import clock
from lebailleur.orm import Base, UtcDateTime

LONGEST_WORDS = 1000


class SupportRequest(Base):
    """Somebody's matter with customer support, ``open`` or ``closed``; `words` began it."""

    __tablename__ = "support_request"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(String(300))
    words: Mapped[str] = mapped_column(String(LONGEST_WORDS))
    state: Mapped[str] = mapped_column(String(8), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)


def ask(session: Session, person_id: str, *, name: str, words: str) -> SupportRequest:
    """Somebody writes to support: their open request goes on, otherwise one is opened."""
    request = session.scalar(
        select(SupportRequest).where(
            SupportRequest.person_id == person_id, SupportRequest.state == "open"
        )
    )
    if request is None:
        request = SupportRequest(
            person_id=person_id,
            name=name[:300],
            words=words[:LONGEST_WORDS],
            state="open",
            created_at=clock.now(),
        )
        session.add(request)
    request.last_at = clock.now()
    session.flush()
    return request


def request_for(
    session: Session, person_id: str, request_id: int, *, support: bool
) -> SupportRequest | None:
    """A request: one's own, or anybody's for the person who is customer support."""
    request = session.get(SupportRequest, request_id)
    if request is None or not (support or request.person_id == person_id):
        return None
    return request


def open_requests(session: Session) -> list[SupportRequest]:
    """Those who wait for support, the longest waiting first."""
    return list(
        session.scalars(
            select(SupportRequest)
            .where(SupportRequest.state == "open")
            .order_by(SupportRequest.last_at, SupportRequest.id)
        )
    )


def go_on(request: SupportRequest) -> None:
    """Support has answered: it stays open, or is open again."""
    request.state, request.last_at = "open", clock.now()


def close(request: SupportRequest) -> None:
    """The matter is settled."""
    request.state = "closed"
