"""What the business number may send: so many messages a second, and whom it has reached."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest import mock

import requests
from sqlalchemy import Engine

from lebailleur import clock
from lebailleur.whatsapp.simulator.limits import Throughput
from tests.simulator.stack import LANDLORD, MARIE, TENANT, Stack, stack_on
from tests.simulator.test_graph_side import text

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
HELLO = {
    "name": "hello",
    "language": "fr",
    "category": "UTILITY",
    "components": [{"type": "BODY", "text": "Bonjour."}],
}


def standing_at(moment: datetime) -> Any:
    """The clock stands still: what is asked of it takes no time."""
    return mock.patch.object(clock, "now", return_value=moment)


def test_eighty_pass_in_any_one_second() -> None:
    throughput = Throughput(80)
    with standing_at(NOW):
        assert [throughput.exceeded() for _ in range(40)] == [False] * 40
    with standing_at(NOW + timedelta(seconds=0.6)):
        assert [throughput.exceeded() for _ in range(42)] == [False] * 40 + [True] * 2
    with standing_at(NOW + timedelta(seconds=0.999)):
        assert throughput.exceeded()
    with standing_at(NOW + timedelta(seconds=1)):
        assert [throughput.exceeded() for _ in range(41)] == [False] * 40 + [True]


def test_a_clock_that_is_set_back_forgets_what_passed() -> None:
    throughput = Throughput(2)
    with standing_at(NOW):
        assert [throughput.exceeded() for _ in range(3)] == [False, False, True]
    with standing_at(NOW - timedelta(seconds=0.5)):
        assert [throughput.exceeded() for _ in range(3)] == [False, False, True]


def test_of_many_at_once_just_as_many_pass_as_may(engine: Engine) -> None:
    phones = [f"+2376990000{number:02}" for number in range(30)]
    with (
        stack_on(engine, account={"messages_per_second": 7}, keep_window=False) as stack,
        standing_at(NOW),
        ThreadPoolExecutor(10) as senders,
    ):
        answers = list(senders.map(lambda phone: stack.post(text(phone)), phones))
        assert Counter(answer.status_code for answer in answers) == {200: 7, 400: 23}
        refused = [each for each in answers if each.status_code == 400]
        assert {each.json()["error"]["code"] for each in refused} == {130429}
        shown = sum(len(stack.chat(phone)) for phone in phones)
        with standing_at(NOW + timedelta(seconds=1)):
            assert stack.post(text(phones[0])).status_code == 200
    assert shown == 7


def test_what_people_write_counts_and_is_never_refused(engine: Engine) -> None:
    with stack_on(engine, account={"messages_per_second": 3}) as stack, standing_at(NOW):
        for _ in range(2):
            stack.say(LANDLORD, "Bonjour")
        stack.reply(LANDLORD)
        assert stack.post(text()).json()["error"]["code"] == 130429
        stack.say(LANDLORD, "Bonjour ?")
        assert len(stack.chat(LANDLORD)) == 4


def number(stack: Stack) -> dict[str, Any]:
    return requests.get(f"{stack.url}/simulator/number", timeout=10).json()


def test_people_reached_outside_the_window_are_counted_for_a_day(engine: Engine) -> None:
    hello = {"name": "hello", "language": {"code": "fr"}}
    account = {"messaging_limit": "TIER_250"}
    with stack_on(engine, account=account, approved=[HELLO]) as stack:
        with standing_at(NOW):
            stack.say(LANDLORD, "Bonjour")
            stack.reply(LANDLORD, "template", **hello)  # within the window
            stack.reply(TENANT, "text", body="Bonjour")  # fails: it reaches nobody
            assert number(stack)["reached_outside_window"] == 0
            for phone in (TENANT, TENANT, MARIE):
                stack.reply(phone, "template", **hello)
            assert number(stack) == {
                "messages_per_second": 80,
                "messaging_limit": "TIER_250",
                "reached_outside_window": 2,
            }
        with standing_at(NOW + timedelta(hours=23)):
            stack.reply(TENANT, "template", **hello)
        with standing_at(NOW + timedelta(hours=24, minutes=1)):
            assert number(stack)["reached_outside_window"] == 1
            stack.reply(LANDLORD, "template", **hello)
            assert number(stack)["reached_outside_window"] == 2
        described = requests.get(
            stack.graph, headers={"Authorization": f"Bearer {stack.account.token}"}, timeout=10
        ).json()
    assert described["whatsapp_business_manager_messaging_limit"] == "TIER_250"
