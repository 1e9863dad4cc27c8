"""What waits for a yes is written once, as it was shown, whatever it is."""

from datetime import date, timedelta

import pytest

from lebailleur import identity
from lebailleur.rentals import bills, corrections, deeds, portfolio, proposals, removal
from lebailleur.rentals.bills import NewBill
from lebailleur.rentals.corrections import Change
from lebailleur.rentals.errors import Conflict, NotFound
from lebailleur.rentals.models import Charge, Lease, Payment, Tenant, Unit
from lebailleur.rentals.rights import Asker
from tests.rentals.conftest import moment

NOW = "2026-03-10"


def propose(ledger, kind, content, *, key="m", when=NOW):
    with ledger.at(when) as session:
        return proposals.propose(session, ledger.asker, kind, content, key=key, open_minutes=10).id


def confirm(ledger, proposal, when=NOW):
    with ledger.at(when) as session:
        return proposals.confirm(session, ledger.asker, proposal)


def test_a_void_is_done_once(ledger):
    paul = ledger.lease()
    paid = ledger.pay(NOW, paul, amount=20_000)
    proposal = propose(ledger, deeds.VOID, {"payment": paid.id, "reason": "bounced"})
    assert ledger.owes(NOW, paul) == 130_000
    assert [confirm(ledger, proposal).new for _ in range(2)] == [True, False]
    assert ledger.owes(NOW, paul) == 150_000


def test_a_correction_that_would_now_pay_something_else_is_not_written(ledger):
    paul = ledger.lease()
    paid = ledger.pay(NOW, paul, amount=20_000)
    with ledger.at(NOW) as session:
        change = Change(amount=60_000, paid_on=date(2026, 3, 9))
        quoted = corrections.preview(session, ledger.asker, paid.id, change)
        content = deeds.correction_content(paid.id, change, quoted)
    first = propose(ledger, deeds.CORRECTION, content)
    ledger.pay(NOW, paul, amount=45_000)
    with pytest.raises(Conflict, match="changed"):
        confirm(ledger, first)
    assert ledger.owes(NOW, paul) == 85_000
    with ledger.at(NOW) as session:
        quoted = corrections.preview(session, ledger.asker, paid.id, change)
        content = deeds.correction_content(paid.id, change, quoted)
    done = confirm(ledger, propose(ledger, deeds.CORRECTION, content, key="n"))
    assert (done.payment.amount, done.payment.paid_on) == (60_000, date(2026, 3, 9))
    assert ledger.owes(NOW, paul) == 45_000


def test_a_bill_is_asked_as_it_was_shown(ledger):
    paul = ledger.lease()
    bill = NewBill("water", 2_000, (paul,), month=(2026, 2), due_on=date(2026, 3, 20))
    with ledger.at(NOW) as session:
        parts = bills.preview(session, ledger.asker, bill)
        content = deeds.bill_content(bill, parts)
    assert deeds.bill_of(content) == bill
    proposal = propose(ledger, deeds.BILL, content)
    for _ in range(2):
        confirm(ledger, proposal)
    [made] = [each for each in ledger.made(paul) if each.kind == "water"]
    assert (made.amount, made.due_on, made.period_start) == (
        2_000,
        date(2026, 3, 20),
        date(2026, 2, 1),
    )


def test_a_rent_and_a_tenants_facts(ledger):
    paul = ledger.lease()
    with ledger.at(NOW) as session:
        lease = session.get_one(Lease, paul)
        unit, tenant = lease.unit_id, lease.tenant_id
        person = identity.of_phone(session, "+237699001122").id
    rent = {"unit": unit, "rent": 60_000, "from": "2026-06-01"}
    confirm(ledger, propose(ledger, deeds.RENT, rent))
    facts = {"tenant": tenant, "lease": paul, "phone": "+237699001122", "person": person}
    confirm(ledger, propose(ledger, deeds.TENANT, facts, key="n"))
    due = {"tenant": tenant, "lease": paul, "due_day": 10}
    confirm(ledger, propose(ledger, deeds.TENANT, due, key="o"))
    gone = {"tenant": tenant, "lease": paul, "end": "2026-07-31"}
    confirm(ledger, propose(ledger, deeds.TENANT, gone, key="p"))
    with ledger.at(NOW) as session:
        assert session.get_one(Unit, unit).rent == 60_000
        found = session.get_one(Tenant, tenant)
        assert (found.phone, found.person_id) == ("+237699001122", person)
        lease = session.get_one(Lease, paul)
        assert (lease.anchor_on.day, lease.end_on) == (10, date(2026, 7, 31))


def test_a_number_of_another_tenant_is_refused(ledger):
    paul, awa = ledger.lease(), ledger.lease(unit="Room 2", name="Awa")
    with ledger.at(NOW) as session:
        tenant = session.get_one(Lease, paul).tenant_id
        other = session.get_one(Lease, awa).tenant
        facts = {"tenant": tenant, "lease": paul, "phone": other.phone, "person": other.person_id}
    with pytest.raises(Conflict, match="phone_taken"):
        confirm(ledger, propose(ledger, deeds.TENANT, facts))


def test_a_deletion_of_what_has_changed_is_refused(ledger):
    paul = ledger.lease()
    with ledger.at(NOW) as session:
        shown = removal.preview(session, ledger.asker, "property", ledger.property_id)
        content = deeds.removal_content(shown)
    first = propose(ledger, deeds.REMOVAL, content)
    ledger.pay(NOW, paul, amount=5_000)
    with pytest.raises(Conflict, match="changed"):
        confirm(ledger, first)


def test_only_its_author_and_only_in_time(ledger):
    paul = ledger.lease()
    paid = ledger.pay(NOW, paul, amount=20_000)
    proposal = propose(ledger, deeds.VOID, {"payment": paid.id})
    with pytest.raises(NotFound), ledger.at(NOW) as session:
        proposals.confirm(session, Asker("somebody"), proposal)
    with pytest.raises(NotFound), ledger.at(NOW) as session:
        proposals.ask_of(session, ledger.asker, proposal)
    late = moment(NOW) + timedelta(minutes=11)
    with pytest.raises(Conflict, match="expired"):
        confirm(ledger, proposal, late)
    propose(ledger, deeds.REMIND, {"leases": []}, key="n")
    with pytest.raises(Conflict, match="already_decided"):
        confirm(ledger, proposal)
    assert (ledger.count(Payment), ledger.count(Charge)) == (1, 3)
    assert ledger.owes(NOW, paul) == 130_000


def test_a_tenant_moves_once_and_not_into_a_room_that_is_let(ledger):
    paul, awa = ledger.lease(), ledger.lease(unit="Room 2", name="Awa")
    with ledger.at(NOW) as session:
        lease, taken = session.get_one(Lease, paul), session.get_one(Lease, awa).unit_id
        tenant = lease.tenant_id
        free = portfolio.add_unit(
            session, ledger.asker, property_id=ledger.property_id, name="Room 9", rent=70_000
        ).id
    moves = {"tenant": tenant, "lease": paul, "unit": [taken, NOW]}
    with pytest.raises(Conflict, match="unit_taken"):
        confirm(ledger, propose(ledger, deeds.TENANT, moves))
    proposal = propose(ledger, deeds.TENANT, {**moves, "unit": [free, NOW]}, key="n")
    assert [confirm(ledger, proposal).new for _ in range(2)] == [True, False]
    with ledger.at(NOW) as session:
        found = portfolio.leases(session, ledger.asker)
        assert {each.tenant_id: each.unit_id for each in found}[tenant] == free
