"""One line that is asked: its units in turn, writes first, a silent unit only probed, a lost line tried anew."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import Any, Final

from drivers.base import Answer, Answered, Reads, Starts, Writes
from edge.health import LineHealth
from edge.polled_unit import Group, PolledUnit
from edge.ticks import Ticks
from edge.written import Wish, Written
from facility.batch import Batch
from facility.clock import NS, Clock
from facility.errors import DeviceError, LineDown

RETRY_LINE: Final = 2 * NS
"""A lost line is tried at least so often."""


class PolledLine:
    """The loop of one open line."""

    def __init__(
        self,
        line: Reads,
        units: Sequence[PolledUnit],
        deliver: Callable[[Batch | Answer], None],
        health: LineHealth,
        ticks: Ticks,
        clock: Clock,
        written: Written,
    ) -> None:
        self.units = list(units)
        self._line = line
        self._starts = line if isinstance(line, Starts) else None
        self._deliver = deliver
        self._health = health
        self._ticks = ticks
        self._clock = clock
        self._written = written
        self._writes: deque[Wish] = deque()
        self._retry_at = 0
        self._down = False
        self._sleep: asyncio.Future[None] | None = None
        self._broken: Exception | None = None
        self._armed: int | None = None
        """When the ticks will call next."""
        self._crowd: asyncio.TaskGroup | None = None
        health.on_up = self._up

    async def run(self) -> None:
        """Ask until cancelled. Only what is no DeviceError comes out."""
        try:
            async with asyncio.TaskGroup() as crowd:
                self._crowd = crowd
                try:
                    while True:
                        await self._write_first()
                        await (self._try_line() if self._down else self._round())
                        await self._rest()
                finally:
                    self._crowd = None
        finally:
            if self._armed is not None:
                self._ticks.forget(self._armed, self._tick)
            for wish in self._writes:
                self._written.break_off(wish, "its line was closed before its turn came: not written")

    def write(self, wish: Wish) -> None:
        """Do it before the next poll."""
        self._writes.append(wish)
        self._wake()

    async def _write_first(self) -> None:
        while self._writes and isinstance(self._line, Writes):
            await self._written.carry_out(self._line, self._writes.popleft())

    async def _round(self) -> None:
        """Start whatever is due: the units that are well first, then the probes of silent ones."""
        now = self._clock.monotonic()
        units = self.units if len(self.units) == 1 else sorted(self.units, key=lambda u: u.silent)
        for unit in units:
            if unit.next() > now:
                continue
            if unit.busy:
                unit.overrun(now)
            elif not self._begun(unit, groups := unit.begin(now)):
                if len(units) == 1:
                    await self._attend(unit, groups)
                else:
                    self._have_attended(unit, groups)

    def _tick(self, now: int) -> None:
        """The moment has come: ask by callbacks whom nothing hinders; the loop wakes only for what is left."""
        sleep = self._sleep
        if self._armed is None or now < self._armed:
            return
        self._armed = None
        if sleep is None or sleep.done():
            return
        try:
            if self._starts is None or self._writes or self._down or not self._all_begun(now):
                sleep.set_result(None)
            else:
                self._arm(self._next())
        except Exception as error:  # noqa: BLE001 - raised by `run`, whose caller is the named boundary
            self._fail(error)

    def _all_begun(self, now: int) -> bool:
        for unit in self.units:
            if unit.next() > now:
                continue
            if unit.failures or unit.busy:
                return False
            if not self._begun(unit, groups := unit.begin(now)):
                self._have_attended(unit, groups)
        return True

    def _begun(self, unit: PolledUnit, groups: Sequence[Group]) -> bool:
        """Whether the first group is asked, and the others will follow, without a task."""
        if self._starts is None or unit.failures:
            return False
        unit.busy = True
        if self._starts.start(groups[0].plan, self._teller(unit, groups)):
            return True
        unit.busy = False
        return False

    def _teller(self, unit: PolledUnit, groups: Sequence[Group]) -> Answered:
        if len(unit.groups) > 1:
            return partial(self._answered, unit, groups[1:])
        if unit.told is None:
            unit.told = partial(self._answered, unit, ())
        return unit.told

    def _answered(
        self, unit: PolledUnit, left: Sequence[Group], came: Batch | Answer | Coroutine[Any, Any, Batch]
    ) -> None:
        if not isinstance(came, (Answer, Batch)):
            self._have_attended(unit, left, came)
            return
        unit.busy = False
        if self._crowd is None:
            return
        try:
            self._take(unit, came)
            if left and not self._begun(unit, left):
                self._have_attended(unit, left)
        except Exception as error:  # noqa: BLE001 - raised by `run`, whose caller is the named boundary
            self._fail(error)

    def _fail(self, error: Exception) -> None:
        self._broken = error
        self._wake()

    def _have_attended(
        self, unit: PolledUnit, groups: Sequence[Group], begun: Coroutine[Any, Any, Batch] | None = None
    ) -> None:
        """In a task, as something must be waited for."""
        if self._crowd is None:
            unit.busy = False
            if begun is not None:
                begun.close()
            return
        unit.busy = True
        name = f"unit {unit.unit} of {self._health.name}"
        self._crowd.create_task(self._attend(unit, groups, begun), name=name)

    async def _attend(
        self, unit: PolledUnit, groups: Sequence[Group], begun: Coroutine[Any, Any, Batch] | None = None
    ) -> None:
        unit.busy = True
        try:
            if begun is not None:
                self._take(unit, await begun)
            elif unit.silent:
                groups = await self._probed(unit)
            for group in groups:
                self._take(unit, await self._line.read(group.plan))
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

    def _take(self, unit: PolledUnit, came: Batch | Answer) -> None:
        unit.polls += 1
        self._health.answered(unit.unit)
        self._deliver(came)

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
        moment = self._retry_at if self._down else self._next()
        now = self._clock.monotonic()
        if self._down and moment <= now:
            moment = self._retry_at = now + RETRY_LINE // 4
        if moment > now and not self._writes:
            self._sleep = asyncio.get_running_loop().create_future()
            self._arm(moment)
            await self._sleep
        if self._broken is not None:
            raise self._broken

    def _next(self) -> int:
        return self.units[0].next() if len(self.units) == 1 else min(u.next() for u in self.units)

    def _arm(self, moment: int) -> None:
        if self._armed is None or moment < self._armed:
            self._armed = moment
            self._ticks.at(moment, self._tick)

    def _wake(self) -> None:
        if self._sleep is not None and not self._sleep.done():
            self._sleep.set_result(None)
