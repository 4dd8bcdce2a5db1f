"""Modbus lines run by the edge's own poller on the real clock, and when each unit's good values came."""

import asyncio
import os
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import Any

from drivers.base import Answer, Bound, Protocol
from drivers.modbus import PROTOCOL
from drivers.modbus.address import Address
from drivers.modbus.connection import Connection
from drivers.modbus.quirks import Quirks
from edge.alarms.compiled import compile_rules
from edge.alarms.engine import Engine
from edge.binding import BoundLine
from edge.cards import Cards
from edge.notes import Notes
from edge.pipeline import GATHER, Pipeline, decoded
from edge.points import point_table
from edge.poller import Poller
from edge.recorder import Recorder
from edge.snapshot import Snapshot
from edge.steady_clock import SteadyClock
from edge.ticks import Ticks
from facility.batch import Batch
from facility.clock import SystemClock
from facility.event import Draft
from facility.inventory import InventoryEquipment
from tests.edge import building as b
from tests.edge.fakes import MemorySpool, MemoryTelemetry


@dataclass(frozen=True)
class Wire:
    """One line: its end, its units, and how many input floats of each are polled."""

    name: str
    connection: dict[str, Any]
    units: Sequence[int] = (1,)
    points: int = 10
    period: float = 1.0
    quirks: Quirks = field(default_factory=Quirks)
    protocol: Protocol = PROTOCOL

    def equipment(self) -> list[InventoryEquipment]:
        points = [b.point(f"v{i}") for i in range(self.points)]
        return [
            b.equipment(f"{self.name}-{u}", points, line=self.name, unit=u, period=self.period, protocol="modbus")
            for u in self.units
        ]


def _bound(wire: Wire, first: int) -> BoundLine:
    points = [
        Bound(
            index=first + at,
            id=p.id,
            equipment=item.id,
            instance="",
            unit=item.unit,
            means=p.means,
            period=p.period,
            stale_after=p.stale_after,
            address=_float(i),
            quirks=wire.quirks,
        )
        for at, (i, p, item) in enumerate((i, p, e) for e in wire.equipment() for i, p in enumerate(e.points))
    ]
    return BoundLine(wire.name, wire.protocol, Connection.model_validate(wire.connection), tuple(points))


@cache
def _float(i: int) -> Address:
    """One for all equipment, as of one model."""
    return Address.model_validate({"table": "input", "register": 2 * i, "type": "float32"})


class _Timed(Pipeline):
    """Notes when good values of an equipment came (monotonic seconds)."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.equipment: list[str] = []
        self.came: defaultdict[str, list[float]] = defaultdict(list)
        self.samples_only = False
        """Count samples and stop there: what is measured is polling and decoding."""
        self.polled = 0
        self._answers: list[Batch | Answer] = []

    def _decode(self) -> None:
        self.polled += sum(map(len, decoded(self._answers)))
        self._answers.clear()

    def put(self, batch: Batch | Answer) -> None:
        if self.samples_only and isinstance(batch, Answer):
            if not self._answers:
                asyncio.get_running_loop().call_later(GATHER, self._decode)
            self._answers.append(batch)
            return
        if isinstance(batch, Answer):
            batch = batch.form.decode([batch])
        self.polled += len(batch)
        if self.samples_only:
            return
        good = batch.quality == 0
        if good.any():
            self.came[self.equipment[batch.point[0]]].append(asyncio.get_running_loop().time())
        super().put(batch)


class Run:
    """What a run shows: when good values came, what was missed, what the recorder got."""

    def __init__(self, poller: Poller, pipeline: _Timed, spool: MemorySpool) -> None:
        self._poller = poller
        self._pipeline = pipeline
        self._spool = spool
        self.began = asyncio.get_running_loop().time()

    @property
    def drafts(self) -> list[Draft]:
        return self._spool.drafts

    @property
    def samples(self) -> int:
        """Samples that were polled so far."""
        return self._pipeline.polled

    def only_poll(self) -> None:
        """From now on samples are counted, and nothing else is done with them."""
        self._pipeline.samples_only = True

    def missed(self, line: str) -> int:
        return sum(u.missed for u in self._poller.units(line))

    def came(self, equipment: str) -> list[float]:
        """When good values came since the last `forget`."""
        return [t for t in self._pipeline.came[equipment] if t >= self.began]

    def forget(self) -> None:
        """Look only at what comes from now on."""
        self.began = asyncio.get_running_loop().time()

    def largest_gap(self, equipment: str) -> float:
        """The longest time without a good value, up to now."""
        return max(b - a for a, b in pairwise([self.began, *self.came(equipment), asyncio.get_running_loop().time()]))

    async def back(self, equipment: str, seconds: float) -> float:
        """How long it takes from now until a good value comes; infinite where that is longer than `seconds`."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        while loop.time() < began + seconds:
            if any(t >= began for t in self._pipeline.came[equipment][-1:]):
                return self._pipeline.came[equipment][-1] - began
            await asyncio.sleep(0.02)
        return float("inf")


@asynccontextmanager
async def polled(*wires: Wire) -> AsyncIterator[Run]:
    """Run the lines until the block ends."""
    inventory = b.inventory(*(e for w in wires for e in w.equipment()))
    clock, table, spool = SteadyClock(SystemClock()), point_table(inventory), MemorySpool()
    snapshot = Snapshot(table, clock)
    recorder = Recorder(spool, inventory.revision)
    engine = Engine(compile_rules(inventory, table), snapshot, clock)
    notes = Notes(table, Cards(b"key"), {})
    pipeline = _Timed(snapshot, engine, notes, MemoryTelemetry(), recorder, clock)
    pipeline.equipment = [e.id for e in inventory.equipment for _ in e.points]
    first, lines = 0, []
    for wire in wires:
        lines.append(_bound(wire, first))
        first += len(lines[-1].points)
    poller = Poller(lines, pipeline, clock, Ticks(clock))
    tasks = [asyncio.create_task(recorder.run()), asyncio.create_task(poller.run())]
    try:
        yield Run(poller, pipeline, spool)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        assert all(t.cancelled() for t in tasks), [t.exception() for t in tasks if not t.cancelled()]


def open_files() -> int:
    """File descriptors of this process."""
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - counted, not walked
