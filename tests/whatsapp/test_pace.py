"""Never faster than Meta allows, and no slower."""

import threading

import pytest

from lebailleur.whatsapp import pace
from lebailleur.whatsapp.pace import Pace


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def test_the_number_sends_so_many_a_second() -> None:
    clock = Time()
    limit = Pace(80, lambda: clock.now, clock.sleep)
    for _ in range(161):
        limit.wait()
    assert clock.now == pytest.approx(1_002.0)


def test_after_a_pause_nothing_was_saved_up() -> None:
    clock = Time()
    limit = Pace(10, lambda: clock.now, clock.sleep)
    limit.wait()
    clock.now += 60
    for _ in range(11):
        limit.wait()
    assert clock.now == pytest.approx(1_061.0)


def test_threads_share_the_rate() -> None:
    clock = Time()
    limit = Pace(100, lambda: 0.0, clock.slept.append)
    threads = [threading.Thread(target=lambda: [limit.wait() for _ in range(25)]) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert max(clock.slept) == pytest.approx(1.99)
    assert len({round(each, 4) for each in clock.slept}) == 199  # each has a moment of its own


def test_a_burst_of_45_and_then_one_in_six_seconds() -> None:
    clock = Time()
    limit = Pace(80, lambda: clock.now)
    assert [limit.too_soon("paul") for _ in range(45)] == [0.0] * 45
    assert limit.too_soon("paul") == pytest.approx(6.0)
    assert limit.too_soon("marie") == 0.0
    clock.now += 6
    assert limit.too_soon("paul") == 0.0
    assert limit.too_soon("paul") == pytest.approx(6.0)


def test_who_is_not_written_to_any_more_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "MOST_KNOWN", 10)
    clock = Time()
    limit = Pace(80, lambda: clock.now)
    for number in range(10):
        limit.too_soon(str(number))
    clock.now += 7
    limit.too_soon("new")
    assert len(limit._debts) == 1
