"""A tenant's "I have paid" is a word; the landlord's answer makes it a payment, once."""

from datetime import date

import pytest

from lebailleur.rentals import claims, proposals
from lebailleur.rentals.asks import Ask
from lebailleur.rentals.errors import Conflict, NotAllowed, NotFound, Refused
from lebailleur.rentals.models import Claim, Payment
from lebailleur.rentals.rights import ADMIN, Asker
from tests.rentals.conftest import Ledger

NOW, NEXT_DAY = "2026-03-10", "2026-03-11"


def claim(ledger, lease, *, key="m", when=NOW, replaces=None, **ask):
    tenant = ledger.tenant_of(lease)
    with ledger.at(when) as session:
        made, new = claims.make(
            session,
            tenant,
            Ask(lease, **ask),
            key=key,
            words="I have paid",
            replaces=replaces,
        )
        assert new
        return made.id


def shown(ledger, claim_id, when=NOW):
    with ledger.at(when) as session:
        found = claims.consider(session, ledger.asker, claim_id)
        amount = found.quote.amount if found.quote else None
        return amount, {each.code: each.details for each in found.checks}


def confirm(ledger, claim_id, when=NOW):
    with ledger.at(when) as session:
        payment, new = claims.confirm(session, ledger.asker, claim_id)
        return payment.amount, new


def state(ledger, claim_id):
    with ledger.at(NOW) as session:
        return session.get_one(Claim, claim_id).state


def propose(ledger, lease, *, claim_id=None, key="p", **ask):
    with ledger.at(NOW) as session:
        made, _ = proposals.propose_payment(
            session, ledger.asker, Ask(lease, **ask), key=key, open_minutes=10, claim=claim_id
        )
        return made.id


def say_yes(ledger, proposal):
    with ledger.at(NOW) as session:
        return proposals.confirm(session, ledger.asker, proposal)


def test_a_claim_is_no_money_until_the_landlord_says_yes_and_then_once(ledger):
    paul = ledger.lease()
    made = claim(ledger, paul, amount=50_000, method="mtn_momo")
    assert ledger.owes(NOW, paul) == 150_000
    assert shown(ledger, made) == (50_000, {})
    assert [confirm(ledger, made, NEXT_DAY) for _ in range(2)] == [(50_000, True), (50_000, False)]
    assert ledger.owes(NOW, paul) == 100_000
    with ledger.at(NOW) as session:
        # The day is the one on which it was said, not the one on which it was confirmed.
        assert session.query(Payment).one().paid_on == date(2026, 3, 10)


def test_the_same_words_twice_are_one_claim(ledger):
    paul = ledger.lease()
    tenant, first = ledger.tenant_of(paul), claim(ledger, paul, amount=50_000)
    for key in ("m", "n"):
        with ledger.at(NOW) as session:
            same, new = claims.make(session, tenant, Ask(paul, amount=50_000), key=key)
            assert (same.id, new) == (first, False)
    other = claim(ledger, paul, key="o", amount=5_000)
    with ledger.at(NOW) as session:
        assert [each.id for each in claims.waiting(session, ledger.asker)] == [first, other]
        own = claims.own_waiting(session, tenant, paul)
        assert [each.id for each in own] == [other, first]


def test_only_the_tenant_claims_and_only_the_landlord_answers(ledger):
    paul, awa = ledger.lease(), ledger.lease(unit="Room 2", name="Awa")
    other = Ledger(ledger.engine)
    made = claim(ledger, paul, amount=50_000)
    shown(ledger, made)
    asks = [
        (ledger.asker, NotAllowed),
        (ADMIN, NotAllowed),
        (ledger.tenant_of(awa), NotFound),
        (other.asker, NotFound),
        (Asker("somebody"), NotFound),
    ]
    for asker, error in asks:
        with pytest.raises(error), ledger.at(NOW) as session:
            claims.make(session, asker, Ask(paul, amount=1_000), key="x")
    for asker in (ledger.tenant_of(paul), ledger.tenant_of(awa), other.asker, Asker("somebody")):
        for act in (claims.confirm, claims.decline, claims.consider, claims.settleable):
            with pytest.raises(NotFound), ledger.at(NOW) as session:
                act(session, asker, made)
    for asker, error in ((ledger.asker, NotAllowed), (other.asker, NotFound)):
        with pytest.raises(error), ledger.at(NOW) as session:
            claims.withdraw(session, asker, made)
    with other.at(NOW) as session:
        assert claims.waiting(session, other.asker) == []
    assert state(ledger, made) == "waiting"
    assert ledger.count(Payment) == 0


def test_what_has_changed_since_it_was_shown_is_not_written(ledger):
    paul = ledger.lease()
    made = claim(ledger, paul, amount=50_000)
    with pytest.raises(Conflict, match="changed"):
        confirm(ledger, made)  # never shown
    shown(ledger, made)
    ledger.pay(NOW, paul, amount=20_000)
    with pytest.raises(Conflict, match="changed"):
        confirm(ledger, made)
    assert (state(ledger, made), ledger.count(Payment)) == ("waiting", 1)
    shown(ledger, made)
    assert confirm(ledger, made) == (50_000, True)
    assert ledger.owes(NOW, paul) == 80_000


