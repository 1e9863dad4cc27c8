"""Rung when something changed, so that nobody in this process has to wait for the next look.

Other processes are not reached by it: whoever waits also looks by itself now and then.
"""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Bell:
    """Wakes threads (`wait`) and coroutines (`listening`)."""

    def __init__(self) -> None:
        self._rung = threading.Condition()
        self._times = 0
        self._listeners: dict[asyncio.Event, asyncio.AbstractEventLoop] = {}

    @property
    def times(self) -> int:
        """How often it was rung; take it before looking, and give it to `wait`."""
        return self._times

    def ring(self) -> None:
        """Wake all; callable from any thread."""
        with self._rung:
            self._times += 1
            self._rung.notify_all()
            listeners = list(self._listeners.items())
        for event, loop in listeners:
            with suppress(RuntimeError):  # that loop has ended meanwhile
                loop.call_soon_threadsafe(event.set)

    def wait(self, seen: int, seconds: float) -> None:
        """Block until it was rung more than `seen` times, or for so many seconds."""
        with self._rung:
            self._rung.wait_for(lambda: self._times != seen, seconds)

    @contextmanager
    def listening(self) -> Iterator[asyncio.Event]:
        """An event of the running loop that is set at each ring."""
        event = asyncio.Event()
        with self._rung:
            self._listeners[event] = asyncio.get_running_loop()
        try:
            yield event
        finally:
            with self._rung:
                del self._listeners[event]
