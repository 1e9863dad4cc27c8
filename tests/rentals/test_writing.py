"""What a payment writes: once, whatever happens at the same moment; numbered without gaps; and
nothing at all when it cannot be."""

import threading
from datetime import date

import pytest
from sqlalchemy.orm import Session

from lebailleur import clock
from lebailleur.database import reading, writing
from lebailleur.rentals import payments, proposals
from lebailleur.rentals.asks import Ask
from lebailleur.rentals.errors import Conflict, NotFound, Refused, RentalError
from lebailleur.rentals.models import Allocation, Payment, Receipt
from lebailleur.rentals.rights import Asker
from tests.rentals.conftest import Ledger, moment

NOW = "2026-03-10"


def numbers(ledger):
    with reading(ledger.engine) as session:
        rows = session.query(Receipt).filter_by(landlord_id=ledger.landlord_id)
        return [(each.year, each.serial) for each in rows.order_by(Receipt.id)]


def together(*deeds):
    """Do all in the same instant; their results, or the errors that they raised."""
    found, gate = [None] * len(deeds), threading.Barrier(len(deeds))

    def run(index, deed):
        gate.wait()
        try:
            found[index] = deed()
        except RentalError as error:
            found[index] = error

    threads = [threading.Thread(target=run, args=each) for each in enumerate(deeds)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return found


def test_receipts_are_numbered_by_landlord_and_year(ledger):
    other = Ledger(ledger.engine)
    mine, theirs = ledger.lease(), other.lease()
    first = ledger.pay("2026-01-05", mine, amount=10_000)
    other.pay("2026-01-06", theirs, amount=10_000)
    ledger.pay("2026-12-31", mine, amount=10_000)
    last = ledger.pay("2027-01-01", mine, amount=10_000)
    assert numbers(ledger) == [(2026, 1), (2026, 2), (2027, 1)]
    assert numbers(other) == [(2026, 1)]
    assert first.receipt.number.endswith("2026-0001")
    assert last.receipt.number.endswith("2027-0001")
    with reading(ledger.engine) as session:
        every = [each.number for each in session.query(Receipt)]
    assert len(set(every)) == len(every) == 4


def test_the_year_is_that_of_the_day_on_which_it_is_given(ledger):
    paul = ledger.lease()
    paid = ledger.pay("2026-12-31T23:30:00+00:00", paul, amount=10_000, paid_on=date(2026, 12, 30))
    assert (paid.receipt.year, paid.receipt.serial) == (2027, 1)


def test_a_refusal_uses_no_number(ledger):
    paul = ledger.lease()
    ledger.pay(NOW, paul, amount=10_000)
    with pytest.raises(Refused):
        ledger.pay(NOW, paul, amount=0)
    with clock.moved_to(moment(NOW)), Session(ledger.engine) as session:
        payments.record(session, ledger.asker, Ask(paul, amount=10_000), key="lost")
        session.rollback()
    ledger.pay(NOW, paul, amount=10_000)
    assert numbers(ledger) == [(2026, 1), (2026, 2)]


def test_numbers_have_no_gap_when_many_pay_at_once(ledger):
    leases = [ledger.lease(unit=f"Room {n}", name=f"Tenant {n}") for n in range(8)]

    def pays(lease):
        def deed():
            with writing(ledger.engine) as session:
                ask = Ask(lease, amount=10_000)
                return payments.record(session, ledger.asker, ask, key=f"of {lease}").id

        return deed

    with clock.moved_to(moment(NOW)):
        together(*map(pays, leases))
    assert sorted(numbers(ledger)) == [(2026, n) for n in range(1, 9)]


def test_the_same_key_is_one_payment(ledger):
    paul = ledger.lease()
    first = ledger.pay(NOW, paul, key="wamid.1", amount=50_000)
    again = ledger.pay("2026-03-11", paul, key="wamid.1", amount=50_000)
    assert again.id == first.id
    assert (ledger.count(Payment), ledger.count(Receipt)) == (1, 1)
    assert ledger.owes(NOW, paul) == 100_000


def test_another_landlord_may_use_the_same_key(ledger):
    other = Ledger(ledger.engine)
    ledger.pay(NOW, ledger.lease(), key="1", amount=10_000)
    other.pay(NOW, other.lease(), key="1", amount=10_000)
    assert ledger.count(Payment) == 2


def test_26_the_same_key_in_the_same_instant(ledger):
    paul = ledger.lease()

    def deed():
        with writing(ledger.engine) as session:
            ask = Ask(paul, amount=50_000)
            return payments.record(session, ledger.asker, ask, key="wamid.1").id

    with clock.moved_to(moment(NOW)):
        found = together(*[deed] * 6)
    assert len(set(found)) == 1
    assert isinstance(found[0], int)
    assert (ledger.count(Payment), ledger.count(Receipt)) == (1, 1)


def propose(ledger, lease, key="wamid.7", **ask):
    with ledger.at(NOW) as session:
        proposal, _ = proposals.propose_payment(
            session, ledger.asker, Ask(lease, **ask), key=key, open_minutes=10
        )
        return proposal.id


def test_26_two_confirm_the_same_proposal_in_the_same_instant(ledger):
    paul = ledger.lease()
    proposal = propose(ledger, paul, amount=50_000)

    def deed():
        with writing(ledger.engine) as session:
            done = proposals.confirm(session, ledger.asker, proposal)
            return done.payment.id, done.new

    with clock.moved_to(moment(NOW)):
        found = together(*[deed] * 4)
    assert len({payment for payment, _ in found}) == 1
    assert sorted(new for _, new in found) == [False, False, False, True]
    assert (ledger.count(Payment), ledger.count(Receipt)) == (1, 1)
    assert ledger.owes(NOW, paul) == 100_000


def test_two_proposals_for_the_same_month_do_not_pay_it_twice(ledger):
    """What was shown does not hold any more once the other has been confirmed."""
    paul = ledger.lease()
    first = propose(ledger, paul, amount=50_000)
    with ledger.at(NOW) as session:
        proposals.confirm(session, ledger.asker, first)
    second = propose(ledger, paul, "wamid.8", amount=50_000, months_named=((2026, 2),))
    ledger.pay(NOW, paul, amount=50_000)
    with pytest.raises(RentalError), ledger.at(NOW) as session:
        proposals.confirm(session, ledger.asker, second)
    assert ledger.owes(NOW, paul) == 50_000


def test_proposals_write_nothing_and_end(ledger):
    paul = ledger.lease()
    dropped = propose(ledger, paul, "wamid.1", amount=10_000)
    cancelled = propose(ledger, paul, "wamid.2", amount=10_000)
    with ledger.at(NOW) as session:
        proposals.cancel(session, ledger.asker, cancelled)
    late = propose(ledger, paul, "wamid.3", amount=10_000)
    assert ledger.count(Payment) == ledger.count(Allocation) == 0
    for proposal, code, when in (
        (dropped, "already_decided", NOW),
        (cancelled, "already_decided", NOW),
        (late, "expired", "2026-03-10T11:11:00+00:00"),
    ):
        with pytest.raises(Conflict) as conflict, ledger.at(when) as session:
            proposals.confirm(session, ledger.asker, proposal)
        assert conflict.value.code == code
    assert ledger.count(Payment) == 0


def test_nobody_else_can_confirm_or_see_a_proposal(ledger):
    paul, other = ledger.lease(), Ledger(ledger.engine)
    proposal = propose(ledger, paul, amount=10_000)
    for deed in (proposals.confirm, proposals.cancel, proposals.ask_of):
        for asker in (other.asker, Asker("nobody"), Asker()):
            with pytest.raises(NotFound), ledger.at(NOW) as session:
                deed(session, asker, proposal)
    assert ledger.count(Payment) == 0


CANNOT_BE = [
    ({"amount": 0}, "not_positive"),
    ({"amount": -5}, "not_positive"),
    ({"amount": 10_000_000_000}, "too_large"),
    ({"amount": 24 * 50_000 + 1}, "too_large"),
    ({"amount": 10**400}, "too_large"),
    ({"months": 0}, "not_positive"),
    ({"months": -1}, "not_positive"),
    ({"months": 25}, "too_large"),
    ({"months": 10**9}, "too_large"),
    ({"part": "0"}, "not_positive"),
    ({"part": "-1/2"}, "not_positive"),
    ({"part": "100"}, "too_large"),
    ({}, "no_sum"),
    ({"amount": 10_000, "paid_on": date(2026, 3, 11)}, "future_date"),
    ({"amount": 10_000, "paid_on": date(9999, 12, 31)}, "future_date"),
    ({"amount": 10_000, "paid_on": date(1, 1, 1)}, "before_lease"),
    ({"amount": 10_000, "paid_on": date(2025, 11, 1)}, "before_lease"),
    ({"part": "1/2", "bill": "deposit"}, "no_sum"),
    ({"amount": 0, "bill": "deposit"}, "not_positive"),
    ({"amount": 10_000, "withheld": -1}, "not_positive"),
    ({"part": "all", "bill": "water"}, "no_such_bill"),
]


def test_what_cannot_be_is_refused_and_writes_nothing(ledger):
    paul = ledger.lease()
    for ask, code in CANNOT_BE:
        with pytest.raises(Refused) as refused:
            ledger.pay(NOW, paul, **ask)
        assert refused.value.code == code, ask
    assert ledger.count(Payment) == ledger.count(Receipt) == ledger.count(Allocation) == 0
    assert ledger.owes(NOW, paul) == 150_000


def test_all_of_nothing_is_refused(ledger):
    paul = ledger.lease()
    ledger.pay(NOW, paul, part="all")
    with pytest.raises(Refused) as refused:
        ledger.pay(NOW, paul, part="all")
    assert refused.value.code == "nothing_open"


def test_a_debt_older_than_two_years_can_be_settled_at_once(ledger):
    paul = ledger.lease()
    assert ledger.pay("2028-12-31", paul, part="all").amount == 36 * 50_000
    assert ledger.owes("2028-12-31", paul) == 0
