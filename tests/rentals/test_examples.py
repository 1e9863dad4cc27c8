"""The examples of the rent accounting, by their numbers there. Francs; Paul's lease is Room 1 at
50,000 a month from 1 January 2026 unless said."""

from datetime import date, timedelta
from io import BytesIO
from itertools import islice, pairwise

import pypdf
import pytest

from lebailleur.rentals import receipts
from lebailleur.rentals.cycles import Schedule
from lebailleur.rentals.errors import Refused
from lebailleur.rentals.models import Lease, Payment, Receipt
from tests.rentals.conftest import to

MARCH = ((None, 3),)


def title(ledger, payment):
    """The paper's title, as printed."""
    with ledger.at("2026-03-10") as session:
        pdf = receipts.pdf(session, ledger.asker, payment.receipt.number)
    return pypdf.PdfReader(BytesIO(pdf)).pages[0].extract_text().splitlines()[0]


def test_1_nothing_paid(ledger):
    paul = ledger.lease()
    standing = ledger.standing("2026-03-10", paul)
    assert [each.due_on for each in standing.open] == [date(2026, n, 1) for n in (1, 2, 3)]
    assert (standing.balance, standing.days_late, standing.status) == (150_000, 68, "late")


@pytest.mark.parametrize(
    ("start", "due"),
    [
        (date(2026, 1, 31), ["01-31", "02-28", "03-31", "04-30", "05-31"]),
        (date(2028, 1, 31), ["01-31", "02-29", "03-31"]),
    ],
)
def test_2_due_days_follow_the_start(start, due):
    found = islice(Schedule(start, 1, start).cycles(), len(due))
    assert [f"{each.start:%m-%d}" for each in found] == due


def test_2_cycles_leave_no_day_out():
    every = list(islice(Schedule(date(2026, 1, 31), 1, date(2026, 1, 31)).cycles(), 30))
    for before, after in pairwise(every):
        assert after.start - before.end == timedelta(days=1)


def test_2_in_the_ledger(ledger):
    paul = ledger.lease(start="2026-01-31")
    assert ledger.owes("2026-02-27", paul) == 50_000
    assert ledger.owes("2026-02-28", paul) == 100_000
    assert ledger.owes("2026-03-30", paul) == 100_000
    assert ledger.owes("2026-03-31", paul) == 150_000


def test_3_half_of_march(ledger):
    paul = ledger.lease()
    quote = ledger.quote("2026-03-10", paul, part="1/2", months_named=MARCH)
    assert (quote.amount, to(quote), quote.balance) == (25_000, {"rent 2026-03": 25_000}, 125_000)
    paid = ledger.pay("2026-03-10", paul, part="1/2", months_named=MARCH)
    assert to(paid) == to(quote)
    assert ledger.open("2026-03-10", paul) == {
        "rent 2026-01": 50_000,
        "rent 2026-02": 50_000,
        "rent 2026-03": 25_000,
    }
    assert title(ledger, paid) == "REÇU DE PAIEMENT PARTIEL"


def test_4_a_sum_pays_the_oldest_first(ledger):
    paul = ledger.lease()
    paid = ledger.pay("2026-03-10", paul, amount=120_000)
    assert to(paid) == {"rent 2026-01": 50_000, "rent 2026-02": 50_000, "rent 2026-03": 20_000}
    assert ledger.owes("2026-03-10", paul) == 30_000


def test_5_credit_pays_the_next_month_on_its_day(ledger):
    paul = ledger.lease()
    paid = ledger.pay("2026-03-10", paul, amount=170_000)
    assert ledger.standing("2026-03-10", paul).status == "ahead"
    assert ledger.owes("2026-03-31", paul) == -20_000
    assert ledger.owes("2026-04-01", paul) == 30_000
    assert ledger.open("2026-04-01", paul) == {"rent 2026-04": 30_000}
    with ledger.at("2026-04-02") as session:
        taken = session.get_one(Payment, paid.id).allocations[-1]
        assert (taken.amount, taken.on) == (20_000, date(2026, 4, 1))
    assert title(ledger, paid) == "QUITTANCE DE LOYER"


def test_5_credit_pays_on_the_day_even_when_nobody_looked(ledger):
    paul = ledger.lease()
    paid = ledger.pay("2026-03-10", paul, amount=170_000)
    assert ledger.owes("2026-05-20", paul) == 80_000
    with ledger.at("2026-05-20") as session:
        assert session.get_one(Payment, paid.id).allocations[-1].on == date(2026, 4, 1)


