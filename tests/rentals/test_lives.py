"""Random lives of a portfolio over three years: whatever happens, the books agree.

The model beside the ledger is as simple as can be: it adds up what was asked and what was
received, by day. What it cannot know (which charge a sum pays) is checked by the ledger's own
rows: an allocation never exceeds its charge or its payment.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy.orm import Session

from lebailleur.database import writing
from lebailleur.rentals import (
    bills,
    corrections,
    deposits,
    late_fees,
    lease_changes,
    payments,
    portfolio,
    statements,
)
from lebailleur.rentals.asks import Ask
from lebailleur.rentals.bills import NewBill
from lebailleur.rentals.corrections import Change
from lebailleur.rentals.errors import Refused, RentalError
from lebailleur.rentals.models import Charge, Lease, Payment, Payout, Receipt
from tests.rentals.conftest import Ledger

START, DAYS = date(2026, 1, 1), 36 * 30
sums = st.integers(1, 250_000)
which = st.integers(0, 99)
flag = st.booleans()
NAMES = [
    *("pay", "pay", "pay", "pay_months", "pay_part", "pay_month", "bill", "void", "correct"),
    *("void_bill", "new_rent", "another_day", "deposit", "use_deposit", "give_back", "refund"),
    *("leave", "move"),
]


class Life(RuleBasedStateMachine):
    """One landlord's 36 months. Each deed is kept, to be done again in another ledger."""

    engine = None  # set for each database, below

    @initialize(
        months=st.sampled_from([1, 1, 2, 3, 6, 12]),
        day=st.integers(1, 31),
        fee=st.sampled_from([None, "percent", "fixed"]),
        arrears=st.booleans(),
    )
    def begin(self, months, day, fee, arrears):
        self.deeds = []
        self.today = START
        self.ledger = self._ledger(months, day, fee, arrears)
        self.made = (months, day, fee, arrears)

    def _ledger(self, months, day, fee, arrears):
        ledger = Ledger(self.engine)
        ledger.leases = [
            ledger.lease(33_335, f"2026-01-{day:02}", months, in_arrears=arrears),
            ledger.lease(50_000, "2026-01-01", unit="Room 2", name="Awa", due_day=5),
        ]
        ledger.payments = []
        if fee:
            with ledger.at(START) as session:
                late_fees.set_late_fee(session, ledger.asker, kind=fee, value=5, after_days=5)
        return ledger

    @rule(name=st.sampled_from(NAMES), one=which, amount=sums, days=st.integers(0, 60), yes=flag)
    def do(self, name, one, amount, days, yes):
        """Time passes, then somebody does something; what is refused is undone."""
        self.today = min(self.today + timedelta(days=days), START + timedelta(days=DAYS))
        deed = (self.today, name, one, amount, yes)
        self.deeds.append(deed)
        act(self.ledger, deed)

    @invariant()
    def the_books_agree(self):
        if not hasattr(self, "ledger"):
            return
        with self.ledger.at(self.today) as session:
            check_rows(session, self.ledger.landlord_id)
            for lease_id in self.ledger.leases:
                lease = session.get_one(Lease, lease_id)
                shown = statements.statement(session, self.ledger.asker, lease.tenant_id)
                owed = sum(
                    each.open
                    for each in session.query(Charge).filter(
                        Charge.lease_id.in_(leases_of(session, lease)),
                        Charge.due_on <= self.today,
                    )
                )
                credit = sum(
                    each.unused
                    for each in session.query(Payment).filter(
                        Payment.lease_id.in_(leases_of(session, lease))
                    )
                )
                # Charges − payments − credits, line by line, is what rule 3 says is owed.
                assert shown.balance == owed - credit
                assert shown.balance == sum(each.amount for each in shown.entries)

    def teardown(self):
        if not hasattr(self, "ledger"):
            return
        again = self._ledger(*self.made)
        for deed in self.deeds:
            act(again, deed)
        # Told again without anybody looking in between, the books are the same.
        assert books(self.ledger, self.today) == books(again, self.today)
        take_all_back(again, self.today)


def leases_of(session, lease):
    return [each.id for each in session.query(Lease).filter_by(tenant_id=lease.tenant_id)]


def act(ledger, deed):
    today, name, *arguments = deed
    try:
        with ledger.at(today) as session:
            DEEDS[name](Doing(ledger, session, today, *arguments))
    except RentalError:
        pass  # refused: nothing was written


@dataclass
class Doing:
    """One deed: in which ledger, on which day, of which lease or payment, how much."""

    ledger: Ledger
    session: Session
    today: date
    one: int
    amount: int
    yes: bool

    @property
    def lease(self):
        return self.ledger.leases[self.one % len(self.ledger.leases)]

    @property
    def payment(self):
        if not self.ledger.payments:
            raise Refused("nothing_open")
        return self.ledger.payments[self.one % len(self.ledger.payments)]

    @property
    def key(self):
        return f"k{next(self.ledger.keys)}"

    @property
    def rent(self):
        return 20_000 + self.amount % 40_000

    def pay(self, **ask):
        ask = Ask(self.lease, **ask)
        paid = payments.record(self.session, self.ledger.asker, ask, key=self.key)
        self.ledger.payments.append(paid.id)


def pay(at):
    at.pay(amount=at.amount, paid_on=at.today - timedelta(days=at.one % 20))


def pay_months(at):
    at.pay(months=1 + at.one % 5)


def pay_part(at):
    at.pay(part=("1/2", "2/3", "all")[at.one % 3])


def pay_month(at):
    at.pay(amount=at.amount, months_named=((None, 1 + at.one % 12),))


