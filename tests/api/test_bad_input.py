"""What cannot be: a 4xx, one sentence that names the field, and nothing written."""

import json
import re
import shutil
from pathlib import Path

import pytest

from lebailleur.api.errors import SENTENCES
from lebailleur.settings import ROOT

LANDLORD = {"name": "Pa Ngu", "whatsapp_number": "+237677000001"}
HUGE = 10**400


@pytest.fixture
def database_url(sqlite_template, tmp_path):
    """One kind of database is enough here: nothing gets as far as that."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'lebailleur.db')}"


def refused(answer, status, *words):
    assert answer.status_code == status, answer.text
    detail = answer.json()["detail"]
    assert isinstance(detail, str)
    for each in words:
        assert each in detail, detail
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": None}, ["name"]),
        ({"name": ""}, ["name is empty"]),
        ({"name": " \t\n "}, ["name is empty"]),
        ({"name": "x" * 301}, ["name", "300"]),
        ({"name": "x" * 70_000}, ["name", "300"]),
        ({"name": 5}, ["name must be text"]),
        ({"name": ["A"]}, ["name must be text"]),
        ({"name": "a\x00b"}, ["name"]),
        ({"name": "\ud800"}, ["name"]),
        ({"whatsapp_number": "hello"}, ["whatsapp_number", "phone number"]),
        ({"whatsapp_number": "+237677"}, ["whatsapp_number"]),
        ({"whatsapp_number": "77000001"}, ["whatsapp_number", "ninth digit"]),
        ({"whatsapp_number": "+237677000001999"}, ["whatsapp_number", "too long"]),
        ({"whatsapp_number": 677000001}, ["whatsapp_number must be text"]),
        ({"email": "nobody"}, ["email"]),
        ({"email": "a@b.c\x00"}, ["email"]),
        ({"phone_number": "x"}, ["phone_number"]),
        ({"language": "de"}, ["language", "fr", "en"]),
        ({"currency": "francs"}, ["currency"]),
        ({"timezone": "Douala"}, ["timezone", "Africa/Douala"]),
        ({"timezone": "../../etc/passwd"}, ["timezone"]),
        ({"nmae": "x"}, ["nmae is not a field"]),
    ],
)
def test_landlords(api, change, words):
    body = json.dumps(LANDLORD | change)
    answer = api.client.post(
        "/landlords/create/", content=body, headers={"Content-Type": "application/json"}
    )
    refused(answer, 422, *words)
    assert api.get("/landlords/").json()["count"] == 0


def test_missing_fields_are_all_named(api):
    refused(
        api.post("/landlords/create/", {}), 422, "name is required", "whatsapp_number is required"
    )
    refused(api.post("/tenants/", {}), 422, "rent_entity is required", "start_of_payment_cycle")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"", 422),
        (b"[]", 422),
        (b"null", 422),
        (b'"x"', 422),
        (b"\xff\xfe", 400),
        (b"[" * 100_000, 400),
        (b'{"rent_amount": ' + b"9" * 5_000 + b"}", 400),
    ],
)
def test_bodies_that_are_no_json_object(api, body, status):
    answer = api.client.post(
        "/rent-entities/", content=body, headers={"Content-Type": "application/json"}
    )
    refused(answer, status)


def test_forms_are_no_json(api):
    refused(api.client.post("/landlords/create/", data=LANDLORD), 422, "JSON")


@pytest.mark.parametrize(
    "rent", [0, -5, 50_000.0, 0.5, True, "50000", None, HUGE, 10_000_000_000, [1], {}]
)
def test_rents(api, rent):
    house = api.house()
    answer = api.post("/rent-entities/", name="Room 1", rent_amount=rent, property=house["id"])
    refused(answer, 422, "rent_amount")
    assert api.get("/rent-entities/").json()["count"] == 0


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"start_of_payment_cycle": "2026-02-31"}, 422, ["start_of_payment_cycle", "2026-02-31"]),
        ({"start_of_payment_cycle": "31/01/2026"}, 422, ["start_of_payment_cycle"]),
        ({"start_of_payment_cycle": "2026-01-01T00:00:00"}, 422, ["start_of_payment_cycle"]),
        ({"start_of_payment_cycle": 20260101}, 422, ["start_of_payment_cycle"]),
        ({"start_of_payment_cycle": "0001-01-01"}, 422, ["start_of_payment_cycle"]),
        ({"start_of_payment_cycle": "9999-12-31"}, 422, ["start_of_payment_cycle"]),
        ({"start_of_payment_cycle": "2150-01-01"}, 422, ["start_of_payment_cycle"]),
        ({"payment_cycle_months": 0}, 422, ["payment_cycle_months"]),
        ({"payment_cycle_months": 25}, 422, ["payment_cycle_months"]),
        ({"payment_cycle_months": HUGE}, 422, ["payment_cycle_months"]),
        ({"payment_cycle_months": True}, 422, ["payment_cycle_months"]),
        ({"payment_cycle_months": 1.0}, 422, ["payment_cycle_months"]),
        ({"last_rent_paid": "2027-01-01"}, 422, ["last_rent_paid", "2027-01-01"]),
        ({"rent_entity": 999}, 404, ["rent_entity", "999"]),
        ({"rent_entity": HUGE}, 422, ["rent_entity"]),
        ({"rent_entity": "1"}, 422, ["rent_entity"]),
        ({"rent_entity": 0}, 422, ["rent_entity"]),
        ({"whatsapp_number": "677000002"}, 409, ["whatsapp_number", "Paul Mbarga"]),
        ({"notify": "no"}, 422, ["notify"]),
    ],
)
def test_tenants(api, change, status, words):
    api.paul()
    house = api.get("/properties/").json()["results"][0]
    room = api.made("/rent-entities/", name="Room 2", rent_amount=40_000, property=house["id"])
    body = {
        "name": "Marie",
        "whatsapp_number": "677000003",
        "rent_entity": room["id"],
        "start_of_payment_cycle": "2026-03-01",
    }
    refused(api.post("/tenants/", body | change), status, *words)
    assert api.get("/tenants/").json()["count"] == 1


def test_a_unit_has_one_tenant_and_a_name_one_unit(api):
    paul = api.paul()
    house = api.get("/properties/").json()["results"][0]
    answer = api.post(
        "/tenants/",
        name="Marie",
        whatsapp_number="677000003",
        rent_entity=paul["rent_entity"],
        start_of_payment_cycle="2026-03-01",
    )
    refused(answer, 409, "rent_entity", "Paul Mbarga", "Room 1")
    answer = api.post("/rent-entities/", name="ROOM 1", rent_amount=40_000, property=house["id"])
    refused(answer, 409, "name", "ROOM 1")
    answer = api.post(
        "/properties/", name="villa rose", address="There", landlord=house["landlord"]
    )
    refused(answer, 409, "name", "villa rose")
    refused(api.post("/landlords/create/", LANDLORD), 409, "whatsapp_number")


def test_a_house_needs_a_landlord(api):
    refused(api.post("/properties/", name="A", address="B"), 422, "landlord is required")
    refused(api.post("/properties/", name="A", address="B", landlord=9), 404, "landlord", "9")


@pytest.mark.parametrize("resource", ["landlords", "properties", "rent-entities", "tenants"])
@pytest.mark.parametrize(
    "id_", ["1", "0", "-1", "+1", "x", "1.0", "1e3", "1_0", "١", "9" * 10, "9" * 30, "1%00", "%20"]
)
def test_things_that_are_not_there(api, resource, id_):
    refused(api.get(f"/{resource}/{id_}/"), 404)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"page": 0}, 422),
        ({"page": -1}, 422),
        ({"page": "x"}, 422),
        ({"page": 2}, 404),
        ({"page": "9" * 30}, 422),
        ({"page_size": 0}, 422),
        ({"page_size": "all"}, 422),
    ],
)
def test_pages_that_are_not_there(api, query, status):
    refused(api.get("/landlords/", **query), status, "page")


def test_every_error_of_the_rentals_has_its_sentence():
    sources = [
        path.read_text()
        for folder in ("rentals", "api")
        for path in Path(ROOT, "lebailleur", folder).glob("*.py")
    ]
    raised = re.findall(r"(?:NotFound|NotAllowed|Refused|Conflict)\(\s*\"(\w+)\"", "".join(sources))
    assert len(raised) > 20
    assert set(raised) <= set(SENTENCES)
