"""Waiting on a common grid: whoever waits for the same moment is called together, by one timer."""

from __future__ import annotations

import asyncio
import heapq
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from typing import Final, TypeAlias

from facility.clock import NS, Clock

Call: TypeAlias = Callable[[int], None]
"""Told the monotonic time (ns) of now."""
GRAIN: Final = NS // 1000
"""Loops count whole milliseconds: a timer that comes early would wake them again and again for the rest."""


class Ticks:
    """`at` calls back at monotonic times, `until` waits for them. One timer of the loop, for the earliest moment."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._moments: list[int] = []
        self._calls: defaultdict[int, list[Call]] = defaultdict(list)
        self._timer: asyncio.TimerHandle | None = None

    def at(self, moment: int, call: Call) -> None:
        """Call at a monotonic time (ns); what is called must not raise."""
        if moment not in self._calls:
            heapq.heappush(self._moments, moment)
            if self._moments[0] == moment:
                self._arm()
        self._calls[moment].append(call)

    def forget(self, moment: int, call: Call) -> None:
        """Don't call."""
        calls = self._calls.get(moment, [])
        if call in calls:
            calls.remove(call)

    def waiter(self, moment: int) -> asyncio.Future[None]:
        """A future that is done at a monotonic time (ns); set its result to wake it earlier."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.at(moment, partial(_wake, future))
        return future

    async def until(self, moment: int) -> None:
        """Return at a monotonic time (ns), at once where it is past."""
        if moment > self._clock.monotonic():
            await self.waiter(moment)

    def fire(self) -> None:
        """Call whatever's moment has come."""
        now = self._clock.monotonic()
        while self._moments and self._moments[0] <= now:
            for call in self._calls.pop(heapq.heappop(self._moments)):
                call(now)

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._moments:
            delay = max(0, self._moments[0] - self._clock.monotonic() + GRAIN) / NS
            self._timer = asyncio.get_running_loop().call_later(delay, self._on_timer)

    def _on_timer(self) -> None:
        self._timer = None
        self.fire()
        self._arm()


def _wake(future: asyncio.Future[None], _now: int) -> None:
    if not future.done():
        future.set_result(None)
