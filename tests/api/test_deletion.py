"""Deleting over REST: what goes along is said, the history stays."""

import pytest
from sqlalchemy import select

from lebailleur import clock
from lebailleur.conversation.models import InboxItem
from lebailleur.database import reading
from lebailleur.rentals.models import Landlord, Lease
from tests.api.test_bad_input import refused
from tests.api.test_changes import everything, the
from tests.api.test_payments import paid


def lists(api):
    return {
        each: api.get(f"/{each}/").json()["count"]
        for each in ("landlords", "properties", "rent-entities", "tenants", "payments")
    }


def history(api, paul, payment):
    """All that can be read of what was: it is the same before and after."""
    receipt = api.get(f"/receipts/{payment['receipt_number']}.pdf")
    assert receipt.status_code == 200
    assert receipt.content.startswith(b"%PDF")
    statement = api.get(f"/tenants/{paul['id']}/statement/")
    assert statement.status_code == 200
    assert api.get(f"/tenants/{paul['id']}/statement.pdf").status_code == 200
    payments = api.get("/payments/", tenant=paul["id"])
    assert payments.status_code == 200
    return receipt.content, statement.json(), payments.json()["results"]


@pytest.fixture
def paul(api):
    """He has paid 20,000 of 150,000."""
    return api.paul()


@pytest.fixture
def payment(api, paul):
    return paid(api, paul, amount=20_000, notify=False)


WENT = {"owed": 130_000, "credit": 0, "currency": "XAF", "tenants": ["Paul Mbarga"]}


def went(answer, what, found, **more):
    assert answer.status_code == 200, answer.text
    body = answer.json()
    expected = {"what": what, "id": found["id"], "name": found["name"], **WENT, **more}
    assert {name: body[name] for name in expected} == expected
    return body


def test_a_tenants_deletion_ends_the_lease_and_keeps_the_history(api, paul, payment):
    before = history(api, paul, payment)
    path = f"/tenants/{paul['id']}/"
    went(api.client.delete(path), "tenant", paul, properties=[], rent_entities=[])
    assert history(api, paul, payment) == before
    assert before[2] == [payment]
    assert lists(api)["payments"] == 1
    for method in ("GET", "PUT", "PATCH", "DELETE"):
        refused(api.client.request(method, path, json=paul), 404, "Paul Mbarga was deleted")
    assert lists(api)["tenants"] == 0
    with reading(api.engine) as session:
        assert [f"{each.end_on}" for each in session.scalars(select(Lease))] == ["2026-03-10"]
        assert session.query(InboxItem).count() == 0
    with clock.moved_to(clock.now().replace(month=8)):
        assert history(api, paul, payment)[1]["balance"] == 130_000
    # The room is free, and the same person may come back.
    again = api.made(
        "/tenants/",
        name="Paul Mbarga",
        whatsapp_number=paul["whatsapp_number"],
        rent_entity=paul["rent_entity"],
        start_of_payment_cycle="2026-04-01",
        notify=False,
    )
    assert again["id"] == paul["id"]


@pytest.mark.parametrize(
    ("what", "kind"),
    [("rent-entities", "rent_entity"), ("properties", "property"), ("landlords", "landlord")],
)
def test_what_holds_tenants_is_deleted_with_a_confirmation(api, paul, payment, what, kind):
    found, counts, before = the(api, what), lists(api), history(api, paul, payment)
    path = f"/{what}/{found['id']}/"
    for query in ("", "?confirm=false"):
        refused(api.client.delete(path + query), 409, found["name"], "130000", "?confirm=true")
    refused(api.client.delete(path + "?confirm=maybe"), 422, "confirm")
    assert lists(api) == counts
    gone = went(api.client.delete(path + "?confirm=true"), kind, found)
    assert gone["rent_entities"] == ["Room 1"]
    assert gone["properties"] == (["Villa Rose"] if kind == "landlord" else [])
    order = ["tenants", "rent-entities", "properties", "landlords"]
    for each in order[: order.index(what) + 1]:
        counts[each] = 0
    assert lists(api) == counts
    assert history(api, paul, payment) == before
    for method in ("GET", "PUT", "PATCH", "DELETE"):
        refused(api.client.request(method, path + "?confirm=true", json=found), 404)
    with clock.moved_to(clock.now().replace(month=8)):
        assert history(api, paul, payment)[1]["balance"] == 130_000


@pytest.mark.parametrize("what", ["rent-entities", "properties", "landlords"])
def test_what_nobody_lives_in_goes_at_once(api, what):
    house = api.house()
    api.made("/rent-entities/", name="Room 1", rent_amount=9_000, property=house["id"])
    answer = api.client.delete(f"/{what}/{the(api, what)['id']}/")
    assert answer.status_code == 200, answer.text
    assert (answer.json()["tenants"], answer.json()["owed"]) == ([], 0)
    assert lists(api)["rent-entities"] == lists(api)[what] == 0


def test_a_name_is_free_again_once_its_bearer_is_deleted(api):
    house = api.house()
    room = api.made("/rent-entities/", name="Room 1", rent_amount=9_000, property=house["id"])
    api.client.delete(f"/rent-entities/{room['id']}/")
    again = api.made("/rent-entities/", name="Room 1", rent_amount=8_000, property=house["id"])
    assert again["id"] != room["id"]


