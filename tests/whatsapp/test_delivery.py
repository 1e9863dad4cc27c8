"""Delivery against the simulator over HTTP, with the faults that the fact sheet names."""

from datetime import timedelta
from typing import Any

import pytest

from lebailleur.conversation import outbox, outcomes
from lebailleur.database import writing
from lebailleur.whatsapp.errors import RULES, Rule, rule_for
from lebailleur.whatsapp.graph import GraphError
from tests.simulator.stack import LANDLORD, TENANT
from tests.whatsapp.sending import NOW, PDF, Sending


def test_30_a_text_comes_before_its_document(sending: Sending) -> None:
    sending.say(TENANT, "Your receipt")
    sending.say(TENANT, "L1-2026-0001", document={"ref": "receipt:1", "filename": "r.pdf"})
    sending.say(TENANT, "Bye")
    sending.go()
    assert sending.seen(TENANT) == ["Your receipt", "L1-2026-0001", "Bye"]


def test_21_statuses_in_the_wrong_order_and_twice_change_nothing(sending: Sending) -> None:
    number = sending.say(TENANT, "Hello")
    sending.fault(kind="shuffle")
    sending.fault(kind="repeat")
    sending.go()
    sending.statuses_arrive(4)
    told = [status["status"] for status in sending.stack.heard.values("statuses")]
    assert told == ["delivered", "delivered", "sent", "sent"]
    assert sending.item(number).state == "delivered"
    assert sending.seen(TENANT) == ["Hello"]


def test_24_a_retry_waits_as_long_as_it_is_told(sending: Sending) -> None:
    number = sending.say(TENANT, "Hello")
    sending.fault(kind="refuse", code=130429, http=429, retry_after=20)
    sending.go()
    sending.later(seconds=19)
    sending.go()
    assert sending.item(number).state == "waiting"
    assert sending.seen(TENANT) == []
    sending.later(seconds=2)
    sending.go()
    assert sending.seen(TENANT) == ["Hello"]


def test_24_a_rate_limit_with_http_400_is_waited_out(sending: Sending) -> None:
    number = sending.say(TENANT, "Hello")
    sending.fault(kind="refuse", code=130429, http=400)
    sending.go()
    assert (sending.item(number).state, sending.seen(TENANT)) == ("waiting", [])
    sending.later(seconds=2)
    sending.go()
    assert sending.seen(TENANT) == ["Hello"]


def test_the_pair_limit_holds_one_person_and_nobody_else(sending: Sending) -> None:
    first, other = sending.say(TENANT, "One"), sending.say(LANDLORD, "Two")
    sending.fault(kind="refuse", code=131056, times=2, phone=TENANT[1:])
    sending.go()
    assert sending.item(other).state == "sent"
    assert sending.item(first).state == "waiting"
    sending.later(seconds=1.3)  # 1 s, give or take a fifth
    sending.go()
    sending.later(seconds=3)
    sending.go()
    assert sending.seen(TENANT) == []
    sending.later(seconds=2)  # and then 4
    sending.go()
    assert sending.seen(TENANT) == ["One"]


def test_25_of_46_messages_to_one_person_the_last_waits_and_none_is_refused(
    sending: Sending,
) -> None:
    numbers = [sending.say(TENANT, f"Message {number}") for number in range(46)]
    sending.say(LANDLORD, "Meanwhile")
    sending.go()
    assert sending.seen(TENANT) == [f"Message {number}" for number in range(45)]
    assert sending.seen(LANDLORD) == ["Meanwhile"]
    last = sending.item(numbers[-1])
    assert (last.state, last.attempts, last.error) == ("waiting", 0, None)
    assert last.next_try_at is not None
    assert last.next_try_at >= NOW + timedelta(seconds=6)


def test_29_a_dead_token_stops_everything_and_nothing_is_lost(sending: Sending) -> None:
    sending.say(TENANT, "One")
    sending.say(LANDLORD, "Two")
    sending.fault(kind="refuse", code=190)
    sending.go()
    assert sending.seen(TENANT) == sending.seen(LANDLORD) == []
    sending.later(minutes=4)
    sending.go()
    assert sending.seen(LANDLORD) == []
    sending.later(minutes=2)
    sending.go()
    assert (sending.seen(TENANT), sending.seen(LANDLORD)) == (["One"], ["Two"])


@pytest.mark.parametrize("code", [131026, 100, 130497])
def test_what_never_gets_through_does_not_hold_up_the_next(sending: Sending, code: int) -> None:
    number = sending.say(TENANT, "One")
    sending.say(TENANT, "Two")
    sending.fault(kind="refuse", code=code)
    sending.go()
    assert sending.item(number).state == "failed"
    assert str(code) in (sending.item(number).error or "")
    assert sending.seen(TENANT) == ["Two"]


