"""A deletion says what goes with it; what was paid and owed stays in the books."""

from datetime import date

import pytest

from lebailleur.rentals import lease_changes, portfolio, removal, reports, rights, statements
from lebailleur.rentals.errors import Conflict, NotFound
from lebailleur.rentals.models import Charge, Lease, Payment

NOW = "2026-03-10"


def test_a_house_with_debts_is_not_deleted_in_passing(ledger):
    paul = ledger.lease()
    ledger.pay("2026-03-01", paul, amount=20_000)
    with ledger.at(NOW) as session:
        found = removal.preview(session, ledger.asker, "property", ledger.property_id)
        assert (found.name, found.units, found.tenants) == (
            "Villa Rose",
            ("Room 1",),
            ("Paul Mbarga",),
        )
        assert (found.owed, found.credit) == (130_000, 0)
        with pytest.raises(Conflict, match="would_lose"):
            removal.remove(session, ledger.asker, "property", ledger.property_id)
    assert ledger.owes(NOW, paul) == 130_000


def test_what_was_accepted_is_deleted_and_the_history_stays(ledger):
    paul = ledger.lease()
    ledger.pay("2026-03-01", paul, amount=20_000)
    with ledger.at(NOW) as session:
        shown = removal.preview(session, ledger.asker, "property", ledger.property_id)
        removal.remove(session, ledger.asker, "property", ledger.property_id, accepted=shown)
        assert portfolio.properties(session, ledger.asker) == []
        assert portfolio.units(session, ledger.asker) == []
        assert portfolio.tenants(session, ledger.asker) == []
        assert reports.arrears(session, ledger.asker) == []
        lease = session.get_one(Lease, paul)
        assert lease.end_on == date(2026, 3, 10)
        kept = statements.statement(session, ledger.asker, lease.tenant_id)
        assert kept.balance == 130_000
    assert (ledger.count(Payment), ledger.count(Charge)) == (1, 3)
    with ledger.at("2026-06-10") as session:
        tenant_id = session.get_one(Lease, paul).tenant_id
        assert statements.statement(session, ledger.asker, tenant_id).balance == 130_000


def test_who_is_deleted_before_the_agreed_end_is_charged_no_longer(ledger):
    paul = ledger.lease()
    with ledger.at(NOW) as session:
        lease_changes.end(session, ledger.asker, paul, date(2026, 8, 31))
        tenant_id = session.get_one(Lease, paul).tenant_id
        shown = removal.preview(session, ledger.asker, "tenant", tenant_id)
        removal.remove(session, ledger.asker, "tenant", tenant_id, accepted=shown)
        assert session.get_one(Lease, paul).end_on == date(2026, 3, 10)
    with ledger.at("2026-09-10") as session:
        assert statements.statement(session, ledger.asker, tenant_id).balance == 150_000


def test_what_has_changed_since_it_was_shown_is_not_deleted(ledger):
    paul = ledger.lease()
    with ledger.at(NOW) as session:
        shown = removal.preview(session, ledger.asker, "property", ledger.property_id)
    ledger.pay(NOW, paul, amount=10_000)
    with ledger.at(NOW) as session, pytest.raises(Conflict, match="changed"):
        removal.remove(session, ledger.asker, "property", ledger.property_id, accepted=shown)


def test_a_tenant_with_two_units_stays_when_one_is_deleted(ledger):
    room = ledger.lease()
    shop = ledger.lease(80_000, unit="Shop 3", again=room)
    with ledger.at(NOW) as session:
        unit_id = session.get_one(Lease, shop).unit_id
        shown = removal.preview(session, ledger.asker, "unit", unit_id)
        removal.remove(session, ledger.asker, "unit", unit_id, accepted=shown)
        assert [each.name for each in portfolio.tenants(session, ledger.asker)] == ["Paul Mbarga"]
        assert [
            each.id for each in portfolio.leases(session, ledger.asker, on=date(2026, 3, 11))
        ] == [room]


def test_an_empty_unit_goes_without_a_word(ledger):
    with ledger.at(NOW) as session:
        unit = portfolio.add_unit(
            session, ledger.asker, property_id=ledger.property_id, name="Room 9", rent=1_000
        )
        removal.remove(session, ledger.asker, "unit", unit.id)
        assert portfolio.units(session, ledger.asker) == []
        with pytest.raises(NotFound):
            removal.remove(session, ledger.asker, "unit", unit.id)


def test_a_landlord_goes_with_everything_that_is_theirs(ledger):
    paul = ledger.lease()
    coming = ledger.lease(40_000, unit="Room 2", start="2026-05-01", name="Marie")
    ledger.pay("2026-03-01", paul, amount=20_000)
    with ledger.at(NOW) as session:
        landlord_id = session.get_one(Lease, paul).landlord_id
        with pytest.raises(Conflict, match="would_lose"):
            removal.remove(session, ledger.asker, "landlord", landlord_id)
        shown = removal.preview(session, ledger.asker, "landlord", landlord_id)
        assert (shown.properties, shown.units) == (("Villa Rose",), ("Room 1", "Room 2"))
        assert (len(shown.tenants), shown.owed) == (2, 130_000)
        assert shown == removal.preview(session, ledger.asker, "landlord", landlord_id)
        removal.remove(session, ledger.asker, "landlord", landlord_id, accepted=shown)
    with ledger.at("2026-06-10") as session:
        assert rights.landlord_of(session, ledger.asker) is None
        with pytest.raises(NotFound, match="landlord_not_found"):
            rights.landlord(session, rights.ADMIN, landlord_id)
        for each in (paul, coming):
            lease = session.get_one(Lease, each)
            assert lease.tenant.archived_at
            assert lease.unit.archived_at
            assert lease.unit.property.archived_at
        kept = statements.statement(session, rights.ADMIN, session.get_one(Lease, paul).tenant_id)
        assert kept.balance == 130_000
    assert len(ledger.made(coming)) == 0
