"""When people may be spoken to first: `WORKING_HOURS`, as a time zone's wall clock shows them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from lebailleur import clock
from lebailleur.settings import settings


def from_then(moment: datetime, timezone: str) -> datetime:
    """The first moment of working hours that is not before this one (aware); in UTC."""
    start, end = settings().hours
    local = clock.local(moment, timezone)
    if start <= local.time() < end:
        return moment
    day = local.date() if local.time() < start else local.date() + timedelta(days=1)
    return datetime.combine(day, start, ZoneInfo(timezone)).astimezone(UTC)


def are_now(timezone: str) -> bool:
    """Whether it is within them."""
    now = clock.now()
    return from_then(now, timezone) == now
