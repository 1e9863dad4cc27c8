"""A wish to pay later, the landlord's answer by another day, and who may say yes to what."""

from datetime import date

import pytest

from lebailleur.rentals import plans, portfolio
from lebailleur.rentals.errors import Conflict, NotAllowed, NotFound, Refused
from lebailleur.rentals.models import Lease
from lebailleur.rentals.plans import NewPart
from tests.rentals.conftest import Ledger

NOW = "2026-03-10"
ASKED, EARLIER, LATER = date(2026, 3, 25), date(2026, 3, 18), date(2026, 3, 28)


@pytest.fixture
def wish(ledger):
    """A lease, its tenant, and the id of what the tenant has asked."""
    lease = ledger.lease()
    tenant = ledger.tenant_of(lease)
    with ledger.at(NOW) as session:
        return lease, tenant, plans.ask(session, tenant, lease, [NewPart(ASKED)], key="m:1").id


def test_fewer_days_are_an_offer_that_the_tenant_answers(ledger, wish):
    lease, tenant, asked = wish
    with ledger.at(NOW) as session:
        offer = plans.counter(session, ledger.asker, asked, [NewPart(EARLIER)], key="m:2")
        again = plans.counter(session, ledger.asker, asked, [NewPart(EARLIER)], key="m:2")
        assert (offer.state, again.id) == ("offered", offer.id)
        assert plans.offered(session, tenant) == [offer]
        assert plans.agreed(session, ledger.landlord_id) == {}
        with pytest.raises(NotAllowed):
            plans.answer(session, ledger.asker, offer.id, agreed=True)
        assert plans.answer(session, tenant, offer.id, agreed=True).state == "agreed"
        assert plans.agreed(session, ledger.landlord_id) == {lease: offer}
        with pytest.raises(Conflict):
            plans.answer(session, tenant, offer.id, agreed=False)


def test_more_days_than_asked_are_granted_at_once(ledger, wish):
    with ledger.at(NOW) as session:
        plan = plans.counter(session, ledger.asker, wish[-1], [NewPart(LATER)], key="m:2")
        assert plan.state == "agreed"
        with pytest.raises(Conflict):
            plans.counter(session, ledger.asker, wish[-1], [NewPart(EARLIER)], key="m:3")


def test_a_tenant_does_not_grant_their_own_wish(ledger, wish):
    _, tenant, asked = wish
    with ledger.at(NOW) as session:
        with pytest.raises(NotAllowed):
            plans.answer(session, tenant, asked, agreed=True)
        with pytest.raises(NotFound):
            plans.counter(session, tenant, asked, [NewPart(LATER)], key="m:2")


def test_a_yes_that_comes_after_the_day_is_refused(ledger, wish):
    with ledger.at("2026-03-26") as session, pytest.raises(Refused):
        plans.answer(session, ledger.asker, wish[-1], agreed=True)


def test_nobody_else_answers_or_pauses(ledger, wish):
    lease, _, asked = wish
    other = Ledger(ledger.engine)
    stranger = other.tenant_of(other.lease())
    with ledger.at(NOW) as session:
        for asker in (other.asker, stranger):
            with pytest.raises(NotFound):
                plans.answer(session, asker, asked, agreed=True)
            with pytest.raises(NotFound):
                plans.counter(session, asker, asked, [NewPart(LATER)], key="m:2")
            with pytest.raises(NotFound):
                portfolio.pause_reminders(session, asker, lease, on=False)
            assert plans.offered(session, asker) == []


def test_a_landlord_pauses_the_reminders_of_one_tenant(ledger, wish):
    lease, tenant, _ = wish
    with ledger.at(NOW) as session:
        portfolio.pause_reminders(session, ledger.asker, lease, on=False)
        portfolio.set_reminders(session, tenant, on=True)
        kept = session.get_one(Lease, lease).tenant
        assert (kept.reminders, kept.reminders_paused) == (True, True)
