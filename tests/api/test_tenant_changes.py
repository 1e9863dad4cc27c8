"""PUT and PATCH on tenants: who they are, and the lease that is shown of them."""

import pytest

from lebailleur import clock, identity
from lebailleur.database import reading, writing
from lebailleur.rentals.models import Tenant
from tests.api.test_bad_input import refused
from tests.api.test_changes import charges, the
from tests.api.test_payments import balance, paid

NEW = {"name": "Marie", "whatsapp_number": "677000003", "notify": False}


def change(api, tenant, **fields):
    answer = api.client.patch(f"/tenants/{tenant['id']}/", json=fields)
    assert answer.status_code == 200, answer.text
    return answer.json()


def person_of(api, number):
    with reading(api.engine) as session:
        found = identity.find(session, "phone", number)
        return found.id if found else None


def another_room(api, name="Room 2", rent=40_000):
    house = api.get("/properties/").json()["results"][0]
    return api.made("/rent-entities/", name=name, rent_amount=rent, property=house["id"])


def coming(api, **fields):
    """Marie, who moves in on 1 May: nothing is asked of her yet."""
    room = another_room(api)
    start = {"start_of_payment_cycle": "2026-05-01"}
    return api.made("/tenants/", **{**NEW, "rent_entity": room["id"], **start, **fields})


def test_a_new_number_keeps_the_person_and_the_account(api):
    paul = api.paul()
    payment = paid(api, paul, amount=20_000)
    before = person_of(api, "+237677000002")
    changed = change(api, paul, whatsapp_number="699 99 99 99")
    assert changed["whatsapp_number"] == "+237699999999"
    assert (changed["id"], changed["balance"]) == (paul["id"], 130_000)
    assert person_of(api, "+237699999999") == before
    assert person_of(api, "+237677000002") is None
    assert api.get("/payments/", tenant=paul["id"]).json()["results"] == [payment]


def test_who_whatsapp_itself_knows_is_not_made_another_by_their_landlord(api):
    paul = api.paul()
    with writing(api.engine) as session:
        names = {"phone": "+237677000002", "user_id": "CM.1"}
        before = identity.of_aliases(session, names).id
    assert change(api, paul, whatsapp_number="699999999")["balance"] == 150_000
    assert person_of(api, "+237677000002") == before
    with reading(api.engine) as session:
        person = identity.find(session, "phone", "+237699999999")
        assert session.get_one(Tenant, paul["id"]).person_id == person.id != before
        assert (person.name, person.language) == ("Paul Mbarga", "fr")


def test_who_rents_from_two_keeps_their_number_with_the_other(api):
    paul = api.paul()
    house = api.house(phone="+237677000009", name="Elsewhere")
    room = api.made("/rent-entities/", name="R", rent_amount=9_000, property=house["id"])
    other = api.made(
        "/tenants/",
        name="Paul",
        whatsapp_number="677000002",
        rent_entity=room["id"],
        start_of_payment_cycle="2026-03-01",
        notify=False,
    )
    before = person_of(api, "+237677000002")
    change(api, paul, whatsapp_number="699999999")
    assert person_of(api, "+237677000002") == before
    assert api.get(f"/tenants/{other['id']}/").json() == other
    # The other landlord says so too: by the same number, it is the same person.
    changed = change(api, other, whatsapp_number="699999999")
    assert changed["whatsapp_number"] == "+237699999999"
    with reading(api.engine) as session:
        persons = {session.get_one(Tenant, each["id"]).person_id for each in (paul, other)}
    assert persons == {person_of(api, "+237699999999")}


def test_the_number_of_another_tenant_changes_nothing(api):
    paul = api.paul()
    marie = coming(api)
    body = {"name": "Other", "whatsapp_number": marie["whatsapp_number"], "language": "en"}
    answer = api.client.patch(f"/tenants/{paul['id']}/", json=body)
    refused(answer, 409, "whatsapp_number", "Marie")
    assert api.get(f"/tenants/{paul['id']}/").json() == paul


def test_the_language_is_the_persons_where_they_rent_from_one_alone(api):
    paul = api.paul()
    assert change(api, paul, language="en")["language"] == "en"
    with reading(api.engine) as session:
        assert identity.find(session, "phone", "+237677000002").language == "en"
    assert change(api, paul, language=None)["language"] == "en"


def test_another_cycle_holds_from_what_is_not_charged_yet(api):
    paul = api.paul()
    changed = change(api, paul, payment_cycle_months=3)
    assert (changed["payment_cycle_months"], changed["balance"]) == (3, 150_000)
    with clock.moved_to(clock.now().replace(month=7)):
        assert charges(api, paul) == {
            "2026-01": 50_000,
            "2026-02": 50_000,
            "2026-03": 50_000,
            "2026-04": 150_000,
            "2026-07": 150_000,
        }


