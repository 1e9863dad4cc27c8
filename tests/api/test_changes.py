"""PUT and PATCH on landlords, properties and rent entities, on both databases."""

import pytest

from lebailleur import identity
from lebailleur.conversation.models import InboxItem
from lebailleur.database import reading, writing
from tests.api.test_bad_input import refused
from tests.api.test_payments import paid

WHAT = {
    "landlords": ["name", "whatsapp_number"],
    "properties": ["name", "address", "landlord"],
    "rent-entities": ["name", "rent_amount", "property"],
    "tenants": ["name", "whatsapp_number", "rent_entity", "start_of_payment_cycle"],
}
# Kept letter by letter: accents, Arabic, Hebrew, Amharic, Chinese, a flag and other emoji.
NAMES = [
    "Éloïse Ñandú",
    "محمد علي",
    "בית ורד",
    "ቤት",
    "玫瑰别墅",
    "Villa 🌹🏠",
    "Chez 🇨🇲 Élodie",
    "x" * 300,
]


def charges(api, tenant):
    """Month and sum of each rent charge, by the statement."""
    entries = api.get(f"/tenants/{tenant['id']}/statement/").json()["entries"]
    return {
        each["period_start"][:7]: each["total"] for each in entries if each["entry"] == "charge"
    }


def the(api, what):
    [found] = api.get(f"/{what}/").json()["results"]
    return found


def everything(api):
    return [api.get(f"/{each}/").text for each in ("landlords", "properties", "rent-entities")]


@pytest.mark.parametrize("what", WHAT)
def test_what_is_read_can_be_put_back(api, what):
    paul = api.paul()
    paid(api, paul, amount=50_000)
    before = the(api, what)
    for _ in range(2):
        answer = api.client.put(f"/{what}/{before['id']}/", json=before)
        assert answer.status_code == 200, answer.text
        assert answer.json() == before
    for body in ({}, before):
        assert api.client.patch(f"/{what}/{before['id']}/", json=body).json() == before
    assert the(api, what) == before


@pytest.mark.parametrize("what", WHAT)
def test_names_of_any_writing_are_kept_as_they_are(api, what):
    api.paul()
    found = the(api, what)
    for name in NAMES:
        answer = api.client.patch(f"/{what}/{found['id']}/", json={"name": name})
        assert answer.json() == {**found, "name": name}
        assert api.get(f"/{what}/{found['id']}/").json()["name"] == name


@pytest.mark.parametrize("what", WHAT)
def test_bodies_that_cannot_be_change_nothing(api, what):
    api.paul()
    found = the(api, what)
    for change, words in (
        ({"name": None}, "name must be text"),
        ({"name": ""}, "name is empty"),
        ({"name": "x" * 301}, "longer than 300"),
        ({"name": 7}, "name must be text"),
        ({"name": ["A"]}, "name must be text"),
        ({"name": "a\x00b"}, "cannot be shown"),
        ({"naem": "x"}, "naem is not a field"),
    ):
        for method in ("PUT", "PATCH"):
            body = {**found, **change}
            answer = api.client.request(method, f"/{what}/{found['id']}/", json=body)
            refused(answer, 422, words)
    assert the(api, what) == found


@pytest.mark.parametrize(("what", "fields"), WHAT.items())
def test_put_wants_all_that_a_creation_wants(api, what, fields):
    api.paul()
    found = the(api, what)
    for field in fields:
        body = {name: value for name, value in found.items() if name != field}
        answer = api.client.put(f"/{what}/{found['id']}/", json=body)
        refused(answer, 422, f"{field} is required")


@pytest.mark.parametrize("what", WHAT)
def test_what_is_not_there_is_404(api, what):
    api.paul()
    found = the(api, what)
    for method in ("PUT", "PATCH", "DELETE"):
        for id_ in ("99", "0", "-1", "x", "9" * 30):
            refused(api.client.request(method, f"/{what}/{id_}/", json=found), 404)


