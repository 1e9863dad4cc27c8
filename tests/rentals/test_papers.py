"""What the papers show and what they may be called (papers of the trade)."""

import re
from datetime import date
from io import BytesIO

import pypdf
import pytest

from lebailleur.rentals import corrections, receipts, statements
from lebailleur.rentals.corrections import Change
from lebailleur.rentals.errors import NotFound, Refused
from lebailleur.rentals.models import Lease, Receipt
from lebailleur.rentals.papers.statement import statement_pdf
from tests.rentals.conftest import Ledger, moment

NOW = "2026-03-10"
JANUARY = (2026, 1)


def paper(ledger, number, when=NOW):
    """All that is printed, spaces and all kinds of them as one."""
    with ledger.at(when) as session:
        pdf = receipts.pdf(session, ledger.asker, number)
        assert receipts.pdf(session, ledger.asker, number) == pdf
    return read(pdf)


def read(pdf):
    pages = pypdf.PdfReader(BytesIO(pdf)).pages
    return re.sub(r"\s+", " ", " ".join(each.extract_text() for each in pages))


def test_one_quittance_for_a_period_that_took_three_payments(ledger):
    paul = ledger.lease()
    for amount in (20_000, 20_000):
        part = ledger.pay("2026-01-05", paul, amount=amount)
        assert "REÇU DE PAIEMENT PARTIEL" in paper(ledger, part.receipt.number)
    with ledger.at("2026-01-06") as session, pytest.raises(Refused, match="not_paid_in_full"):
        receipts.quittance(session, ledger.asker, paul, JANUARY)
    last = ledger.pay("2026-01-20", paul, amount=10_000)
    text = paper(ledger, last.receipt.number)
    assert "QUITTANCE DE LOYER" in text
    assert "Paiements de la période 20 000 FCFA le 5 janvier 2026" in text
    with ledger.at(NOW) as session:
        found = receipts.quittance(session, ledger.asker, paul, JANUARY)
        assert found.number == last.receipt.number
    assert ledger.count(Receipt) == 3


def test_a_quittance_on_request_for_one_of_several_periods(ledger):
    paul = ledger.lease()
    paid = ledger.pay(NOW, paul, amount=150_000)
    tenant = ledger.tenant_of(paul)
    with ledger.at(NOW) as session:
        first = receipts.quittance(session, ledger.asker, paul, JANUARY)
        again = receipts.quittance(session, tenant, paul, (None, 1))
        assert first.number == again.number != paid.receipt.number
        assert receipts.of_month(session, ledger.asker, paul, JANUARY).number == first.number
    text = paper(ledger, first.number)
    assert "QUITTANCE DE LOYER" in text
    assert f"reçu N° {paid.receipt.number}" in text
    with ledger.at(NOW) as session:
        corrections.void(session, ledger.asker, paid.id)
    assert "ANNULÉ" in paper(ledger, first.number)


def test_a_void_paper_says_why_and_what_replaces_it(ledger):
    paul = ledger.lease()
    wrong = ledger.pay(NOW, paul, amount=20_000)
    before = paper(ledger, wrong.receipt.number)
    with ledger.at("2026-03-12") as session:
        change = Change(amount=25_000)
        right = corrections.correct(
            session, ledger.asker, wrong.id, change, key="c", reason="mal compté"
        ).receipt.number
    text = paper(ledger, wrong.receipt.number)
    assert "ANNULÉ" not in before
    assert f"remplacé par le N° {right}, motif : mal compté" in text
    assert "ANNULÉ" in text


def test_a_company_that_withholds_sees_gross_and_net(ledger):
    lease = ledger.lease(200_000)
    paid = ledger.pay("2026-01-05", lease, amount=180_000, withheld=20_000)
    text = paper(ledger, paid.receipt.number)
    assert "QUITTANCE DE LOYER" in text
    assert "Reçu la somme de 180 000 FCFA Cent quatre-vingt mille francs CFA" in text
    assert "Montant brut : 200 000 FCFA" in text
    assert "Précompte retenu par le locataire : 20 000 FCFA" in text


def test_older_debts_are_not_forgiven_by_a_quittance(engine):
    ledger = Ledger(engine, language="en")
    paul = ledger.lease()
    paid = ledger.pay(NOW, paul, amount=50_000, months_named=((2026, 3),))
    text = paper(ledger, paid.receipt.number)
    assert "RENT RECEIPT (PAID IN FULL)" in text
    assert "Without prejudice to earlier rents still owed: 100,000 FCFA." in text


