"""The time of what the loop takes in one pass: answers that lay there together have come together."""

from __future__ import annotations

import asyncio
from weakref import WeakKeyDictionary

from facility.clock import Clock


class Moment:
    """Of one loop: asks the clock once for each pass."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._clock: Clock | None = None
        self._at = 0

    def now(self, clock: Clock) -> int:
        """UTC ns."""
        if clock is not self._clock:
            self._clock, self._at = clock, clock.now()
            self._loop.call_soon(self._over)
        return self._at

    def _over(self) -> None:
        self._clock = None


_OF_LOOP: WeakKeyDictionary[asyncio.AbstractEventLoop, Moment] = WeakKeyDictionary()


def moment() -> Moment:
    """That of the running loop."""
    loop = asyncio.get_running_loop()
    found = _OF_LOOP.get(loop)
    if found is None:
        found = _OF_LOOP[loop] = Moment(loop)
    return found
