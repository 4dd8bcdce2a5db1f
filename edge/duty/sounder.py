"""The sounder-beacon on a relay: on while life safety waits for somebody, off when all of it is acknowledged."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from drivers.base import Bound
from edge.duty.book import Book
from facility.errors import DeviceError
from facility.site import Sounder as Written

EVERY: Final = 0.5
"""Seconds between two looks: the relay follows within this and one write."""
LONGEST: Final = 60.0
WITHIN: Final = 20.0
"""Seconds for one write."""
BY: Final = "duty page"

log = logging.getLogger(__name__)

Write = Callable[[Bound, float, str], Awaitable[float]]
"""The poller's one road of a write."""


class Sounder:
    """Brings the relay to where it must be, also after the relay itself lost power. `why`: what is wrong with it."""

    def __init__(
        self, written: Written, point: Bound, book: Book, write: Write, last: Callable[[int], float | None]
    ) -> None:
        self.why = ""
        self._point = point
        self._book = book
        self._write = write
        self._last = last
        self._states = {
            True: float(point.means.state_value(written.on) or 0),
            False: float(point.means.state_value(written.off) or 0),
        }

    @property
    def wanted(self) -> bool:
        """Whether it must sound: tests make no noise in the building, a drill does."""
        return any(one.life and one.sounds and not one.test for one in self._book)

    async def run(self) -> None:
        """Until cancelled."""
        done: bool | None = None
        pause = EVERY
        while True:
            wanted, stands = self.wanted, self._last(self._point.index)
            right = stands == self._states[wanted] if stands is not None else done == wanted
            # Off is written only where the relay is known, or was put on by us: a start is no reason to switch.
            if not right and (wanted or stands is not None or done):
                pause = await self._switch(wanted=wanted, pause=pause)
                done = wanted if not self.why else done
            else:
                self.why, pause = "", EVERY
            await asyncio.sleep(pause)

    async def _switch(self, *, wanted: bool, pause: float) -> float:
        """Try once; the seconds until the next look. Each write leaves its event, also one that failed."""
        try:
            async with asyncio.timeout(WITHIN):
                await self._write(self._point, self._states[wanted], BY)
        except (DeviceError, TimeoutError) as error:
            self.why = str(error) or f"{self._point.id}: no answer within {WITHIN:.0f} s"
            log.warning("duty page: the sounder is not %s: %s", "on" if wanted else "off", self.why)
            return min(max(pause * 2, 1.0), LONGEST)
        self.why = ""
        # The next poll must have seen the relay before it is judged again.
        return max(EVERY, min(2 * self._point.period, 10.0))
