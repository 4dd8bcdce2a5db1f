"""Lines, ticks and ends that a test moves by hand."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from types import TracebackType
from typing import Any, Self
from uuid import UUID, uuid4

import numpy as np
from pydantic import BaseModel

from drivers.base import Bound, Deliver, Health, Plan, Protocol, Request
from edge.access.access import Access
from edge.alarms.compiled import compile_rules
from edge.alarms.engine import Engine
from edge.binding import BoundLine
from edge.cards import Cards
from edge.commands import Watches
from edge.linkage.linkage import Linkage
from edge.notes import Notes
from edge.patrol.watch import PatrolWatch
from edge.pipeline import Pipeline
from edge.points import PointTable, point_table
from edge.recorder import Recorder
from edge.snapshot import Snapshot
from edge.steady_clock import SteadyClock
from edge.ticks import Ticks
from facility.batch import Batch, good
from facility.clock import Clock, ManualClock
from facility.event import Draft, Event
from facility.inventory import Inventory


class NoKeys(BaseModel):
    """A protocol that needs no address."""


class ManualTicks(Ticks):
    """Fires only when a test says so."""

    def __init__(self, clock: ManualClock) -> None:
        super().__init__(clock)
        self.clock = clock
        self.each_step: Callable[[], None] = lambda: None

    def _arm(self) -> None:
        pass

    async def advance(self, seconds: float, step: float = 0.25) -> None:
        """Let time pass in small steps, everybody doing their work in between."""
        for _ in range(round(seconds / step)):
            self.clock.advance(step)
            self.each_step()
            self.fire()
            await settled()


async def settled() -> None:
    """Let everything that can go on go on."""
    for _ in range(20):
        await asyncio.sleep(0)


class FakeLine:
    """A line that is asked; `answers[unit]` may be replaced by what raises or waits."""

    def __init__(self, name: str, points: Sequence[Bound], clock: Clock, health: Health) -> None:
        self.name = name
        self.health = health
        self.points = points
        self.clock = clock
        self.reads: Counter[str] = Counter()
        self.probes: Counter[str] = Counter()
        self.writes: list[tuple[str, float]] = []
        self.log: list[str] = []
        self.flying: Counter[str] = Counter()
        self.most_flying = 0
        self.answers: dict[str, Callable[[], Awaitable[None]]] = {}
        self.opened = 0
        self.value = 1.0
        self.write_fails: Exception | None = None

    async def __aenter__(self) -> Self:
        self.opened += 1
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def plan(self, points: Sequence[Bound]) -> Plan:
        unit = points[0].unit
        return Plan(unit, tuple(p.index for p in points), (Request(unit, "all", len(points)),), None)

    async def read(self, plan: Plan) -> Batch:
        unit = str(plan.unit)
        self.reads[unit] += 1
        self.log.append(f"read {unit}")
        await self._answer(unit)
        n = len(plan.points)
        return good(np.array(plan.points, np.uint32), np.full(n, self.value), self.clock.now())

    async def probe(self, plan: Plan) -> None:
        self.probes[str(plan.unit)] += 1
        self.log.append(f"probe {plan.unit}")
        await self._answer(str(plan.unit))

    async def write(self, point: Bound, value: float) -> float:
        self.log.append(f"write {point.id}")
        if self.write_fails is not None:
            raise self.write_fails
        self.writes.append((point.id, value))
        return value

    async def _answer(self, unit: str) -> None:
        self.flying[unit] += 1
        self.most_flying = max(self.most_flying, self.flying[unit])
        try:
            if unit in self.answers:
                await self.answers[unit]()
        finally:
            self.flying[unit] -= 1


class SpeakingLine:
    """A line that speaks by itself: `say` hands a batch on and waits for its acceptance."""

    def __init__(self, name: str, points: Sequence[Bound], clock: Clock, health: Health) -> None:
        self.name = name
        self._deliver: Deliver | None = None
        self.running = asyncio.Event()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        return None

    async def run(self, deliver: Deliver) -> None:
        self._deliver = deliver
        self.running.set()
        await asyncio.Event().wait()

    async def say(self, batch: Batch) -> None:
        assert self._deliver is not None
        await self._deliver(batch)


class WritingSpeakingLine(SpeakingLine):
    """One that can be written too; each write waits for `may`."""

    def __init__(self, name: str, points: Sequence[Bound], clock: Clock, health: Health) -> None:
        super().__init__(name, points, clock, health)
        self.writes: list[tuple[str, float]] = []
        self.may = asyncio.Event()

    async def write(self, point: Bound, value: float) -> float:
        self.writes.append((point.id, value))
        await self.may.wait()
        return value


class Lines:
    """Remembers the lines that were opened."""

    def __init__(self, kind: type[Any] = FakeLine) -> None:
        self.kind = kind
        self.made: dict[str, Any] = {}
        self.prepare: Callable[[Any], None] = lambda _line: None

    def open(self, name: str, connection: Any, points: Sequence[Bound], *, clock: Clock, health: Health) -> Any:
        line = self.kind(name, points, clock, health)
        self.made[name] = line
        self.prepare(line)
        return line

    def bound(self, inventory: Inventory) -> list[BoundLine]:
        protocol = Protocol("fake", NoKeys, NoKeys, NoKeys, self.open)
        found: dict[str, list[Bound]] = {}
        index = 0
        for item in inventory.equipment:
            for p in item.points:
                found.setdefault(item.connection, []).append(
                    Bound(
                        index, p.id, item.id, p.instance, item.unit, p.means, p.period, p.stale_after,
                        NoKeys(), NoKeys(), writable=p.means.writable,
                    )
                )  # fmt: skip
                index += 1
        return [BoundLine(name, protocol, NoKeys(), tuple(points)) for name, points in found.items()]


class MemorySpool:
    """Accepts in memory; `hold` makes every accept wait."""

    def __init__(self) -> None:
        self.drafts: list[Draft] = []
        self.kept: dict[str, bytes] = {}
        self.commits = 0
        self.hold: asyncio.Event | None = None
        self.fails: Exception | None = None
        self.id: UUID = uuid4()

    async def accept(
        self, drafts: Sequence[Draft], inventory: str, state: Mapping[str, bytes] | None = None
    ) -> list[Event]:
        if self.hold is not None:
            await self.hold.wait()
        if self.fails is not None:
            raise self.fails
        self.commits += 1
        self.drafts += drafts
        self.kept |= state or {}
        return []

    def types(self) -> list[str]:
        return [d.data.type for d in self.drafts]


class MemoryTelemetry:
    """Takes batches; `promise` is what a durable delivery waits for."""

    def __init__(self) -> None:
        self.batches: list[Batch] = []
        self.within: list[float] = []
        self.durable = True

    def put(self, batch: Batch, within: float = 1.0) -> asyncio.Future[None]:
        self.batches.append(batch)
        self.within.append(within)
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if self.durable:
            future.set_result(None)
        return future

    def values(self, point: int) -> list[float]:
        return [v for b in self.batches for p, v in zip(b.point, b.value, strict=True) if p == point]


class World:
    """A pipeline over everything that is faked, on one manual clock."""

    def __init__(
        self,
        inventory: Inventory,
        cards: Cards | None = None,
        texts: Mapping[str, bytes] | None = None,
        gather: float = 0.0,
    ) -> None:
        self.manual = ManualClock()
        self.clock = SteadyClock(self.manual)
        self.ticks = ManualTicks(self.manual)
        self.inventory = inventory
        self.table: PointTable = point_table(inventory)
        self.snapshot = Snapshot(self.table, self.clock)
        self.engine = Engine(compile_rules(inventory, self.table), self.snapshot, self.clock)
        self.spool, self.telemetry = MemorySpool(), MemoryTelemetry()
        self.recorder = Recorder(self.spool, inventory.revision)
        notes = Notes(self.table, cards or Cards(b"key"), texts or {})
        self.pipeline = Pipeline(self.snapshot, self.engine, notes, self.telemetry, self.recorder, self.clock, gather)
        self.linkage = Linkage(inventory, self.snapshot, self.clock)
        self.patrol = PatrolWatch(inventory, self.clock, texts or {})
        self.access = Access(inventory, self.snapshot, self.clock, texts or {})
        self.watches = Watches(self.linkage, self.patrol, self.access)
        for watch in (self.linkage, self.patrol, self.access):
            self.pipeline.let_look_on(watch)
        for listener in (self.patrol, self.access):
            self.pipeline.let_hear(listener)
        self.ticks.each_step = self.pipeline.tick
        self.task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self.task = asyncio.create_task(self.recorder.run())
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self.task is not None
        self.task.cancel()
        await asyncio.wait([self.task])

    @property
    def now(self) -> int:
        return self.manual.wall
