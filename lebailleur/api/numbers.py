"""Another WhatsApp number for a landlord or a tenant. It is the number that says who writes, so a
change decides who sees the account from then on."""

from sqlalchemy.orm import Session

from lebailleur import identity
from lebailleur.rentals import tenants, updates
from lebailleur.rentals.models import Landlord, Tenant
from lebailleur.rentals.rights import Asker


def change_landlord(session: Session, asker: Asker, landlord: Landlord, phone: str) -> None:
    """The landlord stays the same person. Raises as `updates.change_landlord_number`."""
    if phone == landlord.phone:
        return
    holder = identity.find(session, "phone", phone)
    holder_id = holder.id if holder else None
    updates.change_landlord_number(session, asker, landlord.id, phone, holder_id)
    identity.take_number(session, landlord.person_id, phone)


def change_tenant(session: Session, asker: Asker, tenant: Tenant, phone: str) -> None:
    """The tenant stays the same person where that is the landlord's to say: when nobody is known
    by the number, and WhatsApp has not said itself who the tenant is. Else, as in the chat, the
    account goes to the person of that number. Raises `Conflict("phone_taken")`."""
    if phone == tenant.phone:
        return
    known = identity.find(session, "phone", phone) is not None
    vouched = identity.alias_of(session, tenant.person_id, "user_id") is not None
    if not (known or vouched) and tenants.renumber(session, asker, tenant.id, phone):
        identity.rename(session, tenant.person_id, {"phone": phone})
        return
    person = identity.of_phone(session, phone, name=tenant.name)
    person.language = person.language or tenant.language
    tenants.update(session, asker, tenant.id, phone=phone, person_id=person.id)
