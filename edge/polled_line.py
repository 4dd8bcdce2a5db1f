"""One line that is asked: its units in turn, writes first, a silent unit only probed, a lost line tried anew."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Final, Literal

from drivers.base import Deliver, Reads, Writes
from edge.health import LineHealth
from edge.polled_unit import Group, PolledUnit
from edge.ticks import Ticks
from edge.written import Wish, Written
from facility.clock import NS, Clock
from facility.errors import DeviceError, LineDown, Refused

RETRY_LINE: Final = 2 * NS
"""A lost line is tried at least so often."""


class PolledLine:
    """The loop of one open line."""

    def __init__(
        self,
        line: Reads,
        units: Sequence[PolledUnit],
        deliver: Deliver,
        health: LineHealth,
        ticks: Ticks,
        clock: Clock,
        written: Written,
    ) -> None:
        self.units = list(units)
        self._line = line
        self._deliver = deliver
        self._health = health
        self._ticks = ticks
        self._clock = clock
        self._written = written
        self._writes: deque[Wish] = deque()
        self._retry_at = 0
        self._down = False
        self._sleep: asyncio.Future[None] | None = None
        self._crowd: asyncio.TaskGroup | None = None
        health.on_up = self._up

    async def run(self) -> None:
        """Ask until cancelled. Only what is no DeviceError comes out."""
        try:
            async with asyncio.TaskGroup() as crowd:
                self._crowd = crowd if len(self.units) > 1 else None
                while True:
                    await self._write_first()
                    await (self._try_line() if self._down else self._round())
                    await self._rest()
        finally:
            for wish in self._writes:
                self._break_off(wish, "its line was closed before its turn came: not written")

    def write(self, wish: Wish) -> None:
        """Do it before the next poll. Raises Refused where the line can't write."""
        if not isinstance(self._line, Writes):
            raise Refused(f"{wish.point.id}: the line {self._health.name} can't write")
        self._writes.append(wish)
        self._wake()

    async def _write_first(self) -> None:
        while self._writes and isinstance(self._line, Writes):
            wish = self._writes.popleft()
            if wish.done.done():
                self._written.tell(wish, "failed", why="given up before its turn came: not written")
            else:
                await self._write(self._line, wish)

    async def _write(self, line: Writes, wish: Wish) -> None:
        before = self._written.before(wish.point)
        try:
            found = await line.write(wish.point, wish.value)
        except DeviceError as error:
            how: Literal["refused", "failed"] = "refused" if isinstance(error, Refused) else "failed"
            self._written.tell(wish, how, before=before, why=str(error))
            if not wish.done.done():
                wish.done.set_exception(error)
        except BaseException:
            self._break_off(wish, "broken off: look whether it is done", before)
            raise
        else:
            self._written.tell(wish, "done", before=before, read_back=found)
            if not wish.done.done():
                wish.done.set_result(found)

    def _break_off(self, wish: Wish, why: str, before: float | None = None) -> None:
        self._written.tell(wish, "failed", before=before, why=why)
        if not wish.done.done():
            wish.done.set_exception(LineDown(f"{wish.point.id}: {why}"))

    async def _round(self) -> None:
        """Start whatever is due: the units that are well first, then the probes of silent ones."""
        now = self._clock.monotonic()
        units = self.units if len(self.units) == 1 else sorted(self.units, key=lambda u: u.silent)
        for unit in units:
            if unit.next() > now:
                continue
            if unit.busy:
                unit.overrun(now)
            elif self._crowd is None:
                await self._attend(unit, unit.begin(now))
            else:
                unit.busy = True
                self._crowd.create_task(
                    self._attend(unit, unit.begin(now)), name=f"unit {unit.unit} of {self._health.name}"
                )

    async def _attend(self, unit: PolledUnit, groups: Sequence[Group]) -> None:
        unit.busy = True
        try:
            if unit.silent:
                groups = await self._probed(unit)
            await self._poll(unit, groups)
        except LineDown as error:
            self._lost(str(error))
        except DeviceError as error:
            unit.failed(self._clock.monotonic())
            if unit.failures == 1:
                self._health.doubt(unit.unit)
            else:
                self._health.unit(unit.unit, up=False, why=str(error))
        finally:
            unit.busy = False

    async def _poll(self, unit: PolledUnit, groups: Sequence[Group]) -> None:
        for group in groups:
            batch = await self._line.read(group.plan)
            unit.polls += 1
            self._health.line(up=True)
            self._health.unit(unit.unit, up=True)
            await self._deliver(batch)

    async def _probed(self, unit: PolledUnit) -> Sequence[Group]:
        await self._line.probe(unit.groups[0].plan)
        self._health.line(up=True)
        self._health.unit(unit.unit, up=True)
        now = self._clock.monotonic()
        unit.answered(now)
        return unit.begin(now)

    def _lost(self, why: str) -> None:
        self._retry_at = self._clock.monotonic() + RETRY_LINE
        self._down = True
        self._health.line(up=False, why=why)

    async def _try_line(self) -> None:
        """Any answer of any unit, also a silent one's time-out, says that the line is back."""
        if self._clock.monotonic() < self._retry_at or any(u.busy for u in self.units):
            return
        unit = min(self.units, key=lambda u: u.silent)
        try:
            await self._line.probe(unit.groups[0].plan)
        except LineDown as error:
            self._lost(str(error))
            return
        except DeviceError as error:
            unit.failed(self._clock.monotonic())
            if unit.failures > 1:
                self._health.unit(unit.unit, up=False, why=str(error))
        self._health.line(up=True)

    def _up(self) -> None:
        """The line is back: everything is due on its own grid again."""
        if not self._down:
            return
        self._down = False
        now = self._clock.monotonic()
        for unit in self.units:
            unit.rest(now)
        self._wake()

    async def _rest(self) -> None:
        moment = self._retry_at if self._down else min(u.next() for u in self.units)
        now = self._clock.monotonic()
        if self._down and moment <= now:
            moment = self._retry_at = now + RETRY_LINE // 4
        if moment > now and not self._writes:
            self._sleep = self._ticks.waiter(moment)
            await self._sleep

    def _wake(self) -> None:
        if self._sleep is not None and not self._sleep.done():
            self._sleep.set_result(None)
