"""Several payments of one message: all or none, once, each as it was shown."""

import pytest

from lebailleur import identity
from lebailleur.rentals import batches, deeds, proposals
from lebailleur.rentals.asks import Ask
from lebailleur.rentals.errors import Conflict, NotFound, Refused
from lebailleur.rentals.models import Payment, Receipt
from lebailleur.rentals.quotes import Quote
from lebailleur.rentals.rights import Asker

NOW = "2026-03-10"


def test_a_second_payment_finds_what_the_first_has_left(ledger):
    paul = ledger.lease()
    with ledger.at(NOW) as session:
        asks = [Ask(paul, amount=60_000), Ask(paul, amount=60_000)]
        quoted = batches.preview(session, ledger.asker, asks)
        assert [[line.amount for line in each.lines] for each in quoted] == [
            [50_000, 10_000],
            [40_000, 20_000],
        ]
        assert session.query(Payment).count() == 0
        assert session.query(Receipt).count() == 0
    assert ledger.owes(NOW, paul) == 150_000


def test_what_cannot_be_is_refused_by_itself(ledger):
    paul, awa = ledger.lease(), ledger.lease(unit="Room 2", name="Awa Njoya")
    with ledger.at(NOW) as session:
        asks = [Ask(paul, amount=50_000), Ask(awa, amount=0), Ask(awa, amount=20_000)]
        found = batches.preview(session, ledger.asker, asks)
    assert [type(each) for each in found] == [Quote, Refused, Quote]


def proposed(ledger, asks):
    with ledger.at(NOW) as session:
        quoted = batches.preview(session, ledger.asker, asks)
        content = deeds.batch_content(quoted)
        return proposals.propose(
            session, ledger.asker, deeds.BATCH, content, key="m", open_minutes=10
        ).id


def test_a_yes_writes_each_once_with_a_receipt_of_its_own(ledger):
    paul, awa = ledger.lease(), ledger.lease(unit="Room 2", name="Awa Njoya")
    proposal = proposed(ledger, [Ask(paul, amount=50_000), Ask(awa, part="1/2")])
    for new in (True, False):
        with ledger.at(NOW) as session:
            done = proposals.confirm(session, ledger.asker, proposal)
            assert done.new is new
            paid = batches.recorded(session, ledger.landlord_id, done.key, 2)
            assert [each.amount for each in paid] == [50_000, 25_000]
            assert len({each.receipt.number for each in paid}) == 2
    assert (ledger.owes(NOW, paul), ledger.owes(NOW, awa)) == (100_000, 125_000)


def test_nothing_is_written_when_one_has_changed(ledger):
    paul, awa = ledger.lease(), ledger.lease(unit="Room 2", name="Awa Njoya")
    proposal = proposed(ledger, [Ask(paul, amount=50_000), Ask(awa, months_named=((None, 1),))])
    ledger.pay(NOW, awa, amount=50_000)
    with ledger.at(NOW) as session:
        with pytest.raises(Conflict, match="changed"):
            proposals.confirm(session, ledger.asker, proposal)
        # Whoever catches it goes on with the same transaction.
        assert session.query(Payment).count() == 1
    assert (ledger.owes(NOW, paul), ledger.owes(NOW, awa)) == (150_000, 100_000)


def test_nobody_else_sees_or_writes_them(ledger):
    paul = ledger.lease()
    proposal = proposed(ledger, [Ask(paul, amount=50_000), Ask(paul, amount=20_000)])
    with ledger.at(NOW) as session:
        stranger = Asker(identity.of_phone(session, "+237699000009").id)
        with pytest.raises(NotFound):
            batches.preview(session, stranger, [Ask(paul, amount=50_000)])
        with pytest.raises(NotFound):
            proposals.confirm(session, stranger, proposal)
    assert ledger.owes(NOW, paul) == 150_000
