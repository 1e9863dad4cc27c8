"""Who was forgotten is nowhere any more, and every sum is as it was."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from pydantic import SecretStr
from sqlalchemy import Engine

from lebailleur import clock, identity, migrating
from lebailleur.conversation import doubts, inbox
from lebailleur.conversation.models import Attachment, Conversation, InboxItem, OutboxItem
from lebailleur.database import make_engine, reading, writing
from lebailleur.operating import forgetting
from lebailleur.operating.mentions import Mentions
from lebailleur.operating.personal import COLUMNS
from lebailleur.rentals import (
    claims,
    corrections,
    erasing,
    issues,
    payments,
    plans,
    proposals,
    receipts,
    reports,
    tokens,
)
from lebailleur.rentals.asks import Ask, Proof
from lebailleur.rentals.errors import NotAllowed, Refused
from lebailleur.rentals.models import Landlord, Lease, Receipt, Tenant
from lebailleur.rentals.plans import NewPart
from lebailleur.rentals.rights import ADMIN, Asker
from lebailleur.seal import Seal, SealError
from lebailleur.settings import settings
from lebailleur.support import ask as ask_support
from lebailleur.whatsapp.simulator.tables import (
    SimEvent,
    SimFault,
    SimMedia,
    SimMessage,
    SimNotification,
    SimPhone,
)
from tests.rentals.conftest import Ledger, moment
from tests.rentals.test_papers import read

NOW = "2026-03-10"
KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
PAUL, MARIE = "Paul Étienne Mbarga", "Marie Fotso"
# As the landlord writes of him, not as he is written in the books.
ABOUT = "paul etienne  MBARGA owes; call {0} or {1}"


class Life:
    """A landlord, Paul and Marie, and all that can be kept of Paul."""

    def __init__(self, engine: Engine, trackers: Path) -> None:
        self.engine, self.trackers = engine, trackers
        self.ledger = ledger = Ledger(engine)
        self.paul, self.marie = ledger.lease(name=PAUL), ledger.lease(unit="Room 2", name=MARIE)
        self.landlord_id = str(ledger.asker.person_id)
        self.paul_id = str(ledger.tenant_of(self.paul).person_id)
        with reading(engine) as session:
            self.phone = session.get_one(Lease, self.paul).tenant.phone
            self.landlord_phone = session.get_one(Landlord, ledger.landlord_id).phone
        self.national = self.phone.removeprefix("+237")
        self._pays()
        with ledger.at(NOW) as session:
            self._asks(session)
            self._talks(session)
            self._is_simulated(session)
        self._is_remembered()

    @property
    def about(self) -> str:
        spaced = " ".join(self.national[at : at + 3] for at in (0, 3, 6))
        return ABOUT.format(spaced, f"00237{self.national}")

    def _pays(self) -> None:
        proof = Proof(payer=self.national, payer_name=PAUL.upper())
        with self.ledger.at("2026-01-05") as session:
            ask = Ask(self.paul, amount=60_000, proof=proof, method="mtn_momo", reference="REF77")
            payments.record(session, self.ledger.asker, ask, key="one")
        wrong = self.ledger.pay("2026-01-06", self.paul, amount=1_000)
        with self.ledger.at("2026-01-07") as session:
            corrections.void(session, self.ledger.asker, wrong.id, reason="Paul erred")
        with self.ledger.at("2026-01-08") as session:
            # Paul has paid for Marie, from his number.
            ask = Ask(self.marie, amount=50_000, proof=proof)
            payments.record(session, self.ledger.asker, ask, key="for Marie")
        self.ledger.bill(self.marie, "other", 7_000, "2026-02-01", note=f"window, {PAUL}")

    def _asks(self, session: sa.orm.Session) -> None:
        tenant = Asker(self.paul_id)
        claims.make(
            session, tenant, Ask(self.paul, amount=5_000), key="c", words="I, Paul, have paid"
        )
        plans.ask(
            session,
            tenant,
            self.paul,
            [NewPart(clock.today("Africa/Douala"))],
            key="p",
            words="I am ill",
        )
        issues.report(session, tenant, self.paul, "my roof leaks", key="i")
        marie = Asker(session.get_one(Lease, self.marie).tenant.person_id)
        issues.report(session, marie, self.marie, f"{PAUL} is loud", key="i2")
        ask_support(session, self.paul_id, name=PAUL, words="help me")
        content = {"name": PAUL, "phone": self.phone}
        for author in (tenant, self.ledger.asker):
            proposals.propose(session, author, "void", content, key="w", open_minutes=9)

    def _talks(self, session: sa.orm.Session) -> None:
        now = clock.now()
        inbox.keep(session, "wamid.PAUL", self.paul_id, "message", {"text": "mine is a secret"})
        inbox.keep(session, "wamid.ngu", self.landlord_id, "message", {"text": self.about})
        told = session.scalars(sa.select(InboxItem).order_by(InboxItem.id)).first()
        assert told is not None
        for person_id in (self.paul_id, self.landlord_id):
            session.add(
                OutboxItem(
                    person_id=person_id,
                    inbox_id=told.id,
                    content={"text": self.about, "options": [[PAUL, "/x"]]},
                    error=self.about[:20],
                    wamid="wamid.for" + person_id,
                    created_at=now,
                )
            )
            session.add(Conversation(person_id=person_id, options=[[PAUL, "/x"]]))
            doubts.keep(session, person_id, person_id, self.about, [{"value": PAUL}], [], [])
        for sender, to in ((self.paul_id, self.landlord_id), (self.landlord_id, self.paul_id)):
            session.add(
                Attachment(
                    key=f"file of {sender}",
                    person_id=sender,
                    to_person_id=to,
                    kind="image",
                    media_id="1",
                    mime="image/png",
                    filename=f"{PAUL}.png",
                    state="kept",
                    data=b"a picture",
                    received_at=now,
                )
            )
        session.flush()
        [first] = session.scalars(
            sa.select(Attachment.id).where(Attachment.person_id == self.paul_id)
        )
        inbox.keep(session, f"attachment:{first}", self.landlord_id, "event", {"trigger": "x"})

    def _is_simulated(self, session: sa.orm.Session) -> None:
        now = clock.now()
        for phone, text in ((self.phone[1:], "secret"), (self.landlord_phone[1:], self.about)):
            session.add(SimPhone(phone=phone, name=PAUL, user_id=f"user of {phone}"))
            session.flush()
            message = SimMessage(
                wamid=f"wamid of {phone}",
                phone=phone,
                by_business=False,
                kind="text",
                content={"body": text},
                state="read",
                sent_at=now,
            )
            session.add(message)
            session.flush()
            session.add(
                SimNotification(
                    phone=phone, message_id=message.id, body=text, first_due_at=now, due_at=now
                )
            )
            session.add(SimEvent(phone=phone))
            session.add(
                SimMedia(
                    id=int(phone),
                    phone=phone,
                    mime="image/png",
                    filename=f"{PAUL}.png",
                    size=1,
                    sha256="0",
                    content=text.encode() if text == "secret" else b"the landlord's",
                    created_at=now,
                )
            )
            session.add(
                SimMedia(
                    id=int(phone) + 10**14,
                    mime="application/pdf",
                    filename="receipt.pdf",
                    size=1,
                    sha256="0",
                    content=b"of Mbarga",  # a paper that was sent, to whichever side
                    created_at=now,
                )
            )
            session.add(SimFault(kind="fail", times=1, phone=phone, code=1, milliseconds=0))
        session.get_one(SimPhone, self.landlord_phone[1:]).name = "Pa Ngu"

    def _is_remembered(self) -> None:
        seal = Seal(settings().encryption_key.get_secret_value())
        with sqlite3.connect(self.trackers) as connection:
            connection.execute(
                "CREATE TABLE events (id INTEGER PRIMARY KEY, sender_id TEXT, data TEXT)"
            )
            for person_id in (self.paul_id, self.landlord_id):
                event = seal.close(json.dumps({"event": "user", "text": self.about, "n": [PAUL]}))
                connection.execute(
                    "INSERT INTO events (sender_id, data) VALUES (?, ?)", (person_id, event)
                )

    def forget(self, person_id: str | None = None, **options: bool) -> forgetting.Forgotten:
        whom = person_id or self.paul_id
        with clock.moved_to(moment(NOW)):
            return forgetting.forget(self.engine, self.trackers, whom, **options)

    def everything(self) -> dict[str, list[dict[str, Any]]]:
        """All that is kept, opened; Rasa's memory too."""
        with self.engine.connect() as connection:
            found = {
                name: [
                    dict(row._mapping)
                    for row in connection.execute(sa.select(table).order_by(*table.primary_key))
                ]
                for name, table in migrating.metadata().tables.items()
            }
        seal = Seal(settings().encryption_key.get_secret_value())
        with sqlite3.connect(self.trackers) as connection:
            rows = connection.execute("SELECT sender_id, data FROM events").fetchall()
        found["trackers"] = [
            {"sender_id": who, "data": json.loads(seal.open(d))} for who, d in rows
        ]
        return found

    def sums(self) -> dict[str, list[dict[str, Any]]]:
        """The history of sums: who paid what, when, and which paper says so."""
        kept = self.everything()
        without = {"asked", "content", "reason", "note"}
        return {
            name: [{key: row[key] for key in row.keys() - without} for row in kept[name]]
            for name in ("charge", "payment", "allocation", "receipt", "reversal", "transfer")
        }


