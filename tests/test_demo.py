"""The demo portfolio: believable, sound, and ready for the guide's first sentence on any day."""

import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from fractions import Fraction

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from lebailleur import clock, demo, identity
from lebailleur.conversation.models import InboxItem, OutboxItem
from lebailleur.database import make_engine, reading, writing
from lebailleur.rentals import payments, portfolio, quotes, reports, rights
from lebailleur.rentals.asks import Ask
from lebailleur.rentals.models import Allocation, Charge, Lease, Payment, Property, Receipt, Unit
from lebailleur.rentals.rights import Asker
from lebailleur.whatsapp.simulator import SimPerson

# In the middle of a month; just after midnight, long after March; on a day that most years lack.
DAYS = ("2026-03-10T08:00+00:00", "2026-11-30T23:10+00:00", "2028-02-29T12:00+00:00")


@pytest.fixture(scope="module", params=DAYS)
def loaded(request, sqlite_template, tmp_path_factory) -> Iterator[Engine]:
    path = tmp_path_factory.mktemp("demo") / "lebailleur.db"
    engine = make_engine(f"sqlite:///{shutil.copy(sqlite_template, path)}")
    with clock.moved_to(datetime.fromisoformat(request.param)):
        with writing(engine) as session:
            assert demo.wanted(session)
            demo.load(session)
        yield engine
    engine.dispose()


@pytest.fixture
def session(loaded: Engine) -> Iterator[Session]:
    with writing(loaded) as session:
        yield session
        session.rollback()


@pytest.fixture
def asker(session: Session) -> Asker:
    person = identity.find(session, "phone", demo.LANDLORD_PHONE)
    assert person is not None
    return Asker(person.id)


def test_its_size_and_variety(session, asker):
    standings = reports.standings(session, asker)
    assert session.query(Property).count() == 3
    assert len(standings) == 80
    assert 82 <= session.query(Unit).count() <= 90
    assert {each.lease.cycle_months for each in standings} == {1, 3, 6, 12}
    assert len({each.lease.start_on.day for each in standings}) > 15
    rents = [each.lease.rent_on(each.today) for each in standings]
    assert min(rents) <= 30_000
    assert max(rents) >= 150_000
    assert {each.lease.tenant.language for each in standings} == {"fr", "en"}
    assert len({each.lease.tenant.phone for each in standings}) == 80
    assert len(portfolio.free_units(session, asker)) >= 2


def test_who_is_called_what(session, asker):
    first_names = Counter(each.name.split()[0] for each in portfolio.tenants(session, asker))
    assert first_names["Paul"] == 1
    assert first_names["Marie"] == 2
    assert [name for name, count in first_names.items() if count > 1] == ["Marie"]


def test_most_pay_and_some_owe(session, asker):
    standings = reports.standings(session, asker)
    assert 10 <= len(reports.arrears(session, asker)) <= 26
    assert sum(each.balance == 0 for each in standings) >= 50
    late = [each for each in standings if each.days_late > 30]
    assert 3 <= len(late) <= 15
    ahead = session.scalars(select(Charge).where(Charge.due_on > clock.today(demo.TIMEZONE)))
    assert ahead.unique().first() is not None


def test_half_of_march_can_be_paid_on_this_day(session, asker):
    [paul] = [
        each.lease
        for each in reports.standings(session, asker)
        if each.lease.tenant.name.startswith("Paul ")
    ]
    assert (paul.unit.name, paul.unit.property.name) == ("Room 1", "Villa Rose")
    half = Ask(paul.id, part=str(Fraction(1, 2)), months_named=((None, 3),))
    quote = quotes.quote(session, asker, half)
    [line] = quote.lines
    assert (quote.amount, line.charge.period_start.month) == (25_000, 3)
    assert (line.charge.open, line.remains) == (50_000, 25_000)
    assert payments.record(session, asker, half, key="half").receipt.number


def test_the_ledger_is_sound(session):
    spent: Counter[int] = Counter()
    for allocation in session.scalars(select(Allocation)).unique():
        spent[allocation.charge_id] += allocation.amount
    for charge in session.scalars(select(Charge)).unique():
        assert spent[charge.id] <= charge.amount
    for payment in session.scalars(select(Payment)).unique():
        assert sum(each.amount for each in payment.allocations) <= payment.amount
        assert payment.receipt.content["amount"] == payment.amount


def test_receipts_are_numbered_as_time_went_by(session):
    now = clock.now()
    rows = session.scalars(select(Receipt).order_by(Receipt.id)).unique().all()
    moments = [each.issued_at for each in rows]
    assert moments == sorted(moments)
    assert moments[-1] <= now
    by_year: dict[int, list[int]] = {}
    for each in rows:
        by_year.setdefault(each.year, []).append(each.serial)
        assert clock.local(each.issued_at, demo.TIMEZONE).year == each.year
    for serials in by_year.values():
        assert serials == list(range(1, len(serials) + 1))
    recorded = [each.payment.recorded_at for each in rows]
    assert recorded == sorted(recorded)
    assert (moments[-1] - moments[0]).days > 330


def test_nothing_is_said_of_the_past(session):
    assert session.query(InboxItem).count() == session.query(OutboxItem).count() == 0


def test_the_phones_that_the_simulator_offers(session):
    people = [SimPerson(*each) for each in demo.people(session)]
    assert (people[0].phone, people[0].role_label) == (demo.LANDLORD_PHONE, "landlord")
    assert people[1].name.startswith("Paul ")
    assert {each.role_label for each in people[1:]} == {"tenant"}
    assert len({each.phone for each in people}) == len(people) == 81


def test_somebody_who_lets_and_rents_is_one_phone(session, asker):
    tenant = session.query(Lease).first().tenant
    person = Asker(tenant.person_id)
    portfolio.register_landlord(
        session,
        person,
        person_id=tenant.person_id,
        name="Somebody",
        phone=tenant.phone,
        language="fr",
        currency="XAF",
        timezone=demo.TIMEZONE,
    )
    people = demo.people(session)
    assert len(people) == 81
    assert [each[2] for each in people if each[0] == tenant.phone] == ["landlord"]
    assert rights.landlord_of(session, person) is not None


def test_it_is_loaded_once(loaded):
    with reading(loaded) as session:
        assert not demo.wanted(session)
