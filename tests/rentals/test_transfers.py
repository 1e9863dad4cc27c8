"""Operators' transactions: once in the whole database, and what is checked of a message."""

from datetime import date

import pytest

from lebailleur.rentals import claims, payments, transfers
from lebailleur.rentals.asks import Ask, Proof
from lebailleur.rentals.errors import Conflict
from lebailleur.rentals.models import Claim, Payment
from tests.rentals.conftest import Ledger

NOW = "2026-03-10"
PROOF = Proof(payer="677999888", payer_name="PAUL", at="2026-03-09T14:05:00")


def said(lease, reference="71000000001", *, amount=50_000, method="mtn_momo", **proof):
    values = {**vars(PROOF), **proof}
    return Ask(
        lease,
        amount=amount,
        method=method,
        paid_on=date(2026, 3, 9),
        reference=reference,
        proof=Proof(**values),
    )


def record(ledger, ask, key="p"):
    with ledger.at(NOW) as session:
        return payments.record(session, ledger.asker, ask, key=key).id


def claim(ledger, ask, key="m"):
    with ledger.at(NOW) as session:
        return claims.make(session, ledger.tenant_of(ask.lease_id), ask, key=key)[0].id


def codes(ledger, claim_id):
    with ledger.at(NOW) as session:
        return {each.code for each in claims.consider(session, ledger.asker, claim_id).checks}


def test_an_ask_is_kept_with_its_proof(ledger):
    ask = said(ledger.lease())
    assert Ask.from_json(ask.to_json()) == ask
    assert Ask.from_json(Ask(1, amount=5).to_json()) == Ask(1, amount=5)
    old = Ask(1, amount=5).to_json()
    del old["proof"]
    assert Ask.from_json(old) == Ask(1, amount=5)


def test_an_id_counts_once_whoever_says_it_and_however_it_is_written(ledger, engine):
    other = Ledger(engine)
    theirs = other.lease()
    record(ledger, said(ledger.lease(), "pp260309.1405.a12345", method="orange_money"))
    with pytest.raises(Conflict) as raised:
        record(other, said(theirs, "PP260309.1405.A12345", method="orange_money"))
    assert raised.value.code == "reference_used"
    # Another operator's ids are others.
    record(other, said(theirs, "PP260309.1405.A12345"))


def test_who_may_know_of_it(ledger, engine):
    paul, awa, other = ledger.lease(), ledger.lease(unit="Room 2"), Ledger(engine)
    tenant, neighbour = ledger.tenant_of(paul), ledger.tenant_of(awa)
    payment = record(ledger, said(paul))
    with ledger.at(NOW) as session:

        def known(asker):
            found, shown = transfers.recorded(session, asker, "mtn_momo", "71000000001")
            return found, shown.id if shown else None

        assert known(ledger.asker) == (True, payment)
        assert known(tenant) == (True, payment)
        assert known(neighbour) == (True, None)
        assert known(other.asker) == (True, None)
        assert transfers.recorded(session, ledger.asker, "mtn_momo", "7") == (False, None)


def test_a_number_is_remembered_for_its_tenant_alone_once_confirmed(ledger, engine):
    paul, other = ledger.lease(), Ledger(engine)
    other.lease()
    first = claim(ledger, said(paul))
    assert {"payer_unknown", "id_new", "day_recent", "form_usual"} <= codes(ledger, first)
    with ledger.at(NOW) as session:
        assert transfers.paid_by(session, ledger.asker, "677999888") == []
        claims.confirm(session, ledger.asker, first)
    with ledger.at(NOW) as session:
        assert [e.id for e in transfers.paid_by(session, ledger.asker, "677999888")] == [paul]
        assert transfers.paid_by(session, other.asker, "677999888") == []
    assert "payer_known" in codes(ledger, claim(ledger, said(paul, "71000000002"), "n"))


def test_an_agent_is_not_remembered(ledger):
    record(ledger, said(ledger.lease(), deposit=True))
    with ledger.at(NOW) as session:
        assert transfers.paid_by(session, ledger.asker, "677999888") == []


def test_a_used_id_fails_its_check_and_its_confirmation(ledger):
    paul, awa = ledger.lease(), ledger.lease(unit="Room 2")
    record(ledger, said(paul))
    made = claim(ledger, said(awa))
    assert "id_used" in codes(ledger, made)
    with ledger.at(NOW) as session, pytest.raises(Conflict, match="reference_used"):
        claims.confirm(session, ledger.asker, made)
        # The transaction goes on: who answers says so in it.
    with ledger.at(NOW) as session:
        assert session.get_one(Claim, made).state == "waiting"
        assert session.query(Payment).filter_by(lease_id=awa).count() == 0


def test_the_other_checks(ledger):
    paul = ledger.lease()
    odd = said(paul, amount=1_234, at="2026-03-01T10:00:00", odd=True, payer=None)
    found = codes(ledger, claim(ledger, odd))
    assert {"sum_not_due", "day_old", "form_odd", "payer_unknown"} <= found
    assert "id_dated" not in found
    dated = said(paul, "PP260309.1405.A12345", method="orange_money", deposit=True)
    assert {"sum_due", "id_dated", "payer_agent"} <= codes(ledger, claim(ledger, dated, "n"))
    plain = Ask(paul, amount=777)
    assert not {"id_new", "form_odd", "sum_not_due"} & codes(ledger, claim(ledger, plain, "o"))


def test_two_messages_of_one_sum_are_two_claims_and_one_message_is_one(ledger):
    paul = ledger.lease()
    first = claim(ledger, said(paul), "a")
    assert claim(ledger, said(paul), "b") == first
    assert claim(ledger, said(paul, "71000000002"), "c") != first


def test_words_are_replaced_by_the_message(ledger):
    paul = ledger.lease()
    words = claim(ledger, Ask(paul, amount=50_000), "a")
    shown = claim(ledger, said(paul), "b")
    with ledger.at(NOW) as session:
        assert session.get_one(Claim, words).state == "replaced"
        assert session.get_one(Claim, shown).replaces_id == words
