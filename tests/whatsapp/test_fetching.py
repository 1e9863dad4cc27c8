"""What people send is fetched in two steps, while WhatsApp has it (rows 15, 16 and 28)."""

import base64
import hashlib
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from sqlalchemy import Engine, select

from lebailleur import clock, identity
from lebailleur.conversation import attachments
from lebailleur.conversation.models import Attachment, InboxItem
from lebailleur.database import make_engine, reading, writing
from lebailleur.orm import Base
from lebailleur.settings import Settings
from lebailleur.whatsapp.fetching import Fetching
from lebailleur.whatsapp.graph import GraphClient, GraphError, TooLarge
from tests.simulator.stack import LANDLORD, TENANT, stack_on
from tests.whatsapp.test_turns import AWA, Talk
from tests.whatsapp.test_webhook import Hook

FILE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40


class Meta(BaseHTTPRequestHandler):
    """Meta's two steps, faults included: `gone` ids, addresses that have expired, a wrong sum."""

    told: dict[str, Any]

    def do_GET(self) -> None:
        told = self.server.told  # type: ignore[attr-defined]
        told["asked"].append((self.path, self.headers.get("Authorization")))
        if self.path.startswith("/v25.0/"):
            if told["gone"]:
                self._answer(400, {"error": {"code": 100, "message": "does not exist"}})
                return
            digest = base64.b64encode(hashlib.sha256(told["file"]).digest()).decode()
            host = f"http://127.0.0.1:{self.server.server_port}"  # type: ignore[attr-defined]
            described = {
                "url": f"{host}/file/{len(told['asked'])}",
                "mime_type": told["mime"],
                "sha256": "wrong" if told["spoilt"] else digest,
                "file_size": told.get("size", len(told["file"])),
            }
            self._answer(200, described)
        elif told["expired"] > 0:
            told["expired"] -= 1
            self._answer(404, {})
        else:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(told["file"])

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@pytest.fixture
def meta() -> Iterator[dict[str, Any]]:
    told: dict[str, Any] = {
        "asked": [],
        "gone": False,
        "expired": 0,
        "spoilt": False,
        "file": FILE,
        "mime": "image/png",
    }
    server = HTTPServer(("127.0.0.1", 0), Meta)
    server.told = told  # type: ignore[attr-defined]
    told["url"] = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield told
    server.shutdown()
    server.server_close()


@pytest.fixture
def graph(meta: dict[str, Any]) -> GraphClient:
    return GraphClient(
        Settings.model_construct(whatsapp_graph_url=meta["url"], whatsapp_api_version="v25.0")
    )


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = make_engine(f"sqlite:///{tmp_path / 'files.db'}")
    Base.metadata.create_all(made)
    yield made
    made.dispose()


def kept(engine: Engine) -> tuple[str, bytes | None]:
    with reading(engine) as session:
        item = session.query(Attachment).one()
        return item.state, item.data


def sent(engine: Engine) -> str:
    with writing(engine) as session:
        person = identity.of_phone(session, "+237677000001")
        media = {"id": "123", "mime_type": "image/png"}
        for _ in range(2):  # WhatsApp tells the same message twice
            attachments.keep(session, "wamid.1", person.id, "image", media)
        return person.id


def waits_for_it(engine: Engine) -> None:
    """Somebody else is to get what was sent."""
    with writing(engine) as session:
        landlord = identity.of_phone(session, "+237677000002").id
        session.query(Attachment).one().to_person_id = landlord


def told(engine: Engine, person_id: str | None = None) -> list[str]:
    """What people (or one of them) are told."""
    with reading(engine) as session:
        items = session.scalars(select(InboxItem).order_by(InboxItem.id))
        return [each.content["trigger"] for each in items if person_id in (None, each.person_id)]


def test_15_a_file_is_fetched_in_two_steps_with_the_token(
    engine: Engine, graph: GraphClient, meta: dict[str, Any]
) -> None:
    person = sent(engine)
    fetching = Fetching(engine, graph)
    assert fetching._one(person)
    assert not fetching._one(person)
    assert kept(engine) == ("kept", FILE)
    assert [path for path, _ in meta["asked"]] == ["/v25.0/123", "/file/1"]
    assert all(token and token.startswith("Bearer ") for _, token in meta["asked"])


