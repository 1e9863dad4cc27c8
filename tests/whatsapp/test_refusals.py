"""What WhatsApp refuses: how long that person waits, when everything stops, and who is told."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from lebailleur.conversation import outbox
from lebailleur.conversation.models import InboxItem
from lebailleur.database import reading
from lebailleur.whatsapp.pace import Pace
from tests.simulator.stack import LANDLORD, TENANT
from tests.whatsapp.sending import Sending, alerts
from tests.whatsapp.test_delivery import PAPER, told_without_its_paper
from tests.whatsapp.test_webhook import Hook

CROWD = [f"+2376770001{number:02}" for number in range(8)]
STOPPING = [190, 368, 131042]


class Unpaced(Pace):
    """Never waits: what is too fast is WhatsApp's to say."""

    def wait(self) -> None:
        pass

    def too_soon(self, person_id: str) -> float:
        return 0.0


def test_25_the_46th_message_is_refused_and_waits_1_4_and_16_seconds_others_do_not(
    sending: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending.delivery, "_pace", Unpaced(1))
    *_, number = [sending.say(TENANT, f"Message {number}") for number in range(46)]
    sending.say(LANDLORD, "Meanwhile 0")
    sending.go()
    pauses = []
    for times in (1, 2, 3):
        last = sending.item(number)
        assert (last.state, last.attempts) == ("waiting", times)
        assert (last.error or "").startswith("131056")
        assert last.next_try_at is not None
        pauses.append((last.next_try_at - sending.now).total_seconds())
        sending.say(LANDLORD, f"Meanwhile {times}")
        sending.later(seconds=pauses[-1] + 0.1)
        sending.go()
    assert pauses == [pytest.approx(seconds, rel=0.21) for seconds in (1, 4, 16)]
    assert sending.seen(TENANT) == [f"Message {number}" for number in range(45)]
    assert sending.seen(LANDLORD) == [f"Meanwhile {times}" for times in range(4)]
    sending.later(seconds=45 * 6)  # the whole debt
    sending.go()
    assert sending.seen(TENANT)[45:] == ["Message 45"]


def test_28_a_paper_of_101_mb_goes_nowhere_and_who_waits_for_it_is_told(
    sending: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = b"%PDF-1.7" + bytes(101 * 1024 * 1024)
    monkeypatch.setattr(sending.delivery, "_resolve", lambda *_: (whole, "application/pdf"))
    number = sending.say(TENANT, "Payment noted", document=PAPER)
    sending.go()
    assert sending.seen(TENANT) == []
    assert sending.item(number).error == "131053 100 (#100) Invalid parameter"
    sending.later(seconds=5)
    sending.go()
    told_without_its_paper(sending, number)
    assert [each["kind"] for each in sending.stack.chat(TENANT)] == ["text", "text"]


@pytest.mark.parametrize("code", STOPPING)
def test_29_all_sending_stops_with_one_alert_and_what_comes_in_is_kept(
    sending: Sending, code: int
) -> None:
    for phone in CROWD:
        sending.say(phone, "One")
        sending.say(phone, "Two")
    sending.fault(kind="refuse", code=code, times=100)
    with capture_logs() as lines:
        for _ in range(4):
            sending.go()
            sending.later(minutes=1)
        Hook(sending.engine).writes("237677000199", "wamid.meanwhile")
    assert alerts(lines) == [("sending_stopped", code)]
    [left] = sending.faults()
    assert left["times"] == 99  # nothing but the first message was tried
    assert [sending.seen(phone) for phone in CROWD] == [[]] * 8
    with reading(sending.engine) as session:
        [item] = session.scalars(select(InboxItem)).all()
    assert (item.key, item.state) == ("wamid.meanwhile", "waiting")
    sending.all_is_well()
    sending.later(minutes=2)
    sending.go()
    assert [sending.seen(phone) for phone in CROWD] == [["One", "Two"]] * 8


@pytest.mark.parametrize("code", STOPPING)
def test_29_eight_threads_that_are_refused_at_the_same_moment_give_one_alert(
    sending: Sending, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    numbers = [sending.say(phone, "One") for phone in CROWD]
    sending.fault(kind="refuse", code=code, times=len(CROWD))
    send, all_there = sending.delivery._graph.send, threading.Barrier(len(CROWD))

    def together(payload: dict[str, Any]) -> str:
        all_there.wait(10)
        return send(payload)

    monkeypatch.setattr(sending.delivery._graph, "send", together)
    with reading(sending.engine) as session:
        people = outbox.people_waiting(session)
    with sending.at(), capture_logs() as lines, ThreadPoolExecutor(len(CROWD)) as pool:
        assert list(pool.map(sending.delivery._one, people)) == [False] * len(CROWD)
    assert alerts(lines) == [("sending_stopped", code)]
    assert {sending.item(number).state for number in numbers} == {"waiting"}
