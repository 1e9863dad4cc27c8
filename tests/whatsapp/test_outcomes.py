"""What becomes of a message after it left: refused in a status, in doubt, or put off for hours."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from lebailleur import identity
from lebailleur.conversation import inbox, outbox, outcomes, standstill
from lebailleur.conversation.models import InboxItem, OutboxItem, Standstill
from lebailleur.database import reading, writing
from lebailleur.whatsapp import inbound, webhook
from tests.simulator.stack import LANDLORD, TENANT
from tests.whatsapp.sending import Sending

LONG = ("A sentence of the report. " * 400).strip()


def status(sending: Sending, wamid: str, state: str, part: str, code: int | None = None) -> None:
    """A status of a message, as the webhook notes it. `part`: its tracker."""
    told = inbound.Status(wamid, state, "an error" if code else None, part, code)
    with sending.at(), writing(sending.engine) as session:
        webhook.note_status(session, told)


def stopped(sending: Sending) -> int | None:
    with reading(sending.engine) as session:
        return session.scalar(select(Standstill.code))


def test_29_an_account_that_cannot_pay_says_so_in_statuses(sending: Sending) -> None:
    """131042 comes after Meta has taken the message. Nothing is lost, the operator is told once,
    and it goes on by itself when it is mended."""
    numbers = [sending.say(phone, f"To {phone}") for phone in (TENANT, LANDLORD)]
    sending.fault(kind="fail", code=131042, times=3)
    with capture_logs() as lines:
        sending.go()
        sending.statuses_arrive(2)
        assert stopped(sending) == 131042
        later = sending.say(TENANT, "Later")
        sending.go()
        assert sending.item(later).attempts == 0
        assert [sending.item(number).state for number in numbers] == ["waiting", "waiting"]
        sending.later(minutes=6)
        sending.go()  # one of them fails once more
        sending.statuses_arrive(3)
        sending.later(minutes=6)
        sending.go()
        sending.statuses_arrive(9)
        sending.go()
    assert sending.seen(LANDLORD) == [f"To {LANDLORD}"]
    # What has failed after it was taken comes after what was taken next.
    assert sorted(sending.seen(TENANT)) == ["Later", f"To {TENANT}"]
    assert [line["event"] for line in lines].count("sending_stopped") == 1
    assert stopped(sending) is None


def test_29_what_is_wrong_with_the_account_stops_all_processes(sending: Sending) -> None:
    sending.say(TENANT, "Hello")
    value = {"messaging_product": "whatsapp", "errors": [{"code": 131042, "title": "No card"}]}
    told = {"entry": [{"changes": [{"field": "messages", "value": value}]}]}
    with sending.at(), capture_logs() as lines:
        webhook._keep(sending.engine, told, "", str, lambda *_: True)
        webhook._keep(sending.engine, told, "", str, lambda *_: True)
    sending.go()
    assert sending.seen(TENANT) == []
    assert [line["event"] for line in lines].count("sending_stopped") == 1
    sending.later(minutes=6)
    sending.go()
    assert sending.seen(TENANT) == ["Hello"]


def test_a_standstill_ends_with_what_arrives_after_it(sending: Sending) -> None:
    with sending.at(), writing(sending.engine) as session:
        standstill.begin(session, 190)
        standstill.end(session)  # it was sent before
        assert standstill.until(session) is not None
    sending.later(minutes=6)
    with sending.at(), writing(sending.engine) as session:
        assert standstill.until(session) is None
        standstill.end(session)
    assert stopped(sending) is None


def test_what_meta_holds_back_today_is_sent_tomorrow_and_holds_up_nothing(
    sending: Sending,
) -> None:
    number = sending.say(TENANT, "One")
    sending.fault(kind="fail", code=131049)
    sending.go()
    sending.statuses_arrive(1)
    assert sending.item(number).state == "later"
    sending.say(TENANT, "Two")
    sending.go()
    assert sending.seen(TENANT) == ["Two"]
    sending.later(hours=26)
    sending.go()
    assert sending.seen(TENANT) == ["Two", "One"]


def test_21_a_failure_before_our_own_note_is_not_overwritten(sending: Sending) -> None:
    number = sending.say(TENANT, "Hello")
    status(sending, "wamid.early", "failed", f"outbox:{number}:0/1", 131000)
    with writing(sending.engine) as session:
        outbox.note_part(session, number, 0, 1, "wamid.early")
    assert sending.item(number).state == "waiting"
    sending.later(minutes=1)
    sending.go()
    assert sending.seen(TENANT) == ["Hello"]


def test_21_of_two_copies_the_one_that_failed_changes_nothing(sending: Sending) -> None:
    number = sending.say(TENANT, "Hello")
    with sending.at(), writing(sending.engine) as session:
        outcomes.doubt(session.get_one(OutboxItem, number))
    sending.later(minutes=2)
    sending.go()
    assert sending.item(number).state == "sent"
    status(sending, "wamid.first copy", "failed", f"outbox:{number}:0/1", 131000)
    assert sending.item(number).state == "sent"
    sending.later(minutes=5)
    sending.go()
    assert sending.seen(TENANT) == ["Hello"]


def test_21_of_a_long_text_only_the_part_that_failed_is_sent_again(sending: Sending) -> None:
    number = sending.say(TENANT, LONG)
    sending.go()
    parts = sending.seen(TENANT)
    wamids = sending.item(number).content["wamids"]
    assert len(parts) == len(wamids) == 3
    status(sending, wamids["0"], "failed", f"outbox:{number}:0/3", 131000)
    assert sending.item(number).state == "waiting"
    sending.later(minutes=1)
    sending.go()
    assert sending.seen(TENANT) == [*parts, parts[0]]
    assert sending.item(number).state == "sent"


def test_21_what_is_delivered_of_a_part_is_not_the_whole(sending: Sending) -> None:
    number = sending.say(TENANT, LONG)
    with writing(sending.engine) as session:
        outbox.note_part(session, number, 0, 3, "wamid.0")
    status(sending, "wamid.0", "delivered", f"outbox:{number}:0/3")
    assert sending.item(number).state == "waiting"
    sending.go()
    assert len(sending.seen(TENANT)) == 2
    assert sending.item(number).state == "sent"


def test_30_who_dies_while_sending_leaves_a_doubt(sending: Sending) -> None:
    number = sending.say(TENANT, "Paid")
    with writing(sending.engine) as session:
        session.get_one(OutboxItem, number).state = "sending"
    sending.go()
    assert (sending.item(number).state, sending.seen(TENANT)) == ("unknown", [])
    status(sending, "wamid.taken", "sent", f"outbox:{number}:0/1")
    assert sending.item(number).state == "sent"
    sending.later(minutes=5)
    sending.go()
    assert sending.seen(TENANT) == []


def test_30_what_is_never_answered_is_given_up_in_the_end(sending: Sending) -> None:
    number = sending.say(TENANT, "Paid")
    sending.fault(kind="lose_answer", times=10)
    with capture_logs() as lines:
        for hours in (0, 1 / 30, 1.1, 3.1, 6.1, 12.1, 24):
            sending.later(hours=hours)
            sending.go()
    assert len(sending.seen(TENANT)) == 1 + len(outcomes.STATUS_WITHIN)
    assert sending.item(number).state == "failed"
    assert [line["event"] for line in lines].count("outcome_unknown") == 1


def test_what_is_in_doubt_for_an_hour_holds_up_nothing(sending: Sending) -> None:
    number = sending.say(TENANT, "One")
    sending.fault(kind="lose_answer", times=2)
    sending.go()
    sending.later(minutes=2)
    sending.go()
    assert sending.item(number).state == "later"
    sending.say(TENANT, "Two")
    sending.go()
    assert sending.seen(TENANT)[-1] == "Two"
    with writing(sending.engine) as session:
        outbox.release(session, [sending.item(number).person_id])
    assert sending.item(number).state == "later"  # writing does not settle it


@pytest.mark.parametrize(("code", "seconds"), [(130429, 0.9), (80007, 50), (4, 50)])
def test_who_is_too_fast_is_slower_altogether(sending: Sending, code: int, seconds: float) -> None:
    sending.say(TENANT, "One")
    sending.fault(kind="refuse", code=code)
    sending.go()
    sending.say(LANDLORD, "Two")
    sending.later(seconds=seconds * 0.8)
    sending.go()
    assert sending.seen(LANDLORD) == []
    sending.later(seconds=seconds)
    sending.go()
    assert (sending.seen(TENANT), sending.seen(LANDLORD)) == (["One"], ["Two"])


def quiet(sending: Sending, phone: str, **content: Any) -> OutboxItem:
    """What we say first, held for somebody until they write."""
    with sending.at(), writing(sending.engine) as session:
        person = identity.of_phone(session, phone)
        event = {"trigger": "EXTERNAL_digest", "entities": {}, "quiet": True}
        key = f"digest:{sending.now.isoformat()}"
        inbox.keep(session, key, person.id, "event", event)
        found = inbox.event_of(session, key)
        assert found is not None
        inbox.handled(found)
        item = OutboxItem(
            person_id=person.id,
            inbox_id=found.id,
            content={"text": "who owes", "options": [], **content},
            created_at=sending.now,
        )
        session.add(item)
        session.flush()
        item.state = "delivered"
        outbox.hold(session, item.id)
        outbox.hold(session, item.id)
        return item


def test_of_what_was_held_only_what_is_still_fresh_is_said(sending: Sending) -> None:
    """Three mornings that a template could only begin: who then writes is not flooded."""
    for _ in range(3):
        item = quiet(sending, LANDLORD)
        sending.later(days=1)
    sending.later(days=-1)
    sending.later(minutes=5)
    with sending.at(), writing(sending.engine) as session:
        outbox.release(session, [item.person_id])
        session.flush()
        states = session.scalars(select(OutboxItem.state).order_by(OutboxItem.id)).all()
        again = session.scalars(select(InboxItem.state).order_by(InboxItem.id)).all()
    assert sorted(states) == ["delivered"] * 3 + ["waiting"]
    assert list(again) == ["waiting", "waiting", "handled"]


def test_what_has_still_to_go_is_not_said_in_two(sending: Sending) -> None:
    item = quiet(sending, LANDLORD)
    with sending.at(), writing(sending.engine) as session:
        session.get_one(OutboxItem, item.id).state = "waiting"
        outbox.release(session, [item.person_id])
    sending.go()
    assert sending.seen(LANDLORD) == ["who owes"]


def test_who_writes_gets_freely_what_was_put_off(sending: Sending) -> None:
    """A template is paused for hours; then its receiver writes."""
    number = sending.say(TENANT, "Rent is due")
    with sending.at(), writing(sending.engine) as session:
        item = session.get_one(OutboxItem, number)
        item.content = {**item.content, "closed": True}
        outcomes.put_off(item, timedelta(hours=3))
        person_id = item.person_id
        inbox.conversation_of(session, person_id).last_in_at = sending.now
        outbox.release(session, [person_id])
    sending.go()
    assert sending.seen(TENANT) == ["Rent is due"]
