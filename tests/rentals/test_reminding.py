"""On which days a tenant is reminded, and the things that stop it."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lebailleur import clock
from lebailleur.database import writing
from lebailleur.rentals import claims, lease_changes, payments, plans, portfolio, reminding, reports
from lebailleur.rentals.asks import Ask
from lebailleur.rentals.errors import Refused
from lebailleur.rentals.models import Landlord, Lease
from lebailleur.rentals.plans import NewPart
from lebailleur.rentals.rights import ADMIN, Asker
from tests.conversations import houses

LATE = datetime(2026, 4, 4, 8, tzinfo=UTC)  # three days after Paul's rent fell due


@pytest.fixture
def house(engine: Engine) -> houses.House:
    with clock.moved_to(datetime(2026, 3, 10, 8, tzinfo=UTC)), writing(engine) as session:
        return houses.villa_rose(session, "en")


def owner(session: Session, house: houses.House) -> Asker:
    return Asker(session.get_one(Landlord, house.landlord_id).person_id)


def of_paul(session: Session, house: houses.House) -> Lease:
    return session.get_one(Lease, house.leases["Paul"])


def step_on(session: Session, house: houses.House, day: datetime) -> int | None:
    """Which step Paul is reminded of on that day."""
    with clock.moved_to(day):
        found = reminding.to_remind(session, owner(session, house))
    return next((m.step for s, m in found if s.lease.tenant.name == "Paul Mbarga"), None)


def days(engine: Engine, house: houses.House) -> dict[int, int | None]:
    with writing(engine) as session:
        return {
            day: step_on(session, house, datetime(2026, 4, day, 8, tzinfo=UTC))
            for day in (1, 4, 5, 8, 12, 15, 19, 28, 29, 30)
        }


def test_the_usual_days(engine: Engine, house: houses.House) -> None:
    """On the day, 3, 7 and 14 days after; up to three days late; 3 days before the next one."""
    assert days(engine, house) == {
        1: 0, 4: 3, 5: 3, 8: 7, 12: None, 15: 14, 19: None, 28: -3, 29: -3, 30: -3,
    }  # fmt: skip


def test_days_as_the_landlord_likes_them(engine: Engine, house: houses.House) -> None:
    with writing(engine) as session:
        rules = reminding.change(session, owner(session, house), before=0, after=[5, 5, 11])
        assert rules.steps == (0, 5, 11)
    assert days(engine, house) == {
        1: 0, 4: 0, 5: None, 8: 5, 12: 11, 15: 11, 19: None, 28: None, 29: None, 30: None,
    }  # fmt: skip


@pytest.mark.parametrize("wrong", [[61], [-1], [1, 2, 3, 4, 5, 6]])
def test_days_that_cannot_be(engine: Engine, house: houses.House, wrong: list[int]) -> None:
    with pytest.raises(Refused), writing(engine) as session:
        reminding.change(session, owner(session, house), after=wrong)


def test_what_is_said_before_counts_what_is_open(engine: Engine, house: houses.House) -> None:
    with writing(engine) as session, clock.moved_to(datetime(2026, 3, 30, 8, tzinfo=UTC)):
        standing = reports.standing(session, ADMIN, house.leases["Paul"])
        matter = reminding.matter_of(standing, reminding.Rules(3, (3,), True, False))
    assert matter == reminding.Matter(date(2026, 4, 1), -3, 50_000, 150_000)


def pay(session: Session, house: houses.House) -> None:
    payments.record(session, ADMIN, Ask(house.leases["Paul"], months=4), key="all")


def claim(session: Session, house: houses.House) -> None:
    tenant = Asker(of_paul(session, house).tenant.person_id)
    claims.make(session, tenant, Ask(house.leases["Paul"], amount=50_000), key="claim")


def promise(session: Session, house: houses.House) -> None:
    parts = [NewPart(date(2026, 4, 20), 50_000)]
    plans.note(session, ADMIN, house.leases["Paul"], parts, key="plan")


def hardship(session: Session, house: houses.House) -> None:
    reminding.spare(session, Asker(of_paul(session, house).tenant.person_id), house.leases["Paul"])


def dispute(session: Session, house: houses.House) -> None:
    """The landlord says that what the tenant claims to have paid did not come."""
    claim(session, house)
    [waiting] = claims.waiting(session, owner(session, house))
    claims.decline(session, owner(session, house), waiting.id)


def asked_for_time(session: Session, house: houses.House) -> None:
    tenant = Asker(of_paul(session, house).tenant.person_id)
    plans.ask(session, tenant, house.leases["Paul"], [NewPart(date(2026, 4, 20), 50_000)], key="a")


def paused(session: Session, house: houses.House) -> None:
    reminding.change(session, owner(session, house), paused=True)


def paused_for_one(session: Session, house: houses.House) -> None:
    portfolio.pause_reminders(session, owner(session, house), house.leases["Paul"], on=False)


def stopped(session: Session, house: houses.House) -> None:
    tenant = Asker(of_paul(session, house).tenant.person_id)
    portfolio.set_reminders(session, tenant, on=False)


def left(session: Session, house: houses.House) -> None:
    lease_changes.end(session, owner(session, house), house.leases["Paul"], date(2026, 4, 3))


@pytest.mark.parametrize(
    "happens",
    [pay, claim, dispute, promise, asked_for_time, hardship, paused, paused_for_one, stopped, left],
)
def test_what_stops_a_reminder(
    engine: Engine, house: houses.House, happens: Callable[[Session, houses.House], None]
) -> None:
    with writing(engine) as session:
        assert step_on(session, house, LATE) == 3
        with clock.moved_to(datetime(2026, 4, 3, 8, tzinfo=UTC)):
            happens(session, house)
        assert step_on(session, house, LATE) is None


def test_a_book_that_is_not_kept_accuses_nobody(engine: Engine, house: houses.House) -> None:
    with writing(engine) as session:
        assert step_on(session, house, datetime(2026, 6, 1, 8, tzinfo=UTC)) == 0
        assert step_on(session, house, datetime(2026, 7, 1, 8, tzinfo=UTC)) is None


def test_who_wrote_is_reminded_again_some_days_later(engine: Engine, house: houses.House) -> None:
    with writing(engine) as session:
        with clock.moved_to(datetime(2026, 4, 3, 8, tzinfo=UTC)):
            hardship(session, house)
        assert step_on(session, house, datetime(2026, 4, 8, 8, tzinfo=UTC)) == 7


@pytest.mark.parametrize("happens", [pay, claim, dispute, paused, paused_for_one, stopped, left])
def test_what_stops_a_promise_from_being_recalled(
    engine: Engine, house: houses.House, happens: Callable[[Session, houses.House], None]
) -> None:
    """When it is decided, and when it is said."""
    on_its_day = datetime(2026, 4, 20, 8, tzinfo=UTC)
    with writing(engine) as session:
        with clock.moved_to(datetime(2026, 4, 2, 8, tzinfo=UTC)):
            promise(session, house)
        with clock.moved_to(on_its_day):
            [(_, part)] = reminding.promises_due(session, owner(session, house))
            assert reminding.promise_to_tell(session, ADMIN, part.id) is not None
        with clock.moved_to(datetime(2026, 4, 20, 7, tzinfo=UTC)):
            happens(session, house)
        with clock.moved_to(on_its_day):
            assert reminding.promise_to_tell(session, ADMIN, part.id) is None
            assert reminding.promises_due(session, owner(session, house)) == []


@pytest.mark.parametrize(
    ("happens", "reason"),
    [
        (pay, "settled"),
        (claim, "claimed"),
        (promise, "promised"),
        (stopped, "off"),
        # These are for the landlord to override.
        (hardship, None),
        (paused, None),
        (left, None),
    ],
)
def test_what_stops_a_landlords_own_reminder(
    engine: Engine,
    house: houses.House,
    happens: Callable[[Session, houses.House], None],
    reason: str | None,
) -> None:
    with writing(engine) as session, clock.moved_to(LATE):
        happens(session, house)
        standing = reports.standing(session, ADMIN, house.leases["Paul"])
        assert reminding.reason_against_word(session, standing) == reason
