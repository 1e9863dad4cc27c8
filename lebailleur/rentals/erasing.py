"""Forgetting a person: who they were goes from the books, the history of sums stays.

Houses and rooms keep their names and addresses: they are places, and the other side's papers name
them. What others wrote about the person is not looked at here.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from lebailleur import clock
from lebailleur.rentals import portfolio, removal
from lebailleur.rentals.errors import NotAllowed, Refused
from lebailleur.rentals.models import (
    ApiToken,
    Charge,
    Claim,
    Issue,
    Landlord,
    Lease,
    Payer,
    Payment,
    Payout,
    Plan,
    Receipt,
    Reversal,
    Tenant,
)
from lebailleur.rentals.rights import Asker

NAMES = {"fr": "personne effacée", "en": "deleted person"}
NO_WORDS = "…"
# As long as the numbers are by which a mobile-money payer is known.
_PAYER_FIGURES = 9


@dataclass(frozen=True)
class Traces:
    """By what the books know a person."""

    names: frozenset[str]
    phones: frozenset[str]
    emails: frozenset[str]


def name_for(language: str | None) -> str:
    """What somebody is called who was forgotten."""
    return NAMES.get(language or "", NAMES["fr"])


def traces(session: Session, asker: Asker, person_id: str) -> Traces:
    """By what the books know this person, as landlord and as tenant; for the operator."""
    _operator(asker)
    names, phones, emails = set(), set(), set()
    for landlord in _landlords(session, person_id):
        names.add(landlord.name)
        phones |= {each for each in (landlord.phone, landlord.contact_phone) if each}
        emails |= {landlord.email} if landlord.email else set()
    for tenant in _tenants(session, person_id):
        names.add(tenant.name)
        phones.add(tenant.phone)
    return Traces(frozenset(names), frozenset(phones), frozenset(emails))


def erase(session: Session, asker: Asker, person_id: str, *, force: bool = False) -> int:
    """Erase who a person was, and what they and their landlord wrote about it; how many rows that
    changed. Leases under which they rent end today.

    Raises `Refused("leases_running", count=…)` for a landlord with tenants, whose leases only end
    with `force`; `NotAllowed` for anybody but the operator.
    """
    _operator(asker)
    changed = 0
    phones = traces(session, asker, person_id).phones
    for landlord in _landlords(session, person_id):
        changed += _landlord(session, asker, landlord, force=force)
    for tenant in _tenants(session, person_id):
        changed += _tenant(session, asker, tenant)
    for phone in phones:
        # They may have paid for others.
        session.execute(delete(Payer).where(Payer.number == phone[-_PAYER_FIGURES:]))
    session.flush()
    return changed


def _landlord(session: Session, asker: Asker, landlord: Landlord, *, force: bool) -> int:
    running = portfolio.leases(session, asker, landlord_id=landlord.id)
    if running and not force:
        raise Refused("leases_running", count=len(running))
    for house in portfolio.properties(session, asker, landlord.id):
        seen = removal.preview(session, asker, "property", house.id)
        removal.remove(session, asker, "property", house.id, accepted=seen)
    name = name_for(landlord.language)
    landlord.name = name
    landlord.phone = landlord.contact_phone = landlord.email = None
    landlord.archived_at = landlord.archived_at or clock.now()
    session.execute(delete(ApiToken).where(ApiToken.landlord_id == landlord.id))
    leases = list(session.scalars(select(Lease).where(Lease.landlord_id == landlord.id)).unique())
    shown = {"landlord": name, "landlord_phone": ""}
    return 1 + _words(session, [each.id for each in leases]) + _papers(session, leases, shown)


def _tenant(session: Session, asker: Asker, tenant: Tenant) -> int:
    if tenant.archived_at is None:
        seen = removal.preview(session, asker, "tenant", tenant.id)
        removal.remove(session, asker, "tenant", tenant.id, accepted=seen)
    name = name_for(tenant.landlord.language)
    tenant.name, tenant.phone, tenant.reminders = name, "", False
    tenant.archived_at = tenant.archived_at or clock.now()
    session.execute(delete(Payer).where(Payer.tenant_id == tenant.id))
    leases = list(session.scalars(select(Lease).where(Lease.tenant_id == tenant.id)).unique())
    ids = [each.id for each in leases]
    changed = 1
    for claim in session.scalars(select(Claim).where(Claim.lease_id.in_(ids))).unique():
        claim.words, claim.ask = None, _without_proof(claim.ask)
        changed += 1
    for plan in session.scalars(select(Plan).where(Plan.lease_id.in_(ids))).unique():
        plan.words = None
        changed += 1
    for issue in session.scalars(select(Issue).where(Issue.lease_id.in_(ids))).unique():
        issue.words = NO_WORDS
        changed += 1
    for payment in session.scalars(select(Payment).where(Payment.lease_id.in_(ids))).unique():
        payment.asked = _without_proof(payment.asked)
        changed += 1
    shown = {"tenant": name, "tenant_phone": ""}
    return changed + _words(session, ids) + _papers(session, leases, shown)


def _words(session: Session, lease_ids: list[int]) -> int:
    """The reasons that were given for taking something back, or paying it out."""
    changed = 0
    payments = select(Payment.id).where(Payment.lease_id.in_(lease_ids))
    taken_back = or_(
        Reversal.payment_id.in_(payments),
        Reversal.charge_id.in_(select(Charge.id).where(Charge.lease_id.in_(lease_ids))),
    )
    for reversal in session.scalars(select(Reversal).where(taken_back)):
        reversal.reason = None
        changed += 1
    for payout in session.scalars(select(Payout).where(Payout.payment_id.in_(payments))):
        payout.reason = None
        changed += 1
    return changed


def _papers(session: Session, leases: list[Lease], shown: dict[str, str]) -> int:
    """The papers are made of what is kept with them: so they show the other name from now on."""
    ids = [each.id for each in leases]
    changed = 0
    for receipt in session.scalars(select(Receipt).where(Receipt.lease_id.in_(ids))).unique():
        name = {key: name_for(receipt.language) if value else "" for key, value in shown.items()}
        receipt.content = {**receipt.content, **name}
        changed += 1
    return changed


def _without_proof(ask: dict[str, Any] | None) -> Any:
    """What was said of a payment, without whose number and name the operator's message showed."""
    return {**ask, "proof": None} if ask and ask.get("proof") else ask


def _landlords(session: Session, person_id: str) -> list[Landlord]:
    return list(session.scalars(select(Landlord).where(Landlord.person_id == person_id)))


def _tenants(session: Session, person_id: str) -> list[Tenant]:
    return list(session.scalars(select(Tenant).where(Tenant.person_id == person_id)).unique())


def _operator(asker: Asker) -> None:
    if not asker.admin:
        raise NotAllowed("operator_only")
