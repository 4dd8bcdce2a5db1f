"""The one road of a write: allowed, not too soon, done by the line, and always told by an event."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Literal

from drivers.base import Bound, Writes, permitted
from edge.alarms.engine import Outcome
from edge.pipeline import Pipeline
from edge.steady_clock import SteadyClock
from facility.clock import NS
from facility.errors import DeviceError, LineDown, Refused
from facility.event import Draft, WriteDone
from facility.point import WriteLimits


@dataclass(frozen=True, slots=True)
class Wish:
    """One write that waits for its turn; whoever gives up waiting cancels `done`, and it is not begun any more."""

    point: Bound
    value: float
    by: str
    done: asyncio.Future[float]


class Written:
    """Writes, and puts the event of each write, also of one that is refused, on the way to the disk."""

    def __init__(self, pipeline: Pipeline, clock: SteadyClock) -> None:
        self._pipeline = pipeline
        self._clock = clock
        self._last: dict[str, int] = {}
        """Point → when it was last asked to be written (monotonic ns)."""

    def admit(self, wish: Wish) -> None:
        """Refused where type or site do not allow it, or the last write of the point is too recent."""
        point, now = wish.point, self._clock.monotonic()
        permitted(point, wish.value)
        pause = (point.means.write or WriteLimits()).pause
        last = self._last.get(point.id)
        if last is not None and now < last + round(pause * NS):
            rest = pause - (now - last) / NS
            raise Refused(f"{point.id}: written just now; it may be written again in {rest:.1f} s")
        self._last[point.id] = now

    async def carry_out(self, line: Writes, wish: Wish) -> None:
        """Write, and tell how it went: by the event, and to whoever waits for `done`."""
        if wish.done.done():
            self.tell(wish, "failed", why="given up before its turn came: not written")
            return
        before = self._pipeline.last(wish.point.index)
        try:
            found = await line.write(wish.point, wish.value)
        except DeviceError as error:
            self.tell(wish, "refused" if isinstance(error, Refused) else "failed", before=before, why=str(error))
            if not wish.done.done():
                wish.done.set_exception(error)
        except BaseException:
            self.break_off(wish, "broken off: look whether it is done", before)
            raise
        else:
            self.tell(wish, "done", before=before, read_back=found)
            if not wish.done.done():
                wish.done.set_result(found)

    def break_off(self, wish: Wish, why: str, before: float | None = None) -> None:
        """It was not done, or nobody knows whether it was."""
        self.tell(wish, "failed", before=before, why=why)
        if not wish.done.done():
            wish.done.set_exception(LineDown(f"{wish.point.id}: {why}"))

    def tell(
        self,
        wish: Wish,
        outcome: Literal["done", "refused", "failed"],
        *,
        before: float | None = None,
        read_back: float | None = None,
        why: str = "",
    ) -> None:
        """Say how it went."""
        data = WriteDone(
            point=wish.point.id,
            value=wish.value,
            before=before,
            read_back=read_back,
            by=wish.by,
            outcome=outcome,
            why=why,
        )
        draft = Draft(
            data=data,
            at=self._clock.now(),
            equipment=wish.point.equipment,
            instance=wish.point.instance,
            clock=self._clock.state,
        )
        self._pipeline.record(Outcome([draft]))
