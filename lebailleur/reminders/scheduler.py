"""The scheduler process: looks every minute whether something is due to be said."""

import structlog
from apscheduler.schedulers.blocking import BlockingScheduler

from lebailleur.database import writing
from lebailleur.reminders import due

log = structlog.get_logger()
EVERY_SECONDS = 60


def one_pass() -> None:
    """Keep what is due now. Any number of schedulers may do so: a reminder's key is unique."""
    with writing() as session:
        kept = due.keep_all(session)
    if kept:
        log.info("reminders_kept", count=len(kept))


def run() -> None:
    """Run until stopped."""
    scheduler = BlockingScheduler()
    scheduler.add_job(one_pass, "interval", seconds=EVERY_SECONDS, max_instances=1, coalesce=True)
    one_pass()
    scheduler.start()
