"""One Modbus line: several units behind one socket or port, asked one request after the other."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from types import TracebackType
from typing import Final, Self

from drivers.base import Answered, Bound, Health, Plan, Reading
from drivers.modbus import fitting, inspecting, pdu, plan, writing
from drivers.modbus.connection import Connection, Framing
from drivers.modbus.doubt import Doubts
from drivers.modbus.learned import Learned
from drivers.modbus.link import Link
from drivers.modbus.reading import Poll
from drivers.modbus.straight import StraightRoad
from drivers.modbus.transport.wire import Lost, Silent
from drivers.modbus.turns import Turns
from facility.batch import Batch
from facility.clock import Clock
from facility.errors import ConfigError, UnitSilent

log = logging.getLogger(__name__)

GRACE: Final = 0.25
"""The part of the time-out for which a probe has the line to itself."""


class ModbusLine:
    """Reads, inspects and writes (drivers.base)."""

    def __init__(
        self, name: str, connection: Connection, points: Sequence[Bound], *, clock: Clock, health: Health
    ) -> None:
        fitting.check(connection, points)
        self.name = name
        self._connection = connection
        self._clock = clock
        self._link = Link(name, connection, health)
        self._turns = Turns(connection.pipeline)
        self._doubts = Doubts(connection)
        self._learned: dict[int, Learned] = {}
        self._straight = StraightRoad(connection, self._link, self._turns, clock, self.ask, self._doubts.silent)
        self._free_at = 0.0
        self._keeper: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._keeper = asyncio.create_task(self._link.keep(), name=f"modbus {self.name}")
        await asyncio.sleep(0)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.wait([self._keeper])

    def plan(self, points: Sequence[Bound]) -> Plan:
        """Blocks and decoder for points of one unit. ConfigError names points that can never be read."""
        unit = _unit(points)
        learned = self._learned.get(unit)
        if learned is None:
            learned = self._learned[unit] = Learned(unit, plan.quirks_of(points))
        fitting.check(self._connection, points)
        poll = Poll(unit, points, learned)
        return Plan(unit, tuple(p.index for p in points), plan.requests(poll.blocks, self._connection), poll)

    async def read(self, plan: Plan) -> Batch:
        """Ask every block once. Raises LineDown or UnitSilent."""
        poll: Poll = plan.body
        buffer, failed = await poll.read(self.ask, self._clock.monotonic())
        return poll.batch(buffer, failed, self._clock.now())

    def start(self, plan: Plan, answered: Answered) -> bool:
        """Ask every block without a task; False where something must be waited for first."""
        return not self._doubts.debts and self._straight.start(plan.body, answered)

    async def probe(self, plan: Plan) -> None:
        """Ask for one register or bit; any answer of the unit, an exception too, says that it is back."""
        poll: Poll = plan.body
        asked = poll.smallest
        try:
            if self._connection.framing is Framing.TCP:
                pdu.through(asked.unit, await self._beside(asked.unit, asked.pdu))
            else:
                await self.ask(asked)
        except (pdu.Exceptional, pdu.Garbled):
            return
        except UnitSilent:
            poll.rotate()
            raise

    async def inspect(self, points: Sequence[Bound]) -> list[Reading]:
        """Each point's registers in hex and what they mean."""
        return await inspecting.inspect(self, points, self._clock)

    async def write(self, point: Bound, value: float) -> float:
        """Write, read back, return what stands there. Refused where site, model or device say no."""
        return await writing.write(self, point, value)

    async def ask(self, asked: pdu.Ask, *, urgent: bool = False) -> bytes:
        """The data bytes of one read. Raises Silent, LineDown, Exceptional, Garbled."""
        if self._doubts.debts:
            await self._doubts.settle(asked, self._exchange)
        try:
            answer = await self._exchange(asked.unit, asked.pdu, urgent=urgent)
        except Silent:
            self._doubts.silent(asked)
            raise
        return pdu.data(asked, pdu.through(asked.unit, answer))

    async def tell(self, unit: int, request: bytes) -> None:
        """Send a write and check its answer; it is never sent twice."""
        answer = await self._exchange(unit, request, urgent=True, again=False)
        pdu.check_written(request, pdu.through(unit, answer))

    async def _exchange(self, unit: int, request: bytes, *, urgent: bool = False, again: bool = True) -> bytes:
        if not self._turns.try_take():
            await self._turns.take(urgent=urgent)
        try:
            if self._connection.pause_between:
                await asyncio.sleep(self._free_at - asyncio.get_running_loop().time())
            try:
                return await self._once(unit, request)
            except Lost:
                if not again:
                    raise
            # A device that hangs up on an idle connection is no fault: ask once more on a new one.
            return await self._once(unit, request)
        finally:
            self._turns.give()

    async def _beside(self, unit: int, request: bytes) -> bytes:
        """Hold the line for the first part of the time only: the others need not wait for a unit that may be dead.
        A gateway that is still waiting for it answers them all the same before their own time is up.
        """
        await self._turns.take()
        exchange = asyncio.create_task(self._once(unit, request), name=f"modbus {self.name}: probe of {unit}")
        try:
            await asyncio.wait([exchange], timeout=self._connection.timeout * GRACE)
        except asyncio.CancelledError:
            exchange.cancel()
            raise
        finally:
            self._turns.give()
        return await exchange

    async def _once(self, unit: int, request: bytes) -> bytes:
        wire = self._link.now or await self._link.wire()
        try:
            answer = await wire.exchange(unit, request, self._connection.timeout)
        except Silent:
            self._link.unanswered()
            raise
        finally:
            if self._connection.pause_between:
                self._free_at = asyncio.get_running_loop().time() + self._connection.pause_between
        self._link.answered()
        return answer


def _unit(points: Sequence[Bound]) -> int:
    units = {p.unit for p in points}
    if len(units) != 1:
        raise ConfigError(f"a plan polls one unit, not {len(units)}")
    return int(units.pop())
