"""The examples of the rent accounting about what changes: rents, moves, ends, deposits, voids,
corrections. By their numbers there."""

from datetime import date

import pytest

from lebailleur.rentals import corrections, deposits, late_fees, lease_changes, portfolio, quotes
from lebailleur.rentals.asks import Ask
from lebailleur.rentals.corrections import Change
from lebailleur.rentals.errors import Conflict, Refused
from lebailleur.rentals.models import Lease, Payment, Receipt, Reversal
from tests.rentals.conftest import to


def amounts(ledger, lease):
    """The charges that stand, by the day they are due."""
    return {
        f"{each.due_on:%m-%d}": each.amount for each in ledger.made(lease) if each.voided_on is None
    }


@pytest.mark.parametrize(
    ("from_on", "june", "july"), [("2026-06-01", 60_000, 60_000), ("2026-06-15", 50_000, 60_000)]
)
@pytest.mark.parametrize("of", ["lease", "unit"])
def test_11_a_new_rent(ledger, from_on, june, july, of):
    paul = ledger.lease()
    with ledger.at("2026-05-10") as session:
        unit_id = session.get_one(Lease, paul).unit_id
        which = {"lease_id": paul} if of == "lease" else {"unit_id": unit_id}
        [(_, first)] = lease_changes.change_rent(
            session, ledger.asker, rent=60_000, from_on=date.fromisoformat(from_on), **which
        )
    assert first.start == date(2026, 6 if june == 60_000 else 7, 1)
    ledger.owes("2026-07-02", paul)
    made = amounts(ledger, paul)
    assert (made["05-01"], made["06-01"], made["07-01"]) == (50_000, june, july)


def test_11_months_ahead_at_the_new_rent(ledger):
    paul = ledger.lease()
    ledger.pay("2026-04-02", paul, amount=200_000)
    with ledger.at("2026-04-10") as session:
        lease_changes.change_rent(
            session, ledger.asker, rent=60_000, from_on=date(2026, 6, 1), lease_id=paul
        )
    paid = ledger.pay("2026-04-10", paul, months=3)
    assert to(paid) == {"rent 2026-05": 50_000, "rent 2026-06": 60_000, "rent 2026-07": 60_000}


def test_12_another_due_day_than_the_first(ledger):
    lease = ledger.lease(62_000, "2026-03-12", due_day=1)
    ledger.owes("2026-05-02", lease)
    assert amounts(ledger, lease) == {"03-12": 40_000, "04-01": 62_000, "05-01": 62_000}


@pytest.mark.parametrize(("by_days", "may"), [(False, 50_000), (True, 32_258)])
@pytest.mark.parametrize("told", ["2026-04-20", "2026-05-10", "2026-06-10"])
def test_13_leaving(ledger, by_days, may, told):
    """Told before the last cycle is charged, in it, or after it: the same is asked."""
    paul = ledger.lease()
    with ledger.at(told) as session:
        lease_changes.end(session, ledger.asker, paul, date(2026, 5, 20), by_days=by_days)
    assert ledger.owes("2026-08-01", paul) == 200_000 + may
    made = amounts(ledger, paul)
    assert made["05-01"] == may
    assert "06-01" not in made


def test_13_what_was_paid_for_later_is_owed_back(ledger):
    paul = ledger.lease()
    ledger.pay("2026-01-02", paul, months=7)
    with ledger.at("2026-05-02") as session:
        lease_changes.end(session, ledger.asker, paul, date(2026, 5, 20), by_days=True)
    assert ledger.owes("2026-08-01", paul) == -(100_000 + 50_000 - 32_258)
    with ledger.at("2026-08-01") as session:
        deposits.refund(session, ledger.asker, paul, key="r")
        deposits.refund(session, ledger.asker, paul, key="r")
    assert ledger.owes("2026-08-01", paul) == 0


