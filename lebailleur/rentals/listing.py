"""Pages of what an asker may see, for those who read all of it. Each row in order of its id."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, selectinload

from lebailleur.rentals import rights
from lebailleur.rentals.charges import RENT
from lebailleur.rentals.models import (
    Allocation,
    Charge,
    Landlord,
    Lease,
    Payment,
    Property,
    Tenant,
    Unit,
)
from lebailleur.rentals.rights import Asker


@dataclass(frozen=True)
class Page[Row]:
    """`count` is of all there are; `rows` are those of the page."""

    count: int
    rows: Sequence[Row]


def landlords(session: Session, asker: Asker, *, offset: int, limit: int) -> Page[Landlord]:
    """All landlords for the operator; for a landlord, themselves."""
    query = select(Landlord).where(Landlord.archived_at.is_(None)).order_by(Landlord.id)
    return _page(session, _of(session, query, asker, Landlord.id), offset, limit)


def properties(session: Session, asker: Asker, *, offset: int, limit: int) -> Page[Property]:
    """The asker's houses."""
    query = select(Property).where(Property.archived_at.is_(None)).order_by(Property.id)
    return _page(session, _of(session, query, asker, Property.landlord_id), offset, limit)


def units(session: Session, asker: Asker, *, offset: int, limit: int) -> Page[Unit]:
    """What the asker lets."""
    query = (
        select(Unit)
        .join(Property)
        .where(Unit.archived_at.is_(None), Property.archived_at.is_(None))
        .order_by(Unit.id)
    )
    return _page(session, _of(session, query, asker, Property.landlord_id), offset, limit)


def tenants(session: Session, asker: Asker, *, offset: int, limit: int) -> Page[Tenant]:
    """The asker's tenants."""
    query = select(Tenant).where(Tenant.archived_at.is_(None)).order_by(Tenant.id)
    return _page(session, _of(session, query, asker, Tenant.landlord_id), offset, limit)


def payments(
    session: Session,
    asker: Asker,
    *,
    offset: int,
    limit: int,
    tenant_id: int | None = None,
    since: date | None = None,
) -> Page[Payment]:
    """Payments to the asker, the newest first; of one tenant (also one who was deleted), or paid on
    a day or later."""
    query = (
        select(Payment)
        .options(
            selectinload(Payment.allocations),
            selectinload(Payment.receipt),
            selectinload(Payment.reversal),
        )
        .order_by(Payment.paid_on.desc(), Payment.id.desc())
    )
    if tenant_id is not None:
        rights.tenant_for(session, asker, tenant_id, gone_too=True)
        query = query.join(Lease).where(Lease.tenant_id == tenant_id)
    if since is not None:
        query = query.where(Payment.paid_on >= since)
    return _page(session, _of(session, query, asker, Payment.landlord_id), offset, limit)


def leases_of(session: Session, asker: Asker, tenant_ids: Sequence[int]) -> list[Lease]:
    """Every lease of these tenants of the asker's, ended ones too, the oldest first."""
    query = select(Lease).join(Tenant).where(Lease.tenant_id.in_(tenant_ids)).order_by(Lease.id)
    return list(session.scalars(_of(session, query, asker, Tenant.landlord_id)).unique())


def last_bills_paid(session: Session, lease_ids: Sequence[int]) -> dict[int, date]:
    """The day of each lease's last payment that paid a bill (anything but rent)."""
    return _last_paid(session, lease_ids, Charge.kind != RENT)


def last_rents_paid(session: Session, lease_ids: Sequence[int]) -> dict[int, date]:
    """The day of each lease's last payment that paid rent."""
    return _last_paid(session, lease_ids, Charge.kind == RENT)


def _last_paid(
    session: Session, lease_ids: Sequence[int], which: ColumnElement[bool]
) -> dict[int, date]:
    rows = session.execute(
        select(Payment.lease_id, func.max(Payment.paid_on))
        .join(Allocation, Allocation.payment_id == Payment.id)
        .join(Charge, Charge.id == Allocation.charge_id)
        .where(Payment.lease_id.in_(lease_ids), Payment.voided_at.is_(None), which)
        .group_by(Payment.lease_id)
    ).all()
    return {row[0]: row[1] for row in rows}


def _of[Row](
    session: Session,
    query: Select[Row],
    asker: Asker,
    owner: InstrumentedAttribute[int],
) -> Select[Row]:
    if asker.admin:
        return query
    return query.where(owner == rights.landlord(session, asker).id)


def _page[Row](session: Session, query: Select[Row], offset: int, limit: int) -> Page[Row]:
    every = (
        query.order_by(None).options().with_only_columns(func.count(), maintain_column_froms=True)
    )
    count = session.scalar(every) or 0
    rows = session.scalars(query.offset(offset).limit(limit)).unique().all()
    return Page(count, rows)
