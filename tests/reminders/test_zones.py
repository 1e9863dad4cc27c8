"""Landlords in distant time zones: each one's day begins when it does where they are, also on the
days on which the clocks are changed."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine

from lebailleur import clock, working_hours
from lebailleur.conversation import inbox
from lebailleur.conversation.models import Conversation, InboxItem
from lebailleur.database import reading, writing
from lebailleur.reminders import due
from lebailleur.rentals.models import Landlord
from tests.conversations import houses
from tests.conversations.houses import House

TORONTO, DUBAI = "America/Toronto", "Asia/Dubai"
# In 2026 the clocks of Toronto are put forward on 8 March, and back on 1 November, on which Paul's
# rent falls due.


def utc(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def house_in(engine: Engine, zone: str, since: datetime) -> House:
    """A Villa Rose in this zone, known since then."""
    with clock.moved_to(since), writing(engine) as session:
        house = houses.villa_rose(session, "en")
        session.get_one(Landlord, house.landlord_id).timezone = zone
    return house


def waiting_at(engine: Engine, moment: datetime) -> list[int]:
    with clock.moved_to(moment), reading(engine) as session:
        return due.waiting(session)


def kept_at(engine: Engine, house: House, moment: datetime) -> set[str]:
    """The keys of what this house's day brought Paul and the landlord, looked after at a moment."""
    assert house.landlord_id is not None
    theirs = (f"due:{house.leases['Paul']}:", "digest:")
    with clock.moved_to(moment), writing(engine) as session:
        found = due.keep_day(session, house.landlord_id)
    return {each.key for each in found if each.key.startswith(theirs)}


@pytest.fixture
def toronto(engine: Engine) -> House:
    return house_in(engine, TORONTO, utc(3, 10, 8))


@pytest.fixture
def dubai(engine: Engine) -> House:
    return house_in(engine, DUBAI, utc(3, 10, 8))


def test_each_landlord_is_looked_after_in_the_morning_of_their_own_zone(
    engine: Engine, toronto: House, dubai: House
) -> None:
    assert waiting_at(engine, utc(4, 1, 3, 59)) == []  # 07:59 in Dubai, 23:59 in Toronto
    assert waiting_at(engine, utc(4, 1, 4, 1)) == [dubai.landlord_id]
    kept_at(engine, dubai, utc(4, 1, 4, 1))
    assert waiting_at(engine, utc(4, 1, 11, 59)) == []
    assert waiting_at(engine, utc(4, 1, 12, 1)) == [toronto.landlord_id]
    kept_at(engine, toronto, utc(4, 1, 12, 1))
    assert waiting_at(engine, utc(4, 1, 14)) == []
    # The next day, which in Dubai begins while it is still the first in Toronto.
    assert waiting_at(engine, utc(4, 2, 4, 1)) == [dubai.landlord_id]


def test_a_day_is_the_landlords_own(engine: Engine, toronto: House, dubai: House) -> None:
    """At three in the morning UTC it is 1 April in Dubai, and still 31 March in Toronto."""
    moment = utc(4, 1, 3)
    assert kept_at(engine, dubai, moment) == {
        f"due:{dubai.leases['Paul']}:2026-04-01:0",
        f"digest:{dubai.landlord_id}:2026-04-01",
    }
    assert kept_at(engine, toronto, moment) == {
        f"due:{toronto.leases['Paul']}:2026-04-01:-3",  # the step of the 29th
        f"digest:{toronto.landlord_id}:2026-03-31",
    }
    with reading(engine) as session:
        days = [
            session.get_one(Landlord, each.landlord_id).reminded_on for each in (toronto, dubai)
        ]
    assert days == [date(2026, 3, 31), date(2026, 4, 1)]


def test_since_when_somebody_is_known_is_a_day_of_the_landlords_zone(engine: Engine) -> None:
    """Known on the evening of the 7th in Toronto, which in Dubai is the 8th: so there the step of
    that day was before it, and is not made up for."""
    known = utc(3, 8, 3)
    toronto, dubai = house_in(engine, TORONTO, known), house_in(engine, DUBAI, known)
    step = f"due:{toronto.leases['Paul']}:2026-03-01:7"
    assert step in kept_at(engine, toronto, utc(3, 9, 13))
    assert not any(each.startswith("due:") for each in kept_at(engine, dubai, utc(3, 9, 5)))


def test_what_is_kept_waits_for_the_hours_of_its_landlords_zone(
    engine: Engine, toronto: House, dubai: House
) -> None:
    for house, moment, begins in (
        (dubai, utc(4, 1, 3), utc(4, 1, 4)),
        (toronto, utc(4, 1, 3), utc(4, 1, 12)),
    ):
        [key] = [each for each in kept_at(engine, house, moment) if each.startswith("due:")]
        with clock.moved_to(moment), reading(engine) as session:
            item = inbox.event_of(session, key)
            assert item is not None
            assert inbox.quiet_at(item, None) == begins