def test_a_landlords_facts_are_changed(api):
    made = api.made("/landlords/create/", name="Pa Ngu", whatsapp_number="+237677000001")
    new = {
        "name": "Ma Ngu",
        "email": "ngu@example.com",
        "phone_number": "+237 699 00 00 09",
        "language": "en",
        "currency": "EUR",
        "timezone": "Europe/Paris",
    }
    answer = api.client.patch(f"/landlords/{made['id']}/", json=new).json()
    assert answer == {**made, **new, "phone_number": "+237699000009"}
    assert api.get(f"/landlords/{made['id']}/").json() == answer
    # Null clears what may be missing, and leaves what may not.
    cleared = dict.fromkeys(("email", "phone_number", "language", "currency", "timezone"))
    again = api.client.put(f"/landlords/{made['id']}/", json={**answer, **cleared}).json()
    assert again == {**answer, "email": None, "phone_number": None}
    with reading(api.engine) as session:
        assert identity.find(session, "phone", "+237677000001").language == "en"


def test_facts_that_cannot_be_change_nothing_of_a_landlord(api):
    made = api.made("/landlords/create/", name="Pa Ngu", whatsapp_number="+237677000001")
    for change, words in (
        ({"email": "nobody"}, "email"),
        ({"phone_number": "12"}, "phone_number"),
        ({"language": "de"}, "language"),
        ({"currency": "francs"}, "currency"),
        ({"timezone": "Douala"}, "timezone"),
        ({"whatsapp_number": "hello"}, "whatsapp_number"),
        ({"whatsapp_number": None}, "whatsapp_number"),
    ):
        answer = api.client.patch(f"/landlords/{made['id']}/", json={"name": "Other", **change})
        refused(answer, 422, words)
    assert the(api, "landlords") == made


def test_the_currency_stays_once_there_are_sums_in_the_books(api):
    api.paul()
    landlord = the(api, "landlords")
    body = {"name": "Other", "currency": "EUR"}
    answer = api.client.patch(f"/landlords/{landlord['id']}/", json=body)
    refused(answer, 409, "currency", "XAF")
    assert the(api, "landlords") == landlord


def test_a_landlord_with_another_number_is_the_same_person(api):
    api.paul()
    landlord = the(api, "landlords")
    with writing(api.engine) as session:
        person = identity.find(session, "phone", "+237677000001")
        identity.of_aliases(session, {"phone": person_phone(session, person), "user_id": "CM.1"})
        # Somebody who has said hello from the new number, and is nobody's tenant.
        identity.of_aliases(session, {"phone": "+237699999999", "user_id": "CM.2"})
    body = {"whatsapp_number": "699 99 99 99"}
    answer = api.client.patch(f"/landlords/{landlord['id']}/", json=body).json()
    assert answer == {**landlord, "whatsapp_number": "+237699999999"}
    with reading(api.engine) as session:
        for kind, value in (("phone", "+237699999999"), ("user_id", "CM.2")):
            assert identity.find(session, kind, value).id == person.id
        for kind, value in (("phone", "+237677000001"), ("user_id", "CM.1")):
            assert identity.find(session, kind, value) is None


def person_phone(session, person):
    return identity.alias_of(session, person.id, "phone")


def test_a_landlord_cannot_have_the_number_of_somebody_who_lets_or_rents(api):
    api.paul()
    landlord = the(api, "landlords")
    other = api.made("/landlords/create/", name="Ma Becky", whatsapp_number="+237677000009")
    for number in (other["whatsapp_number"], "+237677000002"):
        body = {"name": "Other", "whatsapp_number": number}
        answer = api.client.patch(f"/landlords/{landlord['id']}/", json=body)
        refused(answer, 409, "whatsapp_number", "somebody else")
    assert api.get(f"/landlords/{landlord['id']}/").json() == landlord


def test_a_landlord_changes_their_facts_and_not_their_number(api, as_landlord):
    api.paul()
    landlord = the(api, "landlords")
    other = api.made("/landlords/create/", name="Ma Becky", whatsapp_number="+237677000009")
    as_landlord("+237677000001")
    body = {**landlord, "name": "Pa Ngu Junior"}
    assert api.client.put(f"/landlords/{landlord['id']}/", json=body).json() == body
    body["whatsapp_number"] = "+237699999999"
    answer = api.client.put(f"/landlords/{landlord['id']}/", json={**body, "name": "Thief"})
    refused(answer, 403, "whatsapp_number", "operator")
    assert the(api, "landlords")["name"] == "Pa Ngu Junior"
    refused(api.client.patch(f"/landlords/{other['id']}/", json={"name": "X"}), 404, "landlord")