def test_what_may_pass_is_tried_three_times(sending: Sending) -> None:
    number = sending.say(TENANT, "One")
    sending.fault(kind="refuse", code=131000, times=5)
    for _ in range(5):
        sending.go()
        sending.later(minutes=1)
    assert sending.item(number).state == "failed"
    assert sending.item(number).attempts == 3


def test_each_fault_has_tries_of_its_own(sending: Sending) -> None:
    number = sending.say(TENANT, "One")
    for code in (131016, 131000, 131016, 131000, 131016):
        sending.fault(kind="refuse", code=code)
        sending.go()
        sending.later(minutes=2)
    sending.fault(kind="fail", code=131053)
    sending.go()
    sending.statuses_arrive(1)
    assert sending.item(number).state == "waiting"
    sending.later(minutes=2)
    sending.go()
    assert sending.seen(TENANT) == ["One"]


def test_30_a_lost_answer_is_settled_by_the_status(sending: Sending) -> None:
    number = sending.say(TENANT, "Paid")
    sending.say(TENANT, "Next")
    sending.fault(kind="lose_answer")
    sending.go()
    assert sending.item(number).state == "unknown"
    sending.statuses_arrive(2)
    assert sending.item(number).state == "delivered"
    assert sending.item(number).wamid
    sending.later(minutes=5)
    sending.go()
    assert sending.seen(TENANT) == ["Paid", "Next"]


@pytest.mark.parametrize(("code", "times"), [(131053, 1), (131000, 2)])
def test_21_what_fails_after_it_was_taken_is_sent_again(
    sending: Sending, code: int, times: int
) -> None:
    number = sending.say(TENANT, "L1", document={"ref": "receipt:1", "filename": "r.pdf"})
    sending.fault(kind="fail", code=code, times=times)
    for passed in range(1, times + 1):
        sending.go()
        sending.statuses_arrive(passed)
        assert sending.item(number).state == "waiting"
        assert str(code) in (sending.item(number).error or "")
        sending.later(minutes=1)
    sending.go()
    assert sending.seen(TENANT) == ["L1"]
    assert sending.item(number).state == "sent"


def test_what_fails_again_and_again_has_failed(sending: Sending) -> None:
    number = sending.say(TENANT, "Paid")
    sending.fault(kind="fail", code=131000, times=5)
    for passed in (1, 2, 3):
        sending.go()
        sending.statuses_arrive(passed)
        sending.later(minutes=1)
    sending.go()
    assert sending.item(number).state == "failed"
    assert sending.seen(TENANT) == []


PAPER = {"ref": "receipt:1", "filename": "r.pdf"}


def told_without_its_paper(sending: Sending, number: int) -> None:
    """The words came, once, and say that the paper is missing; what follows goes on."""
    [seen] = sending.seen(TENANT)
    assert seen.startswith("Payment noted")
    assert "document n'a pas pu être joint" in seen
    assert sending.item(number).state == "sent"
    sending.say(TENANT, "Next")
    sending.go()
    assert sending.seen(TENANT)[-1] == "Next"


def test_28_who_waits_for_a_paper_that_is_refused_is_told(sending: Sending) -> None:
    number = sending.say(TENANT, "Payment noted", document=PAPER)
    sending.fault(kind="fail", code=131053, times=2)
    for passed in (1, 2):
        sending.go()
        sending.statuses_arrive(passed)
        sending.later(minutes=1)
    sending.go()
    told_without_its_paper(sending, number)