def test_another_due_day_asks_the_days_up_to_it(api):
    paul = api.paul()
    for _ in range(2):
        change(api, paul, due_day=16)
    with clock.moved_to(clock.now().replace(month=5, day=20)):
        made = api.get(f"/tenants/{paul['id']}/statement/").json()["entries"]
    assert [(each["period_start"], each["total"]) for each in made[-3:]] == [
        ("2026-04-01", 24_194),
        ("2026-04-16", 50_000),
        ("2026-05-16", 50_000),
    ]


def test_the_day_of_bills_is_set_and_cleared(api):
    paul = api.paul()
    assert change(api, paul, bills_due_date="2026-04-05")["bills_due_date"] == "2026-04-05"
    assert change(api, paul, bills_due_date=None)["bills_due_date"] is None


def test_who_has_not_begun_begins_on_another_day(api):
    api.paul()
    marie = coming(api)
    changed = change(api, marie, start_of_payment_cycle="2026-02-15", payment_cycle_months=2)
    assert (changed["start_of_payment_cycle"], changed["balance"]) == ("2026-02-15", 80_000)
    assert charges(api, marie) == {"2026-02": 80_000}
    refused(
        api.client.patch(
            f"/tenants/{marie['id']}/", json={"start_of_payment_cycle": "2026-05-01", "name": "X"}
        ),
        409,
        "start_of_payment_cycle",
    )
    assert api.get(f"/tenants/{marie['id']}/").json() == changed


def test_what_was_settled_before_can_be_said_until_something_is_asked(api):
    api.paul()
    marie = coming(api, start_of_payment_cycle="2026-01-01", last_rent_paid="2026-03-02")
    assert marie["balance"] == 0
    changed = change(api, marie, last_rent_paid="2026-01-20")
    assert (changed["last_rent_paid"], changed["balance"]) == ("2026-01-20", 80_000)
    # Now February and March are charged.
    body = {"name": "X", "last_rent_paid": "2026-02-20"}
    refused(api.client.patch(f"/tenants/{marie['id']}/", json=body), 409, "last_rent_paid")
    paid(api, marie, amount=40_000)
    # What a payment shows and what was said at first are both the same value sent back.
    for same in ("2026-03-10", "2026-01-20"):
        assert change(api, marie, last_rent_paid=same)["last_rent_paid"] == "2026-03-10"


def test_a_move_takes_what_is_open_along(api):
    paul = api.paul()
    room = another_room(api)
    changed = change(api, paul, rent_entity=room["id"], move_on="2026-03-20")
    assert (changed["id"], changed["rent_entity_name"]) == (paul["id"], "Room 2")
    assert changed["leases"][-1]["balance"] == 150_000
    with clock.moved_to(clock.now().replace(month=4)):
        assert charges(api, paul)["2026-04"] == 40_000
    again = api.client.patch(
        f"/tenants/{paul['id']}/", json={"rent_entity": room["id"], "move_on": "2026-03-20"}
    )
    assert again.json() == changed


def test_who_leaves_is_asked_no_more(api):
    paul = api.paul()
    for _ in range(2):
        assert change(api, paul, end_of_lease="2026-04-20")["end_of_lease"] == "2026-04-20"
    with clock.moved_to(clock.now().replace(month=7)):
        assert max(charges(api, paul)) == "2026-04"
    for day in (None, "2026-05-01"):
        answer = api.client.patch(f"/tenants/{paul['id']}/", json={"end_of_lease": day})
        refused(answer, 409, "end_of_lease", "2026-04-20")


def test_of_two_leases_the_named_one_changes(api):
    paul = api.paul()
    shop = another_room(api, "Shop 3", 80_000)
    both = api.made(
        "/tenants/",
        name="Paul Mbarga",
        whatsapp_number="677000002",
        rent_entity=shop["id"],
        start_of_payment_cycle="2026-03-01",
        notify=False,
    )
    room = both["leases"][0]["id"]
    changed = change(api, paul, lease=room, payment_cycle_months=2, end_of_lease="2026-05-31")
    # Shown is the newer one still.
    assert (changed["payment_cycle_months"], changed["end_of_lease"]) == (1, None)
    with clock.moved_to(clock.now().replace(month=7)):
        assert charges(api, paul)["2026-04"] == 80_000
    body = {"lease": 99, "name": "X"}
    refused(api.client.patch(f"/tenants/{paul['id']}/", json=body), 404, "lease")