def test_6_months_ahead(ledger):
    paul = ledger.lease()
    ledger.pay("2026-03-02", paul, amount=150_000)
    paid = ledger.pay("2026-03-10", paul, months=3)
    assert to(paid) == {f"rent 2026-0{n}": 50_000 for n in (4, 5, 6)}
    standing = ledger.standing("2026-03-10", paul)
    assert (standing.balance, standing.next_due) == (0, (date(2026, 7, 1), 50_000))
    assert ledger.paid_until(paul) == date(2026, 6, 30)
    assert ledger.owes("2026-06-30", paul) == 0
    assert ledger.owes("2026-07-01", paul) == 50_000


def test_7_cycles_of_three_months(ledger):
    lease = ledger.lease(40_000, "2026-02-01", 3)
    paid = ledger.pay("2026-05-20", lease, amount=150_000)
    assert to(paid) == {"rent 2026-02": 120_000, "rent 2026-05": 30_000}
    standing = ledger.standing("2026-05-20", lease)
    assert (standing.balance, standing.next_due) == (90_000, (date(2026, 8, 1), 120_000))


def test_8_the_rest_of_march_and_the_rest(ledger):
    paul = ledger.lease()
    ledger.pay("2026-03-10", paul, part="1/2", months_named=MARCH)
    rest = ledger.pay("2026-03-10", paul, part="rest", months_named=MARCH)
    assert (rest.amount, to(rest)) == (25_000, {"rent 2026-03": 25_000})
    everything = ledger.pay("2026-03-10", paul, part="all")
    assert everything.amount == 100_000
    assert ledger.owes("2026-03-10", paul) == 0


def light(ledger):
    """March and electricity are open."""
    paul = ledger.lease(start="2026-03-01")
    ledger.bill(paul, "electricity", 12_500, "2026-03-15")
    return paul


def test_9_rent_before_bills(ledger):
    paul = light(ledger)
    paid = ledger.pay("2026-03-20", paul, amount=60_000)
    assert to(paid) == {"rent 2026-03": 50_000, "electricity 2026-03": 10_000}
    assert ledger.owes("2026-03-20", paul) == 2_500


def test_10_a_named_bill_gets_the_sum(ledger):
    paul = light(ledger)
    paid = ledger.pay("2026-03-20", paul, amount=12_500, bill="electricity")
    assert to(paid) == {"electricity 2026-03": 12_500}
    assert ledger.owes("2026-03-20", paul) == 50_000
    assert ledger.standing("2026-03-20", paul).lease.last_paid_on is None


def test_10_what_a_bill_leaves_over_is_credit(ledger):
    paul = light(ledger)
    quote = ledger.quote("2026-03-20", paul, amount=15_000, bill="electricity")
    assert (to(quote), quote.credit) == ({"electricity 2026-03": 12_500}, 2_500)
    assert quote.balance == 47_500


@pytest.mark.parametrize(("part", "amount"), [("1/3", 16_667), ("2/3", 33_333), ("1/7", 7_143)])
def test_17_fractions_are_rounded_half_up(ledger, part, amount):
    paul = ledger.lease()
    quote = ledger.quote("2026-03-10", paul, part=part, months_named=MARCH)
    assert (quote.amount, to(quote)) == (amount, {"rent 2026-03": amount})


def test_17_half_a_franc_is_rounded_up(ledger):
    lease = ledger.lease(rent=33_333)
    assert ledger.quote("2026-03-10", lease, part="1/2", months_named=MARCH).amount == 16_667


def test_22_an_advance_and_a_day_long_before(ledger):
    paul = ledger.lease()
    ledger.pay("2025-12-20", paul, amount=50_000)
    assert ledger.owes("2025-12-31", paul) == -50_000
    assert ledger.owes("2026-01-01", paul) == 0
    assert ledger.open("2026-01-31", paul) == {}
    with pytest.raises(Refused) as refused:
        ledger.pay("2026-03-10", paul, amount=50_000, paid_on=date(2025, 6, 1))
    assert refused.value.code == "before_lease"


def test_23_a_day_begins_in_the_landlords_zone(ledger):
    paul = ledger.lease()
    assert ledger.owes("2026-02-28T22:59:00+00:00", paul) == 100_000
    assert ledger.owes("2026-02-28T23:00:00+00:00", paul) == 150_000


def test_27_half_a_month_within_a_longer_cycle(ledger):
    lease = ledger.lease(40_000, "2026-01-01", 3)
    paid = ledger.pay("2026-03-10", lease, part="1/2", months_named=MARCH)
    assert to(paid) == {"rent 2026-01": 20_000}


def test_27_several_months_within_one_cycle(ledger):
    lease = ledger.lease(40_000, "2026-01-01", 3)
    both = ((None, 2), (None, 3), (None, 2))
    paid = ledger.pay("2026-03-10", lease, months_named=both)
    assert (paid.amount, to(paid)) == (80_000, {"rent 2026-01": 80_000})
    rest = ledger.pay("2026-03-10", lease, part="rest", months_named=both)
    assert (rest.amount, to(rest)) == (40_000, {"rent 2026-01": 40_000})
    assert ledger.owes("2026-03-10", lease) == 0


