"""People: our own id for each, and the names under which WhatsApp knows them.

A number may change, and since 2026 a notification may come without one (only with a
business-scoped user id). So everything else refers to a person by our id, and what WhatsApp
vouches for are aliases of it.
"""

import uuid
from collections.abc import Iterable
from datetime import datetime
from itertools import batched
from typing import Literal

from sqlalchemy import ForeignKey, String, delete, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from lebailleur import clock
from lebailleur.orm import Base, UtcDateTime, insert_into

_AT_ONCE = 500
AliasKind = Literal["phone", "user_id"]


class Person(Base):
    """Somebody who can be written to. `id` is ours and says nothing about them."""

    __tablename__ = "person"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str | None] = mapped_column(String(300))
    language: Mapped[str | None] = mapped_column(String(2))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Alias(Base):
    """One name of a person: a phone number in E.164, or WhatsApp's user id."""

    __tablename__ = "person_alias"
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    value: Mapped[str] = mapped_column(String(160), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)


def find(session: Session, kind: AliasKind, value: str) -> Person | None:
    """The person behind an alias, if we know one."""
    return session.scalar(
        select(Person).join(Alias).where(Alias.kind == kind, Alias.value == value)
    )


def of_phone(session: Session, phone: str, *, name: str | None = None) -> Person:
    """The person with this number (E.164), made when new. Safe against two at once."""
    return of_aliases(session, {"phone": phone}, name=name)


def of_aliases(
    session: Session, aliases: dict[AliasKind, str], *, name: str | None = None
) -> Person:
    """The person whom any of these aliases names, made when new; the others are added to them."""
    person = of_any(session, aliases)
    if person is None:
        person = Person(id=uuid.uuid4().hex, name=name, created_at=clock.now())
        session.add(person)
        session.flush()
    if name and not person.name:
        person.name = name
    added = [_insert_alias(session, kind, value, person.id) for kind, value in aliases.items()]
    if all(added):
        return person
    kind, value = next(iter(aliases.items()))
    winner = find(session, kind, value)
    if winner is None:
        raise LookupError("an alias that was just kept is gone")
    return winner


def of_any(session: Session, aliases: dict[AliasKind, str]) -> Person | None:
    """The person whom any of these aliases names, if we know one."""
    found = (find(session, kind, value) for kind, value in aliases.items())
    return next((person for person in found if person is not None), None)


def known(session: Session, values: Iterable[str]) -> dict[tuple[str, str], str]:
    """Of many aliases' values, at once: whose each is, by (kind, value), where we know the name."""
    found: dict[tuple[str, str], str] = {}
    for some in batched(dict.fromkeys(values), _AT_ONCE):
        rows = session.execute(
            select(Alias.kind, Alias.value, Alias.person_id)
            .join(Person)
            .where(Alias.value.in_(some), Person.name.is_not(None))
        )
        found |= {(kind, value): person_id for kind, value, person_id in rows}
    return found


def rename(session: Session, person_id: str, aliases: dict[AliasKind, str]) -> None:
    """From now on a person has these aliases in place of others of their kinds, whoever had them:
    an old number may be given to somebody else tomorrow."""
    for kind, value in aliases.items():
        session.execute(
            delete(Alias).where(
                Alias.kind == kind, or_(Alias.person_id == person_id, Alias.value == value)
            )
        )
        _insert_alias(session, kind, value, person_id)


def take_number(session: Session, person_id: str, phone: str) -> None:
    """By the operator's word, a person has this number (E.164) now, with all the names under which
    WhatsApp knows who had it; under no name of before are they known any more."""
    former = find(session, "phone", phone)
    if former is not None and former.id == person_id:
        return
    session.execute(delete(Alias).where(Alias.person_id == person_id))
    if former is not None:
        session.execute(
            update(Alias).where(Alias.person_id == former.id).values(person_id=person_id)
        )
    _insert_alias(session, "phone", phone, person_id)


def alias_of(session: Session, person_id: str, kind: AliasKind) -> str | None:
    """A person's number (E.164) or WhatsApp user id, if known."""
    return session.scalar(
        select(Alias.value).where(Alias.person_id == person_id, Alias.kind == kind)
    )


def _insert_alias(session: Session, kind: str, value: str, person_id: str) -> bool:
    """Keep an alias; whether it was nobody's so far."""
    added = session.scalar(
        insert_into(session, Alias)
        .values(kind=kind, value=value, person_id=person_id)
        .on_conflict_do_nothing(index_elements=["kind", "value"])
        .returning(Alias.value)
    )
    return added is not None
