"""Waiting on a common grid: whoever waits for the same moment is woken together, by one timer."""

from __future__ import annotations

import asyncio
import heapq
from collections import defaultdict

from facility.clock import NS, Clock


class Ticks:
    """`until` waits for monotonic times; `wake` ends a wait early. One timer of the loop, for the earliest moment."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._moments: list[int] = []
        self._waiting: defaultdict[int, list[asyncio.Future[None]]] = defaultdict(list)
        self._timer: asyncio.TimerHandle | None = None

    def waiter(self, moment: int) -> asyncio.Future[None]:
        """A future that is done at a monotonic time (ns); set its result to wake it earlier."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if moment not in self._waiting:
            heapq.heappush(self._moments, moment)
            if self._moments[0] == moment:
                self._arm()
        self._waiting[moment].append(future)
        return future

    async def until(self, moment: int) -> None:
        """Return at a monotonic time (ns), at once where it is past."""
        if moment > self._clock.monotonic():
            await self.waiter(moment)

    def fire(self) -> None:
        """Wake whoever's moment has come."""
        now = self._clock.monotonic()
        while self._moments and self._moments[0] <= now:
            for future in self._waiting.pop(heapq.heappop(self._moments)):
                if not future.done():
                    future.set_result(None)

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._moments:
            delay = max(0, self._moments[0] - self._clock.monotonic()) / NS
            self._timer = asyncio.get_running_loop().call_later(delay, self._on_timer)

    def _on_timer(self) -> None:
        self._timer = None
        self.fire()
        self._arm()
