"""The ledger: what was asked, what was received, what paid what. Sums are whole units of the
landlord's currency.

Rows are added, never taken away: what is no longer true is marked with the day from which it is
not, and a `Reversal` says who did that and why. `Charge.open` and `Payment.unused` follow from
the allocations; they are kept beside them so that a question does not have to read the past.
"""

from datetime import date, datetime
from typing import Annotated, Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lebailleur.orm import Base, UtcDateTime
from lebailleur.rentals.models.portfolio import Lease

# A year's arrears of a large shop do not fit 32 bits.
Sum = Annotated[int, mapped_column(BigInteger)]


class Charge(Base):
    """What a tenant is asked for: a cycle's rent, a bill, a late fee (`of_charge_id`: for which
    rent). `period_end` is its last day; `open` what is not paid of it."""

    __tablename__ = "charge"
    __table_args__ = (
        UniqueConstraint("lease_id", "kind", "period_start", "serial"),
        UniqueConstraint("lease_id", "key", name="uq_charge_lease_id_key"),
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("open BETWEEN 0 AND amount", name="open_sensible"),
        Index("ix_charge_due", "landlord_id", "due_on"),
        Index(
            "ix_charge_open_of_landlord",
            "landlord_id",
            sqlite_where=text("open > 0"),
            postgresql_where=text("open > 0"),
        ),
        Index(
            "ix_charge_open_of_lease",
            "lease_id",
            sqlite_where=text("open > 0"),
            postgresql_where=text("open > 0"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    landlord_id: Mapped[int] = mapped_column(ForeignKey("landlord.id"))
    lease_id: Mapped[int] = mapped_column(ForeignKey("lease.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    period_start: Mapped[date]
    period_end: Mapped[date]
    serial: Mapped[int] = mapped_column(default=0)
    due_on: Mapped[date]
    amount: Mapped[Sum]
    open: Mapped[Sum]
    note: Mapped[str | None] = mapped_column(String(300))
    of_charge_id: Mapped[int | None] = mapped_column(ForeignKey("charge.id"), index=True)
    key: Mapped[str | None] = mapped_column(String(200))
    recorded_by: Mapped[str | None] = mapped_column(String(64))
    voided_on: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    lease: Mapped[Lease] = relationship()
    allocations: Mapped[list["Allocation"]] = relationship(back_populates="charge")


class Payment(Base):
    """Money received, as the landlord's word says. `key` makes the same word count once;
    `source` is the message it came from; `asked` what was said, so that a correction can be
    spread alike. `amount` includes what the tenant withheld as tax (`withheld`). `unused` pays
    no charge yet (credit); a deposit is none."""

    __tablename__ = "payment"
    __table_args__ = (
        UniqueConstraint("landlord_id", "key"),
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("unused BETWEEN 0 AND amount", name="unused_sensible"),
        CheckConstraint("withheld >= 0 AND withheld < amount", name="withheld_sensible"),
        Index("ix_payment_paid_on", "landlord_id", "paid_on"),
        Index(
            "ix_payment_unused",
            "landlord_id",
            sqlite_where=text("unused > 0"),
            postgresql_where=text("unused > 0"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    landlord_id: Mapped[int] = mapped_column(ForeignKey("landlord.id"), index=True)
    lease_id: Mapped[int] = mapped_column(ForeignKey("lease.id"), index=True)
    amount: Mapped[Sum]
    unused: Mapped[Sum]
    withheld: Mapped[Sum] = mapped_column(default=0, server_default=text("0"))
    bill: Mapped[str | None] = mapped_column(String(16))
    method: Mapped[str | None] = mapped_column(String(16))
    paid_on: Mapped[date]
    asked: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    recorded_by: Mapped[str] = mapped_column(String(64))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    source: Mapped[str | None] = mapped_column(String(200))
    key: Mapped[str] = mapped_column(String(200))
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"))
    voided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lease: Mapped[Lease] = relationship(lazy="joined")
    allocations: Mapped[list["Allocation"]] = relationship(
        back_populates="payment", order_by="Allocation.id"
    )
    receipt: Mapped["Receipt"] = relationship(back_populates="payment")
    reversal: Mapped["Reversal | None"] = relationship(foreign_keys="Reversal.payment_id")

    @property
    def standing_allocations(self) -> list["Allocation"]:
        """What it pays now: its allocations that no void has released."""
        return [each for each in self.allocations if each.released_on is None]


class Allocation(Base):
    """A part of a payment that pays a part of a charge, from `on` until it is released."""

    __tablename__ = "allocation"
    __table_args__ = (CheckConstraint("amount > 0", name="amount_positive"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), index=True)
    charge_id: Mapped[int] = mapped_column(ForeignKey("charge.id"), index=True)
    amount: Mapped[Sum]
    on: Mapped[date]
    released_on: Mapped[date | None]
    payment: Mapped[Payment] = relationship(back_populates="allocations")
    charge: Mapped[Charge] = relationship(back_populates="allocations", lazy="joined")


class Payout(Base):
    """Money of a payment that went another way: credit or a deposit that was paid back
    (``refund``, ``deposit_return``), or a deposit that paid a debt (``deposit_use``, by the
    payment `into_payment_id`)."""

    __tablename__ = "payout"
    __table_args__ = (
        UniqueConstraint("payment_id", "key"),
        CheckConstraint("amount > 0", name="amount_positive"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), index=True)
    into_payment_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"))
    kind: Mapped[str] = mapped_column(String(16))
    amount: Mapped[Sum]
    on: Mapped[date]
    reason: Mapped[str | None] = mapped_column(String(300))
    recorded_by: Mapped[str] = mapped_column(String(64))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    key: Mapped[str] = mapped_column(String(200))
    voided_on: Mapped[date | None]


class Transfer(Base):
    """A transaction of mobile money or a bank, by the operator's own id: it is recorded once in
    the whole database, whoever says it."""

    __tablename__ = "transfer"
    operator: Mapped[str] = mapped_column(String(16), primary_key=True)
    reference: Mapped[str] = mapped_column(String(64), primary_key=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), index=True)


class Reversal(Base):
    """What takes a payment or a charge back: who, why, from which day on, and what stands in
    its place (a correction) or nothing (a void)."""

    __tablename__ = "reversal"
    __table_args__ = (
        CheckConstraint("(payment_id IS NULL) <> (charge_id IS NULL)", name="of_one_thing"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    landlord_id: Mapped[int] = mapped_column(ForeignKey("landlord.id"), index=True)
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"), unique=True)
    charge_id: Mapped[int | None] = mapped_column(ForeignKey("charge.id"), unique=True)
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"))
    on: Mapped[date]
    reason: Mapped[str | None] = mapped_column(String(300))
    recorded_by: Mapped[str] = mapped_column(String(64))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Receipt(Base):
    """A paper with a number, unique everywhere, without gaps a landlord and year: of a payment,
    or (`charge_id`) the quittance of a period that several payments made full."""

    __tablename__ = "receipt"
    __table_args__ = (
        UniqueConstraint("landlord_id", "year", "serial"),
        CheckConstraint("(payment_id IS NULL) <> (charge_id IS NULL)", name="of_one_thing"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    landlord_id: Mapped[int] = mapped_column(ForeignKey("landlord.id"))
    year: Mapped[int]
    serial: Mapped[int]
    number: Mapped[str] = mapped_column(String(32), unique=True)
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"), unique=True)
    charge_id: Mapped[int | None] = mapped_column(ForeignKey("charge.id"), index=True)
    lease_id: Mapped[int] = mapped_column(ForeignKey("lease.id"), index=True)
    language: Mapped[str] = mapped_column(String(2))
    code: Mapped[str] = mapped_column(String(16))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    voided_on: Mapped[date | None]
    payment: Mapped[Payment | None] = relationship(back_populates="receipt", lazy="joined")
    lease: Mapped[Lease] = relationship(lazy="joined")
