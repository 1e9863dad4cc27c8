"""Landlords, properties, rent entities and tenants, over REST."""

import pytest

from lebailleur import identity
from lebailleur.conversation.models import InboxItem
from lebailleur.database import reading
from lebailleur.rentals.portfolio import MOST_RENT


def test_a_landlord_is_made_and_read_again(api):
    made = api.made(
        "/landlords/create/",
        name="  Ma   Becky ",
        whatsapp_number="677 00 00 09",
        email="becky@example.com",
        phone_number="+237 699 00 00 09",
        language="en",
        currency="XAF",
        timezone="Africa/Douala",
    )
    assert made == {
        "id": made["id"],
        "name": "Ma Becky",
        "whatsapp_number": "+237677000009",
        "email": "becky@example.com",
        "phone_number": "+237699000009",
        "language": "en",
        "currency": "XAF",
        "timezone": "Africa/Douala",
    }
    assert api.get(f"/landlords/{made['id']}/").json() == made
    assert api.get("/landlords/").json()["results"] == [made]


def test_the_least_of_a_landlord_takes_the_defaults(api):
    made = api.made("/landlords/create/", name="Pa Ngu", whatsapp_number="+237677000001")
    assert (made["language"], made["currency"], made["timezone"]) == ("fr", "XAF", "Africa/Douala")
    assert made["email"] is made["phone_number"] is None


def test_a_house_with_a_room(api):
    house = api.house()
    assert (house["name"], house["address"], house["landlord_name"]) == (
        "Villa Rose",
        "Bonamoussadi",
        "Pa Ngu",
    )
    room = api.made("/rent-entities/", name="Room 1", rent_amount=50_000, property=house["id"])
    assert room == {
        "id": room["id"],
        "name": "Room 1",
        "rent_amount": 50_000,
        "property": house["id"],
        "property_name": "Villa Rose",
    }
    assert api.get(f"/properties/{house['id']}/").json() == house
    assert api.get(f"/rent-entities/{room['id']}/").json() == room
    assert api.get("/rent-entities/").json()["results"] == [room]


def test_a_tenant_and_what_they_owe(api):
    paul = api.paul()
    expected = {
        "name": "Paul Mbarga",
        "whatsapp_number": "+237677000002",
        "rent_entity_name": "Room 1",
        "property_name": "Villa Rose",
        "landlord_name": "Pa Ngu",
        "start_of_payment_cycle": "2026-01-01",
        "payment_cycle_months": 1,
        "bills_due_date": None,
        "last_rent_paid": None,
        "last_bill_paid": None,
        "rent_status": "late",
        "balance": 150_000,
        "language": "fr",
    }
    assert {name: paul[name] for name in expected} == expected
    assert api.get(f"/tenants/{paul['id']}/").json() == paul
    assert api.get("/tenants/").json()["results"] == [paul]


def test_rent_settled_before_is_not_asked_again(api):
    house = api.house()
    room = api.made("/rent-entities/", name="Room 2", rent_amount=40_000, property=house["id"])
    made = api.made(
        "/tenants/",
        name="Marie",
        whatsapp_number="677000003",
        rent_entity=room["id"],
        start_of_payment_cycle="2025-06-01",
        payment_cycle_months=3,
        bills_due_date="2026-04-05",
        last_rent_paid="2026-01-15",
        language="en",
    )
    # The cycle that holds 15 January is December to February: March's is the first asked for.
    assert made["balance"] == 120_000
    assert made["last_rent_paid"] == "2026-01-15"
    assert made["bills_due_date"] == "2026-04-05"
    assert made["payment_cycle_months"] == 3
    assert made["language"] == "en"


@pytest.mark.parametrize("notify", [True, False])
def test_a_new_tenant_is_welcomed_once(api, notify):
    house = api.house()
    room = api.made("/rent-entities/", name="Room 1", rent_amount=50_000, property=house["id"])
    made = api.made(
        "/tenants/",
        name="Paul",
        whatsapp_number="677000002",
        rent_entity=room["id"],
        start_of_payment_cycle="2026-03-01",
        notify=notify,
    )
    with reading(api.engine) as session:
        kept = session.query(InboxItem).all()
        person = identity.find(session, "phone", "+237677000002")
    if not notify:
        assert kept == []
        return
    [event] = kept
    lease = made["leases"][0]["id"]
    assert (event.key, event.person_id, event.kind) == (f"welcome:{lease}", person.id, "event")
    assert event.content == {"trigger": "EXTERNAL_welcome", "entities": {"choice": str(lease)}}


def test_a_tenant_may_rent_a_second_unit(api):
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
    assert both["id"] == paul["id"]
    assert both["rent_entity_name"] == "Shop 3"
    assert both["balance"] == 230_000
    assert [each["balance"] for each in both["leases"]] == [150_000, 80_000]


def test_what_is_read_can_be_sent_back(api):
    landlord = api.get("/landlords/").json()["results"] or [
        api.made("/landlords/create/", name="A", whatsapp_number="677000001")
    ]
    house = api.made("/properties/", name="One", address="Here", landlord=landlord[0]["id"])
    again = api.made("/properties/", **{**house, "name": "Two"})
    assert again["id"] != house["id"]


def test_pages(api):
    house = api.house()
    for number in range(1, 8):
        api.made("/rent-entities/", name=f"Room {number}", rent_amount=1_000, property=house["id"])
    page = api.get("/rent-entities/", page_size=3).json()
    names, previous = [], []
    while True:
        assert page["count"] == 7
        names += [each["name"] for each in page["results"]]
        previous.append(page["previous"])
        if page["next"] is None:
            break
        assert page["next"].startswith("http://testserver/rent-entities/?")
        page = api.client.get(page["next"]).json()
    assert names == [f"Room {number}" for number in range(1, 8)]
    assert previous[0] is None
    assert "page=2" in previous[2]


def test_a_page_has_at_most_a_hundred(api):
    house = api.house()
    for number in range(101):
        api.made("/rent-entities/", name=f"Room {number}", rent_amount=1_000, property=house["id"])
    page = api.get("/rent-entities/", page_size=5_000).json()
    assert len(page["results"]) == 100
    assert page["count"] == 101
    assert page["next"] is not None


def test_empty_lists_are_pages_too(api):
    empty = {"count": 0, "next": None, "previous": None, "results": []}
    for path in ("landlords", "properties", "rent-entities", "tenants", "payments"):
        assert api.get(f"/{path}/").json() == empty


def test_the_highest_rent_and_cycle_fit_the_database(api):
    house = api.house()
    room = api.made("/rent-entities/", name="Tower", rent_amount=MOST_RENT, property=house["id"])
    made = api.made(
        "/tenants/",
        name="A bank",
        whatsapp_number="677000005",
        rent_entity=room["id"],
        start_of_payment_cycle="2026-01-01",
        payment_cycle_months=24,
    )
    assert made["balance"] == 24 * MOST_RENT
    api.made("/payments/confirm/", tenant=made["id"], months=24)
    assert api.get(f"/tenants/{made['id']}/").json()["balance"] == 0