def test_a_house_gets_another_name_and_address(api):
    house = api.house()
    body = {"name": "Villa Verte", "address": "Akwa, Douala"}
    changed = api.client.patch(f"/properties/{house['id']}/", json=body).json()
    assert changed == {**house, **body}
    assert the(api, "properties") == changed
    # Its own name, written otherwise, is not taken.
    again = api.client.patch(f"/properties/{house['id']}/", json={"name": "VILLA VERTE"})
    assert again.json()["name"] == "VILLA VERTE"


def test_names_that_are_taken_change_nothing(api):
    house = api.house()
    one, two = (
        api.made("/rent-entities/", name=name, rent_amount=9_000, property=house["id"])
        for name in ("Room 1", "Room 2")
    )
    other = api.made("/properties/", name="B", address="There", landlord=house["landlord"])
    for path, body, words in (
        (f"/properties/{other['id']}/", {"name": "villa rose"}, "villa rose"),
        (f"/rent-entities/{two['id']}/", {"name": "ROOM 1", "rent_amount": 1}, "ROOM 1"),
    ):
        before = api.get(path).json()
        refused(api.client.patch(path, json=body), 409, "name", words)
        assert api.get(path).json() == before
    moved = api.client.patch(f"/rent-entities/{one['id']}/", json={"property": other["id"]}).json()
    assert (moved["property"], moved["property_name"]) == (other["id"], "B")
    same = api.client.patch(f"/rent-entities/{two['id']}/", json={"name": "Room 1"})
    assert same.status_code == 200


def test_a_house_that_was_let_stays_its_landlords(api):
    api.paul()
    house = the(api, "properties")
    becky = api.made("/landlords/create/", name="Ma Becky", whatsapp_number="+237677000009")
    body = {"name": "Other", "landlord": becky["id"]}
    refused(api.client.patch(f"/properties/{house['id']}/", json=body), 409, "landlord", "let")
    assert the(api, "properties") == house
    refused(api.client.patch(f"/properties/{house['id']}/", json={"landlord": 99}), 404, "landlord")
    empty = api.made("/properties/", name="Empty", address="X", landlord=house["landlord"])
    given = api.client.patch(f"/properties/{empty['id']}/", json={"landlord": becky["id"]}).json()
    assert (given["landlord"], given["landlord_name"]) == (becky["id"], "Ma Becky")


def test_foreign_things_are_not_there_for_a_landlord(api, as_landlord):
    api.paul()
    theirs = the(api, "properties"), the(api, "rent-entities")
    becky = api.made("/landlords/create/", name="Ma Becky", whatsapp_number="+237677000009")
    house = api.made("/properties/", name="Own", address="X", landlord=becky["id"])
    room = api.made("/rent-entities/", name="R", rent_amount=9_000, property=house["id"])
    as_landlord("+237677000009")
    for path, body in (
        (f"/properties/{theirs[0]['id']}/", {"name": "X"}),
        (f"/properties/{house['id']}/", {"landlord": theirs[0]["landlord"]}),
        (f"/rent-entities/{theirs[1]['id']}/", {"rent_amount": 1}),
        (f"/rent-entities/{room['id']}/", {"name": "X", "property": theirs[0]["id"]}),
    ):
        refused(api.client.patch(path, json=body), 404)
    assert the(api, "properties") == house
    assert the(api, "rent-entities") == room


def test_a_room_cannot_go_to_another_landlords_house(api):
    api.paul()
    room = the(api, "rent-entities")
    becky = api.made("/landlords/create/", name="Ma Becky", whatsapp_number="+237677000009")
    house = api.made("/properties/", name="B", address="X", landlord=becky["id"])
    body = {"rent_amount": 1, "property": house["id"]}
    refused(api.client.patch(f"/rent-entities/{room['id']}/", json=body), 409, "property")
    assert the(api, "rent-entities") == room


def test_nobody_is_told_of_a_change(api):
    paul = api.paul()
    room = the(api, "rent-entities")
    api.client.patch(f"/rent-entities/{room['id']}/", json={"rent_amount": 60_000})
    body = {"whatsapp_number": "699999999", "notify": True}
    assert api.client.patch(f"/tenants/{paul['id']}/", json=body).status_code == 200
    with reading(api.engine) as session:
        assert session.query(InboxItem).count() == 0
