"""A landlord's key opens what is that landlord's, and nothing else: every endpoint, with the key of
the owner, of another, with none, and with one that is revoked or has run out."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from lebailleur import audit, clock
from lebailleur.api import limits
from lebailleur.database import reading, writing
from lebailleur.rentals import tokens
from lebailleur.rentals.models import ApiToken
from lebailleur.rentals.rights import ADMIN
from lebailleur.settings import settings
from tests.api.conftest import Api


@dataclass
class Owner:
    """A landlord with a key and one of each thing."""

    key: str
    ids: dict[str, Any] = field(default_factory=dict)


def owner(api: Api, name: str, phone: str, tenant_phone: str) -> Owner:
    landlord = api.made("/landlords/create/", name=name, whatsapp_number=phone)
    house = api.made("/properties/", name="Villa", address="Douala", landlord=landlord["id"])
    room = api.made("/rent-entities/", name="Room 1", rent_amount=50_000, property=house["id"])
    free = api.made("/rent-entities/", name="Room 2", rent_amount=50_000, property=house["id"])
    tenant = api.made(
        "/tenants/",
        name=f"Tenant of {name}",
        whatsapp_number=tenant_phone,
        rent_entity=room["id"],
        start_of_payment_cycle="2026-01-01",
        notify=False,
    )
    paid = api.made("/payments/confirm/", tenant=tenant["id"], amount=20_000, notify=False)
    with writing(api.engine) as session:
        made = tokens.create(session, ADMIN, landlord_id=landlord["id"])
        key = tokens.show(session, ADMIN, made.id)
    return Owner(
        key,
        {
            "landlord": landlord["id"],
            "property": house["id"],
            "unit": room["id"],
            "free": free["id"],
            "tenant": tenant["id"],
            "payment": paid["id"],
            "receipt": paid["receipt_number"],
            "token": made.id,
        },
    )


# Method, path, body (None: none); {…} are an owner's things. Each answers its owner with 2xx.
ENDPOINTS: list[tuple[str, str, Any]] = [
    ("GET", "/landlords/{landlord}/", None),
    ("PATCH", "/landlords/{landlord}/", {"name": "Pa Nji"}),
    ("GET", "/properties/{property}/", None),
    ("PATCH", "/properties/{property}/", {"name": "Villa Bleue"}),
    ("GET", "/properties/delete/{property}/", None),
    ("POST", "/properties/", {"name": "New", "address": "Buea", "landlord": "{landlord}"}),
    ("GET", "/rent-entities/{unit}/", None),
    ("PATCH", "/rent-entities/{unit}/", {"name": "Room 9"}),
    ("POST", "/rent-entities/", {"name": "R3", "rent_amount": 9_000, "property": "{property}"}),
    ("GET", "/tenants/{tenant}/", None),
    ("PATCH", "/tenants/{tenant}/", {"name": "Paul N."}),
    ("GET", "/tenants/{tenant}/statement/", None),
    ("GET", "/tenants/{tenant}/statement.pdf", None),
    (
        "POST",
        "/tenants/",
        {
            "name": "Awa",
            "whatsapp_number": "+237699000009",
            "rent_entity": "{free}",
            "start_of_payment_cycle": "2026-03-01",
            "notify": False,
        },
    ),
    ("POST", "/payments/confirm/", {"tenant": "{tenant}", "amount": 1_000, "notify": False}),
    ("GET", "/payments/?tenant={tenant}", None),
    ("POST", "/payments/modify/", {"payment": "{payment}", "amount": 15_000, "notify": False}),
    ("GET", "/receipts/{receipt}.pdf", None),
    ("DELETE", "/tenants/{tenant}/", None),
    ("DELETE", "/rent-entities/{free}/", None),
]
IDS = [f"{method} {path}" for method, path, _ in ENDPOINTS]
LISTS = ("/landlords/", "/properties/", "/rent-entities/", "/tenants/", "/payments/")


def call(api: Api, key: str | None, whose: Owner, endpoint: tuple[str, str, Any]) -> httpx.Response:
    method, path, body = endpoint
    filled = {
        name: whose.ids[value[1:-1]] if isinstance(value, str) and value[:1] == "{" else value
        for name, value in (body or {}).items()
    }
    del api.client.headers["Authorization"]
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return api.client.request(
        method, path.format(**whose.ids), headers=headers, json=filled if body else None
    )


@pytest.fixture
def two(api: Api) -> tuple[Owner, Owner]:
    return (
        owner(api, "Pa Ngu", "+237677000001", "+237699000001"),
        owner(api, "Ma Ngo", "+237677000002", "+237699000002"),
    )


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=IDS)
def test_the_owner_gets_in(api: Api, two: tuple[Owner, Owner], endpoint: Any) -> None:
    answer = call(api, two[0].key, two[0], endpoint)
    assert answer.is_success, answer.text


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=IDS)
def test_to_another_landlord_it_is_not_there(
    api: Api, two: tuple[Owner, Owner], endpoint: Any
) -> None:
    before = everything(api)
    answer = call(api, two[1].key, two[0], endpoint)
    assert answer.status_code == 404, answer.text
    assert isinstance(answer.json()["detail"], str)
    assert everything(api) == before


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=IDS)
def test_without_a_valid_key_nobody_gets_in(
    api: Api, two: tuple[Owner, Owner], endpoint: Any
) -> None:
    before = everything(api)
    one = two[0]
    assert call(api, None, one, endpoint).status_code == 401
    api.client.headers["Authorization"] = "x"
    assert call(api, one.key + "x", one, endpoint).status_code == 401
    with writing(api.engine) as session:
        tokens.revoke(session, ADMIN, one.ids["token"])
    api.client.headers["Authorization"] = "x"
    assert call(api, one.key, one, endpoint).status_code == 401
    assert everything(api) == before


def everything(api: Api) -> list[tuple[Any, ...]]:
    """Every write to the books so far (keys apart)."""
    with reading(api.engine) as session:
        return [
            (each.what, each.what_id, each.did)
            for each in audit.entries(session, most=1000)
            if each.what != "api_token"
        ]


def test_the_matrix_has_every_route(api: Api) -> None:
    """A route that is added later must be added above."""
    known = {(method, path.split("?")[0].strip("/").split("/")[0]) for method, path, _ in ENDPOINTS}
    known |= {("GET", each.strip("/")) for each in LISTS}
    for path, methods in api.client.app.openapi()["paths"].items():
        for method in methods:
            if path not in OTHERS and method.upper() != "PUT":
                assert (method.upper(), path.strip("/").split("/")[0]) in known, path


# Tested below: registering landlords, what everybody with a key may know, and the deletions.
OTHERS = {
    *("/landlords/create/", "/landlords/{landlord_id}/", "/properties/manage/"),
    *("/properties/{property_id}/", "/properties/delete/confirm/{property_id}/"),
}


@pytest.mark.parametrize("path", LISTS)
def test_lists_hold_what_is_ones_own(api: Api, two: tuple[Owner, Owner], path: str) -> None:
    answers = []
    for each in two:
        headers = {"Authorization": f"Bearer {each.key}"}
        answers.append(api.client.get(path, headers=headers).json())
    mine, others = ({row["id"] for row in each["results"]} for each in answers)
    assert mine
    assert others
    assert not mine & others
    assert api.get(path).json()["count"] == len(mine) + len(others)


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
@pytest.mark.parametrize(
    "path", ["/landlords/{landlord}/", "/properties/{property}/", "/rent-entities/{unit}/"]
)
def test_what_is_foreign_cannot_be_replaced_or_deleted(
    api: Api, two: tuple[Owner, Owner], method: str, path: str
) -> None:
    before = everything(api)
    body = api.get(path.format(**two[0].ids)).json() if method == "PUT" else None
    headers = {"Authorization": f"Bearer {two[1].key}"}
    answer = api.client.request(method, path.format(**two[0].ids), headers=headers, json=body)
    assert answer.status_code == 404
    assert everything(api) == before


def test_a_foreign_house_is_not_deleted_in_two_steps(api: Api, two: tuple[Owner, Owner]) -> None:
    headers = {"Authorization": f"Bearer {two[1].key}"}
    path = f"/properties/delete/confirm/{two[0].ids['property']}/"
    assert api.client.post(path, headers=headers, json={}).status_code == 404
    assert api.get(f"/properties/{two[0].ids['property']}/").status_code == 200


def test_what_is_foreign_cannot_be_named_in_a_body(api: Api, two: tuple[Owner, Owner]) -> None:
    one, other = two
    headers = {"Authorization": f"Bearer {one.key}"}
    for path, body in (
        (f"/rent-entities/{one.ids['free']}/", {"property": other.ids["property"]}),
        (f"/tenants/{one.ids['tenant']}/", {"rent_entity": other.ids["free"]}),
        (f"/properties/{one.ids['property']}/", {"landlord": other.ids["landlord"]}),
    ):
        answer = api.client.patch(path, headers=headers, json=body)
        assert answer.status_code in (403, 404, 409, 422), path
    assert api.get(f"/properties/{one.ids['property']}/").json()["landlord"] == one.ids["landlord"]
    assert api.get(f"/tenants/{one.ids['tenant']}/").json()["rent_entity"] == one.ids["unit"]


def test_only_the_operator_registers_landlords(api: Api, two: tuple[Owner, Owner]) -> None:
    headers = {"Authorization": f"Bearer {two[0].key}"}
    body = {"name": "New", "whatsapp_number": "+237677000077"}
    assert api.client.post("/landlords/create/", headers=headers, json=body).status_code == 403
    assert api.get("/landlords/").json()["count"] == 2


def test_a_key_acts_for_the_landlord_not_for_the_tenant_they_are(api: Api) -> None:
    """Who lets and rents has a key to what they let."""
    one = owner(api, "Pa Ngu", "+237677000001", "+237699000001")
    other = owner(api, "Ma Ngo", "+237677000002", "+237677000001")
    headers = {"Authorization": f"Bearer {one.key}"}
    for path in ("/tenants/{tenant}/statement/", "/receipts/{receipt}.pdf", "/tenants/{tenant}/"):
        assert api.client.get(path.format(**other.ids), headers=headers).status_code == 404


def test_a_key_runs_out_after_a_year(api: Api, two: tuple[Owner, Owner]) -> None:
    headers = {"Authorization": f"Bearer {two[0].key}"}
    for days, status in ((364, 200), (366, 401)):
        with clock.moved_to(clock.now() + timedelta(days=days)):
            assert api.client.get("/landlords/", headers=headers).status_code == status


def test_the_key_itself_is_nowhere(api: Api, two: tuple[Owner, Owner]) -> None:
    with reading(api.engine) as session:
        kept = session.scalars(select(ApiToken)).all()
    for each in kept:
        for value in vars(each).values():
            assert value not in (two[0].key, two[1].key)
    assert kept[0].ending == two[0].key[-4:]


def test_when_a_key_was_used_is_kept(api: Api, two: tuple[Owner, Owner]) -> None:
    headers = {"Authorization": f"Bearer {two[0].key}"}
    assert api.client.get("/landlords/", headers=headers).status_code == 200
    with reading(api.engine) as session:
        assert session.get_one(ApiToken, two[0].ids["token"]).used_at is not None
        assert session.get_one(ApiToken, two[1].ids["token"]).used_at is None


def test_shown_again_it_is_another_key(api: Api, two: tuple[Owner, Owner]) -> None:
    with writing(api.engine) as session:
        again = tokens.show(session, ADMIN, two[0].ids["token"])
    for key, status in ((two[0].key, 401), (again, 200)):
        headers = {"Authorization": f"Bearer {key}"}
        assert api.client.get("/landlords/", headers=headers).status_code == status


@pytest.mark.parametrize(
    ("setting", "value", "who"),
    [
        ("REQUESTS_PER_MINUTE", "5", "key"),
        ("REQUESTS_PER_MINUTE_AND_ADDRESS", "5", "address"),
    ],
)
def test_too_many_requests_are_told_to_wait(
    api: Api,
    two: tuple[Owner, Owner],
    monkeypatch: pytest.MonkeyPatch,
    setting: str,
    value: str,
    who: str,
) -> None:
    monkeypatch.setenv(setting, value)
    settings.cache_clear()
    limits.forget()
    headers = {"Authorization": f"Bearer {two[0].key}"}
    for _ in range(5):
        assert api.client.get("/landlords/", headers=headers).status_code == 200
    answer = api.client.get("/landlords/", headers=headers)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) >= 1
    assert "5 a minute" in answer.json()["detail"]
    other = {"Authorization": f"Bearer {two[1].key}"}
    expected = 200 if who == "key" else 429
    assert api.client.get("/landlords/", headers=other).status_code == expected
    limits.forget()


def test_wrong_keys_are_counted_too(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "WRONG_PER_MINUTE", 3)
    limits.forget()
    headers = {"Authorization": "Bearer lb_wrong"}
    answers = [api.client.get("/landlords/", headers=headers).status_code for _ in range(4)]
    assert answers == [401, 401, 401, 429]
    assert api.get("/landlords/").status_code == 200
    limits.forget()


def test_who_wrote_what_is_kept(api: Api, two: tuple[Owner, Owner]) -> None:
    headers = {"Authorization": f"Bearer {two[0].key}"}
    body = {"tenant": two[0].ids["tenant"], "amount": 7_000, "notify": False}
    assert api.client.post("/payments/confirm/", headers=headers, json=body).status_code == 201
    with reading(api.engine) as session:
        written = audit.entries(session, most=1000)
    payments = [each for each in written if (each.what, each.did) == ("payment", "create")]
    assert payments[0].who == f"token:{two[0].ids['token']}"
    assert payments[0].source.startswith("request:")
    assert payments[0].changes["amount"] == 7_000
    assert payments[-1].who == "admin"
    # One request, one source: the payment, its receipt and what it pays.
    same = {each.what for each in written if each.source == payments[0].source}
    assert {"payment", "receipt", "allocation"} <= same


def test_a_deleted_landlords_keys_open_nothing_ever_again(
    api: Api, two: tuple[Owner, Owner]
) -> None:
    key, path = two[0].key, f"/landlords/{two[0].ids['landlord']}/"
    assert api.client.delete(path, params={"confirm": True}).status_code == 200
    again = api.made("/landlords/create/", name="Pa Ngu", whatsapp_number="+237677000001")
    assert again["id"] == two[0].ids["landlord"]
    headers = {"Authorization": f"Bearer {key}"}
    assert api.client.get("/landlords/", headers=headers).status_code == 401
