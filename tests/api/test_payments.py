"""Payments and receipts over REST."""

import socket
import threading
from io import BytesIO

import pypdf
import pytest
import requests
import uvicorn

from lebailleur import identity
from lebailleur.conversation.models import InboxItem
from lebailleur.database import reading
from lebailleur.rentals.models import Payment, Receipt
from tests.api.conftest import TOKEN
from tests.api.test_bad_input import HUGE, refused


def paid(api, tenant, **fields):
    return api.made("/payments/confirm/", tenant=tenant["id"], **fields)


def balance(api, tenant):
    return api.get(f"/tenants/{tenant['id']}/").json()["balance"]


def months_of(payment):
    return [(each["period"], each["amount"]) for each in payment["allocations"]]


def test_a_payment_pays_the_oldest_first(api):
    paul = api.paul()
    payment = paid(api, paul, amount=120_000, method="mtn_momo", paid_on="2026-03-09")
    assert months_of(payment) == [("2026-01", 50_000), ("2026-02", 50_000), ("2026-03", 20_000)]
    assert {each["bill"] for each in payment["allocations"]} == {"rent"}
    assert payment["tenant"] == paul["id"]
    assert (payment["amount"], payment["method"]) == (120_000, "mtn_momo")
    assert (payment["paid_on"], payment["voided"]) == ("2026-03-09", False)
    assert payment["receipt_number"].endswith("2026-0001")
    assert balance(api, paul) == 30_000
    assert api.get(f"/tenants/{paul['id']}/").json()["last_rent_paid"] == "2026-03-09"


def test_a_period_is_named(api):
    paul = api.paul()
    assert months_of(paid(api, paul, amount=25_000, period="2026-03")) == [("2026-03", 25_000)]
    both = paid(api, paul, amount=75_000, period=["2026-02", "2026-03", "2026-02"])
    assert months_of(both) == [("2026-02", 50_000), ("2026-03", 25_000)]
    assert balance(api, paul) == 50_000


def test_months_reach_ahead(api):
    paul = api.paul()
    payment = paid(api, paul, months=5)
    assert payment["amount"] == 250_000
    assert [each for each, _ in months_of(payment)] == [f"2026-0{n}" for n in range(1, 6)]
    assert payment["credit"] == 0
    after = api.get(f"/tenants/{paul['id']}/").json()
    assert (after["balance"], after["rent_status"]) == (0, "ahead")


def test_credit_is_shown(api):
    paul = api.paul()
    assert paid(api, paul, amount=170_000)["credit"] == 20_000
    after = api.get(f"/tenants/{paul['id']}/").json()
    assert (after["balance"], after["rent_status"]) == (-20_000, "ahead")


def test_the_same_key_is_one_payment(api):
    paul = api.paul()
    first = paid(api, paul, amount=20_000, idempotency_key="till-7")
    assert paid(api, paul, amount=20_000, idempotency_key="till-7") == first
    assert balance(api, paul) == 130_000
    again = api.post(
        "/payments/confirm/", tenant=paul["id"], amount=30_000, idempotency_key="till-7"
    )
    refused(again, 409, "idempotency_key")
    assert paid(api, paul, amount=20_000)["id"] != first["id"]


@pytest.mark.parametrize("notify", [True, False])
def test_tenant_and_landlord_get_the_receipt_once(api, notify):
    paul = api.paul()
    fields = {} if notify else {"notify": False}
    payment = paid(api, paul, amount=20_000, idempotency_key="k", **fields)
    paid(api, paul, amount=20_000, idempotency_key="k", **fields)
    with reading(api.engine) as session:
        kept = session.query(InboxItem).order_by(InboxItem.id).all()
        tenant = identity.find(session, "phone", "+237677000002")
        landlord = identity.find(session, "phone", "+237677000001")
    if not notify:
        assert kept == []
        return
    key, entities = f"receipt:{payment['id']}", {"payment": payment["receipt_number"]}
    assert [(each.key, each.kind, each.person_id, each.content) for each in kept] == [
        (key, "event", tenant.id, {"trigger": "EXTERNAL_receipt", "entities": entities}),
        (
            f"{key}:landlord",
            "event",
            landlord.id,
            {"trigger": "EXTERNAL_payment_noted", "entities": entities},
        ),
    ]


def test_the_list_and_its_filters(api):
    paul = api.paul()
    house = api.get("/properties/").json()["results"][0]
    room = api.made("/rent-entities/", name="Room 2", rent_amount=40_000, property=house["id"])
    marie = api.made(
        "/tenants/",
        name="Marie",
        whatsapp_number="677000003",
        rent_entity=room["id"],
        start_of_payment_cycle="2026-01-01",
    )
    one = paid(api, paul, amount=20_000, paid_on="2026-02-03")
    two = paid(api, marie, amount=40_000, paid_on="2026-03-01")
    three = paid(api, paul, amount=10_000, paid_on="2026-03-05")
    assert api.get("/payments/").json()["results"] == [three, two, one]
    assert api.get("/payments/", tenant=paul["id"]).json()["results"] == [three, one]
    assert api.get("/payments/", since="2026-03-01").json()["results"] == [three, two]
    both = api.get("/payments/", tenant=paul["id"], since="2026-03-01", page_size=1).json()
    assert (both["count"], both["results"]) == (1, [three])


def test_the_receipt_is_a_pdf(api):
    paul = api.paul()
    number = paid(api, paul, amount=25_000, period="2026-03")["receipt_number"]
    answer = api.get(f"/receipts/{number}.pdf")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert number in answer.headers["content-disposition"]
    text = pypdf.PdfReader(BytesIO(answer.content)).pages[0].extract_text()
    assert "Paul Mbarga" in text
    assert number in text
    assert api.get(f"/receipts/{number}.pdf").content == answer.content