def test_as_of_a_time_is_meant_in_each_zone(engine: Engine, toronto: House, dubai: House) -> None:
    with writing(engine) as session:
        assert due.keep_all(session, datetime(2026, 4, 1, 7, 59)) == []
        found = due.keep_all(session, datetime(2026, 4, 1, 8, 30))
    as_of = {}
    with reading(engine) as session:
        for each in found:
            item = inbox.event_of(session, each.key)
            assert item is not None
            as_of[each.key] = item.content["entities"]["as_of"]
    paul = [f"due:{each.leases['Paul']}:2026-04-01:0" for each in (toronto, dubai)]
    assert [as_of[each] for each in paul] == [
        "2026-04-01T08:30:00-04:00",
        "2026-04-01T08:30:00+04:00",
    ]


def test_the_day_on_which_the_clocks_are_put_back(engine: Engine) -> None:
    """Eight o'clock is an hour later than the day before, in UTC; and everything is said once."""
    house = house_in(engine, TORONTO, utc(10, 20, 8))
    paul = house.leases["Paul"]
    assert waiting_at(engine, utc(10, 31, 12, 1)) == [house.landlord_id]
    assert kept_at(engine, house, utc(10, 31, 12, 1)) == {
        f"due:{paul}:2026-11-01:-3",  # which nobody said on the 29th
        f"digest:{house.landlord_id}:2026-10-31",
    }
    # An hour that is there twice, before and after the change.
    for hour in (5, 6):
        assert waiting_at(engine, utc(11, 1, hour, 30)) == []
    assert waiting_at(engine, utc(11, 1, 12, 59)) == []
    assert waiting_at(engine, utc(11, 1, 13, 1)) == [house.landlord_id]
    assert kept_at(engine, house, utc(11, 1, 13, 1)) == {
        f"due:{paul}:2026-11-01:0",
        f"digest:{house.landlord_id}:2026-11-01",
    }
    assert waiting_at(engine, utc(11, 1, 13, 30)) == []
    assert waiting_at(engine, utc(11, 2, 13, 1)) == [house.landlord_id]
    assert kept_at(engine, house, utc(11, 2, 13, 1)) == set()


def test_as_of_a_time_on_the_day_of_the_change(engine: Engine) -> None:
    house = house_in(engine, TORONTO, utc(10, 20, 8))
    key = f"due:{house.leases['Paul']}:2026-11-01:0"
    with writing(engine) as session:
        found = due.keep_all(session, datetime(2026, 11, 1, 8))
        assert key in {each.key for each in found}
        item = inbox.event_of(session, key)
        assert item is not None
        assert item.content["entities"]["as_of"] == "2026-11-01T08:00:00-05:00"


@pytest.mark.parametrize(
    ("zone", "moment", "begins"),
    [
        (TORONTO, utc(4, 1, 11, 59), utc(4, 1, 12)),
        (TORONTO, utc(4, 1, 22, 59), None),
        (TORONTO, utc(4, 1, 23), utc(4, 2, 12)),
        (DUBAI, utc(4, 1, 3, 59), utc(4, 1, 4)),
        (DUBAI, utc(4, 1, 14, 59), None),
        (DUBAI, utc(4, 1, 15), utc(4, 2, 4)),
        # The morning before the clocks are put forward, and that of the day itself.
        (TORONTO, utc(3, 7, 12), utc(3, 7, 13)),
        (TORONTO, utc(3, 8, 2), utc(3, 8, 12)),
        (TORONTO, utc(3, 8, 12), None),
        # And put back.
        (TORONTO, utc(10, 31, 23), utc(11, 1, 13)),
        (TORONTO, utc(11, 1, 12), utc(11, 1, 13)),
        (TORONTO, utc(11, 1, 23, 59), None),
        (TORONTO, utc(11, 2, 0), utc(11, 2, 13)),
    ],
)
def test_working_hours_are_those_of_the_zone(
    zone: str, moment: datetime, begins: datetime | None
) -> None:
    """`begins`: when an event that comes at this moment is told, None where it is at once."""
    assert working_hours.from_then(moment, zone) == (begins or moment)
    item = InboxItem(kind="event", content={"quiet": True, "timezone": zone})
    with clock.moved_to(moment):
        assert working_hours.are_now(zone) == (begins is None)
        assert inbox.quiet_at(item, None) == begins


def test_a_session_that_ends_in_the_evening_is_followed_by_the_zones_morning() -> None:
    """Somebody wrote at two minutes to seven in the evening, when it is not too late yet."""
    for zone, wrote, begins in (
        (TORONTO, utc(10, 31, 22, 58), utc(11, 1, 13)),
        (DUBAI, utc(10, 31, 14, 58), utc(11, 1, 4)),
    ):
        item = InboxItem(kind="event", content={"quiet": True, "timezone": zone})
        with clock.moved_to(wrote + timedelta(minutes=1)):
            assert inbox.quiet_at(item, None) is None
            assert inbox.quiet_at(item, Conversation(last_in_at=wrote)) == begins