@pytest.mark.parametrize(
    ("kind", "mime", "more"),
    [
        ("image", "image/jpeg", {"caption": "reçu"}),
        ("video", "video/mp4", {"caption": "fuite"}),
        ("document", "application/pdf", {"filename": "bail.pdf", "caption": "Bail"}),
        ("sticker", "image/webp", {"animated": False}),
        ("audio", "audio/ogg; codecs=opus", {"voice": True}),
    ],
)
def test_15_each_kind_is_kept_and_its_caption_is_what_was_said(
    engine: Engine,
    graph: GraphClient,
    meta: dict[str, Any],
    kind: str,
    mime: str,
    more: dict[str, Any],
) -> None:
    talk = Talk(engine)
    meta["mime"] = mime
    part = {"id": "1003", "mime_type": mime, "sha256": "…", **more}
    talk.tell(messages=[{"from": AWA, "id": "wamid.1", "type": kind, kind: part}])
    with reading(engine) as session:
        item = session.scalars(select(Attachment)).one()
    assert (item.kind, item.media_id, item.filename) == (kind, "1003", more.get("filename"))
    Fetching(engine, graph)._one(item.person_id)
    assert kept(engine) == ("kept", FILE)
    assert [path for path, _ in meta["asked"]] == ["/v25.0/1003", "/file/1"]
    assert all(token and token.startswith("Bearer ") for _, token in meta["asked"])
    talk.handle()
    notice = f'/unsupported_message{{"message_type": "{kind}"}}'
    assert talk.rasa.told == [more.get("caption", notice)]


def test_16_an_address_that_has_expired_is_asked_for_anew(
    engine: Engine, graph: GraphClient, meta: dict[str, Any]
) -> None:
    meta["expired"] = 1
    Fetching(engine, graph)._one(sent(engine))
    assert kept(engine) == ("kept", FILE)
    assert len(meta["asked"]) == 4


def test_16_what_is_gone_has_failed_cleanly(
    engine: Engine, graph: GraphClient, meta: dict[str, Any]
) -> None:
    meta["gone"] = True
    Fetching(engine, graph)._one(sent(engine))
    assert kept(engine) == ("failed", None)


@contextmanager
def sent_to_the_simulator(engine: Engine) -> Iterator[tuple[GraphClient, str]]:
    """A tenant has sent a picture, which the webhook has told, and which is for the landlord; how
    to fetch it, and the tenant's id."""
    with stack_on(engine) as stack:
        stack.sends_file(TENANT, "image", "a.png", FILE, "image/png")
        Hook(engine).tell(messages=stack.heard.wait("messages", 1))
        with writing(engine) as session:
            [tenant] = session.scalars(select(Attachment.person_id))
            landlord = identity.of_phone(session, LANDLORD)
            attachments.attach(session, tenant, "claim:7", landlord.id)
        url = f"{stack.url}/simulator/graph"
        yield (
            GraphClient(
                Settings.model_construct(whatsapp_graph_url=url, whatsapp_api_version="v25.0")
            ),
            tenant,
        )


def told_to(engine: Engine, phone: str) -> list[str]:
    """With what we speak first to somebody."""
    with reading(engine) as session:
        person = identity.of_phone(session, phone)
        events = select(InboxItem).where(
            InboxItem.person_id == person.id, InboxItem.kind == "event"
        )
        return [each.content["trigger"] for each in session.scalars(events)]


@pytest.mark.parametrize(
    ("later", "state"),
    [(timedelta(days=6, hours=23), "kept"), (timedelta(days=7, minutes=1), "failed")],
)
def test_16_an_id_that_came_by_the_webhook_lasts_seven_days(
    engine: Engine, later: timedelta, state: str
) -> None:
    with sent_to_the_simulator(engine) as (graph, tenant):
        assert told_to(engine, LANDLORD) == []
        fetching = Fetching(engine, graph)
        with clock.moved_to(clock.now() + later):
            assert fetching._one(tenant)
            assert not fetching._one(tenant)  # and is not tried again
    assert kept(engine) == (state, FILE if state == "kept" else None)
    assert told_to(engine, LANDLORD) == [attachments.TRIGGER]  # or that there was a file


