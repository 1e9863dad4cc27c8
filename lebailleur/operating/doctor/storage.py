"""What is kept: whether it can be read and written, by whom, and what waits there."""

import shutil
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from stat import S_IMODE
from typing import Any

from sqlalchemy import LargeBinary, or_, select

from lebailleur import clock, migrating
from lebailleur.conversation import outbox, resealing
from lebailleur.conversation.models import InboxItem, OutboxItem, Standstill
from lebailleur.database import reading
from lebailleur.operating import archive
from lebailleur.operating.doctor.place import Place
from lebailleur.seal import Seal, SealError

LEAST_BYTES, LEAST_SHARE = 500 * 1024 * 1024, 0.05
LONG = timedelta(minutes=10)
SAMPLE = 20


def database(place: Place) -> Iterator[str]:
    """It answers."""
    if place.database_fault is not None:
        yield f"The database does not answer ({place.database_fault}): see DATABASE_URL."


def tables(place: Place) -> Iterator[str]:
    """They are those of this version of the program."""
    version, newest = place.version, migrating.newest()
    if version is None:
        yield "The database has no tables yet: start LeBailleur, which makes them."
    elif not migrating.is_known(version):
        yield f"The tables are of a newer LeBailleur ({version}): start that one."
    elif version != newest:
        yield (
            f"The tables are of an older LeBailleur ({version}, not {newest}): make a backup, then "
            "restart LeBailleur, which brings them up to date."
        )


def sealed_texts(place: Place) -> Iterator[str]:
    """ENCRYPTION_KEY opens what is sealed: of every kind the first ones and the last ones."""
    seal = Seal(place.settings.encryption_key.get_secret_value())
    shut = dict.fromkeys(name for name, values in _samples(place) if not _opens(seal, values))
    if shut:
        yield (
            f"ENCRYPTION_KEY does not open what is sealed in {', '.join(shut)}: put the key with "
            "which it was sealed behind the present one, with a comma between."
        )


def _samples(place: Place) -> Iterator[tuple[str, list[Any]]]:
    with place.whole.connect() as connection:
        tables = {each.name: each for each in archive.tables_of(connection)}
        for model, names in resealing.SEALED:
            table = tables[model.__tablename__]
            [key] = table.primary_key.columns
            for name in names:
                column = table.c[name]
                # A file is large: one is enough.
                most = 1 if isinstance(column.type, LargeBinary) else SAMPLE
                found = [
                    value
                    for order in (key.asc(), key.desc())
                    for value in connection.scalars(select(column).order_by(order).limit(most))
                ]
                yield table.name, found
    if place.trackers.is_file():
        tracked = sqlite3.connect(f"{place.trackers.absolute().as_uri()}?mode=ro", uri=True)
        try:
            rows = tracked.execute("SELECT data FROM events ORDER BY id DESC LIMIT ?", (SAMPLE,))
            yield "Rasa's memory", [data for (data,) in rows]
        except sqlite3.OperationalError:
            return  # Rasa has not made its table yet
        finally:
            tracked.close()


def _opens(seal: Seal, values: list[Any]) -> bool:
    try:
        for each in values:
            if isinstance(each, str):
                seal.open(each.strip('"'))  # in a column of JSON it is a JSON string
            elif isinstance(each, bytes | memoryview):
                seal.open_bytes(bytes(each))
    except SealError:
        return False
    return True


def waiting(place: Place) -> Iterator[str]:
    """Nothing waits for long that could be handled or sent, and something can be sent."""
    now = clock.now()
    with reading(place.whole) as session:
        for model, since, open_, what in (
            (InboxItem, InboxItem.received_at, ("waiting",), "wait to be answered"),
            (OutboxItem, OutboxItem.created_at, (*outbox.OPEN, "later"), "wait to be sent"),
        ):
            found = session.execute(
                select(model.id, since)
                .where(
                    model.state.in_(open_),
                    since < now - LONG,
                    or_(model.next_try_at.is_(None), model.next_try_at < now - LONG),
                )
                .order_by(since)
            ).all()
            if found:
                hours = (now - found[0][1]).total_seconds() / 3600
                yield (
                    f"{len(found)} messages {what}, the oldest for {hours:.1f} hours: see whether "
                    "all processes run, and their logs."
                )
        if (code := session.scalar(select(Standstill.code))) is not None:
            yield (
                f"Nothing can be sent: Meta answers with error {code}. Look into Meta's dashboard "
                "(token, payment, the account's state); it is tried again every five minutes."
            )


def disk(place: Place) -> Iterator[str]:
    """There is room where the data is kept."""
    folder = _existing(place.database_file or place.var)
    usage = shutil.disk_usage(folder)
    if usage.free < LEAST_BYTES or usage.free < usage.total * LEAST_SHARE:
        yield (
            f"Only {usage.free // 1024**2} MB are free at {folder}: make room, or nothing can be "
            "kept any more."
        )


def private_files(place: Place) -> Iterator[str]:
    """Nobody else on this machine can read secrets and messages."""
    kept = [place.env_file, place.var]
    if (file := place.database_file) is not None and place.var not in file.parents:
        kept.append(file)
    for each in kept:
        if each.exists() and S_IMODE(each.stat().st_mode) & 0o077:
            yield f"{each} can be read by others of this machine: run chmod go-rwx {each}"


def _existing(path: Path) -> Path:
    return path if path.exists() else _existing(path.parent)