def test_nothing_is_added_to_what_was_deleted(api, paul):
    house, landlord = the(api, "properties"), the(api, "landlords")
    assert api.client.delete(f"/landlords/{landlord['id']}/?confirm=true").status_code == 200
    for path, body in (
        ("/properties/", {"name": "A", "address": "B", "landlord": landlord["id"]}),
        ("/rent-entities/", {"name": "A", "rent_amount": 9_000, "property": house["id"]}),
        ("/payments/confirm/", {"tenant": paul["id"], "amount": 1_000}),
    ):
        refused(api.post(path, body), 404)


def test_a_landlord_who_is_deleted_may_come_back_to_empty_books(api, paul):
    landlord = the(api, "landlords")
    api.client.delete(f"/landlords/{landlord['id']}/?confirm=true")
    with reading(api.engine) as session:
        assert session.get_one(Landlord, landlord["id"]).archived_at is not None
    again = api.made("/landlords/create/", name="Pa Ngu", whatsapp_number="+237677000001")
    assert again["id"] == landlord["id"]
    assert {**lists(api), "landlords": 0} == dict.fromkeys(lists(api), 0)


def test_a_house_is_deleted_in_two_steps(api, paul, payment):
    house, before = the(api, "properties"), history(api, paul, payment)
    shown = api.get(f"/properties/delete/{house['id']}/")
    body = went(shown, "property", house, rent_entities=["Room 1"])
    assert api.get(f"/properties/delete/{house['id']}/").json() == body
    assert lists(api)["properties"] == 1
    path = f"/properties/delete/confirm/{house['id']}/"
    gone = went(api.post(path, {"token": body["token"]}), "property", house)
    assert gone == {name: value for name, value in body.items() if name != "token"}
    assert lists(api)["properties"] == lists(api)["rent-entities"] == lists(api)["tenants"] == 0
    assert history(api, paul, payment) == before
    for answer in (
        api.post(path, {"token": body["token"]}),
        api.client.post(path),
        api.get(f"/properties/delete/{house['id']}/"),
    ):
        refused(answer, 404, "Villa Rose was deleted")


def test_a_house_is_deleted_without_having_looked(api, paul):
    house = the(api, "properties")
    went(
        api.client.post(f"/properties/delete/confirm/{house['id']}/"),
        "property",
        house,
        owed=150_000,
    )
    assert lists(api)["properties"] == 0


def test_what_has_changed_since_it_was_shown_is_not_deleted(api, paul):
    house = the(api, "properties")
    path = f"/properties/delete/confirm/{house['id']}/"

    def token():
        return api.get(f"/properties/delete/{house['id']}/").json()["token"]

    changes = (
        lambda: paid(api, paul, amount=10_000, notify=False),
        lambda: api.made("/rent-entities/", name="R 2", rent_amount=1, property=house["id"]),
        lambda: api.client.patch(f"/properties/{house['id']}/", json={"name": "Villa Verte"}),
        lambda: api.client.patch(f"/tenants/{paul['id']}/", json={"name": "Pauline"}),
    )
    for change in changes:
        shown = token()
        change()
        before = everything(api)
        refused(api.post(path, {"token": shown}), 409, "changed")
        assert everything(api) == before
    assert api.post(path, {"token": token()}).status_code == 200


def test_confirmations_that_cannot_be_delete_nothing(api, paul):
    house = the(api, "properties")
    path = f"/properties/delete/confirm/{house['id']}/"
    for body, status, words in (
        ({"token": 5}, 422, "token"),
        ({"token": "x" * 101}, 422, "token"),
        ({"token": "made up"}, 409, "changed"),
        ({"tokn": "x"}, 422, "tokn is not a field"),
        ([], 422, "JSON object"),
    ):
        refused(api.client.post(path, json=body), status, words)
    for id_ in ("99", "0", "x", "9" * 30):
        refused(api.client.post(f"/properties/delete/confirm/{id_}/"), 404)
        refused(api.get(f"/properties/delete/{id_}/"), 404)
    assert lists(api)["properties"] == 1


def test_a_landlord_deletes_only_what_is_theirs(api, paul, payment, as_landlord):
    theirs = {what: the(api, what) for what in ("landlords", "properties", "rent-entities")}
    becky = api.made("/landlords/create/", name="Ma Becky", whatsapp_number="+237677000009")
    own = api.made("/properties/", name="Own", address="X", landlord=becky["id"])
    before = lists(api)
    asking = api.client.app.dependency_overrides
    as_landlord("+237677000009")
    paths = [f"/{what}/{found['id']}/?confirm=true" for what, found in theirs.items()]
    for path in (*paths, f"/tenants/{paul['id']}/"):
        refused(api.client.delete(path), 404)
    house = theirs["properties"]["id"]
    refused(api.get(f"/properties/delete/{house}/"), 404)
    refused(api.client.post(f"/properties/delete/confirm/{house}/"), 404)
    # Of what was deleted there, its payments are no more to be seen than before.
    refused(api.get("/payments/", tenant=paul["id"]), 404)
    assert api.client.delete(f"/properties/{own['id']}/").json()["name"] == "Own"
    asking.clear()
    assert lists(api) == {**before, "properties": before["properties"] - 1}
