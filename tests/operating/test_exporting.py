"""A landlord's data, handed out: all of it, nobody else's, and harmless in a spreadsheet."""

import csv
import io
import json
from pathlib import Path
from zipfile import ZipFile

import pytest
from sqlalchemy import Engine, select

from lebailleur import clock, identity
from lebailleur.database import reading, writing
from lebailleur.operating import exporting
from lebailleur.operating.backup import at_one_moment
from lebailleur.operating.files import NotWritten
from lebailleur.rentals import claims, exports, plans, portfolio
from lebailleur.rentals.asks import Ask
from lebailleur.rentals.errors import NotAllowed, NotFound
from lebailleur.rentals.models import Allocation, Charge, Landlord, Payment
from lebailleur.rentals.plans import NewPart
from lebailleur.rentals.rights import ADMIN, Asker
from tests.rentals.conftest import Ledger, moment

NOW = "2026-03-10"
FORMULA = '=HYPERLINK("http://bad")'


@pytest.fixture
def ledger(engine: Engine) -> Ledger:
    """Two tenants, one of whom has paid, claims to have, and has promised."""
    mine = Ledger(engine)
    paul = mine.lease()
    mine.lease(unit="-Room 2", name=FORMULA, start="2026-02-01")
    mine.pay("2026-01-05", paul, amount=60_000)
    tenant = mine.tenant_of(paul)
    with mine.at(NOW) as session:
        claims.make(session, tenant, Ask(paul, amount=5_000), key="c", words='@paid, "yes"\nno')
        day = clock.today("Africa/Douala")
        plans.note(session, mine.asker, paul, [NewPart(day, 1_000), NewPart(day)], key="p")
    return mine


def phone_of(ledger: Ledger) -> str:
    with reading(ledger.engine) as session:
        return session.get_one(Landlord, ledger.landlord_id).phone


def write(ledger: Ledger, target: Path, **options: bool) -> Path:
    with at_one_moment(ledger.engine) as connection:
        return exporting.write(connection, phone_of(ledger), target, **options).file


def read(file: Path) -> dict[str, list[dict[str, str]]]:
    with ZipFile(file) as zipped:
        return {
            name.removesuffix(".csv"): list(
                csv.DictReader(io.StringIO(zipped.read(name).decode("utf-8-sig"), newline=""))
            )
            for name in zipped.namelist()
        }


def test_all_that_is_the_landlords_and_nobody_elses(ledger: Ledger, tmp_path: Path) -> None:
    other = Ledger(ledger.engine)
    stranger = other.lease(unit="Secret", name="Somebody Else")
    other.pay("2026-01-05", stranger, amount=50_000)
    found = read(write(ledger, tmp_path / "out.zip"))
    with reading(ledger.engine) as session:
        paid = session.scalars(
            select(Payment).where(Payment.landlord_id == ledger.landlord_id)
        ).all()
        charged = session.scalars(
            select(Charge).where(Charge.landlord_id == ledger.landlord_id)
        ).all()
        spread = session.scalars(
            select(Allocation).where(Allocation.payment_id.in_([each.id for each in paid]))
        ).all()
    assert {name: len(rows) for name, rows in found.items()} == {
        "properties": 1,
        "units": 2,
        "tenants": 2,
        "leases": 2,
        "charges": len(charged),
        "payments": 1,
        "allocations": len(spread),
        "receipts": 1,
        "claims": 1,
        "plans": 1,
        "plan_parts": 2,
    }
    assert [int(each["amount"]) for each in found["payments"]] == [60_000]
    assert sum(int(each["open"]) for each in found["charges"]) == sum(e.open for e in charged)
    assert found["receipts"][0]["number"].startswith(f"L{ledger.landlord_id}-")
    assert found["claims"][0]["words"] == '\'@paid, "yes"\nno'
    assert "Somebody Else" not in str(found)


def test_nothing_is_a_formula(ledger: Ledger, tmp_path: Path) -> None:
    found = read(write(ledger, tmp_path / "out.zip"))
    [_, odd] = found["tenants"]
    assert odd["name"] == f"'{FORMULA}"
    assert found["units"][1]["name"] == "'-Room 2"
    assert odd["phone"].startswith("+237")  # a number as it is written
    cells = [cell for rows in found.values() for row in rows for cell in row.values()]
    assert [each for each in cells if each[:1] in ("=", "@", "-")] == []


def test_as_json_it_is_as_it_is_kept(ledger: Ledger, tmp_path: Path) -> None:
    file = write(ledger, tmp_path, as_json=True)  # into a folder, by a name of its own
    assert file.parent == tmp_path
    assert file.suffix == ".json"
    found = json.loads(file.read_text())
    assert found["tenants"][1]["name"] == FORMULA
    assert found["payments"][0]["amount"] == 60_000
    assert found["plan_parts"][1]["amount"] is None


def test_the_file_is_nobody_elses_and_replaces_none(ledger: Ledger, tmp_path: Path) -> None:
    file = write(ledger, tmp_path / "out.zip")
    assert file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(NotWritten, match="--force"):
        write(ledger, tmp_path / "out.zip")
    write(ledger, tmp_path / "out.zip", replace=True)


def test_a_number_that_is_no_landlords(ledger: Ledger, tmp_path: Path) -> None:
    with at_one_moment(ledger.engine) as connection, pytest.raises(LookupError):
        exporting.write(connection, "+237699999999", tmp_path / "out.zip")
    assert not (tmp_path / "out.zip").exists()


def test_only_the_landlord_and_the_operator_are_given_it(ledger: Ledger) -> None:
    with clock.moved_to(moment(NOW)), writing(ledger.engine) as session:
        stranger = identity.of_phone(session, "+237671111111")
        with pytest.raises(NotAllowed):
            exports.tables(session, Asker(stranger.id))
        portfolio.register_landlord(
            session,
            Asker(stranger.id),
            person_id=stranger.id,
            name="Other",
            phone="+237671111111",
            language="fr",
            currency="XAF",
            timezone="Africa/Douala",
        )
        with pytest.raises(NotFound):
            exports.tables(session, Asker(stranger.id), ledger.landlord_id)
        assert exports.tables(session, Asker(stranger.id))["leases"].rows == []
        own = exports.tables(session, ledger.asker)
        assert own == exports.tables(session, ADMIN, ledger.landlord_id)
        assert len(own["leases"].rows) == 2
