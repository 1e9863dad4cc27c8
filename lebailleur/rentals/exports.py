"""All that is kept of one landlord's business, as plain tables. The columns' names are stable."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from lebailleur.rentals import rights
from lebailleur.rentals.models import (
    Allocation,
    Charge,
    Claim,
    Landlord,
    Lease,
    Payment,
    Plan,
    PlanPart,
    Property,
    Receipt,
    Tenant,
    Unit,
)
from lebailleur.rentals.rights import Asker

Value = str | int | bool | None


@dataclass(frozen=True)
class Exported:
    """A table: its columns, and its rows by the order of their ids. Days and moments are ISO."""

    columns: tuple[str, ...]
    rows: list[tuple[Value, ...]]


# Of each table the columns of the same name, in this order; of a payment also what it was called.
COLUMNS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "properties": (Property, ("id", "name", "address", "created_at", "archived_at")),
    "units": (Unit, ("id", "property_id", "name", "rent", "created_at", "archived_at")),
    "tenants": (Tenant, ("id", "name", "phone", "language", "created_at", "archived_at")),
    "leases": (
        Lease,
        (
            *("id", "tenant_id", "unit_id", "start_on", "end_on", "rent", "cycle_months"),
            *("anchor_on", "in_arrears", "charged_from", "moved_from_id", "created_at"),
        ),
    ),
    "charges": (
        Charge,
        (
            *("id", "lease_id", "kind", "period_start", "period_end", "due_on", "amount", "open"),
            *("note", "voided_on", "created_at"),
        ),
    ),
    "payments": (
        Payment,
        (
            *("id", "lease_id", "amount", "unused", "withheld", "bill", "method", "paid_on"),
            *("recorded_at", "corrects_id", "voided_at"),
        ),
    ),
    "allocations": (
        Allocation,
        ("id", "payment_id", "charge_id", "amount", "on", "released_on"),
    ),
    "receipts": (
        Receipt,
        ("id", "number", "payment_id", "charge_id", "lease_id", "language", "issued_at"),
    ),
    "claims": (
        Claim,
        ("id", "lease_id", "state", "amount", "words", "payment_id", "created_at", "decided_at"),
    ),
    "plans": (
        Plan,
        ("id", "lease_id", "state", "words", "asked_on", "agreed_on", "created_at", "decided_at"),
    ),
    "plan_parts": (PlanPart, ("id", "plan_id", "due_on", "amount")),
}


def tables(session: Session, asker: Asker, landlord_id: int | None = None) -> dict[str, Exported]:
    """The landlord's own business; the operator names whose. Raises `NotAllowed`, `NotFound`."""
    landlord = rights.landlord(session, asker, landlord_id)
    found = {}
    for name, (model, columns) in COLUMNS.items():
        query = _of(landlord, model).order_by(model.id)
        rows: Iterable[object] = session.scalars(query).unique()
        found[name] = Exported(
            columns, [tuple(_plain(getattr(row, each)) for each in columns) for row in rows]
        )
    return found


def _of(landlord: Landlord, model: Any) -> Select[Any]:
    """Which rows of a table are this landlord's."""
    query: Select[Any] = select(model)
    if model in (Property, Tenant, Lease, Charge, Payment, Receipt):
        return query.where(model.landlord_id == landlord.id)
    if model is Unit:
        return query.join(Property).where(Property.landlord_id == landlord.id)
    if model is Allocation:
        return query.join(Payment).where(Payment.landlord_id == landlord.id)
    if model is PlanPart:
        query = query.join(Plan)
    return query.join(Lease).where(Lease.landlord_id == landlord.id)


def _plain(value: object) -> Value:
    if isinstance(value, datetime | date):
        return value.isoformat()
    assert value is None or isinstance(value, str | int)
    return value
