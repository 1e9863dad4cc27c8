"""Whatever is paid, and in whatever order: no franc is lost or counted twice."""

import shutil
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from lebailleur.database import make_engine
from lebailleur.rentals.errors import Refused
from lebailleur.rentals.models import Allocation, Charge, Payment
from tests.rentals.conftest import Ledger

asks = st.one_of(
    st.fixed_dictionaries({"amount": st.integers(1, 400_000)}),
    st.fixed_dictionaries({"months": st.integers(1, 7)}),
    st.fixed_dictionaries({"part": st.sampled_from(["1/2", "1/3", "2/3", "all"])}),
    st.fixed_dictionaries(
        {
            "part": st.sampled_from(["1/2", "rest"]),
            "months_named": st.lists(
                st.tuples(st.none(), st.integers(1, 12)), min_size=1, max_size=2, unique=True
            ).map(tuple),
        }
    ),
    st.fixed_dictionaries(
        {
            "amount": st.integers(1, 200_000),
            "months_named": st.tuples(st.tuples(st.just(2026), st.integers(1, 12))),
        }
    ),
)
histories = st.lists(st.tuples(st.integers(0, 60), asks), min_size=1, max_size=6)


@pytest.fixture
def sqlite_engine(sqlite_template, tmp_path):
    """Sums are the same in each database; so many histories are told in the quicker one."""
    engine = make_engine(f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'lebailleur.db')}")
    yield engine
    engine.dispose()


@settings(
    max_examples=150,
    phases=[Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(history=histories, months=st.sampled_from([1, 2, 3, 6, 12]), day=st.integers(1, 31))
def test_no_franc_is_lost(engine, history, months, day):
    ledger = Ledger(engine)
    lease = ledger.lease(33_335, f"2026-01-{day:02}", months)
    today = date(2026, 1, 5)
    for wait, ask in history:
        today += timedelta(days=wait)
        try:
            quoted = ledger.quote(today.isoformat(), lease, **ask)
        except Refused:
            continue
        before = ledger.owes(today.isoformat(), lease)
        paid = ledger.pay(today.isoformat(), lease, **ask)
        after = ledger.owes(today.isoformat(), lease)
        due = sum(line.amount for line in quoted.lines if line.charge.due_on <= today)
        assert (paid.amount, after) == (quoted.amount, quoted.balance)
        assert before - after == due + quoted.credit
    end = today + timedelta(days=400)
    owed = ledger.owes(end.isoformat(), lease)
    with ledger.at(end) as session:
        charged = session.query(Charge).filter_by(lease_id=lease).all()
        money = sum(each.amount for each in session.query(Payment).filter_by(lease_id=lease))
        for charge in charged:
            assert sum(each.amount for each in charge.allocations) <= charge.amount
        for payment in session.query(Payment).filter_by(lease_id=lease):
            assert sum(each.amount for each in payment.allocations) <= payment.amount
        for allocation in session.query(Allocation).join(Payment).filter_by(lease_id=lease):
            assert allocation.charge.lease_id == lease
        # 400 days later every month that was paid ahead has come.
        assert sum(each.amount for each in charged) - money == owed or _ahead(charged, end)


def _ahead(charged, end):
    return any(each.due_on > end for each in charged)
