"""What people have agreed, been asked or claim: plans of payment, tenants' claims, and proposals
that wait for a yes."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lebailleur.orm import Base, UtcDateTime
from lebailleur.rentals.models.ledger import Payment
from lebailleur.rentals.models.portfolio import Lease


class Proposal(Base):
    """What waits for a yes: who may answer, until when, and exactly what it would write."""

    __tablename__ = "proposal"
    __table_args__ = (UniqueConstraint("person_id", "key"),)
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    key: Mapped[str] = mapped_column(String(200))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decision: Mapped[str | None] = mapped_column(String(16))
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Claim(Base):
    """A tenant's "I have paid", until the landlord has answered it. It is no payment.

    `state`: ``waiting``, ``confirmed`` (`payment_id` is what settled it), ``declined``,
    ``replaced`` (the tenant corrected it) or ``withdrawn``. `ask` is what was read of the words,
    `amount` the sum that this came to. `shown` is the fingerprint of what the landlord saw.
    """

    __tablename__ = "claim"
    __table_args__ = (UniqueConstraint("lease_id", "key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    lease_id: Mapped[int] = mapped_column(ForeignKey("lease.id"), index=True)
    state: Mapped[str] = mapped_column(String(16), index=True)
    words: Mapped[str | None] = mapped_column(String(1000))
    ask: Mapped[dict[str, Any]] = mapped_column(JSON)
    amount: Mapped[int] = mapped_column(BigInteger)
    shown: Mapped[list[Any] | None] = mapped_column(JSON)
    claimed_by: Mapped[str] = mapped_column(String(64))
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("claim.id"))
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"))
    decided_by: Mapped[str | None] = mapped_column(String(64))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    key: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    lease: Mapped[Lease] = relationship(lazy="joined")
    replaces: Mapped["Claim | None"] = relationship(remote_side=[id])
    payment: Mapped[Payment | None] = relationship()


class Plan(Base):
    """Who will pay later, when and how much: one part is a promise, several are a plan.

    `state`: ``asked`` (by the tenant, not answered), ``offered`` (by the landlord instead, not
    answered by the tenant), ``agreed``, ``declined``, ``replaced`` (by a newer one) or
    ``withdrawn``. Whether a part was kept follows from what was paid.
    """

    __tablename__ = "plan"
    __table_args__ = (UniqueConstraint("lease_id", "key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    lease_id: Mapped[int] = mapped_column(ForeignKey("lease.id"), index=True)
    state: Mapped[str] = mapped_column(String(16), index=True)
    words: Mapped[str | None] = mapped_column(String(1000))
    asked_by: Mapped[str] = mapped_column(String(64))
    asked_on: Mapped[date]
    agreed_on: Mapped[date | None]
    decided_by: Mapped[str | None] = mapped_column(String(64))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    key: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    lease: Mapped[Lease] = relationship(lazy="joined")
    parts: Mapped[list["PlanPart"]] = relationship(
        order_by="PlanPart.due_on, PlanPart.id", lazy="selectin"
    )


class PlanPart(Base):
    """A sum for a day; without a sum, all that is owed on that day."""

    __tablename__ = "plan_part"
    __table_args__ = (CheckConstraint("amount > 0", name="amount_positive"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), index=True)
    due_on: Mapped[date]
    amount: Mapped[int | None] = mapped_column(BigInteger)
