"""The scheduler process: looks every minute whether something is due to be said.

Its job is kept in the database, where one sees when it runs next; what was missed while none ran
is one pass, not many. Any number of schedulers may run: a landlord's day is one transaction, and a
reminder's key is unique.
"""

import time

import structlog
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.blocking import BlockingScheduler
from sqlalchemy import column, func, select, table
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from lebailleur import database
from lebailleur.reminders import due

log = structlog.get_logger()
EVERY_SECONDS = 60
JOBS = "scheduler_job"


def one_pass() -> None:
    """Keep what is due now, landlord by landlord: one whose day cannot be told (which is logged)
    holds up no other."""
    with database.reading() as session:
        landlords = due.waiting(session)
    for landlord_id in landlords:
        try:
            with database.writing() as session:
                kept = due.keep_day(session, landlord_id)
        except SQLAlchemyError:
            raise  # the database is away: the next pass tries again
        except Exception:
            log.exception("reminders_failed", landlord_id=landlord_id)
            continue
        if kept:
            log.info("reminders_kept", landlord_id=landlord_id, count=len(kept))


def is_running(session: Session) -> bool:
    """Whether some scheduler looks when it is to look. Raises `SQLAlchemyError` when none ever
    did."""
    due = session.scalar(select(func.min(column("next_run_time"))).select_from(table(JOBS)))
    return due is not None and time.time() - due < 2 * EVERY_SECONDS


def run() -> None:
    """Run until stopped."""
    store = SQLAlchemyJobStore(engine=database.engine(), tablename=JOBS)
    scheduler = BlockingScheduler(jobstores={"default": store})
    scheduler.add_job(
        one_pass,
        "interval",
        seconds=EVERY_SECONDS,
        id="reminders",
        replace_existing=True,
        max_instances=1,
        coalesce=True,
        misfire_grace_time=None,
    )
    one_pass()
    scheduler.start()