def test_receipts_that_are_not_there(api):
    for number in ("L1-2026-0001", "x", "1%00", "..%2fx", "9" * 500, "é"):
        refused(api.get(f"/receipts/{number}.pdf"), 404)


CANNOT_BE = [
    ({"amount": 0}, 422, ["amount"]),
    ({"amount": -5}, 422, ["amount"]),
    ({"amount": 1_900_000_000}, 422, ["amount", "1200000"]),
    ({"amount": HUGE}, 422, ["amount"]),
    ({"amount": 20_000.0}, 422, ["amount must be a whole number"]),
    ({"amount": "20000"}, 422, ["amount must be a whole number"]),
    ({"amount": True}, 422, ["amount must be a whole number"]),
    ({"amount": None}, 422, ["amount", "months"]),
    ({"months": 1}, 422, ["amount", "months"]),
    ({"amount": None, "months": 0}, 422, ["months"]),
    ({"amount": None, "months": 25}, 422, ["months"]),
    ({"amount": None, "months": True}, 422, ["months"]),
    ({"paid_on": "2026-03-11"}, 422, ["paid_on", "2026-03-11"]),
    ({"paid_on": "2026-02-31"}, 422, ["paid_on", "2026-02-31"]),
    ({"paid_on": "2025-06-01"}, 422, ["paid_on", "2026-01-01"]),
    ({"period": "March"}, 422, ["period", "2026-03"]),
    ({"period": "2026-13"}, 422, ["period"]),
    ({"period": []}, 422, ["period"]),
    ({"period": [3]}, 422, ["period"]),
    ({"period": ["2026-03"] * 25}, 422, ["period"]),
    ({"period": "2026-01", "amount": 1, "bill": "rend"}, 422, ["bill"]),
    ({"withheld": -1}, 422, ["withheld"]),
    ({"method": "goat"}, 422, ["method"]),
    ({"tenant": 999}, 404, ["tenant", "999"]),
    ({"tenant": "1"}, 422, ["tenant"]),
    ({"lease": 999}, 404, ["lease", "999"]),
    ({"idempotency_key": ""}, 422, ["idempotency_key"]),
    ({"idempotency_key": "x" * 151}, 422, ["idempotency_key"]),
    ({"idempotency_key": "a\x00b"}, 422, ["idempotency_key"]),
    ({"amout": 5}, 422, ["amout"]),
]


def test_payments_that_cannot_be(api):
    paul = api.paul()
    for change, status, words in CANNOT_BE:
        body = {"tenant": paul["id"], "amount": 20_000} | change
        refused(api.post("/payments/confirm/", body), status, *words)
    with reading(api.engine) as session:
        assert session.query(Payment).count() == session.query(Receipt).count() == 0
        assert session.query(InboxItem).count() == 0
    assert balance(api, paul) == 150_000


def test_a_month_that_is_paid_is_not_paid_twice(api):
    paul = api.paul()
    paid(api, paul, amount=50_000, period="2026-01")
    answer = api.post("/payments/confirm/", tenant=paul["id"], amount=50_000, period="2026-01")
    refused(answer, 422, "period", "2026-01")


def test_several_leases_are_told_apart(api):
    paul = api.paul()
    house = api.get("/properties/").json()["results"][0]
    shop = api.made("/rent-entities/", name="Shop 3", rent_amount=80_000, property=house["id"])
    both = api.made(
        "/tenants/",
        name="Paul Mbarga",
        whatsapp_number="677000002",
        rent_entity=shop["id"],
        start_of_payment_cycle="2026-03-01",
    )
    room, shop = (each["id"] for each in both["leases"])
    answer = api.post("/payments/confirm/", tenant=paul["id"], amount=80_000)
    refused(answer, 422, "lease", str(room), str(shop))
    assert paid(api, paul, amount=80_000, lease=shop)["lease"] == shop
    after = api.get(f"/tenants/{paul['id']}/").json()
    assert [each["balance"] for each in after["leases"]] == [150_000, 0]


@pytest.mark.parametrize("query", [{"tenant": "x"}, {"tenant": 10**20}, {"since": "yesterday"}])
def test_filters_that_cannot_be(api, query):
    refused(api.get("/payments/", **query), 422, next(iter(query)))


def test_over_real_http_many_at_once_are_one_payment(api):
    paul = api.paul()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(api.client.app, port=port, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            thread.join(0.02)
        answers = []

        def pay():
            answers.append(
                requests.post(
                    f"http://127.0.0.1:{port}/payments/confirm/",
                    json={"tenant": paul["id"], "amount": 20_000, "idempotency_key": "one"},
                    headers={"Authorization": f"Bearer {TOKEN}"},
                    timeout=30,
                )
            )

        payers = [threading.Thread(target=pay) for _ in range(8)]
        for each in payers:
            each.start()
        for each in payers:
            each.join()
    finally:
        server.should_exit = True
        thread.join()
    assert [each.status_code for each in answers] == [201] * 8
    assert len({each.text for each in answers}) == 1
    assert balance(api, paul) == 130_000


def test_a_reference_needs_its_operator(api):
    tenant = api.paul()["id"]
    ask = {"tenant": tenant, "amount": 10_000, "reference": "MP260310.1405.B12345"}
    refused = api.post("/payments/confirm/", ask)
    assert (refused.status_code, refused.json()["detail"].split(":")[0]) == (422, "method")
    assert api.post("/payments/confirm/", {**ask, "method": "mtn_momo"}).status_code == 201
    again = api.post("/payments/confirm/", {**ask, "method": "mtn_momo"})
    assert again.status_code == 409
    assert api.get("/payments/").json()["count"] == 1
