"""Forgetting a person: their words, names and numbers go everywhere, the history of sums stays.

What cannot be reached is left: backups made before, files that others keep, WhatsApp itself.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Engine, Table
from sqlalchemy.orm import Session

from lebailleur import audit, identity, migrating
from lebailleur.conversation.sealed import seal
from lebailleur.database import writing
from lebailleur.operating.mentions import Mentions
from lebailleur.operating.personal import COLUMNS, GONE_BY_PERSON, GONE_BY_PHONE
from lebailleur.rentals import erasing
from lebailleur.rentals.models import Landlord, Tenant
from lebailleur.rentals.rights import ADMIN

AT_ONCE = 200


@dataclass(frozen=True)
class Forgotten:
    """How many rows were deleted, or changed, by table."""

    deleted: dict[str, int]
    changed: dict[str, int]


class _OnlyLooked(Exception):
    """Ends a dry run, with nothing written."""


def person_of(session: Session, phone: str) -> str | None:
    """The id of the person with this number (E.164), who may be known by the books alone."""
    person = identity.find(session, "phone", phone)
    if person is not None:
        return person.id
    for each in (Landlord, Tenant):
        found = session.scalar(sa.select(each.person_id).where(each.phone == phone).limit(1))
        if found is not None:
            return found
    return None


def forget(
    engine: Engine, trackers: Path, person_id: str, *, force: bool = False, dry_run: bool = False
) -> Forgotten:
    """Forget a person; with `dry_run` only say what that would change. `trackers` is Rasa's memory.

    Raises `Refused("leases_running")` for a landlord who has tenants, unless `force` ends their
    leases; `SealError` where something cannot be opened. Nothing is written then.
    """
    deleted: Counter[str] = Counter()
    changed: Counter[str] = Counter()
    try:
        with audit.written_by("operator", "lebailleur forget"), writing(engine) as session:
            if engine.dialect.name == "sqlite":
                # What is deleted is overwritten in the file.
                session.execute(sa.text("PRAGMA secure_delete=ON"))
            mentions = _erase(session, person_id, deleted, changed, force=force)
            if trackers.is_file():
                _in_trackers(trackers, person_id, mentions, deleted, changed, dry_run=dry_run)
            if dry_run:
                raise _OnlyLooked
    except _OnlyLooked:
        return Forgotten(dict(+deleted), dict(+changed))
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            # Nor is it in what was written last.
            connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return Forgotten(dict(+deleted), dict(+changed))


def _erase(
    session: Session,
    person_id: str,
    deleted: Counter[str],
    changed: Counter[str],
    *,
    force: bool,
) -> Mentions:
    person = session.get_one(identity.Person, person_id)
    known = erasing.traces(session, ADMIN, person_id)
    phones = set(known.phones) | set(_aliases(session, person_id))
    names = set(known.names) | ({person.name} if person.name else set())
    digits = [each.lstrip("+") for each in phones]
    tables = migrating.metadata().tables
    own_names = sa.select(tables["sim_phone"].c.name).where(tables["sim_phone"].c.phone.in_(digits))
    names |= {each for each in session.scalars(own_names) if each}
    mentions = Mentions(names, phones, known.emails, erasing.name_for(person.language))

    changed["the books"] += erasing.erase(session, ADMIN, person_id, force=force)
    person.name = person.language = None
    session.flush()
    _let_go(session, tables, person_id)
    for name, column in GONE_BY_PERSON:
        deleted[name] += _delete(session, tables[name], tables[name].c[column] == person_id)
    for name in (*GONE_BY_PHONE, "sim_phone"):
        deleted[name] += _delete(session, tables[name], tables[name].c.phone.in_(digits))
    # Papers that the simulator was given name either side, and not whose they are.
    media = tables["sim_media"]
    deleted["sim_media"] += _delete(session, media, media.c.phone.is_(None))
    for name, columns in COLUMNS.items():
        told = [column for column, kind in columns.items() if kind == "mentions"]
        if told:
            changed[name] += _in_words(session, tables[name], told, mentions)
    return mentions


def _delete(session: Session, table: Table, which: sa.ColumnElement[bool]) -> int:
    return session.connection().execute(sa.delete(table).where(which)).rowcount


def _aliases(session: Session, person_id: str) -> Iterator[str]:
    query = sa.select(identity.Alias.value).where(identity.Alias.person_id == person_id)
    yield from session.scalars(query)


def _let_go(session: Session, tables: sa.util.FacadeDict[str, Table], person_id: str) -> None:
    """What others have that refers to rows which go."""
    inbox, outbox, attachment = tables["inbox"], tables["outbox"], tables["attachment"]
    theirs = sa.select(inbox.c.id).where(inbox.c.person_id == person_id)
    session.execute(sa.update(outbox).where(outbox.c.inbox_id.in_(theirs)).values(inbox_id=None))
    to_them = attachment.c.to_person_id == person_id
    session.execute(sa.update(attachment).where(to_them).values(to_person_id=None))
    files = session.scalars(sa.select(attachment.c.id).where(attachment.c.person_id == person_id))
    # A file that somebody is still to be told of.
    keys = [f"attachment:{each}" for each in files]
    session.execute(sa.delete(inbox).where(inbox.c.key.in_(keys), inbox.c.state == "waiting"))


def _in_words(session: Session, table: Table, columns: list[str], mentions: Mentions) -> int:
    """Replace the person in these columns of every row; how many rows that changed."""
    [key] = table.primary_key.columns
    wanted = sa.select(key, *(table.c[each] for each in columns)).order_by(key)
    found: list[tuple[object, dict[str, object]]] = []
    for number, *values in session.execute(wanted.execution_options(yield_per=AT_ONCE)):
        new = {
            name: without
            for name, value in zip(columns, values, strict=True)
            if value is not None and (without := mentions.without(value)) != value
        }
        if new:
            found.append((number, new))
    for number, new in found:
        for name, value in new.items():
            longest = getattr(table.c[name].type, "length", None)
            if longest and isinstance(value, str):
                new[name] = value[:longest]
        session.execute(sa.update(table).where(key == number).values(new))
    return len(found)


def _in_trackers(
    file: Path,
    person_id: str,
    mentions: Mentions,
    deleted: Counter[str],
    changed: Counter[str],
    *,
    dry_run: bool,
) -> None:
    """The same in Rasa's memory: one's own conversation goes, in others' one is replaced."""
    with closing(sqlite3.connect(file, timeout=30)) as connection:
        connection.execute("PRAGMA secure_delete=ON")
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'events'").fetchone():
            return
        gone = connection.execute("DELETE FROM events WHERE sender_id = ?", (person_id,))
        deleted["Rasa's memory"] += gone.rowcount
        for number, data in connection.execute("SELECT id, data FROM events").fetchall():
            if data is None:
                continue
            event = json.loads(seal().open(data))
            if (without := mentions.without(event)) != event:
                anew = seal().close(json.dumps(without))
                connection.execute("UPDATE events SET data = ? WHERE id = ?", (anew, number))
                changed["Rasa's memory"] += 1
        if dry_run:
            connection.rollback()
        else:
            connection.commit()
