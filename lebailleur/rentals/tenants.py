"""A tenant's own facts: their name, the number under which they write, the language."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from lebailleur.rentals import portfolio, rights
from lebailleur.rentals.errors import Conflict
from lebailleur.rentals.models import Landlord, Tenant
from lebailleur.rentals.portfolio import cleaned
from lebailleur.rentals.rights import Asker


def update(
    session: Session,
    asker: Asker,
    tenant_id: int,
    *,
    name: str | None = None,
    phone: str | None = None,
    person_id: str | None = None,
    language: str | None = None,
) -> Tenant:
    """Change what is given. A new `phone` (E.164) comes with the id of the person who writes
    from it: from then on it is they who see this account.

    Raises `Conflict("phone_taken")` when it is another tenant's, `Refused` for a name that cannot
    be, `NotFound`.
    """
    tenant = rights.tenant_for(session, asker, tenant_id)
    if name is not None:
        tenant.name = cleaned(name)
    if language is not None:
        tenant.language = language
    if phone is not None and person_id is not None:
        other = session.scalar(
            select(Tenant).where(
                Tenant.landlord_id == tenant.landlord_id,
                Tenant.person_id == person_id,
                Tenant.id != tenant.id,
            )
        )
        if other is not None:
            raise Conflict("phone_taken", tenant=other.name, phone=phone)
        tenant.phone, tenant.person_id = phone, person_id
    session.flush()
    return tenant


def renumber(session: Session, asker: Asker, tenant_id: int, phone: str) -> bool:
    """The person who this tenant is has the number `phone` (E.164) now, by which nobody else is
    known. False, and nothing changed, when that is not the landlord's to say. Raises `NotFound`."""
    tenant = rights.tenant_for(session, asker, tenant_id)
    if not only_here(session, asker, tenant_id):
        return False
    return portfolio.number_changed(session, tenant.person_id, None, phone)


def only_here(session: Session, asker: Asker, tenant_id: int) -> bool:
    """Whether the person who this tenant is lets nothing and rents from this landlord alone: else
    what the landlord says of them holds for their tenant, not for the person."""
    tenant = rights.tenant_for(session, asker, tenant_id)
    lets = select(Landlord.id).where(Landlord.person_id == tenant.person_id).limit(1)
    others = (
        select(Tenant.id)
        .where(Tenant.person_id == tenant.person_id, Tenant.id != tenant.id)
        .limit(1)
    )
    return session.scalar(lets) is None and session.scalar(others) is None
