"""Time-outs of requests: one timer of the loop for all of them, as most are answered and never need theirs."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Final, Protocol
from weakref import WeakKeyDictionary

LONG: Final = 4096
"""Requests of a queue from which on what was answered leaves it before its time-out."""


class Waiting(Protocol):
    """What waits for an answer."""

    @property
    def open(self) -> bool:
        """Whether it still waits."""

    def expire(self, timeout: float) -> None:
        """Its time is up."""


class Deadlines:
    """Of one loop. Requests of one time-out end in the order in which they began: a queue for each time-out. What was
    answered leaves it with the next time-out, all at once.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._queues: dict[float, deque[tuple[float, Waiting]]] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._at = 0.0

    def add(self, waiting: Waiting, timeout: float) -> None:
        """Expire it after `timeout` seconds, if it still waits then."""
        queue = self._queues.get(timeout)
        if queue is None:
            queue = self._queues[timeout] = deque()
        while len(queue) > LONG and not queue[0][1].open:
            queue.popleft()
        at = self._loop.time() + timeout
        queue.append((at, waiting))
        if self._timer is None or at < self._at:
            self._arm(at)

    def _arm(self, at: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._at = at
        self._timer = self._loop.call_at(at, self._sweep)

    def _sweep(self) -> None:
        self._timer = None
        now = self._loop.time()
        for timeout, queue in list(self._queues.items()):
            while queue:
                at, waiting = queue[0]
                if waiting.open:
                    if at > now:
                        break
                    waiting.expire(timeout)
                queue.popleft()
        self._go_on()

    def _go_on(self) -> None:
        """Wake for the next one; whoever was told may have begun another request meanwhile."""
        first = min((queue[0][0] for queue in self._queues.values() if queue), default=None)
        if first is not None and (self._timer is None or first < self._at):
            self._arm(first)


_OF_LOOP: WeakKeyDictionary[asyncio.AbstractEventLoop, Deadlines] = WeakKeyDictionary()


def deadlines() -> Deadlines:
    """Those of the running loop."""
    loop = asyncio.get_running_loop()
    found = _OF_LOOP.get(loop)
    if found is None:
        found = _OF_LOOP[loop] = Deadlines(loop)
    return found