@pytest.fixture
def life(engine: Engine, tmp_path: Path) -> Life:
    return Life(engine, tmp_path / "tracker.db")


def found_in(everything: dict[str, list[dict[str, Any]]], *words: str) -> set[str]:
    """The columns in which one of these words stands."""
    return {
        f"{table}.{column}: {word}"
        for table, rows in everything.items()
        for row in rows
        for column, value in row.items()
        for word in words
        if word.lower() in str(value).lower()
    }


def test_a_tenant_is_nowhere_any_more_and_the_sums_are_as_they_were(life: Life) -> None:
    before, numbers = life.sums(), {each["number"] for each in life.everything()["receipt"]}
    words = ("Mbarga", "Étienne", life.national, "secret", "leaks", "I am ill", "help me", "erred")
    assert len({each.split(":")[0] for each in found_in(life.everything(), *words)}) > 25
    done = life.forget()

    after = life.everything()
    assert found_in(after, *words, "wamid.PAUL") == set()
    assert life.sums() == before
    assert {each["number"] for each in after["receipt"]} == numbers
    assert done.deleted["inbox"] == 1
    assert done.deleted["Rasa's memory"] == done.changed["Rasa's memory"] == 1
    for table in ("inbox", "outbox", "conversation", "attachment", "understanding_doubt"):
        assert {each["person_id"] for each in after[table]} == {life.landlord_id}, table
    # What the landlord wrote is there, but for the person in it.
    [said] = [each["content"]["text"] for each in after["inbox"]]
    assert said == "personne effacée owes; call personne effacée or personne effacée"
    [marie] = [each for each in after["tenant"] if each["archived_at"] is None]
    assert marie["name"] == MARIE