def test_16_the_address_of_a_file_that_takes_six_minutes_is_asked_for_anew(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sent_to_the_simulator(engine) as (graph, tenant):
        ask, now, urls = graph._ask, [clock.now()], []

        def asked(*about: Any, **more: Any) -> dict[str, Any]:
            told = ask(*about, **more)
            urls.append(told["url"])
            if len(urls) == 1:
                now[0] += timedelta(minutes=6)
            return told

        monkeypatch.setattr(graph, "_ask", asked)
        with mock.patch.object(clock, "now", side_effect=lambda: now[0]):
            Fetching(engine, graph)._one(tenant)
    assert kept(engine) == ("kept", FILE)
    assert len(set(urls)) == len(urls) == 2


@pytest.mark.parametrize("fault", ["spoilt", "expired", "unreadable"])
def test_16_what_may_still_come_is_tried_for_seven_days(
    engine: Engine, graph: GraphClient, meta: dict[str, Any], fault: str
) -> None:
    """`unreadable`: what Meta answers makes our own code fail."""
    meta.update({"size": "large"} if fault == "unreadable" else {fault: 10_000})
    now = begun = datetime(2026, 11, 20, 9, tzinfo=UTC)
    with clock.moved_to(now):
        person = sent(engine)
        waits_for_it(engine)
    pauses: list[timedelta] = []
    while kept(engine)[0] == "waiting":
        with mock.patch.object(clock, "now", return_value=now):
            assert Fetching(engine, graph)._one(person)
            assert not Fetching(engine, graph)._one(person)  # not again at once
        with reading(engine) as session:
            again = session.scalars(select(Attachment.next_try_at)).one()
        assert again is not None
        pauses.append(again - now)
        now = again
        assert told(engine) == [] or kept(engine)[0] == "failed"
    assert pauses[:3] == [timedelta(seconds=each) for each in (2, 8, 32)]
    assert max(pauses) == timedelta(hours=1)
    assert timedelta(days=7) <= now - begun < timedelta(days=7, hours=2)
    assert told(engine) == ["EXTERNAL_attachment"]


def test_16_what_comes_back_after_days_is_kept(
    engine: Engine, graph: GraphClient, meta: dict[str, Any]
) -> None:
    person, now = sent(engine), clock.now()
    for day in range(7):
        meta["spoilt"] = day < 6
        with clock.moved_to(now + timedelta(days=day)):
            Fetching(engine, graph)._one(person)
    assert kept(engine) == ("kept", FILE)


@pytest.mark.parametrize(
    "odd", [{"mime": "application/x-msdownload"}, {"size": 101 * 1024 * 1024}, {"mime": ""}]
)
def test_28_what_is_too_large_or_no_picture_is_not_kept_and_its_sender_is_told(
    engine: Engine, graph: GraphClient, meta: dict[str, Any], odd: dict[str, Any]
) -> None:
    meta.update(odd)
    person = sent(engine)
    assert Fetching(engine, graph)._one(person)
    assert not Fetching(engine, graph)._one(person)
    assert kept(engine) == ("failed", None)
    assert told(engine, person) == ["EXTERNAL_attachment_refused"]


def test_16_of_what_is_gone_its_sender_is_not_told(
    engine: Engine, graph: GraphClient, meta: dict[str, Any]
) -> None:
    meta["gone"] = True
    person = sent(engine)
    waits_for_it(engine)
    Fetching(engine, graph)._one(person)
    assert told(engine) == ["EXTERNAL_attachment"]
    assert told(engine, person) == []


def test_28_a_size_that_was_not_told_truly_is_noticed(
    graph: GraphClient, meta: dict[str, Any]
) -> None:
    meta["size"] = 10
    with pytest.raises(TooLarge, match="more than 1000 bytes"):
        graph.download("123", 1000)


def test_28_an_upload_that_is_cut_half_way_may_be_tried_again() -> None:
    """The whole file goes again: an upload has no unknown outcome that could do harm."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()

        def cut() -> None:
            connection, _ = listening.accept()
            connection.recv(1000)
            connection.close()

        threading.Thread(target=cut, daemon=True).start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        graph = GraphClient(
            Settings.model_construct(whatsapp_graph_url=url, whatsapp_api_version="v25.0")
        )
        with pytest.raises(GraphError) as failure:
            graph.upload(bytes(5_000_000), "r.pdf", "application/pdf")
    assert failure.value.code is None
    assert not failure.value.unknown