def test_14_a_deposit(ledger):
    paul = ledger.lease()
    paid = ledger.pay("2025-12-20", paul, amount=100_000, bill="deposit")
    assert (to(paid), paid.unused) == ({}, 0)
    assert ledger.owes("2026-01-01", paul) == 50_000
    ledger.pay("2026-03-31", paul, amount=120_000)
    with ledger.at("2026-03-31") as session:
        lease_changes.end(session, ledger.asker, paul, date(2026, 3, 31))
    assert ledger.owes("2026-04-02", paul) == 30_000
    with ledger.at("2026-04-02") as session:
        used = deposits.use(session, ledger.asker, paul, key="use")
        assert used.amount == 30_000
        assert deposits.use(session, ledger.asker, paul, key="use").id == used.id
        assert deposits.held(session, ledger.asker, paul) == 70_000
        assert deposits.give_back(session, ledger.asker, paul, key="back") == 70_000
        assert deposits.give_back(session, ledger.asker, paul, key="back") == 70_000
        assert deposits.held(session, ledger.asker, paul) == 0
    assert ledger.owes("2026-04-02", paul) == 0


def test_14_a_deposit_that_was_used_is_held_again_when_that_is_voided(ledger):
    paul = ledger.lease()
    held = ledger.pay("2025-12-20", paul, amount=100_000, bill="deposit")
    with ledger.at("2026-01-05") as session:
        used = deposits.use(session, ledger.asker, paul, key="use")
    with ledger.at("2026-01-06") as session, pytest.raises(Refused, match="paid_back"):
        corrections.void(session, ledger.asker, held.id)
    with ledger.at("2026-01-06") as session:
        corrections.void(session, ledger.asker, used.id)
        assert deposits.held(session, ledger.asker, paul) == 100_000
    assert ledger.owes("2026-01-06", paul) == 50_000


def test_15_a_void_payment_whose_credit_was_used(ledger):
    paul = ledger.lease()
    paid = ledger.pay("2026-03-10", paul, amount=170_000)
    assert ledger.owes("2026-04-09", paul) == 30_000
    with ledger.at("2026-04-10") as session:
        corrections.void(session, ledger.asker, paid.id, reason="the money bounced")
    assert ledger.owes("2026-04-10", paul) == 200_000
    with ledger.at("2026-04-11") as session:
        receipt = session.query(Receipt).one()
        assert (receipt.number, receipt.voided_on) == (paid.receipt.number, date(2026, 4, 10))
        reversal = session.query(Reversal).one()
        assert (reversal.reason, reversal.on) == ("the money bounced", date(2026, 4, 10))
        assert reversal.recorded_by == ledger.asker.label
    with ledger.at("2026-04-11") as session, pytest.raises(Conflict, match="already_void"):
        corrections.void(session, ledger.asker, paid.id)


def test_15_credit_of_another_payment_takes_what_a_void_opens(ledger):
    paul = ledger.lease()
    first = ledger.pay("2026-01-02", paul, amount=50_000)
    ledger.pay("2026-01-03", paul, amount=30_000)
    with ledger.at("2026-01-10") as session:
        corrections.void(session, ledger.asker, first.id)
    assert ledger.open("2026-01-10", paul) == {"rent 2026-01": 20_000}


def test_16_a_correction(ledger):
    paul = ledger.lease()
    for _ in range(6):
        ledger.pay("2026-03-04", paul, amount=1_000)
    wrong = ledger.pay("2026-03-05", paul, amount=20_000)
    assert wrong.receipt.number.endswith("2026-0007")
    with ledger.at("2026-03-09") as session:
        right = corrections.correct(
            session, ledger.asker, wrong.id, Change(amount=25_000), key="c", reason="miscounted"
        )
        again = corrections.correct(session, ledger.asker, wrong.id, Change(amount=25_000), key="c")
        assert again.id == right.id
        assert right.receipt.number.endswith("2026-0008")
        assert (right.amount, right.paid_on) == (25_000, date(2026, 3, 5))
        assert right.corrects_id == wrong.id
        old = session.get_one(Payment, wrong.id)
        assert old.reversal
        assert old.reversal.replaced_by_id == right.id
        assert old.amount == 20_000
        assert old.receipt.voided_on is not None
    assert ledger.owes("2026-03-10", paul) == 150_000 - 6_000 - 25_000