def bill(at):
    due = at.today + timedelta(days=at.one % 50 - 10)
    every = tuple(at.ledger.leases)
    wanted = NewBill("water", at.amount, every, split=at.yes, due_on=due)
    bills.record(at.session, at.ledger.asker, wanted, key=at.key)


def void(at):
    corrections.void(at.session, at.ledger.asker, at.payment)


def correct(at):
    change = Change(amount=at.amount)
    new = corrections.correct(at.session, at.ledger.asker, at.payment, change, key=at.key)
    at.ledger.payments.append(new.id)


def void_bill(at):
    found = at.session.query(Charge).filter_by(landlord_id=at.ledger.landlord_id, kind="water")
    every = found.order_by(Charge.id).all()
    if every:
        bills.void(at.session, at.ledger.asker, every[at.one % len(every)].id)


def new_rent(at):
    from_on = at.today + timedelta(days=at.one % 60)
    lease_changes.change_rent(
        at.session,
        at.ledger.asker,
        rent=at.rent,
        from_on=from_on,
        lease_id=at.lease,
        by_days=at.yes,
    )


def another_day(at):
    lease_changes.reschedule(at.session, at.ledger.asker, at.lease, due_day=1 + at.one % 31)


def deposit(at):
    at.pay(amount=at.amount, bill="deposit")


def use_deposit(at):
    paid = deposits.use(at.session, at.ledger.asker, at.lease, key=at.key)
    at.ledger.payments.append(paid.id)


def give_back(at):
    deposits.give_back(at.session, at.ledger.asker, at.lease, key=at.key)


def refund(at):
    deposits.refund(at.session, at.ledger.asker, at.lease, key=at.key)


def leave(at):
    if at.today < START + timedelta(days=400):
        raise Refused("bad_end")
    on = at.today + timedelta(days=at.one % 60 - 20)
    lease_changes.end(at.session, at.ledger.asker, at.lease, on, by_days=at.yes)


def move(at):
    room = portfolio.add_unit(
        at.session,
        at.ledger.asker,
        property_id=at.ledger.property_id,
        name=f"Room {at.key}",
        rent=at.rent,
    )
    moved = lease_changes.move(
        at.session, at.ledger.asker, at.lease, room.id, at.today, by_days=at.yes
    )
    at.ledger.leases[at.one % len(at.ledger.leases)] = moved.id


DEEDS = {name: globals()[name] for name in NAMES}


def check_rows(session, landlord_id):
    for charge in session.query(Charge).filter_by(landlord_id=landlord_id):
        paid = sum(each.amount for each in charge.allocations if each.released_on is None)
        if charge.voided_on is None:
            assert charge.open == charge.amount - paid
        else:
            assert (charge.open, paid) == (0, 0)
    gone = {}
    payouts = session.query(Payout).join(Payment, Payment.id == Payout.payment_id)
    for payout in payouts.filter(Payment.landlord_id == landlord_id, Payout.voided_on.is_(None)):
        gone[payout.payment_id] = gone.get(payout.payment_id, 0) + payout.amount
    for payment in session.query(Payment).filter_by(landlord_id=landlord_id):
        used = sum(each.amount for each in payment.allocations if each.released_on is None)
        if payment.voided_at is not None:
            assert (payment.unused, used) == (0, 0)
        elif payment.bill == "deposit":
            assert (payment.unused, used) == (0, 0)
            assert gone.get(payment.id, 0) <= payment.amount
        else:
            assert payment.unused == payment.amount - used - gone.get(payment.id, 0)
    by_year = {}
    for receipt in session.query(Receipt).filter_by(landlord_id=landlord_id).order_by(Receipt.id):
        by_year.setdefault(receipt.year, []).append(receipt.serial)
    for found in by_year.values():
        assert found == list(range(1, len(found) + 1))


def books(ledger, today):
    """All that a ledger says, without its own ids."""
    with ledger.at(today) as session:
        found = []
        for lease_id in ledger.leases:
            lease = session.get_one(Lease, lease_id)
            shown = statements.statement(session, ledger.asker, lease.tenant_id)
            found.append(
                [
                    (each.on, each.kind, each.amount, each.balance, each.bill, each.period_start)
                    for each in shown.entries
                ]
            )
        return found


def take_all_back(ledger, today):
    """What the payments did, their voids undo: all charges are open as on the first day."""
    with ledger.at(today) as session:
        backwards = session.query(Payment).filter_by(landlord_id=ledger.landlord_id)
        ids = [each.id for each in backwards.order_by(Payment.id.desc()) if not each.voided_at]
    for payment_id in ids:
        try:
            with ledger.at(today) as session:
                corrections.void(session, ledger.asker, payment_id)
        except RentalError as error:
            assert error.code == "paid_back"  # noqa: PT017
            return
    with ledger.at(today) as session:
        for charge in session.query(Charge).filter_by(landlord_id=ledger.landlord_id):
            assert charge.open == (0 if charge.voided_on else charge.amount)


def test_any_life(engine):
    kind = engine.dialect.name
    life = type("LifeOn" + kind, (Life,), {"engine": engine})
    # Sums are the same in each database, so most lives are told in the quicker one.
    run_state_machine_as_test(
        life,
        settings=settings(
            max_examples=15 if kind == "sqlite" else 5,
            stateful_step_count=30,
            derandomize=True,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_the_check_can_fail(ledger):
    paul = ledger.lease()
    ledger.pay("2026-01-05", paul, amount=20_000)
    with writing(ledger.engine) as session:
        check_rows(session, ledger.landlord_id)
        session.query(Payment).one().unused += 5
        with pytest.raises(AssertionError):
            check_rows(session, ledger.landlord_id)
        session.rollback()
