"""Who lets what to whom. Rents are whole units of the landlord's currency, a month."""

from datetime import date, datetime

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    Numeric,
    String,
    UniqueConstraint,
    false,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lebailleur.orm import Base, UtcDateTime


class Landlord(Base):
    """Somebody who lets. `charged_until`: what fell due has been made for every day up to it.

    `late_fee` is a sum or a percentage (`late_fee_kind`: ``fixed`` or ``percent``), asked once
    of a rent that is still open more than `late_fee_after` days after it fell due, on
    `late_fee_since` or later; there is none unless the landlord wants it.

    `phone` is their number on WhatsApp; None as long as WhatsApp does not show it to us.
    `contact_phone` is the one that they show on papers, if it is another.

    Tenants are reminded `remind_before` days before something falls due (0: not), on the day, and
    so many days after it as `remind_after` lists ("3,7,14"), unless `reminders_paused`; with
    `digest` the landlord hears in the morning what the day brings. `reminded_on` is the last day
    on which all of that was looked after.
    """

    __tablename__ = "landlord"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), unique=True)
    name: Mapped[str] = mapped_column(String(300))
    phone: Mapped[str | None] = mapped_column(String(20), unique=True)
    contact_phone: Mapped[str | None] = mapped_column(String(20))
    email: Mapped[str | None] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(2))
    currency: Mapped[str] = mapped_column(String(3))
    timezone: Mapped[str] = mapped_column(String(64))
    charged_until: Mapped[date | None]
    late_fee_kind: Mapped[str | None] = mapped_column(String(8))
    late_fee: Mapped[float | None] = mapped_column(Numeric(12, 2, asdecimal=False))
    late_fee_after: Mapped[int | None]
    late_fee_since: Mapped[date | None]
    remind_before: Mapped[int] = mapped_column(default=3, server_default="3")
    remind_after: Mapped[str] = mapped_column(String(40), default="3,7,14", server_default="3,7,14")
    digest: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    reminders_paused: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    reminded_on: Mapped[date | None]
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
    """Somebody who rents from one landlord. The same person may be another landlord's too.

    `reminders` is the tenant's own wish to hear of what falls due; `reminders_paused` the
    landlord's that this tenant be left in peace; until `spared_until` nothing is reminded of,
    because the two are talking.
    """

    __tablename__ = "tenant"
    __table_args__ = (UniqueConstraint("landlord_id", "person_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    landlord_id: Mapped[int] = mapped_column(ForeignKey("landlord.id"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(String(300))
    phone: Mapped[str] = mapped_column(String(20))
    language: Mapped[str | None] = mapped_column(String(2))
    reminders: Mapped[bool] = mapped_column(Boolean, default=True)
    reminders_paused: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    spared_until: Mapped[date | None]
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    landlord: Mapped[Landlord] = relationship(lazy="joined")


class Payer(Base):
    """A number (its last nine figures) from which has been paid for a tenant, by the landlord's
    confirmation: a second SIM, a relative."""

    __tablename__ = "payer"
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"), primary_key=True)
    number: Mapped[str] = mapped_column(String(9), primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)


class Lease(Base):
    """One tenant, one unit, from a day on; `end_on` is the last day.

    Cycles of `cycle_months` follow `anchor_on`, which is `start_on` unless another due day was
    agreed; `scheduled_from` is where they begin (a later day than the start, when cycle or due
    day were changed on the way). `charged_from` is the first day of the first cycle that this
    ledger asks for (what came before was settled outside it). `rent` is the monthly rent at the
    beginning; later ones
    are `terms`. `next_index` is the number of the first cycle whose charge is not made yet, and
    `next_due_on` its due day (None when there is no more).
    """

    __tablename__ = "lease"
    __table_args__ = (
        CheckConstraint("cycle_months BETWEEN 1 AND 24", name="cycle_sensible"),
        CheckConstraint("rent > 0", name="rent_positive"),
        Index("ix_lease_to_charge", "landlord_id", "next_due_on"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    landlord_id: Mapped[int] = mapped_column(ForeignKey("landlord.id"))
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    start_on: Mapped[date]
    end_on: Mapped[date | None]
    end_by_days: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    scheduled_from: Mapped[date]
    anchor_on: Mapped[date]
    in_arrears: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    charged_from: Mapped[date]
    rent: Mapped[int]
    cycle_months: Mapped[int]
    next_index: Mapped[int] = mapped_column(default=0)
    next_due_on: Mapped[date | None]
    moved_from_id: Mapped[int | None] = mapped_column(ForeignKey("lease.id"))
    bills_due_on: Mapped[date | None]
    last_paid_on: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    tenant: Mapped[Tenant] = relationship(lazy="joined")
    unit: Mapped[Unit] = relationship(lazy="joined")
    terms: Mapped[list["RentTerm"]] = relationship(
        lazy="selectin", order_by="RentTerm.from_on, RentTerm.id"
    )

    def rent_on(self, day: date) -> int:
        """The monthly rent in force on a day (rules 1 and 7 of the rent accounting)."""
        return next((term.rent for term in reversed(self.terms) if term.from_on <= day), self.rent)

    def runs_on(self, day: date) -> bool:
        """Whether it has not ended before this day; one that begins later counts."""
        return self.end_on is None or self.end_on >= day


class RentTerm(Base):
    """A new monthly rent from a day on. With `by_days`, the cycle in which that day lies is
    shared between the old rent and the new one by calendar days."""

    __tablename__ = "rent_term"
    __table_args__ = (CheckConstraint("rent > 0", name="rent_positive"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    lease_id: Mapped[int] = mapped_column(ForeignKey("lease.id"), index=True)
    from_on: Mapped[date]
    rent: Mapped[int]
    by_days: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    recorded_by: Mapped[str] = mapped_column(String(64))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
