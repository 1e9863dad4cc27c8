"""The REST API by itself, on an empty database of each kind."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from lebailleur import clock, database, identity
from lebailleur.api import access, api_router
from lebailleur.rentals.rights import Asker
from lebailleur.settings import settings

TOKEN = "token-of-the-operator"
NOW = datetime(2026, 3, 10, 8, tzinfo=UTC)


@dataclass
class Api:
    """A client with the operator's token. The clock shows 10 March 2026."""

    client: TestClient
    engine: Engine

    def get(self, path: str, **query: Any) -> httpx.Response:
        return self.client.get(path, params=query)

    def post(self, path: str, body: Any = None, **fields: Any) -> httpx.Response:
        return self.client.post(path, json=fields if body is None else body)

    def made(self, path: str, **fields: Any) -> dict[str, Any]:
        """POST what must succeed."""
        answer = self.post(path, **fields)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def house(self, phone: str = "+237677000001", name: str = "Villa Rose") -> dict[str, Any]:
        """A landlord's house."""
        landlord = self.made("/landlords/create/", name="Pa Ngu", whatsapp_number=phone)
        return self.made("/properties/", name=name, address="Bonamoussadi", landlord=landlord["id"])

    def paul(self) -> dict[str, Any]:
        """Paul in Room 1 for 50,000 since January, nothing paid: he owes 150,000."""
        house = self.house()
        room = self.made("/rent-entities/", name="Room 1", rent_amount=50_000, property=house["id"])
        return self.made(
            "/tenants/",
            name="Paul Mbarga",
            whatsapp_number="677 00 00 02",
            rent_entity=room["id"],
            start_of_payment_cycle="2026-01-01",
            notify=False,
        )


@pytest.fixture
def api(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    monkeypatch.setenv("ADMIN_TOKEN", TOKEN)
    monkeypatch.setattr(database, "engine", lambda: engine)
    settings.cache_clear()
    app = FastAPI()
    app.include_router(api_router)
    client = TestClient(app, headers={"Authorization": f"Bearer {TOKEN}"})
    with clock.moved_to(NOW):
        yield Api(client, engine)
    settings.cache_clear()


@pytest.fixture
def as_landlord(api: Api) -> Callable[[str], None]:
    """From now on the landlord with a number asks, not the operator."""

    def ask(phone: str) -> None:
        with database.reading(api.engine) as session:
            person = identity.find(session, "phone", phone)
            assert person is not None
        asker = Asker(person.id)
        api.client.app.dependency_overrides[access._asker] = lambda: asker  # type: ignore[attr-defined]

    return ask
