"""A tenant's own facts: their name, the number under which they write, the language."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from lebailleur.rentals import rights
from lebailleur.rentals.errors import Conflict
from lebailleur.rentals.models import Tenant
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
) -> Tenant:
    """Change what is given. A new `phone` (E.164) comes with the id of the person who writes
    from it: from then on it is they who see this account.

    Raises `Conflict("phone_taken")` when it is another tenant's, `Refused` for a name that cannot
    be, `NotFound`.
    """
    tenant = rights.tenant_for(session, asker, tenant_id)
    if name is not None:
        tenant.name = cleaned(name)
    if phone is not None and person_id is not None and person_id != tenant.person_id:
        other = session.scalar(
            select(Tenant).where(
                Tenant.landlord_id == tenant.landlord_id, Tenant.person_id == person_id
            )
        )
        if other is not None:
            raise Conflict("phone_taken", tenant=other.name, phone=phone)
        tenant.phone, tenant.person_id = phone, person_id
    session.flush()
    return tenant
