"""The tables of the rental business. Sums are whole units of the landlord's currency."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lebailleur.orm import Base, UtcDateTime


class Landlord(Base):
    """Somebody who lets. `charged_until`: rent charges have been made for every day up to it."""

    __tablename__ = "landlord"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), unique=True)
    name: Mapped[str] = mapped_column(String(300))
    phone: Mapped[str] = mapped_column(String(20), unique=True)
    contact_phone: Mapped[str | None] = mapped_column(String(20))
    email: Mapped[str | None] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(2))
    currency: Mapped[str] = mapped_column(String(3))
    timezone: Mapped[str] = mapped_column(String(64))
    charged_until: Mapped[date | None]
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Property(Base):
    """A house or building."""

    __tablename__ = "property"
    id: Mapped[int] = mapped_column(primary_key=True)
    landlord_id: Mapped[int] = mapped_column(ForeignKey("landlord.id"), index=True)
    name: Mapped[str] = mapped_column(String(300))
    address: Mapped[str] = mapped_column(String(500))
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    landlord: Mapped[Landlord] = relationship(lazy="joined")


class Unit(Base):
    """What is let, the "rent entity": a room, a flat, a shop. `rent` is asked for a month."""

    __tablename__ = "unit"
    __table_args__ = (CheckConstraint("rent > 0", name="rent_positive"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    property_id: Mapped[int] = mapped_column(ForeignKey("property.id"), index=True)
    name: Mapped[str] = mapped_column(String(300))
    rent: Mapped[int]
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    property: Mapped[Property] = relationship(lazy="joined")


class Tenant(Base):
    """Somebody who rents from one landlord. The same person may be another landlord's too."""

    __tablename__ = "tenant"
    __table_args__ = (UniqueConstraint("landlord_id", "person_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    landlord_id: Mapped[int] = mapped_column(ForeignKey("landlord.id"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(String(300))
    phone: Mapped[str] = mapped_column(String(20))
    language: Mapped[str | None] = mapped_column(String(2))
    reminders: Mapped[bool] = mapped_column(Boolean, default=True)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    landlord: Mapped[Landlord] = relationship(lazy="joined")


class Lease(Base):
    """One tenant, one unit, from a day on.

    Cycles of `cycle_months` follow `start_on`; `charged_from` is the first day of the first cycle
    that this ledger asks for (what came before was settled outside it).
    """

    __tablename__ = "lease"
    __table_args__ = (
        CheckConstraint("cycle_months BETWEEN 1 AND 24", name="cycle_sensible"),
        CheckConstraint("rent > 0", name="rent_positive"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    start_on: Mapped[date]
    end_on: Mapped[date | None]
    charged_from: Mapped[date]
    rent: Mapped[int]
    cycle_months: Mapped[int]
    bills_due_on: Mapped[date | None]
    last_paid_on: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    tenant: Mapped[Tenant] = relationship(lazy="joined")
    unit: Mapped[Unit] = relationship(lazy="joined")


class Charge(Base):
    """What a tenant is asked for: a cycle's rent, or a bill. `period_end` is its last day."""

    __tablename__ = "charge"
    __table_args__ = (
        UniqueConstraint("lease_id", "kind", "period_start", "serial"),
        CheckConstraint("amount > 0", name="amount_positive"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    lease_id: Mapped[int] = mapped_column(ForeignKey("lease.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    period_start: Mapped[date]
    period_end: Mapped[date]
    serial: Mapped[int] = mapped_column(default=0)
    due_on: Mapped[date] = mapped_column(index=True)
    amount: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    lease: Mapped[Lease] = relationship(lazy="joined")
    allocations: Mapped[list["Allocation"]] = relationship(back_populates="charge")


class Payment(Base):
    """Money received, as the landlord's word says. `key` makes the same word count once."""

    __tablename__ = "payment"
    __table_args__ = (
        UniqueConstraint("landlord_id", "key"),
        CheckConstraint("amount > 0", name="amount_positive"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    landlord_id: Mapped[int] = mapped_column(ForeignKey("landlord.id"), index=True)
    lease_id: Mapped[int] = mapped_column(ForeignKey("lease.id"), index=True)
    amount: Mapped[int]
    bill: Mapped[str | None] = mapped_column(String(16))
    method: Mapped[str | None] = mapped_column(String(16))
    paid_on: Mapped[date]
    recorded_by: Mapped[str] = mapped_column(String(64))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    key: Mapped[str] = mapped_column(String(200))
    voided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lease: Mapped[Lease] = relationship(lazy="joined")
    allocations: Mapped[list["Allocation"]] = relationship(
        back_populates="payment", order_by="Allocation.id"
    )
    receipt: Mapped["Receipt"] = relationship(back_populates="payment")


class Allocation(Base):
    """A part of a payment that pays a part of a charge."""

    __tablename__ = "allocation"
    __table_args__ = (CheckConstraint("amount > 0", name="amount_positive"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), index=True)
    charge_id: Mapped[int] = mapped_column(ForeignKey("charge.id"), index=True)
    amount: Mapped[int]
    on: Mapped[date]
    payment: Mapped[Payment] = relationship(back_populates="allocations")
    charge: Mapped[Charge] = relationship(back_populates="allocations", lazy="joined")


class Receipt(Base):
    """The paper for a payment. `number` is unique everywhere, without gaps a landlord and year."""

    __tablename__ = "receipt"
    __table_args__ = (UniqueConstraint("landlord_id", "year", "serial"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    landlord_id: Mapped[int] = mapped_column(ForeignKey("landlord.id"))
    year: Mapped[int]
    serial: Mapped[int]
    number: Mapped[str] = mapped_column(String(32), unique=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), unique=True)
    language: Mapped[str] = mapped_column(String(2))
    code: Mapped[str] = mapped_column(String(16))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    payment: Mapped[Payment] = relationship(back_populates="receipt", lazy="joined")


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
