"""A rent that falls due is said once: to the tenant and to the landlord, on its day."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from lebailleur import clock
from lebailleur.conversation import inbox
from lebailleur.conversation.models import InboxItem, OutboxItem
from lebailleur.database import writing
from lebailleur.reminders import due
from lebailleur.rentals import deposits, digests, payments, plans, quotes
from lebailleur.rentals.asks import Ask
from lebailleur.rentals.models import Lease
from lebailleur.rentals.rights import ADMIN
from tests.conversations import houses

DUE_DAY = datetime(2026, 4, 1, 8, 30)  # Paul's cycle begins on the 1st


@pytest.fixture
def house(engine: Engine) -> houses.House:
    with clock.moved_to(datetime(2026, 3, 10, 8, tzinfo=UTC)), writing(engine) as session:
        return houses.villa_rose(session, "fr")


def told(session: Session) -> dict[str, str]:
    events = session.scalars(select(InboxItem).where(InboxItem.kind == "event"))
    return {each.key: each.content["trigger"] for each in events}


def test_on_its_day_the_tenant_and_the_landlord_are_told_once(
    engine: Engine, house: houses.House
) -> None:
    for _ in range(2):
        with writing(engine) as session:
            due.keep_all(session, DUE_DAY)
    with writing(engine) as session:
        found = told(session)
    paul, awa = house.leases["Paul"], house.leases["Awa"]
    assert found == {
        f"due:{paul}:2026-04-01:0": "EXTERNAL_rent_due",
        # Hers fell due the day before, on which nobody looked.
        f"due:{awa}:2026-03-31:0": "EXTERNAL_rent_due",
        f"digest:{house.landlord_id}:2026-04-01": "EXTERNAL_digest",
        f"month:{house.landlord_id}:2026-03": "EXTERNAL_month",
    }


def test_what_is_paid_is_not_asked_for(engine: Engine, house: houses.House) -> None:
    now = datetime(2026, 4, 1, 7, 10, tzinfo=UTC)
    with clock.moved_to(now), writing(engine) as session:
        payments.record(session, ADMIN, Ask(house.leases["Paul"], months=4), key="all")
        due.keep_day(session, house.landlord_id)
        assert f"due:{house.leases['Paul']}:2026-04-01:0" not in told(session)


@pytest.mark.parametrize("hour", [0, 7, 19, 23])
def test_outside_working_hours_nothing_is_said(
    engine: Engine, house: houses.House, hour: int
) -> None:
    with writing(engine) as session:
        assert due.keep_all(session, DUE_DAY.replace(hour=hour)) == []


def test_who_stopped_reminders_is_not_told(engine: Engine, house: houses.House) -> None:
    with writing(engine) as session:
        session.get_one(Lease, house.leases["Paul"]).tenant.reminders = False
    with writing(engine) as session:
        found = due.keep_all(session, DUE_DAY)
    assert f"due:{house.leases['Paul']}:2026-04-01:0" not in {each.key for each in found}
    assert "EXTERNAL_digest" in {each.trigger for each in found}


def test_charges_appear_by_themselves(engine: Engine, house: houses.House) -> None:
    with writing(engine) as session:
        due.keep_all(session, DUE_DAY)
    with clock.moved_to(DUE_DAY.replace(tzinfo=UTC)), writing(engine) as session:
        quoted = quotes.quote(session, ADMIN, Ask(house.leases["Paul"], part="all"))
        assert quoted.amount == 200_000


def promised(
    engine: Engine, house: houses.House, *days: tuple[int, int]
) -> list[plans.PartStanding]:
    now = datetime(2026, 3, 10, 8, tzinfo=UTC)
    parts = [plans.NewPart(date(2026, *day), 50_000) for day in days]
    with clock.moved_to(now), writing(engine) as session:
        plan = plans.note(session, ADMIN, house.leases["Paul"], parts, key="plan")
        return plans.standings(session, plan)


def events(engine: Engine, month: int, day: int) -> dict[str, str]:
    with writing(engine) as session:
        before = set(told(session))
        due.keep_all(session, datetime(2026, month, day, 9))
        return {key: what for key, what in told(session).items() if key not in before}


def test_a_promise_holds_reminders_back_until_its_day(engine: Engine, house: houses.House) -> None:
    [part] = promised(engine, house, (4, 3))
    lease = house.leases["Paul"]
    assert f"due:{lease}:2026-04-01:0" not in events(engine, 4, 1)
    assert events(engine, 4, 3)[f"promise:{part.part.id}"] == "EXTERNAL_promise_due"


def test_19_the_landlord_is_told_once_of_a_broken_part(engine: Engine, house: houses.House) -> None:
    promised(engine, house, (4, 5), (4, 20), (5, 5))
    with clock.moved_to(datetime(2026, 4, 5, 8, tzinfo=UTC)), writing(engine) as session:
        payments.record(session, ADMIN, Ask(house.leases["Paul"], amount=50_000), key="first")
    broken = {}
    for day in (20, 21, 22):
        with clock.moved_to(datetime(2026, 4, day, 8, tzinfo=UTC)), writing(engine) as session:
            found = digests.digest(
                session, ADMIN, date(2026, 4, day - 1), landlord_id=house.landlord_id
            )
            broken[day] = [(each.lease.tenant.name, each.amount) for each in found.broken]
    assert broken == {20: [], 21: [("Paul Mbarga", 50_000)], 22: []}


def test_a_scheduler_that_was_away_says_what_is_still_true_once(
    engine: Engine, house: houses.House
) -> None:
    """Down from 2 April on: on the 9th only the step of the 8th, not that of the 4th; and the
    landlord is told of the last three days."""
    lease = house.leases["Paul"]
    with clock.moved_to(datetime(2026, 4, 7, 8, tzinfo=UTC)), writing(engine) as session:
        payments.record(session, ADMIN, Ask(house.leases["Blaise"], amount=5_000), key="blaise")
    found: dict[int, set[str]] = {}
    for day in (1, 9, 10):
        with clock.moved_to(datetime(2026, 4, day, 8, tzinfo=UTC)), writing(engine) as session:
            assert due.waiting(session) == [house.landlord_id]
            kept = due.keep_day(session, house.landlord_id)
            found[day] = {each.key for each in kept if each.key.startswith(f"due:{lease}:")}
            if day == 9:
                [digest] = [each for each in kept if each.trigger == "EXTERNAL_digest"]
                assert digest.entities == {"since": "2026-04-06", "step": "2026-04-09"}
            assert due.waiting(session) == []
    assert found == {
        1: {f"due:{lease}:2026-04-01:0"},
        9: {f"due:{lease}:2026-04-01:7"},
        10: set(),
    }


def morning(engine: Engine, house: houses.House, day: int, state: str) -> dict[str, str]:
    """A day in April on which Blaise pays after the morning's message, of which comes `state`; what
    that message was asked to say."""
    with clock.moved_to(datetime(2026, 4, day, 8, tzinfo=UTC)), writing(engine) as session:
        [kept] = [
            each
            for each in due.keep_day(session, house.landlord_id)
            if each.trigger == "EXTERNAL_digest"
        ]
        event = inbox.event_of(session, kept.key)
        assert event is not None
        inbox.handled(event)
        item = OutboxItem(person_id=event.person_id, inbox_id=event.id, content={}, state=state)
        item.created_at = clock.now()
        session.add(item)
        ask = Ask(house.leases["Blaise"], amount=5_000)
        payments.record(session, ADMIN, ask, key=f"blaise {day}")
        return kept.entities


def test_a_morning_that_could_not_be_said_is_told_with_the_next(
    engine: Engine, house: houses.House
) -> None:
    morning(engine, house, 1, "delivered")
    assert morning(engine, house, 2, "waiting") == {"since": "2026-04-01", "step": "2026-04-02"}
    assert morning(engine, house, 3, "delivered") == {"since": "2026-04-01", "step": "2026-04-03"}
    assert morning(engine, house, 4, "failed") == {"since": "2026-04-03", "step": "2026-04-04"}
    assert morning(engine, house, 5, "failed")["since"] == "2026-04-03"
    assert morning(engine, house, 6, "failed")["since"] == "2026-04-03"
    # Nothing is told of more than the last days.
    assert morning(engine, house, 7, "failed")["since"] == "2026-04-04"


def test_two_schedulers_at_once_keep_one(engine: Engine, house: houses.House) -> None:
    def day() -> int:
        with writing(engine) as session:
            return len(due.keep_day(session, house.landlord_id))

    with clock.moved_to(DUE_DAY.replace(tzinfo=UTC)), ThreadPoolExecutor(4) as pool:
        numbers = [each.result() for each in [pool.submit(day) for _ in range(4)]]
    assert sorted(numbers) == [0, 0, 0, 4]


def test_a_deposit_that_pays_a_debt_is_no_money_that_came_in(
    engine: Engine, house: houses.House
) -> None:
    lease_id = house.leases["Paul"]
    with clock.moved_to(datetime(2026, 3, 30, 8, tzinfo=UTC)), writing(engine) as session:
        deposit = Ask(lease_id=lease_id, amount=100_000, bill="deposit")
        payments.record(session, ADMIN, deposit, key="deposit")
        deposits.use(session, ADMIN, lease_id, key="used", amount=60_000)
    with clock.moved_to(datetime(2026, 3, 31, 8, tzinfo=UTC)), writing(engine) as session:
        found = digests.digest(session, ADMIN, date(2026, 3, 30), landlord_id=house.landlord_id)
    assert (found.received, found.payments) == (100_000, 1)