def test_the_papers_name_a_deleted_person(life: Life) -> None:
    life.forget()
    with reading(life.engine) as session:
        [first, *_] = session.scalars(
            sa.select(Receipt).where(Receipt.lease_id == life.paul).order_by(Receipt.id)
        ).unique()
        shown = read(receipts.pdf(session, ADMIN, first.number))
        language = first.language
    assert erasing.NAMES[language] in shown
    assert "Mbarga" not in shown
    assert life.national not in shown.replace(" ", "")
    assert "60 000" in shown.replace("\u202f", " ")


def test_a_dry_run_says_it_and_changes_nothing(life: Life) -> None:
    before = life.everything()
    said = life.forget(dry_run=True)
    assert life.everything() == before
    assert life.forget() == said
    assert said.deleted["inbox"] == 1


def test_a_landlord_with_tenants_is_refused_until_it_is_said_twice(life: Life) -> None:
    with life.ledger.at(NOW) as session:
        tokens.create(session, ADMIN, landlord_id=life.ledger.landlord_id)
    before, sums = life.everything(), life.sums()
    with pytest.raises(Refused, match="leases_running"):
        life.forget(life.landlord_id)
    assert life.everything() == before
    life.forget(life.landlord_id, force=True)

    after = life.everything()
    words = ("Pa Ngu", life.landlord_phone.removeprefix("+237"), "erred", "wamid.ngu")
    assert found_in(after, *words) == set()
    assert {each["amount"] for each in life.sums()["payment"]} == {
        each["amount"] for each in sums["payment"]
    }
    assert life.sums()["receipt"] == sums["receipt"]
    assert after["api_token"] == []
    assert {each["name"] for each in after["tenant"]} == {PAUL, MARIE}  # others, and theirs
    assert all(each["end_on"] for each in after["lease"])
    assert after["property"][0]["name"] == "Villa Rose"