def test_a_payment_of_that_sum_settles_the_claim(ledger):
    paul = ledger.lease()
    made, bill = claim(ledger, paul, amount=50_000), claim(ledger, paul, key="n", amount=4_000)
    shown(ledger, made)
    ledger.pay(NOW, paul, amount=30_000)
    assert state(ledger, made) == "waiting"
    paid = ledger.pay(NOW, paul, amount=50_000)
    assert (state(ledger, made), state(ledger, bill)) == ("confirmed", "waiting")
    assert confirm(ledger, made) == (50_000, False)
    with ledger.at(NOW) as session:
        assert session.get_one(Claim, made).payment_id == paid.id
    assert ledger.owes(NOW, paul) == 70_000


def test_another_sum_settles_it_too_and_the_old_card_pays_nothing(ledger):
    paul = ledger.lease()
    made = claim(ledger, paul, amount=50_000)
    shown(ledger, made)
    assert say_yes(ledger, propose(ledger, paul, claim_id=made, amount=45_000)).new
    assert confirm(ledger, made) == (45_000, False)
    late = claim(ledger, paul, key="n", amount=20_000)
    shown(ledger, late)
    waits = propose(ledger, paul, claim_id=late, key="q", amount=15_000)
    assert confirm(ledger, late) == (20_000, True)
    with pytest.raises(Conflict, match="already_decided"):
        say_yes(ledger, waits)
    assert ledger.owes(NOW, paul) == 85_000


def test_declined_and_after_that(ledger):
    paul = ledger.lease()
    made = claim(ledger, paul, amount=50_000)
    shown(ledger, made)
    with ledger.at(NOW) as session:
        assert [claims.decline(session, ledger.asker, made) for _ in range(2)] == [True, False]
    with pytest.raises(Conflict, match="already_decided"):
        confirm(ledger, made)
    tenant = ledger.tenant_of(paul)
    with ledger.at(NOW) as session:
        once, twice = (claims.again(session, tenant, made).id for _ in range(2))
        assert once == twice != made
    # The landlord finds the money after all.
    assert say_yes(ledger, propose(ledger, paul, claim_id=made, amount=50_000)).payment.amount
    assert state(ledger, made) == "confirmed"


def test_corrected_and_taken_back_by_the_tenant(ledger):
    paul = ledger.lease()
    tenant, first = ledger.tenant_of(paul), claim(ledger, paul, amount=50_000)
    shown(ledger, first)
    second = claim(ledger, paul, key="n", amount=45_000, replaces=first)
    assert state(ledger, first) == "replaced"
    by_phone = claim(ledger, paul, key="o", amount=45_000, method="mtn_momo", replaces=second)
    assert (state(ledger, second), second) == ("replaced", by_phone - 1)
    second = by_phone
    with pytest.raises(Conflict, match="already_decided"):
        confirm(ledger, first)
    with ledger.at(NOW) as session:
        claims.withdraw(session, tenant, second)
    for act in (claims.confirm, claims.decline, claims.settleable):
        with pytest.raises(Conflict, match="already_decided"), ledger.at(NOW) as session:
            act(session, ledger.asker, second)
    with pytest.raises(Conflict), ledger.at(NOW) as session:
        claims.withdraw(session, tenant, second)
    with pytest.raises(Conflict), ledger.at(NOW) as session:
        claims.again(session, tenant, second)
    assert ledger.count(Payment) == 0


def test_what_the_landlord_should_look_at(ledger):
    paul = ledger.lease()
    ahead = claim(ledger, paul, amount=20_000, paid_on=date(2026, 3, 14))
    assert shown(ledger, ahead) == (20_000, {"future_date": {"day": date(2026, 3, 14)}})
    assert confirm(ledger, ahead) == (20_000, True)
    much = claim(ledger, paul, key="n", amount=200_000)
    assert shown(ledger, much) == (200_000, {"more_than_owed": {"covered": 130_000}})
    paid = ledger.pay(NOW, paul, amount=50_000, months_named=((2026, 1),))
    again = claim(ledger, paul, key="o", amount=50_000, months_named=((2026, 1),))
    amount, checks = shown(ledger, again)
    assert (amount, set(checks)) == (50_000, {"already_paid", "recorded_before"})
    assert checks["recorded_before"]["number"] == paid.receipt.number


def test_the_rest_is_what_it_was_when_it_was_said(ledger):
    paul = ledger.lease()
    made = claim(ledger, paul, part="all")
    ledger.pay(NOW, paul, amount=50_000)
    amount, checks = shown(ledger, made)
    assert (amount, set(checks)) == (150_000, {"more_than_owed"})


def test_what_can_be_no_claim(ledger):
    paul = ledger.lease()
    ledger.pay(NOW, paul, amount=150_000)
    for ask, code in (
        ({"part": "all"}, "nothing_open"),
        ({"months_named": ((2026, 3),)}, "already_paid"),
        ({"amount": -5}, "not_positive"),
        ({"amount": 9_000_000}, "too_large"),
    ):
        with pytest.raises(Refused, match=code):
            claim(ledger, paul, key=code, **ask)
    assert ledger.count(Claim) == 0
