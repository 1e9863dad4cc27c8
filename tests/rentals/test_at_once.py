"""Several processes pay, correct and void on one lease at once: nothing is lost or doubled."""

from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context

from lebailleur import clock
from lebailleur.database import make_engine, writing
from lebailleur.rentals import corrections, payments, quotes
from lebailleur.rentals.asks import Ask
from lebailleur.rentals.corrections import Change
from lebailleur.rentals.errors import RentalError
from lebailleur.rentals.models import Payment
from lebailleur.rentals.rights import ADMIN
from tests.rentals.conftest import moment
from tests.rentals.test_lives import check_rows

NOW = "2026-03-10"
PROCESSES = 3


def work(url, deeds):
    """In another process: each deed in its own transaction; what came of it."""
    engine = make_engine(url)
    done = []
    for name, *arguments in deeds:
        try:
            with clock.moved_to(moment(NOW)), writing(engine) as session:
                done.append((name, DEEDS[name](session, *arguments)))
        except RentalError as error:
            done.append((name, error.code))
    engine.dispose()
    return done


def _pay(session, lease, amount, key, reference=None):
    ask = Ask(lease, amount=amount, method="mtn_momo", reference=reference)
    return payments.record(session, ADMIN, ask, key=key).id


def _confirm(session, lease, amount, key):
    expected = quotes.quote(session, ADMIN, Ask(lease, amount=amount)).fingerprint()
    return payments.record(session, ADMIN, Ask(lease, amount=amount), key=key, expected=expected).id


def _void(session, payment):
    return corrections.void(session, ADMIN, payment).id


def _correct(session, payment, amount, key):
    return corrections.correct(session, ADMIN, payment, Change(amount=amount), key=key).id


DEEDS = {"pay": _pay, "confirm": _confirm, "void": _void, "correct": _correct}


def at_once(url, *lists):
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        return [each.result(timeout=120) for each in [pool.submit(work, url, d) for d in lists]]


def test_payments_voids_and_corrections_at_once(ledger, database_url):
    paul = ledger.lease()
    first = [ledger.pay(NOW, paul, amount=7_000).id for _ in range(8)]
    lists = [
        [
            deed
            for at, payment in enumerate(first)
            for deed in (
                ("pay", paul, 1_000 + at, f"{number}:{at}"),
                ("confirm", paul, 500, f"same:{at}"),
                # Each is voided by one process and corrected by another: one of them wins.
                ("void", payment) if (at + number) % 2 else ("correct", payment, 3_000, f"c:{at}"),
            )
        ]
        for number in range(PROCESSES)
    ]
    results = at_once(database_url, *lists)
    with ledger.at(NOW) as session:
        check_rows(session, ledger.landlord_id)
        standing = [each for each in session.query(Payment) if each.voided_at is None]
        of_key = {each.key: each for each in standing}
        assert len(of_key) == len(standing)
        assert sum(each.startswith("same:") for each in of_key) == 8
        for number in range(PROCESSES):
            for at in range(8):
                assert of_key[f"{number}:{at}"].amount == 1_000 + at
        for at, payment in enumerate(first):
            old = session.get_one(Payment, payment)
            assert old.voided_at is not None
            corrected = old.reversal.replaced_by_id is not None
            assert corrected == (f"c:{at}" in of_key)
        money = sum(each.amount for each in standing)
    assert ledger.owes(NOW, paul) == 150_000 - money
    refused = {what for result in results for _, what in result if isinstance(what, str)}
    assert refused <= {"already_void"}


def test_26_one_transaction_of_the_operator_is_one_payment(ledger, database_url):
    paul, awa = ledger.lease(), ledger.lease(unit="Room 2", name="Awa")
    lists = [
        [("pay", lease, 5_000, f"{number}:{lease}", " mp260310.1412.c0" + "ffee")]
        for number, lease in enumerate((paul, awa, paul))
    ]
    done = [what for result in at_once(database_url, *lists) for _, what in result]
    assert sorted(isinstance(each, int) for each in done) == [False, False, True]
    assert [each for each in done if isinstance(each, str)] == ["reference_used"] * 2
    assert ledger.count(Payment) == 1


def test_26_a_transaction_whose_payment_was_taken_back_may_be_recorded_again(ledger):
    paul, awa = ledger.lease(), ledger.lease(unit="Room 2", name="Awa")
    said = {"amount": 5_000, "method": "mtn_momo", "reference": "C0FFEE"}
    wrong = ledger.pay(NOW, paul, **said)
    with ledger.at(NOW) as session:
        right = corrections.correct(session, ADMIN, wrong.id, Change(lease_id=awa), key="c")
        assert (right.lease_id, right.paid_on) == (awa, date(2026, 3, 10))
    assert ledger.owes(NOW, awa) == 145_000
