"""The examples of the rent accounting about bills, promises and papers, by their numbers there."""

from datetime import date

import pytest

from lebailleur.rentals import bills, plans, quotes, reports
from lebailleur.rentals.asks import Ask
from lebailleur.rentals.bills import NewBill
from lebailleur.rentals.cycles import shares
from lebailleur.rentals.errors import Conflict, NotAllowed, Refused
from lebailleur.rentals.plans import NewPart
from tests.rentals.conftest import to


def test_18_a_promise_owes_the_same(ledger):
    paul = ledger.lease()
    with ledger.at("2026-03-10") as session:
        plans.note(session, ledger.asker, paul, [NewPart(date(2026, 3, 20), 50_000)], key="promise")
    standing = ledger.standing("2026-03-15", paul)
    assert (standing.balance, standing.days_late) == (150_000, 73)
    assert standing.status == "promised"
    assert standing.promised is not None
    assert standing.promised.due_on == date(2026, 3, 20)
    assert ledger.standing("2026-03-21", paul).status == "late"


def test_19_a_plan_is_kept_and_broken(ledger):
    paul = ledger.lease()
    parts = [NewPart(date(2026, *day), 50_000) for day in ((4, 5), (4, 20), (5, 5))]
    with ledger.at("2026-03-10") as session:
        plan_id = plans.note(session, ledger.asker, paul, parts, key="plan").id
    ledger.pay("2026-04-05", paul, amount=50_000)
    for day, states in (
        ("2026-04-05", ["kept", "open", "open"]),
        ("2026-04-20", ["kept", "open", "open"]),
        ("2026-04-21", ["kept", "broken", "open"]),
    ):
        with ledger.at(day) as session:
            plan = plans.plan_for(session, ledger.asker, plan_id)
            assert [each.state for each in plans.standings(session, plan)] == states, day


def test_19_all_that_is_owed_on_a_day(ledger):
    paul = ledger.lease()
    with ledger.at("2026-03-10") as session:
        plan_id = plans.note(
            session, ledger.asker, paul, [NewPart(date(2026, 3, 20))], key="plan"
        ).id
    ledger.pay("2026-03-19", paul, part="all")
    with ledger.at("2026-04-10") as session:
        plan = plans.plan_for(session, ledger.asker, plan_id)
        assert [each.state for each in plans.standings(session, plan)] == ["kept"]


def test_a_request_waits_for_the_landlord(ledger):
    paul = ledger.lease()
    tenant = ledger.tenant_of(paul)
    with ledger.at("2026-03-10") as session:
        plan = plans.ask(session, tenant, paul, [NewPart(date(2026, 3, 20))], key="m")
        assert plans.ask(session, tenant, paul, [NewPart(date(2026, 3, 25))], key="m") is plan
        assert [each.id for each in plans.asked(session, ledger.asker)] == [plan.id]
    assert ledger.standing("2026-03-11", paul).status == "late"
    with ledger.at("2026-03-11") as session, pytest.raises(NotAllowed):
        plans.answer(session, tenant, plan.id, agreed=True)
    with ledger.at("2026-03-11") as session:
        plans.answer(session, ledger.asker, plan.id, agreed=True)
    assert ledger.standing("2026-03-11", paul).status == "promised"
    with ledger.at("2026-03-11") as session, pytest.raises(Conflict, match="already_decided"):
        plans.answer(session, ledger.asker, plan.id, agreed=False)


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ([], "no_parts"),
        ([NewPart(date(2026, 3, 9))], "past_date"),
        ([NewPart(date(2027, 4, 1))], "too_far"),
        ([NewPart(date(2026, 3, 20), 0)], "not_positive"),
    ],
)
def test_a_plan_that_cannot_be(ledger, parts, code):
    paul = ledger.lease()
    with ledger.at("2026-03-10") as session, pytest.raises(Refused, match=code):
        plans.note(session, ledger.asker, paul, parts, key="plan")


def test_25_ages_of_what_is_owed(ledger):
    paul = ledger.lease()
    for month in (2, 3, 5):
        ledger.pay("2026-06-10", paul, amount=50_000, months_named=((2026, month),))
    ledger.pay("2026-06-10", paul, amount=20_000, months_named=((2026, 4),))
    standing = ledger.standing("2026-06-15", paul)
    assert standing.ages == {"90+": 50_000, "61-90": 30_000, "1-30": 50_000}
    assert standing.balance == 130_000
    with ledger.at("2026-06-15") as session:
        every = reports.arrears(session, ledger.asker)
        assert reports.ages_of(every) == standing.ages


def test_32_a_bill_is_split_without_losing_a_franc(ledger):
    three = tuple(ledger.lease(unit=f"Room {n}", name=f"Tenant {n}") for n in (1, 2, 3))
    made = ledger.bill(three, "water", 18_400, "2026-03-15", split=True, weights=(3, 2, 1))
    assert [each.amount for each in made] == [9_200, 6_133, 3_067]