def test_16_to_the_other_paul(ledger):
    paul, other = ledger.lease(), ledger.lease(unit="Room 2", name="Paul Ekane")
    wrong = ledger.pay("2026-03-05", paul, amount=50_000, months_named=((None, 3),))
    with ledger.at("2026-03-09") as session:
        right = corrections.correct(
            session, ledger.asker, wrong.id, Change(lease_id=other), key="c"
        )
        assert to(right) == {"rent 2026-03": 50_000}
    assert (ledger.owes("2026-03-10", paul), ledger.owes("2026-03-10", other)) == (150_000, 100_000)


def test_16_a_preview_writes_nothing(ledger):
    paul = ledger.lease()
    wrong = ledger.pay("2026-03-05", paul, amount=20_000, months_named=((None, 3),))
    with ledger.at("2026-03-09") as session:
        quoted = corrections.preview(session, ledger.asker, wrong.id, Change(amount=25_000))
        assert (to(quoted), quoted.balance) == ({"rent 2026-03": 25_000}, 125_000)
        with pytest.raises(Refused, match="nothing_changes"):
            corrections.preview(session, ledger.asker, wrong.id, Change(amount=20_000))
    with ledger.at("2026-03-09") as session:
        assert session.get_one(Payment, wrong.id).voided_at is None
    assert ledger.owes("2026-03-10", paul) == 130_000


@pytest.mark.parametrize(("kind", "value", "fee"), [("percent", 5, 2_500), ("fixed", 3_000, 3_000)])
def test_20_late_fees(ledger, kind, value, fee):
    paul = ledger.lease()
    ledger.pay("2026-02-02", paul, amount=100_000)
    with ledger.at("2026-02-10") as session:
        late_fees.set_late_fee(session, ledger.asker, kind=kind, value=value, after_days=5)
    assert ledger.owes("2026-03-06", paul) == 50_000
    assert ledger.owes("2026-03-07", paul) == 50_000 + fee
    assert ledger.owes("2026-03-31", paul) == 50_000 + fee
    [late] = [each for each in ledger.made(paul) if each.kind == "late_fee"]
    assert (late.amount, late.due_on) == (fee, date(2026, 3, 7))


def test_20_a_payment_in_time_that_is_told_later_takes_the_fee_back(ledger):
    paul = ledger.lease(start="2026-03-01")
    with ledger.at("2026-02-10") as session:
        late_fees.set_late_fee(session, ledger.asker, kind="percent", value=5, after_days=5)
    assert ledger.owes("2026-03-10", paul) == 52_500
    ledger.pay("2026-03-10", paul, amount=50_000, paid_on=date(2026, 3, 4))
    assert ledger.owes("2026-03-10", paul) == 0


def test_21_two_units_of_one_tenant(ledger):
    room = ledger.lease()
    shop = ledger.lease(80_000, unit="Shop 3", again=room)
    paid = ledger.pay("2026-01-10", shop, amount=80_000)
    assert to(paid) == {"rent 2026-01": 80_000}
    assert (ledger.owes("2026-01-10", shop), ledger.owes("2026-01-10", room)) == (0, 50_000)


def test_24_let_again(ledger):
    paul = ledger.lease()
    with ledger.at("2026-03-20") as session:
        unit_id = session.get_one(Lease, paul).unit_id
        with pytest.raises(Conflict, match="unit_taken"):
            ledger.let(session, unit_id, "Awa", "2026-04-01")
        lease_changes.end(session, ledger.asker, paul, date(2026, 3, 31))
        awa = ledger.let(session, unit_id, "Awa", "2026-04-01")
    assert (ledger.owes("2026-04-10", paul), ledger.owes("2026-04-10", awa)) == (150_000, 50_000)
    with ledger.at("2026-04-10") as session:
        lived = portfolio.current_lease_of(session, unit_id, date(2026, 4, 10))
        assert lived is not None
        assert lived.tenant.name == "Awa"
    with ledger.at("2026-03-31") as session:
        lived = portfolio.current_lease_of(session, unit_id, date(2026, 3, 31))
        assert lived is not None
        assert lived.id == paul


