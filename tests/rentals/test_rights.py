"""Another landlord's things are not there, and a tenant sees what is theirs alone."""

from datetime import date

import pytest

from lebailleur import clock
from lebailleur.rentals import (
    bills,
    charges,
    corrections,
    deposits,
    late_fees,
    lease_changes,
    leases,
    listing,
    months,
    payments,
    plans,
    portfolio,
    quotes,
    receipts,
    removal,
    reports,
    restarts,
    rights,
    statements,
    tenants,
    updates,
)
from lebailleur.rentals.asks import Ask
from lebailleur.rentals.bills import NewBill
from lebailleur.rentals.corrections import Change
from lebailleur.rentals.errors import NotAllowed, NotFound
from lebailleur.rentals.leases import NewTenant
from lebailleur.rentals.models import Charge, Lease, Payment
from lebailleur.rentals.plans import NewPart
from lebailleur.rentals.rights import ADMIN, Asker
from lebailleur.rentals.updates import LandlordFacts
from tests.rentals.conftest import Ledger

NOW = "2026-03-10"


@pytest.fixture
def theirs(ledger):
    """The ids of another landlord's things."""
    other = Ledger(ledger.engine)
    payment = other.pay(NOW, other.lease(), amount=50_000)
    with other.at(NOW) as session:
        lease = session.get_one(Lease, payment.lease_id)
        charge = session.query(Charge).filter_by(lease_id=lease.id).first()
        return {
            "charge": charge.id,
            "landlord": other.landlord_id,
            "property": other.property_id,
            "unit": lease.unit_id,
            "tenant": lease.tenant_id,
            "lease": lease.id,
            "payment": payment.id,
            "receipt": payment.receipt.number,
            "owner": other.asker,
            "lodger": Asker(lease.tenant.person_id),
        }


NEW = {"name": "A", "phone": "+237670999999", "person_id": "x", "start_on": date(2026, 3, 1)}
FACTS = LandlordFacts("A", None, None, "fr", "XAF", "Africa/Douala")
DEEDS = {
    "landlord": lambda s, a, t: rights.landlord(s, a, t["landlord"]),
    "property": lambda s, a, t: rights.property_for(s, a, t["property"]),
    "unit": lambda s, a, t: rights.unit_for(s, a, t["unit"]),
    "tenant": lambda s, a, t: rights.tenant_for(s, a, t["tenant"]),
    "lease": lambda s, a, t: rights.lease_for(s, a, t["lease"]),
    "payment": lambda s, a, t: rights.payment_for(s, a, t["payment"]),
    "add unit": lambda s, a, t: portfolio.add_unit(
        s, a, property_id=t["property"], name="Room 9", rent=1_000
    ),
    "add tenant": lambda s, a, t: leases.add_tenant(s, a, NewTenant(**NEW, unit_id=t["unit"])),
    "quote": lambda s, a, t: quotes.quote(s, a, Ask(t["lease"], amount=1_000)),
    "record": lambda s, a, t: payments.record(s, a, Ask(t["lease"], amount=1_000), key="k"),
    "payments of": lambda s, a, t: listing.payments(s, a, offset=0, limit=9, tenant_id=t["tenant"]),
}
DEEDS |= {
    "void": lambda s, a, t: corrections.void(s, a, t["payment"]),
    "correct": lambda s, a, t: corrections.correct(s, a, t["payment"], Change(amount=1), key="c"),
    "preview": lambda s, a, t: corrections.preview(s, a, t["payment"], Change(amount=1)),
    "bill": lambda s, a, t: bills.record(s, a, NewBill("water", 1, (t["lease"],)), key="b"),
    "bills of": lambda s, a, t: bills.leases_of(s, a, property_id=t["property"]),
    "void bill": lambda s, a, t: bills.void(s, a, t["charge"]),
    "end": lambda s, a, t: lease_changes.end(s, a, t["lease"], date(2026, 3, 31)),
    "move": lambda s, a, t: lease_changes.move(s, a, t["lease"], t["unit"], date(2026, 3, 31)),
    "rent": lambda s, a, t: lease_changes.change_rent(
        s, a, rent=1, from_on=date(2026, 4, 1), lease_id=t["lease"]
    ),
    "unit's rent": lambda s, a, t: lease_changes.change_rent(
        s, a, rent=1, from_on=date(2026, 4, 1), unit_id=t["unit"]
    ),
    "due day": lambda s, a, t: lease_changes.reschedule(s, a, t["lease"], due_day=5),
    "use deposit": lambda s, a, t: deposits.use(s, a, t["lease"], key="d"),
    "give back": lambda s, a, t: deposits.give_back(s, a, t["lease"], key="d"),
    "refund": lambda s, a, t: deposits.refund(s, a, t["lease"], key="d"),
    "late fee": lambda s, a, t: late_fees.set_late_fee(
        s, a, kind="fixed", value=1, landlord_id=t["landlord"]
    ),
    "promise": lambda s, a, t: plans.note(s, a, t["lease"], [NewPart(date(2026, 4, 1))], key="p"),
    "requests": lambda s, a, t: plans.asked(s, a, t["landlord"]),
    "month": lambda s, a, t: months.of_landlord(s, a, 2026, 3, landlord_id=t["landlord"]),
    "what goes": lambda s, a, t: removal.preview(s, a, "property", t["property"]),
    "delete house": lambda s, a, t: removal.remove(s, a, "property", t["property"]),
    "delete unit": lambda s, a, t: removal.remove(s, a, "unit", t["unit"]),
    "delete tenant": lambda s, a, t: removal.remove(s, a, "tenant", t["tenant"]),
    "delete landlord": lambda s, a, t: removal.remove(s, a, "landlord", t["landlord"]),
    "landlord's facts": lambda s, a, t: updates.change_landlord(s, a, t["landlord"], FACTS),
    "landlord's number": lambda s, a, t: updates.change_landlord_number(
        s, a, t["landlord"], "+237670999999", None
    ),
    "change house": lambda s, a, t: updates.change_property(s, a, t["property"], name="A"),
    "change unit": lambda s, a, t: updates.change_unit(s, a, t["unit"], name="A"),
    "next rent": lambda s, a, t: lease_changes.next_rent_from(s, a, t["unit"]),
    "bills due": lambda s, a, t: lease_changes.set_bills_due(s, a, t["lease"], None),
    "restart": lambda s, a, t: restarts.restart(
        s, a, t["lease"], start_on=date(2026, 3, 1), last_paid_on=None, cycle_months=1
    ),
    "change tenant": lambda s, a, t: tenants.update(s, a, t["tenant"], name="A"),
    "tenant's number": lambda s, a, t: tenants.renumber(s, a, t["tenant"], "+237670999999"),
    "rents only here": lambda s, a, t: str(tenants.only_here(s, a, t["tenant"])),
}
OWN = {
    "statement": lambda s, a, t: statements.statement(s, a, t["tenant"]),
    "deposit": lambda s, a, t: str(deposits.held(s, a, t["lease"])),
    "quittance": lambda s, a, t: receipts.quittance(s, a, t["lease"], (2026, 1)),
    "standing": lambda s, a, t: reports.standing(s, a, t["lease"]),
    "own payments": lambda s, a, t: payments.own_payments(s, a, t["lease"]),
    "receipt": lambda s, a, t: rights.receipt_for(s, a, t["receipt"]),
    "pdf": lambda s, a, t: receipts.pdf(s, a, t["receipt"]),
    "latest": lambda s, a, t: receipts.latest(s, a, t["lease"]),
}


