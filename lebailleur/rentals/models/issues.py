"""Faults in a home that a tenant has reported."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lebailleur.orm import Base, UtcDateTime
from lebailleur.rentals.models.portfolio import Lease


class Issue(Base):
    """A fault in the tenant's words. `number` is the landlord's own count, for people to say.

    `state`: ``open`` (nobody has answered it), ``in_hand`` or ``done``. `changes` counts how often
    the state has changed, so that each change is told once.
    """

    __tablename__ = "issue"
    __table_args__ = (
        UniqueConstraint("landlord_id", "number"),
        UniqueConstraint("lease_id", "key"),
        Index("ix_issue_state", "landlord_id", "state"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    landlord_id: Mapped[int] = mapped_column(ForeignKey("landlord.id"))
    lease_id: Mapped[int] = mapped_column(ForeignKey("lease.id"))
    number: Mapped[int]
    words: Mapped[str] = mapped_column(String(1000))
    state: Mapped[str] = mapped_column(String(16))
    changes: Mapped[int] = mapped_column(default=0)
    key: Mapped[str] = mapped_column(String(200))
    reported_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    lease: Mapped[Lease] = relationship(lazy="joined")
