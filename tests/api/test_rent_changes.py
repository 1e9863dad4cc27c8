"""Another rent over REST: from a day on, and never for what is charged already."""

from lebailleur import clock
from tests.api.test_bad_input import refused
from tests.api.test_changes import charges, everything, the
from tests.api.test_payments import paid

HUGE = 10**400


def test_a_new_rent_is_asked_from_the_next_cycle(api):
    paul = api.paul()
    room = the(api, "rent-entities")
    answer = api.client.patch(f"/rent-entities/{room['id']}/", json={"rent_amount": 60_000})
    assert answer.json() == {**room, "rent_amount": 60_000}
    assert api.get(f"/tenants/{paul['id']}/").json()["balance"] == 150_000
    with clock.moved_to(clock.local(clock.now(), "UTC").replace(month=5)):
        assert charges(api, paul) == {
            "2026-01": 50_000,
            "2026-02": 50_000,
            "2026-03": 50_000,
            "2026-04": 60_000,
            "2026-05": 60_000,
        }


def test_a_new_rent_is_asked_from_the_day_that_is_said(api):
    paul = api.paul()
    room = the(api, "rent-entities")
    paid(api, paul, months=4)  # April is paid ahead, so it is charged.
    body = {**room, "rent_amount": 60_000, "rent_from": "2026-06-01"}
    for _ in range(2):
        assert api.client.put(f"/rent-entities/{room['id']}/", json=body).status_code == 200
    # Another day, in the past: what is charged stays.
    body = {"rent_amount": 70_000, "rent_from": "2026-02-01"}
    assert api.client.patch(f"/rent-entities/{room['id']}/", json=body).status_code == 200
    with clock.moved_to(clock.local(clock.now(), "UTC").replace(month=6)):
        assert charges(api, paul) == {
            "2026-01": 50_000,
            "2026-02": 50_000,
            "2026-03": 50_000,
            "2026-04": 50_000,
            "2026-05": 70_000,
            "2026-06": 60_000,
        }


def test_the_rent_of_what_is_free_is_the_next_tenants(api):
    house = api.house()
    room = api.made("/rent-entities/", name="Room 1", rent_amount=50_000, property=house["id"])
    api.client.patch(f"/rent-entities/{room['id']}/", json={"rent_amount": 40_000})
    made = api.made(
        "/tenants/",
        name="Marie",
        whatsapp_number="677000003",
        rent_entity=room["id"],
        start_of_payment_cycle="2026-03-01",
        notify=False,
    )
    assert made["balance"] == 40_000


def test_the_rent_after_a_lease_that_ends_is_the_next_tenants(api):
    paul = api.paul()
    room = the(api, "rent-entities")
    body = {"end_of_lease": "2026-03-31"}
    assert api.client.patch(f"/tenants/{paul['id']}/", json=body).status_code == 200
    answer = api.client.patch(f"/rent-entities/{room['id']}/", json={"rent_amount": 60_000})
    assert answer.json()["rent_amount"] == 60_000
    assert api.get(f"/tenants/{paul['id']}/").json()["balance"] == 150_000


def test_rents_that_cannot_be_change_nothing(api):
    api.paul()
    before, room = everything(api), the(api, "rent-entities")
    for change, words in (
        *(({"rent_amount": rent}, "rent_amount") for rent in (0, -5, 5e4, True, "5", None, HUGE)),
        ({"rent_amount": 60_000, "rent_from": "2026-02-31"}, "rent_from"),
        ({"rent_amount": 60_000, "rent_from": "2150-01-01"}, "rent_from"),
        ({"rent_amount": 60_000, "rent_from": "1999-01-01"}, "rent_from"),
        ({"rent_amount": 60_000, "rent_from": 20260401}, "rent_from"),
        ({"rent_from": "2026-04-01"}, "rent_amount is needed"),
        ({"property": "1"}, "property"),
        ({"property": None}, "property"),
    ):
        body = {"name": "Other", **change}
        refused(api.client.patch(f"/rent-entities/{room['id']}/", json=body), 422, words)
    assert everything(api) == before
