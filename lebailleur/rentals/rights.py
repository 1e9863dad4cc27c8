"""Who asks, and what they may see. Every public function of `rentals` begins here."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lebailleur.rentals.errors import NotAllowed, NotFound
from lebailleur.rentals.models import (
    Charge,
    Landlord,
    Lease,
    Payment,
    Property,
    Receipt,
    Tenant,
    Unit,
)


@dataclass(frozen=True)
class Asker:
    """Who asks: a person by our id, or the operator (`admin`), who sees all. With a `token_id` it
    is a program with a landlord's key: it acts for the landlord, not for the tenant who the same
    person may be elsewhere."""

    person_id: str | None = None
    admin: bool = False
    token_id: int | None = None

    @property
    def label(self) -> str:
        """How a record names them as its author."""
        if self.admin:
            return "admin"
        return f"person:{self.person_id}" if self.token_id is None else f"token:{self.token_id}"

    def rents(self, tenant: Tenant) -> bool:
        """Whether this is the tenant, and asks as such."""
        return self.token_id is None and tenant.person_id == self.person_id


ADMIN = Asker(admin=True)


def landlord_of(session: Session, asker: Asker) -> Landlord | None:
    """The landlord who this person is, if any."""
    if asker.person_id is None:
        return None
    return session.scalar(
        select(Landlord).where(
            Landlord.person_id == asker.person_id, Landlord.archived_at.is_(None)
        )
    )


def tenancies_of(session: Session, asker: Asker) -> list[Tenant]:
    """The tenants who this person is: one a landlord, as long as that landlord is there."""
    if asker.person_id is None:
        return []
    return list(
        session.scalars(
            select(Tenant)
            .join(Landlord)
            .where(
                Tenant.person_id == asker.person_id,
                Tenant.archived_at.is_(None),
                Landlord.archived_at.is_(None),
            )
            .order_by(Tenant.id)
        )
    )


def landlord(session: Session, asker: Asker, landlord_id: int | None = None) -> Landlord:
    """The landlord on whose behalf `asker` acts: themselves, or, for the operator, the one named.

    Raises `NotAllowed` for anyone else, `NotFound` for a landlord who is not theirs.
    """
    if asker.admin:
        found = session.get(Landlord, landlord_id) if landlord_id is not None else None
        if found is None or found.archived_at is not None:
            raise NotFound("landlord_not_found", id=landlord_id)
        return found
    own = landlord_of(session, asker)
    if own is None:
        raise NotAllowed("landlords_only")
    if landlord_id is not None and landlord_id != own.id:
        raise NotFound("landlord_not_found", id=landlord_id)
    return own


def _owned(asker: Asker, owner: Landlord, what: str, id_: object) -> None:
    if not asker.admin and owner.person_id != asker.person_id:
        raise NotFound(f"{what}_not_found", id=id_)


def _still_there[Row: (Property, Unit, Tenant)](found: Row) -> Row:
    """What is the asker's; raises `NotFound("gone")`, which names it, when it was deleted."""
    if found.archived_at:
        raise NotFound("gone", name=found.name)
    return found


def property_for(session: Session, asker: Asker, property_id: int) -> Property:
    """A property of the asker's; raises `NotFound`."""
    found = session.get(Property, property_id)
    if found is None:
        raise NotFound("property_not_found", id=property_id)
    _owned(asker, found.landlord, "property", property_id)
    return _still_there(found)


def unit_for(session: Session, asker: Asker, unit_id: int) -> Unit:
    """A unit of the asker's; raises `NotFound`."""
    found = session.get(Unit, unit_id)
    if found is None:
        raise NotFound("unit_not_found", id=unit_id)
    _owned(asker, found.property.landlord, "unit", unit_id)
    return _still_there(found)


def tenant_for(
    session: Session,
    asker: Asker,
    tenant_id: int,
    *,
    or_self: bool = False,
    gone_too: bool = False,
) -> Tenant:
    """A tenant of the asker's, or, with `or_self`, the asker as tenant; raises `NotFound`. One
    who was deleted is found with `gone_too`: their history stays."""
    found = session.get(Tenant, tenant_id)
    if found is None:
        raise NotFound("tenant_not_found", id=tenant_id)
    if not (or_self and asker.rents(found)):
        _owned(asker, found.landlord, "tenant", tenant_id)
    return found if gone_too else _still_there(found)


def lease_for(session: Session, asker: Asker, lease_id: int, *, or_self: bool = False) -> Lease:
    """A lease of the asker's, or, with `or_self`, one under which the asker rents."""
    found = session.get(Lease, lease_id)
    if found is None:
        raise NotFound("lease_not_found", id=lease_id)
    if not (or_self and asker.rents(found.tenant)):
        _owned(asker, found.tenant.landlord, "lease", lease_id)
    return found


def payment_for(session: Session, asker: Asker, payment_id: int) -> Payment:
    """A payment to the asker; raises `NotFound`."""
    found = session.get(Payment, payment_id)
    if found is None:
        raise NotFound("payment_not_found", id=payment_id)
    _owned(asker, found.lease.tenant.landlord, "payment", payment_id)
    return found


def charge_for(session: Session, asker: Asker, charge_id: int) -> Charge:
    """A charge of the asker's, as landlord; raises `NotFound`."""
    found = session.get(Charge, charge_id)
    if found is None:
        raise NotFound("charge_not_found", id=charge_id)
    _owned(asker, found.lease.tenant.landlord, "charge", charge_id)
    return found


def receipt_for(session: Session, asker: Asker, number: str) -> Receipt:
    """A receipt that the asker gave or was given; raises `NotFound`."""
    found = session.scalar(select(Receipt).where(Receipt.number == number))
    if found is None:
        raise NotFound("receipt_not_found", number=number)
    tenant = found.lease.tenant
    owns = asker.admin or tenant.landlord.person_id == asker.person_id
    if not owns and not asker.rents(tenant):
        raise NotFound("receipt_not_found", number=number)
    return found
