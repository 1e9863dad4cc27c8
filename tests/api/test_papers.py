"""Corrections, statements and papers over REST."""

import pytest

from lebailleur.conversation.models import InboxItem
from lebailleur.database import reading
from tests.api.conftest import TOKEN
from tests.api.test_bad_input import refused
from tests.api.test_payments import balance, paid


def test_a_payment_is_corrected(api):
    paul = api.paul()
    wrong = paid(api, paul, amount=20_000, period="2026-03", paid_on="2026-03-05")
    right = api.made("/payments/modify/", payment=wrong["id"], amount=25_000, reason="miscounted")
    assert (right["amount"], right["paid_on"], right["corrects"]) == (
        25_000,
        "2026-03-05",
        wrong["id"],
    )
    assert [each["period"] for each in right["allocations"]] == ["2026-03"]
    assert right["receipt_number"] != wrong["receipt_number"]
    assert balance(api, paul) == 125_000
    rows = {each["id"]: each for each in api.get("/payments/").json()["results"]}
    assert rows[wrong["id"]]["voided"] is True
    assert rows[wrong["id"]]["corrected_by"] == right["id"]
    assert rows[wrong["id"]]["reason"] == "miscounted"
    assert rows[right["id"]]["voided"] is False


def test_a_payment_is_voided_and_both_hear_of_it(api):
    paul = api.paul()
    payment = paid(api, paul, amount=20_000)
    answer = api.made("/payments/modify/", payment=payment["id"], void=True, reason="bounced")
    assert (answer["id"], answer["voided"], answer["voided_on"]) == (
        payment["id"],
        True,
        "2026-03-10",
    )
    assert balance(api, paul) == 150_000
    refused(api.post("/payments/modify/", {"payment": payment["id"], "void": True}), 409, "void")
    with reading(api.engine) as session:
        triggers = [each.content["trigger"] for each in session.query(InboxItem)]
    assert sorted(triggers) == [
        "EXTERNAL_payment_noted",
        "EXTERNAL_payment_voided",
        "EXTERNAL_receipt",
        "EXTERNAL_receipt_void",
    ]


def test_a_correction_with_a_key_is_made_once(api):
    paul = api.paul()
    wrong = paid(api, paul, amount=20_000)
    change = {"payment": wrong["id"], "amount": 25_000, "idempotency_key": "one"}
    answers = {api.post("/payments/modify/", change).text for _ in range(2)}
    assert len(answers) == 1
    assert balance(api, paul) == 125_000


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({}, 422, ["amount", "void"]),
        ({"amount": 5, "void": True}, 422, ["amount", "void"]),
        ({"amount": 0}, 422, ["amount"]),
        ({"amount": 20_000}, 422, ["amount"]),
        ({"amount": 10**12}, 422, ["amount"]),
        ({"amount": 1, "payment": 999}, 404, ["payment", "999"]),
        ({"amount": 1, "reason": "x" * 301}, 422, ["reason"]),
    ],
)
def test_changes_that_cannot_be_leave_all_as_it_was(api, change, status, words):
    paul = api.paul()
    payment = paid(api, paul, amount=20_000)
    refused(api.post("/payments/modify/", {"payment": payment["id"]} | change), status, *words)
    assert balance(api, paul) == 130_000
    [row] = api.get("/payments/").json()["results"]
    assert (row["voided"], row["allocations"]) == (False, payment["allocations"])


def test_a_year_can_be_read_from_the_statement(api):
    paul = api.paul()
    payment = paid(api, paul, amount=120_000, paid_on="2026-03-05")
    found = api.get(f"/tenants/{paul['id']}/statement/").json()
    assert (found["tenant_name"], found["balance"], found["as_of"]) == (
        "Paul Mbarga",
        30_000,
        "2026-03-10",
    )
    assert [(each["date"], each["entry"], each["balance"]) for each in found["entries"]] == [
        ("2026-01-01", "charge", 50_000),
        ("2026-02-01", "charge", 100_000),
        ("2026-03-01", "charge", 150_000),
        ("2026-03-05", "payment", 30_000),
    ]
    line = found["entries"][-1]
    assert line["receipt_number"] == payment["receipt_number"]
    assert [(each["period"], each["amount"]) for each in line["allocations"]] == [
        ("2026-01", 50_000),
        ("2026-02", 50_000),
        ("2026-03", 20_000),
    ]
    early = api.get(f"/tenants/{paul['id']}/statement/", as_of="2026-02-15").json()
    assert (early["balance"], len(early["entries"])) == (100_000, 2)
    later = api.get(f"/tenants/{paul['id']}/statement/", since="2026-03-01").json()
    assert (later["opening"], len(later["entries"])) == (100_000, 2)
    pdf = api.get(f"/tenants/{paul['id']}/statement.pdf")
    assert pdf.headers["content-type"] == "application/pdf"
    refused(api.get("/tenants/999/statement/"), 404, "tenant")
    refused(api.get(f"/tenants/{paul['id']}/statement/", as_of="soon"), 422, "as_of")


def test_a_paper_is_shown_to_whoever_holds_its_code(api):
    paul = api.paul()
    number = paid(api, paul, amount=50_000)["receipt_number"]
    with reading(api.engine) as session:
        from lebailleur.rentals.models import Receipt

        code = session.query(Receipt).one().code
    address = f"/receipts/{number}.pdf"
    own = api.get(address).content
    for headers, query, status in (
        ({"Authorization": ""}, {"code": code}, 200),
        ({"Authorization": ""}, {"code": "AAAAAAAA"}, 401),
        ({"Authorization": ""}, {}, 401),
        ({"Authorization": f"Bearer {TOKEN}"}, {"code": "AAAAAAAA"}, 200),
    ):
        answer = api.client.get(address, params=query, headers=headers)
        assert answer.status_code == status
        if status == 200:
            assert answer.content == own