def test_27_a_sum_for_several_months_of_one_cycle_pays_it_once(ledger):
    lease = ledger.lease(40_000, "2026-01-01", 3)
    quote = ledger.quote("2026-03-10", lease, amount=130_000, months_named=((None, 2), (None, 3)))
    assert (to(quote), quote.credit, quote.balance) == ({"rent 2026-01": 120_000}, 10_000, -10_000)


def test_28_an_old_march_that_is_open(ledger):
    paul = ledger.lease()
    ledger.pay("2026-01-02", paul, months=2)
    ledger.pay("2026-03-02", paul, amount=20_000)
    for number in range(4, 13):
        ledger.pay(f"2026-{number:02}-02", paul, amount=50_000, months_named=((2026, number),))
    ledger.pay("2027-01-02", paul, amount=50_000, months_named=((2027, 1),))
    assert ledger.open("2027-01-15", paul) == {"rent 2026-03": 30_000}
    paid = ledger.pay("2027-01-15", paul, part="rest", months_named=MARCH)
    assert to(paid) == {"rent 2026-03": 30_000}
    assert ledger.owes("2027-01-15", paul) == 0


def test_30_a_year_at_once(ledger):
    lease = ledger.lease(50_000, "2026-09-01", 12)
    [charge] = ledger.standing("2026-09-02", lease).open
    assert charge.amount == 600_000
    ledger.pay("2026-09-02", lease, amount=400_000)
    assert ledger.open("2026-09-02", lease) == {"rent 2026-09": 200_000}
    assert ledger.owes("2026-09-02", lease) == 200_000


def test_31_a_month_that_is_paid_is_asked_about(ledger):
    paul = ledger.lease()
    ledger.pay("2026-03-02", paul, amount=150_000)
    with pytest.raises(Refused) as refused:
        ledger.pay("2026-03-10", paul, amount=50_000, months_named=MARCH)
    assert refused.value.code == "already_paid"
    assert refused.value.details == {"year": 2026, "month": 3}
    assert (ledger.count(Payment), ledger.count(Receipt)) == (1, 1)
    assert ledger.owes("2026-03-10", paul) == 0


def test_35_today_is_the_landlords_today(ledger):
    paul = ledger.lease()
    assert ledger.pay("2026-03-31T23:30:00+00:00", paul, amount=50_000).paid_on == date(2026, 4, 1)


def test_36_paying_ahead_does_not_change_the_cycle(ledger):
    paul = ledger.lease(start="2026-03-01")
    paid = ledger.pay("2026-03-01", paul, months=6)
    assert to(paid) == {f"rent 2026-0{n}": 50_000 for n in range(3, 9)}
    assert [each.amount for each in ledger.made(paul)] == [50_000] * 6
    with ledger.at("2026-03-02") as session:
        assert session.get_one(Lease, paul).cycle_months == 1


@pytest.mark.parametrize(
    ("when", "paid_months", "expected"),
    [
        # Rule 6: the open one, of several the oldest; else the nearest coming one.
        ("2027-03-10", 0, "rent 2026-03"),
        ("2027-03-10", 3, "rent 2027-03"),
        ("2026-12-10", 12, "rent 2027-03"),
        ("2026-02-10", 2, "rent 2026-03"),
    ],
)
def test_which_march(ledger, when, paid_months, expected):
    paul = ledger.lease()
    if paid_months:
        ledger.pay(when, paul, amount=paid_months * 50_000)
    assert to(ledger.quote(when, paul, part="1/2", months_named=MARCH)) == {expected: 25_000}


def test_a_month_ahead_makes_no_gap_in_the_charges(ledger):
    paul = ledger.lease()
    ledger.pay("2026-01-02", paul, amount=50_000)
    ledger.pay("2026-01-10", paul, amount=50_000, months_named=((2026, 4),))
    assert [f"{each.period_start:%m}" for each in ledger.made(paul)] == ["01", "02", "03", "04"]
    assert ledger.owes("2026-01-31", paul) == 0
    assert ledger.owes("2026-04-01", paul) == 100_000
    assert ledger.paid_until(paul) == date(2026, 1, 31)


def test_what_was_settled_before_is_not_asked(ledger):
    lease = ledger.lease(start="2024-05-10", made="2026-03-10", last_paid="2026-02-20")
    assert [each.due_on for each in ledger.made(lease)] == [date(2026, 3, 10)]
    assert ledger.owes("2026-03-10", lease) == 50_000