def test_nothing_is_left_in_sqlites_file(sqlite_template: Path, tmp_path: Path) -> None:
    file = Path(shutil.copy(sqlite_template, tmp_path / "lebailleur.db"))
    engine = make_engine(f"sqlite:///{file}")
    life = Life(engine, tmp_path / "tracker.db")
    kept = [file, file.with_name("lebailleur.db-wal"), life.trackers]

    def raw() -> bytes:
        return b"".join(each.read_bytes() for each in kept if each.exists())

    assert b"Mbarga" in raw()
    life.forget()
    for word in (b"Mbarga", b"mbarga", b"MBARGA", life.national.encode(), b"secret", b"leaks"):
        assert word not in raw(), word
    engine.dispose()


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Sets ENCRYPTION_KEY for what follows."""
    return lambda value: monkeypatch.setattr(settings(), "encryption_key", SecretStr(value))


def test_what_is_sealed_is_looked_through_too(
    keys: Callable[[str], None], engine: Engine, tmp_path: Path
) -> None:
    keys(KEY)
    life = Life(engine, tmp_path / "tracker.db")
    keys("")
    with pytest.raises(SealError):
        life.forget()
    keys(KEY)
    assert found_in(life.everything(), "Mbarga") != set()
    life.forget()
    assert found_in(life.everything(), "Mbarga", life.national) == set()
    with life.engine.connect() as connection:
        [content] = connection.execute(sa.text("SELECT CAST(content AS TEXT) FROM outbox"))
    assert "sealed:" in content[0]


def test_the_same_number_may_begin_anew(life: Life) -> None:
    life.forget()
    with life.ledger.at(NOW) as session:
        person = identity.of_phone(session, life.phone)
        assert person.id != life.paul_id
        assert reports.standing(session, life.ledger.asker, life.marie).balance > 0
        assert [each.lease.id for each in reports.standings(session, life.ledger.asker)] == [
            life.marie
        ]


def test_who_is_known_by_the_books_alone_is_found(life: Life) -> None:
    with writing(life.engine) as session:
        assert forgetting.person_of(session, life.phone) == life.paul_id
        session.execute(sa.delete(identity.Alias))
        assert forgetting.person_of(session, life.phone) == life.paul_id
        assert forgetting.person_of(session, life.landlord_phone) == life.landlord_id
        assert forgetting.person_of(session, "+237699999999") is None


def test_only_the_operator_forgets(life: Life) -> None:
    with writing(life.engine) as session:
        for asker in (life.ledger.asker, Asker(life.paul_id)):
            with pytest.raises(NotAllowed):
                erasing.erase(session, asker, life.paul_id)
            with pytest.raises(NotAllowed):
                erasing.traces(session, asker, life.paul_id)
        assert session.query(Tenant).filter_by(name=PAUL).count() == 1


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("Paul Mbarga paid", "X paid"),
        ("PAUL  MBARGA, paid", "X, paid"),
        ("Paul paid", "Paul paid"),  # which Paul?
        ("Paul Mbargas", "Paul Mbargas"),
        ("aïssatou BELLO et Aissatou Bello", "X et X"),
        ("677000002", "X"),
        ("+237 677 00 00 02!", "X!"),
        ("(00237) 6.77.00.00.02", "(X"),
        ("1677000002", "1677000002"),
        ("6770000021", "6770000021"),
        ("a@b.cm, xa@b.cm", "X, xa@b.cm"),
    ],
)
def test_in_which_spellings_somebody_is_found(said: str, left: str) -> None:
    mentions = Mentions(
        ["Paul Mbarga", "Aïssatou Bello", "Paul"], ["+237677000002"], ["a@b.cm"], "X"
    )
    assert mentions.without(said).replace("X)", "X") == left
    assert mentions.without({"a": [said, 1, None]}) == {"a": [mentions.without(said), 1, None]}


def test_every_column_for_words_is_decided_on() -> None:
    """A new one has to be named in `personal.COLUMNS`: is it personal data, and what becomes of
    it when a person is forgotten?"""
    kinds = (sa.String, sa.JSON, sa.LargeBinary)
    there = {
        f"{table.name}.{column.name}"
        for table in migrating.metadata().tables.values()
        for column in table.columns
        if isinstance(getattr(column.type, "impl_instance", column.type), kinds)
    }
    decided = {f"{table}.{column}" for table, columns in COLUMNS.items() for column in columns}
    assert there - decided == set(), "decide in lebailleur/operating/personal.py"
    assert decided - there == set(), "there is no such column any more"