def test_29_a_new_rent_by_days(ledger):
    paul = ledger.lease()
    with ledger.at("2026-02-20") as session:
        lease_changes.change_rent(
            session,
            ledger.asker,
            rent=62_000,
            from_on=date(2026, 3, 16),
            lease_id=paul,
            by_days=True,
        )
    ledger.owes("2026-04-02", paul)
    made = amounts(ledger, paul)
    assert (made["02-01"], made["03-01"], made["04-01"]) == (50_000, 56_194, 62_000)


def test_29_is_too_late_once_the_month_is_charged(ledger):
    paul = ledger.lease()
    with ledger.at("2026-03-02") as session, pytest.raises(Refused, match="already_charged"):
        lease_changes.change_rent(
            session,
            ledger.asker,
            rent=62_000,
            from_on=date(2026, 3, 16),
            lease_id=paul,
            by_days=True,
        )


def test_moving_takes_debt_and_credit_along(ledger):
    paul = ledger.lease()
    with ledger.at("2026-03-15") as session:
        room = portfolio.add_unit(
            session, ledger.asker, property_id=ledger.property_id, name="Room 2", rent=60_000
        )
        moved = lease_changes.move(session, ledger.asker, paul, room.id, date(2026, 3, 20)).id
    # March stays whole at the old rent; April is the new room's, on the same day.
    assert ledger.owes("2026-03-31", moved) == 150_000
    assert ledger.owes("2026-04-01", moved) == 210_000
    paid = ledger.pay("2026-04-02", moved, amount=160_000)
    assert to(paid) == {f"rent 2026-0{n}": 50_000 for n in (1, 2, 3)} | {"rent 2026-04": 10_000}
    with ledger.at("2026-04-02") as session:
        [owing] = ledger.arrears(session)
        assert (owing.lease.id, owing.balance) == (moved, 50_000)


def test_moving_by_days(ledger):
    paul = ledger.lease()
    ledger.pay("2026-03-02", paul, amount=150_000)
    with ledger.at("2026-03-10") as session:
        room = portfolio.add_unit(
            session, ledger.asker, property_id=ledger.property_id, name="Room 2", rent=62_000
        )
        moved = lease_changes.move(
            session, ledger.asker, paul, room.id, date(2026, 3, 16), by_days=True
        ).id
    # 50,000×15/31 = 24,194 and 62,000×16/31 = 32,000: less what was paid for March.
    assert ledger.owes("2026-03-16", moved) == 24_194 + 32_000 - 50_000


def test_another_due_day_on_the_way(ledger):
    paul = ledger.lease(30_000)
    ledger.pay("2026-03-02", paul, amount=90_000)
    with ledger.at("2026-03-10") as session:
        lease_changes.reschedule(session, ledger.asker, paul, due_day=10)
    ledger.owes("2026-05-11", paul)
    assert amounts(ledger, paul) == {
        "01-01": 30_000,
        "02-01": 30_000,
        "03-01": 30_000,
        "04-01": 9_000 - 290,
        "04-10": 30_000,
        "05-10": 30_000,
    }


def test_in_arrears_a_month_is_due_when_it_is_over(ledger):
    paul = ledger.lease(in_arrears=True)
    assert ledger.owes("2026-01-31", paul) == 0
    assert ledger.owes("2026-02-01", paul) == 50_000
    assert ledger.open("2026-02-01", paul) == {"rent 2026-01": 50_000}


def test_after_the_end_only_what_is_owed_can_be_paid(ledger):
    paul = ledger.lease()
    with ledger.at("2026-01-20") as session:
        lease_changes.end(session, ledger.asker, paul, date(2026, 1, 31))
    with ledger.at("2026-03-10") as session:
        assert quotes.quote(session, ledger.asker, Ask(paul, amount=50_000)).balance == 0
        with pytest.raises(Refused, match="lease_ended"):
            quotes.quote(session, ledger.asker, Ask(paul, amount=60_000))