def test_each_may_be_asked_a_sum_of_their_own(ledger):
    two = tuple(ledger.lease(unit=f"Room {n}", name=f"Tenant {n}") for n in (1, 2))
    made = ledger.bill(two, "electricity", 11_700, "2026-03-15", amounts=(4_500, 7_200))
    assert [each.amount for each in made] == [4_500, 7_200]
    for amounts in [(4_500,), (4_500, 7_000), (0, 11_700)]:
        with pytest.raises(Refused, match="bad_split"):
            ledger.bill(two, "water", 11_700, "2026-03-15", amounts=amounts)


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (100, (1, 1, 1), [34, 33, 33]),
        (1, (1, 1), [1, 0]),
        (10, (0, 5, 5), [0, 5, 5]),
        (7, (1, 2, 4), [1, 2, 4]),
    ],
)
def test_32_shares(total, weights, parts):
    assert shares(total, weights) == parts


def test_33_a_company_withholds_tax(ledger):
    lease = ledger.lease(200_000)
    paid = ledger.pay("2026-01-05", lease, amount=180_000, withheld=20_000)
    assert (paid.amount, paid.withheld) == (200_000, 20_000)
    assert ledger.owes("2026-01-05", lease) == 0
    content = paid.receipt.content
    assert (content["amount"], content["withheld"]) == (200_000, 20_000)


def test_34_a_sum_that_is_exactly_a_bill(ledger):
    paul = ledger.lease(start="2026-03-01")
    ledger.bill(paul, "electricity", 12_500, "2026-03-15")
    with ledger.at("2026-03-20") as session:
        ask = Ask(paul, amount=12_500)
        likelier = quotes.likelier(session, ledger.asker, ask)
        assert likelier is not None
        assert likelier.bill == "electricity"
        quoted = quotes.quote(session, ledger.asker, likelier)
        assert to(quoted) == {"electricity 2026-03": 12_500}
        for clear in (
            Ask(paul, amount=12_000),
            Ask(paul, amount=62_500),
            Ask(paul, amount=12_500, bill="rent"),
        ):
            assert quotes.likelier(session, ledger.asker, clear) is None


@pytest.mark.parametrize(("said", "fits"), [(25_000, False), (30_000, True), (130_000, True)])
def test_37_a_remainder_that_does_not_fit_is_asked_about(ledger, said, fits):
    paul = ledger.lease()
    ask = {"amount": 20_000, "months_named": ((None, 3),), "remaining": said}
    if fits:
        assert ledger.quote("2026-03-10", paul, **ask).amount == 20_000
        return
    with pytest.raises(Refused) as refused:
        ledger.quote("2026-03-10", paul, **ask)
    assert (refused.value.code, refused.value.details["open"]) == ("remaining_differs", 30_000)


def test_each_bill_has_its_own_day(ledger):
    paul = ledger.lease(bills_due_on=date(2026, 1, 25))
    awa = ledger.lease(unit="Room 2", name="Awa")
    with ledger.at("2026-03-10") as session:
        every = bills.leases_of(session, ledger.asker, property_id=ledger.property_id)
        bill = NewBill("water", 2_000, tuple(each.id for each in every))
        made = bills.record(session, ledger.asker, bill, key="water")
        assert {each.lease_id: each.due_on for each in made} == {
            paul: date(2026, 3, 25),
            awa: date(2026, 3, 10),
        }
        assert len(bills.record(session, ledger.asker, bill, key="water")) == 2
    assert ledger.owes("2026-03-24", paul) == 150_000
    assert ledger.owes("2026-03-25", paul) == 152_000


def test_two_bills_of_one_kind_in_a_month(ledger):
    paul = ledger.lease()
    ledger.bill(paul, "electricity", 5_000, "2026-03-05")
    ledger.bill(paul, "electricity", 7_000, "2026-03-25")
    assert ledger.owes("2026-03-25", paul) == 162_000


def test_a_bill_that_was_wrong_is_taken_back(ledger):
    paul = ledger.lease(start="2026-03-01")
    [bill] = ledger.bill(paul, "water", 20_000, "2026-03-05")
    ledger.pay("2026-03-06", paul, amount=60_000)
    assert ledger.owes("2026-03-06", paul) == 10_000
    with ledger.at("2026-03-07") as session:
        bills.void(session, ledger.asker, bill.id, reason="it was another meter")
    assert ledger.owes("2026-03-07", paul) == -10_000
    with ledger.at("2026-03-07") as session, pytest.raises(Conflict, match="already_void"):
        bills.void(session, ledger.asker, bill.id)


@pytest.mark.parametrize(
    ("bill", "code"),
    [
        ({"kind": "rent"}, "bad_bill"),
        ({"amount": 0}, "not_positive"),
        ({"amount": -5}, "not_positive"),
        ({"amount": 10**9}, "too_large"),
        ({"lease_ids": ()}, "nobody_to_bill"),
        ({"split": True, "weights": (1, 2)}, "bad_split"),
        ({"split": True, "weights": (0,)}, "bad_split"),
        ({"due_on": date(2030, 1, 1)}, "bad_start"),
    ],
)
def test_a_bill_that_cannot_be(ledger, bill, code):
    paul = ledger.lease()
    wanted = NewBill(**{"kind": "water", "amount": 100, "lease_ids": (paul,), **bill})
    with ledger.at("2026-03-10") as session, pytest.raises(Refused, match=code):
        bills.record(session, ledger.asker, wanted, key="b")