def test_a_deposit_has_a_paper_of_its_own(ledger):
    paul = ledger.lease()
    paid = ledger.pay("2026-01-05", paul, amount=100_000, bill="deposit")
    text = paper(ledger, paid.receipt.number)
    assert "REÇU DE CAUTION" in text
    assert "QUITTANCE" not in text


def test_whoever_holds_a_paper_can_verify_it(ledger):
    paul = ledger.lease()
    paid = ledger.pay(NOW, paul, amount=50_000)
    number, code = paid.receipt.number, paid.receipt.code
    assert f"{number} {code}" in paper(ledger, number)
    with ledger.at(NOW) as session:
        found = receipts.verify(session, number, code.lower())
        assert (found.amount, found.tenant, found.voided_on) == (50_000, "Paul Mbarga", None)
        assert receipts.pdf_by_code(session, number, code).startswith(b"%PDF")
        for wrong in ("AAAAAAAA", "", code[:-1]):
            with pytest.raises(NotFound):
                receipts.verify(session, number, wrong)
        corrections.void(session, ledger.asker, paid.id)
        assert receipts.verify(session, number, code).voided_on == date(2026, 3, 10)


def test_a_statement_explains_every_franc(ledger):
    paul = ledger.lease()
    ledger.pay("2026-01-05", paul, amount=100_000, bill="deposit")
    first = ledger.pay("2026-01-10", paul, amount=120_000)
    ledger.bill(paul, "electricity", 12_500, "2026-02-15")
    with ledger.at("2026-02-20") as session:
        corrections.void(session, ledger.asker, first.id, reason="chèque impayé")
        tenant = session.get_one(Lease, paul).tenant_id
    ledger.pay("2026-03-05", paul, months=1)
    with ledger.at(NOW) as session:
        found = statements.statement(session, ledger.asker, tenant)
        assert [
            (f"{each.on:%m-%d}", each.kind, each.amount, each.balance) for each in found.entries
        ] == [
            ("01-01", "charge", 50_000, 50_000),
            ("01-05", "deposit", 0, 50_000),
            ("01-10", "payment", -120_000, -70_000),
            ("02-01", "charge", 50_000, -20_000),
            ("02-15", "charge", 12_500, -7_500),
            ("02-20", "payment_void", 120_000, 112_500),
            ("03-01", "charge", 50_000, 162_500),
            ("03-05", "payment", -50_000, 112_500),
        ]
        assert (found.balance, found.deposit) == (112_500, 100_000)
        early = statements.statement(session, ledger.asker, tenant, end=date(2026, 2, 16))
        assert early.balance == -7_500
        late = statements.statement(session, ledger.asker, tenant, start=date(2026, 3, 1))
        assert (late.opening, len(late.entries), late.balance) == (112_500, 2, 112_500)
        for language, words in (("fr", "RELEVÉ DE COMPTE"), ("en", "STATEMENT OF ACCOUNT")):
            pdf = statement_pdf(found, language=language, made_at=moment(NOW))
            assert pdf == statement_pdf(found, language=language, made_at=moment(NOW))
            text = read(pdf)
            assert words in text
            assert "Paul Mbarga" in text


def test_months_paid_ahead_are_no_credit_in_a_statement(ledger):
    paul = ledger.lease()
    ledger.pay("2026-01-02", paul, months=3)
    with ledger.at("2026-01-20") as session:
        tenant = session.get_one(Lease, paul).tenant_id
        for day, owed in ((2, 0), (20, 0)):
            found = statements.statement(session, ledger.asker, tenant, end=date(2026, 1, day))
            assert found.balance == owed
    assert ledger.owes("2026-03-31", paul) == 0


def test_long_names_and_many_lines_fit(ledger):
    name = "Marie-Thérèse Éléonore " * 10
    lease = ledger.lease(name=name.strip(), unit="Appartement du troisième étage, porte gauche")
    paid = ledger.pay("2026-01-05", lease, months=24)
    text = paper(ledger, paid.receipt.number)
    assert "Marie-Thérèse" in text
    assert "1er décembre 2027 au 31 décembre 2027" in text
