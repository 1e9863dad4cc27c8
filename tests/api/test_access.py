"""Nobody gets in without the token, whatever they ask for."""

import re

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from lebailleur.api import api_router, limits
from lebailleur.settings import settings
from tests.api.conftest import TOKEN


def app() -> FastAPI:
    found = FastAPI()
    found.include_router(api_router)
    return found


ROUTES = [
    (method.upper(), re.sub(r"{\w+}", "1", path))
    for path, methods in app().openapi()["paths"].items()
    for method in methods
]


@pytest.fixture
def stranger() -> TestClient:
    # Of all routes together, so many wrong tokens are tried that they would be stopped by that.
    limits.forget()
    return TestClient(app())


@pytest.fixture(params=[TOKEN, "", None])
def admin_token(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch):
    """With a token set, with an empty one, and with none."""
    if request.param is None:
        monkeypatch.delenv("ADMIN_TOKEN", raising=False)
    else:
        monkeypatch.setenv("ADMIN_TOKEN", request.param)
    settings.cache_clear()
    yield request.param
    settings.cache_clear()


CONTRACT = {
    "/landlords/create/": "POST",
    "/landlords/": "GET",
    "/landlords/1/": "GET PUT PATCH DELETE",
    "/properties/": "GET POST",
    "/properties/1/": "GET PUT PATCH DELETE",
    "/properties/manage/": "GET",
    "/properties/delete/1/": "GET",
    "/properties/delete/confirm/1/": "POST",
    "/rent-entities/": "GET POST",
    "/rent-entities/1/": "GET PUT PATCH DELETE",
    "/tenants/": "GET POST",
    "/tenants/1/": "GET PUT PATCH DELETE",
    "/tenants/1/statement/": "GET",
    "/payments/confirm/": "POST",
    "/payments/modify/": "POST",
    "/payments/": "GET",
    "/receipts/1.pdf": "GET",
}


@pytest.mark.parametrize(("path", "methods"), CONTRACT.items())
def test_every_route_of_the_contract_is_there(path, methods):
    assert {(each, path) for each in methods.split()} <= set(ROUTES)


HEADERS = [
    None,
    "Bearer wrong",
    "Bearer ",
    "Bearer",
    f"Basic {TOKEN}",
    f"Bearer {TOKEN}x",
    TOKEN,
    "Bearer é",
]


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_a_wrong_token_is_401(stranger, admin_token, method, path):
    for header in HEADERS:
        headers = {} if header is None else {"Authorization": header.encode("latin-1")}
        answer = stranger.request(method, path, headers=headers, json={})
        assert answer.status_code == 401, header
        assert answer.headers["www-authenticate"] == "Bearer"
        assert isinstance(answer.json()["detail"], str)


def test_without_a_token_set_even_its_old_value_is_refused(stranger, monkeypatch):
    monkeypatch.delenv("ADMIN_TOKEN", raising=False)
    settings.cache_clear()
    headers = {"Authorization": f"Bearer {TOKEN}"}
    assert stranger.get("/tenants/", headers=headers).status_code == 401