def test_a_fault_of_ours_is_kept_and_tried_less_and_less_often(
    sending: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = sending.say(TENANT, "Hello")
    with monkeypatch.context() as patched:
        patched.setattr(sending.delivery, "_parts", lambda *_: 1 / 0)
        pauses = []
        for _ in range(4):
            sending.go()
            item = sending.item(number)
            assert item.state == "waiting"
            assert item.next_try_at is not None
            pauses.append((item.next_try_at - sending.now).total_seconds())
            sending.later(seconds=pauses[-1] + 0.1)
    assert pauses == sorted(pauses)
    assert pauses[-1] > 5
    sending.later(minutes=1)
    sending.go()
    assert sending.seen(TENANT) == ["Hello"]


@pytest.mark.parametrize("error", [GraphError(100, "too large"), LookupError("no such receipt")])
def test_28_a_paper_that_cannot_be_uploaded_or_made_holds_up_nothing(
    sending: Sending, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fails(*_: Any) -> Any:
        raise error

    if isinstance(error, GraphError):
        monkeypatch.setattr(sending.delivery._graph, "upload", fails)
    else:
        monkeypatch.setattr(sending.delivery, "_resolve", fails)
    number = sending.say(TENANT, "Payment noted", document=PAPER)
    sending.go()
    assert sending.seen(TENANT) == []
    sending.later(seconds=5)
    sending.go()
    told_without_its_paper(sending, number)


def test_28_an_upload_that_breaks_is_made_again_whole_and_before_any_message(
    sending: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload, tried = sending.delivery._graph.upload, []

    def breaks_once(content: bytes, *more: str) -> str:
        tried.append(content)
        if len(tried) == 1:
            raise GraphError(None, "ConnectionError")
        return upload(content, *more)

    monkeypatch.setattr(sending.delivery._graph, "upload", breaks_once)
    sending.say(TENANT, "Payment noted", document=PAPER)
    sending.go()
    assert sending.seen(TENANT) == []
    sending.later(seconds=5)
    sending.go()
    assert sending.seen(TENANT) == ["Payment noted"]
    assert tried == [PDF, PDF]


def test_without_a_status_there_is_one_doubt_an_hour(sending: Sending) -> None:
    sending.say(TENANT, "Paid")
    sending.fault(kind="lose_answer", times=2)
    sending.go()
    sending.later(seconds=50)
    sending.go()
    assert sending.seen(TENANT) == ["Paid"]
    sending.later(seconds=20)
    sending.go()  # again without an answer
    assert sending.seen(TENANT) == ["Paid", "Paid"]
    sending.later(minutes=55)
    sending.go()
    assert sending.seen(TENANT) == ["Paid", "Paid"]


def test_a_part_that_was_taken_is_not_sent_again(sending: Sending) -> None:
    number = sending.say(TENANT, ("A sentence of the report. " * 400).strip())
    with writing(sending.engine) as session:
        outbox.note_part(session, number, 0, 3, "wamid.first")
    assert sending.item(number).state == "waiting"
    sending.go()
    assert len(sending.seen(TENANT)) == 2
    assert sending.item(number).state == "sent"


def test_21_a_status_before_our_own_note_is_kept(sending: Sending) -> None:
    number = sending.say(TENANT, "Hello")
    with writing(sending.engine) as session:
        outcomes.apply_status(session, "wamid.early", "delivered", None, f"outbox:{number}:0/1")
        outbox.note_part(session, number, 0, 1, "wamid.early")
    assert sending.item(number).state == "delivered"


@pytest.mark.parametrize("tracked", [None, "", "turn-42", "outbox:99:0/1", "outbox:1:x/1"])
def test_a_status_of_what_is_not_ours_is_left_alone(sending: Sending, tracked: str | None) -> None:
    number = sending.say(TENANT, "Hello")
    with writing(sending.engine) as session:
        outcomes.apply_status(session, "wamid.other", "delivered", None, tracked)
    assert sending.item(number).state == "waiting"


# The fact sheet's table (section 4), in its own letters. Of O, which stops everything, those stand
# apart that are about one template, one recipient or one country: the others are not to wait.
SHEET: dict[str, tuple[int, ...]] = {
    "B": (2, 4, 80007, 130429, 131016, 131057, 132069, 133004),
    "B, twice": (1,),
    "B, 3 tries": (131000,),
    "P": (131056,),
    "N": (130403, 130472, 131026, 131050),
    "T": (131047,),
    "D": (131049,),
    "F": (100, 131008, 131009, 131021, 131051, 132000, 132005, 132008, 132012, 132018),
    "F; once more": (131053, 135000),
    "O": (
        *(0, 3, 10, 33, 190, *range(200, 300), 368),
        *(131005, 131031, 131037, 131042, 131045, 131048),
        *(133000, 133005, 133006, 133008, 133009, 133010, 133015, 133016, 134011),
    ),
    "O, of one": (130497, 131030, 131063, 131064, 132001, 132007, 132015, 132016, 132068),
    "ask user to resend": (131052,),
    "use phone / ask number": (131062,),
}
MEANS = {
    "B": Rule("retry"),
    "B, twice": Rule("retry", tries=3),
    "B, 3 tries": Rule("retry", tries=3),
    "P": Rule("pause"),
    "N": Rule("never"),
    "T": Rule("template"),
    "D": Rule("tomorrow"),
    "F": Rule("fix"),
    "F; once more": Rule("retry", tries=2),
    "O": Rule("stop"),
    "O, of one": Rule("alert"),
    "ask user to resend": Rule("fix"),
    "use phone / ask number": Rule("never"),
}


@pytest.mark.parametrize(("letter", "codes"), SHEET.items())
def test_each_code_calls_for_what_the_sheet_says(letter: str, codes: tuple[int, ...]) -> None:
    assert {code: rule_for(code) for code in codes} == dict.fromkeys(codes, MEANS[letter])


def test_the_table_has_no_code_that_the_sheet_has_not() -> None:
    assert set(RULES) == {code for codes in SHEET.values() for code in codes}


def test_an_unknown_code_is_tried_again() -> None:
    assert rule_for(987654).action == rule_for(None).action == "retry"
