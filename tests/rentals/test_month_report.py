"""A landlord's month lease by lease, as sums and as a paper."""

from datetime import UTC, datetime
from io import BytesIO

import pypdf
import pytest
from sqlalchemy import Engine

from lebailleur import clock
from lebailleur.database import writing
from lebailleur.reminders import due
from lebailleur.rentals import months, payments
from lebailleur.rentals.asks import Ask
from lebailleur.rentals.models import Landlord
from lebailleur.rentals.papers.month import month_pdf
from lebailleur.rentals.rights import ADMIN
from tests.conversations import houses

FIRST = datetime(2026, 4, 1, 8, tzinfo=UTC)


@pytest.fixture
def house(engine: Engine) -> houses.House:
    with clock.moved_to(datetime(2026, 3, 10, 8, tzinfo=UTC)), writing(engine) as session:
        made = houses.villa_rose(session, "fr")
        payments.record(session, ADMIN, Ask(made.leases["Paul"], amount=60_000), key="one")
        return made


def test_each_lease_and_the_total(engine: Engine, house: houses.House) -> None:
    with clock.moved_to(FIRST), writing(engine) as session:
        whose = {"landlord_id": house.landlord_id}
        found = months.by_lease(session, ADMIN, 2026, 3, **whose)
        total = months.of_landlord(session, ADMIN, 2026, 3, **whose).total
        by_name = {lease.tenant.name: sums for lease, sums in found}
    # January was paid whole and of February 10,000; March is open.
    assert by_name["Paul Mbarga"] == months.Sums(50_000, 50_000, 60_000)
    for each in ("expected", "outstanding", "collected"):
        assert sum(getattr(sums, each) for sums in by_name.values()) == getattr(total, each)


@pytest.mark.parametrize(("language", "title"), [("fr", "BILAN DU MOIS"), ("en", "REPORT OF THE")])
def test_the_paper(engine: Engine, house: houses.House, language: str, title: str) -> None:
    with clock.moved_to(FIRST), writing(engine) as session:
        whose = {"landlord_id": house.landlord_id}
        pdf = month_pdf(
            session.get_one(Landlord, house.landlord_id),
            months.of_landlord(session, ADMIN, 2026, 3, **whose),
            months.by_lease(session, ADMIN, 2026, 3, **whose),
            language=language,
            made_at=FIRST,
        )
    text = pypdf.PdfReader(BytesIO(pdf)).pages[0].extract_text()
    assert title in text
    assert "Paul Mbarga" in text
    assert "60" in text
    assert "Pa Ngu" in text


def test_it_is_told_once_in_the_first_days(engine: Engine, house: houses.House) -> None:
    told = {}
    for day in (1, 2, 4):
        with clock.moved_to(FIRST.replace(day=day)), writing(engine) as session:
            kept = due.keep_day(session, house.landlord_id)
            told[day] = [each.entities for each in kept if each.trigger == "EXTERNAL_month"]
    assert told == {1: [{"period": "2026-03"}], 2: [], 4: []}


def test_a_landlord_who_came_since_hears_of_no_month_before(
    engine: Engine, house: houses.House
) -> None:
    with clock.moved_to(datetime(2026, 3, 11, 8, tzinfo=UTC)), writing(engine) as session:
        kept = due.keep_day(session, house.landlord_id)
        assert "EXTERNAL_month" not in {each.trigger for each in kept}
