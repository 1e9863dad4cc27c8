"""What goes wrong meanwhile: processes are killed, Meta has a bad day."""

import os
import random
import signal
import threading
from typing import Any

import requests

from tests.stack import Stack

KILLED = ("app", "actions", "scheduler", "rasa")
FAULTS: tuple[dict[str, Any], ...] = (
    {"kind": "refuse", "code": 131016, "times": 3},
    {"kind": "refuse", "code": 130429, "http": 429, "retry_after": 2, "times": 2},
    {"kind": "fail", "code": 131000, "times": 1},
    {"kind": "lose_answer", "times": 2},
    {"kind": "slow", "milliseconds": 1500, "times": 2},
    {"kind": "shuffle", "times": 6},
    {"kind": "repeat", "times": 6},
)


class Chaos:
    """Something goes wrong every few seconds, until it is stopped; `killed` tells what was."""

    def __init__(self, stack: Stack, every_seconds: float, seed: int) -> None:
        self._stack, self._every = stack, every_seconds
        self._chance = random.Random(seed)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.killed: list[str] = []
        self.faults = 0

    def __enter__(self) -> "Chaos":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        # Each process at least once, in an order of chance; then whatever chance takes.
        coming = list(KILLED)
        self._chance.shuffle(coming)
        while not self._stopping.wait(self._every):
            self._fault()
            name = coming.pop() if coming else self._chance.choice(KILLED)
            try:
                os.kill(self._stack.pids()[name], signal.SIGKILL)
                self.killed.append(name)
            except ProcessLookupError:
                pass  # it was down already

    def _fault(self) -> None:
        try:
            for fault in self._chance.sample(FAULTS, 2):
                url = f"{self._stack.url}/simulator/faults"
                self.faults += requests.post(url, json=fault, timeout=5).ok
        except requests.RequestException:
            pass  # the app, and so the simulator, is down