def test_another_landlords_things_are_not_there(ledger, theirs):
    for name, deed in (DEEDS | OWN).items():
        for stranger in (ledger.asker, Asker("nobody"), Asker()):
            expected = NotFound if stranger == ledger.asker else (NotFound, NotAllowed)
            with pytest.raises(expected), ledger.at(NOW) as session:
                pytest.fail(f"{name}: {deed(session, stranger, theirs)}")
    assert ledger.count(Payment) == 1
    assert ledger.count(Lease) == 1


def test_a_tenant_does_nothing_of_a_landlords(ledger, theirs):
    for name, deed in DEEDS.items():
        with pytest.raises((NotFound, NotAllowed)), ledger.at(NOW) as session:
            pytest.fail(f"{name}: {deed(session, theirs['lodger'], theirs)}")
    assert ledger.count(Payment) == 1


def test_a_tenant_sees_their_own(ledger, theirs):
    for name, deed in OWN.items():
        for asker in (theirs["lodger"], theirs["owner"], ADMIN):
            with ledger.at(NOW) as session:
                assert deed(session, asker, theirs), name


def test_lists_hold_what_is_the_askers(ledger, theirs):
    ledger.lease(name="Mine")
    with ledger.at(NOW) as session:
        assert [each.id for each in portfolio.properties(session, ledger.asker)] == [
            ledger.property_id
        ]
        assert [each.name for each in portfolio.tenants(session, ledger.asker)] == ["Mine"]
        assert len(portfolio.units(session, ledger.asker)) == 1
        assert [each.lease.tenant.name for each in reports.arrears(session, ledger.asker)] == [
            "Mine"
        ]
        assert listing.payments(session, ledger.asker, offset=0, limit=9).rows == []
        assert len(portfolio.tenants(session, ADMIN)) == 2
        for deed in (portfolio.properties, portfolio.tenants, reports.standings):
            with pytest.raises(NotAllowed):
                deed(session, theirs["lodger"])


def test_charges_are_made_once_and_for_this_landlord(ledger, theirs):
    paul = ledger.lease()
    before = ledger.count(Charge)
    for _ in range(2):
        with ledger.at("2026-05-10") as session:
            landlord = rights.landlord(session, ledger.asker)
            charges.bring_up_to_date(session, landlord, date(2026, 5, 10))
    assert len(ledger.made(paul)) == 5
    assert ledger.count(Charge) == before + 5


def test_what_was_deleted_is_named_to_its_owner_alone(ledger, theirs):
    paul = ledger.lease()
    with ledger.at(NOW) as session:
        lease = session.get_one(Lease, paul)
        unit, name = lease.unit_id, lease.unit.name
        shown = removal.preview(session, ledger.asker, "unit", unit)
        removal.remove(session, ledger.asker, "unit", unit, accepted=shown)
    with ledger.at(NOW) as session:
        with pytest.raises(NotFound, match="gone") as gone:
            rights.unit_for(session, ledger.asker, unit)
        assert gone.value.details["name"] == name
        with pytest.raises(NotFound, match="unit_not_found"):
            rights.unit_for(session, theirs["owner"], unit)


def test_who_rented_from_a_landlord_who_was_deleted_is_nobodys_tenant(ledger, theirs):
    with ledger.at(NOW) as session:
        [lodger] = rights.tenancies_of(session, theirs["lodger"])
        assert portfolio.own_leases(session, theirs["lodger"])
        lodger.landlord.archived_at = clock.now()
    with ledger.at(NOW) as session:
        assert rights.tenancies_of(session, theirs["lodger"]) == []
        assert portfolio.own_leases(session, theirs["lodger"]) == []
