"""Schemathesis against the running app: what `/openapi.json` promises is kept.

`FUZZ_EXAMPLES=100 pytest tests/api/test_fuzzing.py` looks longer; the same number finds the same.
"""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Engine

from lebailleur import database
from lebailleur.rentals import tokens
from lebailleur.rentals.rights import ADMIN
from lebailleur.settings import ROOT
from tests.api.conftest import TOKEN
from tests.api.serving import served

HERE = Path(__file__).parent
EXAMPLES = os.environ.get("FUZZ_EXAMPLES", "2")
PHASES = {
    "operator": "examples,coverage,fuzzing,stateful",
    # What the coverage phase looks for, one field's bounds after another, is the same for both.
    "landlord": "examples,fuzzing,stateful",
}


def of_landlord(engine: Engine) -> str:
    """A key of the first landlord."""
    with database.writing(engine) as session:
        return tokens.show(session, ADMIN, tokens.create(session, ADMIN, landlord_id=1).id)


KEYS: dict[str, Callable[[Engine], str]] = {
    "operator": lambda _engine: TOKEN,
    "landlord": of_landlord,
}


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """One kind of database is enough here, unless another is named."""
    if named := os.environ.get("FUZZ_DATABASE_URL"):
        return named
    path = tmp_path / "lebailleur.db"
    path.write_bytes(sqlite_template.read_bytes())
    return f"sqlite:///{path}"


@pytest.fixture
def address(engine: Engine) -> Iterator[str]:
    """The app with two landlords, who have a house each with two rooms, a tenant and payments."""
    with served(engine) as url:
        with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {TOKEN}"}) as client:
            for number in (1, 2):
                portfolio(client, number)
        yield url


def portfolio(client: httpx.Client, number: int) -> None:
    def made(path: str, **fields: object) -> int:
        answer = client.post(path, json=fields)
        assert answer.status_code == 201, answer.text
        return int(answer.json()["id"])

    phone = f"+23767700000{number}"
    landlord = made("/landlords/create/", name=f"Landlord {number}", whatsapp_number=phone)
    house = made("/properties/", name="Villa Rose", address="Douala", landlord=landlord)
    rooms = [
        made("/rent-entities/", name=f"Room {room}", rent_amount=50_000, property=house)
        for room in (1, 2)
    ]
    tenant = made(
        "/tenants/",
        name="Paul Mbarga",
        whatsapp_number=f"+23767700001{number}",
        rent_entity=rooms[0],
        start_of_payment_cycle="2026-01-01",
    )
    for amount in (50_000, 20_000):
        made("/payments/confirm/", tenant=tenant, amount=amount, method="cash")


@pytest.mark.parametrize("who", KEYS)
def test_the_description_is_true_to_the_letter(
    address: str, engine: Engine, who: str, tmp_path: Path
) -> None:
    run = subprocess.run(
        [
            str(Path(sys.executable).with_name("schemathesis")),
            f"--config-file={HERE / 'schemathesis.toml'}",
            "run",
            f"{address}/openapi.json",
            f"--header=Authorization: Bearer {KEYS[who](engine)}",
            f"--phases={PHASES[who] if 'FUZZ_EXAMPLES' not in os.environ else PHASES['operator']}",
            f"--max-examples={EXAMPLES}",
            "--no-color",
        ],
        cwd=tmp_path,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "PYTHONHASHSEED": "0",
            "SCHEMATHESIS_HOOKS": "tests.api.fuzzing",
        },
        capture_output=True,
        text=True,
    )
    if said := os.environ.get("FUZZ_REPORT"):
        Path(f"{said}-{who}.txt").write_text(run.stdout)
    assert run.returncode == 0, run.stdout[-20_000:] + run.stderr[-2000:]
    tested = re.search(r"Selected: (\d+)/(\d+)\s+Tested: (\d+)", run.stdout)
    assert tested is not None
    assert len(set(tested.groups())) == 1, tested[0]
