"""Faults: who may report, see and close them, in which order, and each change once."""

import pytest

from lebailleur.rentals import issues
from lebailleur.rentals.errors import Conflict, NotAllowed, NotFound, Refused
from lebailleur.rentals.rights import ADMIN
from tests.rentals.conftest import Ledger

NOW = "2026-03-10"


@pytest.fixture
def leaking(ledger):
    """A lease, its tenant, and the number of the fault that was reported there."""
    lease = ledger.lease()
    tenant = ledger.tenant_of(lease)
    with ledger.at(NOW) as session:
        issue = issues.report(session, tenant, lease, "the tap is leaking", key="m:1")
        return lease, tenant, issue.id


def test_faults_are_numbered_for_each_landlord(ledger, leaking):
    lease, tenant, _ = leaking
    other = Ledger(ledger.engine)
    theirs = other.lease()
    neighbour = other.tenant_of(theirs)
    with ledger.at(NOW) as session:
        second = issues.report(session, tenant, lease, "no light", key="m:2")
        again = issues.report(session, tenant, lease, "no light", key="m:2")
        assert (second.number, again.id) == (2, second.id)
        new = issues.report(session, neighbour, theirs, "rats", key="m:2")
        assert new.number == 1
        assert [each.number for each in issues.unsettled(session, ledger.asker)] == [1, 2]
        assert [each.number for each in issues.reported_by(session, tenant)] == [2, 1]
        assert len(issues.unsettled(session, ADMIN, ledger.landlord_id)) == 2
        assert issues.reported_by(session, ADMIN) == []


def test_a_fault_goes_its_way_and_back(ledger, leaking):
    _, tenant, issue = leaking
    with ledger.at(NOW) as session:
        for asker, state in [
            (ledger.asker, "in_hand"),
            (ledger.asker, "done"),
            (tenant, "open"),
            (tenant, "done"),
        ]:
            assert issues.change(session, asker, issue, state).state == state
        assert issues.issue_for(session, tenant, issue).changes == 4
        assert issues.unsettled(session, ledger.asker) == []


@pytest.mark.parametrize(
    ("before", "state"),
    [([], "open"), (["in_hand"], "in_hand"), (["done"], "done"), (["done"], "in_hand")],
)
def test_an_old_button_changes_nothing(ledger, leaking, before, state):
    issue = leaking[-1]
    with ledger.at(NOW) as session:
        for each in before:
            issues.change(session, ledger.asker, issue, each)
        with pytest.raises(Conflict):
            issues.change(session, ledger.asker, issue, state)
        assert issues.issue_for(session, ledger.asker, issue).changes == len(before)


def test_nobody_else_sees_or_changes_it(ledger, leaking):
    lease, tenant, issue = leaking
    other = Ledger(ledger.engine)
    stranger = other.tenant_of(other.lease())
    with ledger.at(NOW) as session:
        for asker in (other.asker, stranger):
            with pytest.raises(NotFound):
                issues.issue_for(session, asker, issue)
            with pytest.raises(NotFound):
                issues.change(session, asker, issue, "done")
            with pytest.raises(NotFound):
                issues.report(session, asker, lease, "a trick", key="m:3")
        assert issues.unsettled(session, other.asker) == []
        with pytest.raises(NotAllowed):
            issues.unsettled(session, tenant)
        with pytest.raises(NotAllowed):
            issues.change(session, tenant, issue, "in_hand")
        with pytest.raises(Refused):
            issues.report(session, tenant, lease, "  ", key="m:4")