def test_what_cannot_be_changes_nothing(api):
    paul = api.paul()
    marie = coming(api)
    free = another_room(api, "Room 3")
    for fields, status, words in (
        ({"whatsapp_number": None}, 422, "whatsapp_number"),
        ({"whatsapp_number": "+237677"}, 422, "whatsapp_number"),
        ({"language": "de"}, 422, "language"),
        ({"payment_cycle_months": 0}, 422, "payment_cycle_months"),
        ({"payment_cycle_months": 25}, 422, "payment_cycle_months"),
        ({"payment_cycle_months": None}, 422, "payment_cycle_months"),
        ({"payment_cycle_months": 10**400}, 422, "payment_cycle_months"),
        ({"due_day": 0}, 422, "due_day"),
        ({"due_day": 32}, 422, "due_day"),
        ({"due_day": "5"}, 422, "due_day"),
        ({"bills_due_date": "2026-02-31"}, 422, "bills_due_date"),
        ({"start_of_payment_cycle": "2026-02-01"}, 409, "start_of_payment_cycle"),
        ({"start_of_payment_cycle": None}, 422, "start_of_payment_cycle"),
        ({"last_rent_paid": "2026-02-01"}, 409, "last_rent_paid"),
        ({"rent_entity": 99}, 404, "rent_entity"),
        ({"rent_entity": "1"}, 422, "rent_entity"),
        ({"rent_entity": marie["rent_entity"]}, 409, "Marie"),
        ({"rent_entity": free["id"], "move_on": "2026-01-01"}, 422, "move_on"),
        ({"rent_entity": free["id"], "move_on": "2199-01-01"}, 422, "too far"),
        ({"move_on": "2026-04-01"}, 422, "rent_entity is needed"),
        ({"end_of_lease": "2025-12-31"}, 422, "end_of_lease"),
        ({"end_of_lease": "2199-12-31"}, 422, "end_of_lease"),
        # What comes after the others undoes them too.
        ({"rent_entity": free["id"], "end_of_lease": "2026-02-01"}, 422, "end_of_lease"),
    ):
        body = {"name": "Other", "due_day": 7, **fields}
        refused(api.client.patch(f"/tenants/{paul['id']}/", json=body), status, words)
    assert api.get(f"/tenants/{paul['id']}/").json() == paul
    with clock.moved_to(clock.now().replace(month=4)):
        assert balance(api, paul) == 200_000


def test_days_that_cannot_be_change_nothing_of_who_has_not_begun(api):
    api.paul()
    marie = change(api, coming(api), end_of_lease="2026-12-31")
    for fields, words in (
        ({"start_of_payment_cycle": "2150-01-01"}, "start_of_payment_cycle"),
        ({"start_of_payment_cycle": "2027-01-01"}, "start_of_payment_cycle"),
        ({"last_rent_paid": "2026-03-11"}, "last_rent_paid"),
        ({"start_of_payment_cycle": "2026-04-01", "payment_cycle_months": 25}, "payment_cycle"),
    ):
        body = {"name": "Other", **fields}
        refused(api.client.patch(f"/tenants/{marie['id']}/", json=body), 422, words)
    assert api.get(f"/tenants/{marie['id']}/").json() == marie


def test_a_start_in_anothers_lease_is_refused(api):
    paul = api.paul()
    change(api, paul, end_of_lease="2026-04-30")
    later = {"rent_entity": paul["rent_entity"], "start_of_payment_cycle": "2026-05-01"}
    marie = api.made("/tenants/", **NEW, **later)
    body = {"start_of_payment_cycle": "2026-04-30"}
    refused(api.client.patch(f"/tenants/{marie['id']}/", json=body), 409, "rent_entity", "Paul")
    assert change(api, marie, start_of_payment_cycle="2026-05-02")["balance"] == 0


def test_foreign_things_are_not_there_for_a_landlord(api, as_landlord):
    paul = api.paul()
    house = api.house(phone="+237677000009", name="Elsewhere")
    room = api.made("/rent-entities/", name="R", rent_amount=9_000, property=house["id"])
    own = api.made("/tenants/", **NEW, rent_entity=room["id"], start_of_payment_cycle="2026-03-01")
    as_landlord("+237677000009")
    refused(api.client.patch(f"/tenants/{paul['id']}/", json={"name": "X"}), 404)
    for fields in ({"rent_entity": paul["rent_entity"]}, {"lease": paul["leases"][0]["id"]}):
        answer = api.client.patch(f"/tenants/{own['id']}/", json={"name": "X", **fields})
        refused(answer, 404)
    assert the(api, "tenants") == own
    # A number that is another landlord's tenant's is that person, and tells nothing of them.
    assert change(api, own, whatsapp_number="677000002")["name"] == "Marie"


@pytest.mark.parametrize("body", [b"{", b"", b"[]", b"null", b'"x"', b"[" * 100_000])
def test_bodies_that_are_no_json_object(api, body):
    paul = api.paul()
    for method in ("PUT", "PATCH"):
        answer = api.client.request(
            method,
            f"/tenants/{paul['id']}/",
            content=body,
            headers={"Content-Type": "application/json"},
        )
        assert answer.status_code in (400, 422)
        assert isinstance(answer.json()["detail"], str)
