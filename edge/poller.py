"""One task a line: polled lines on a common grid of few ticks, speaking lines as they speak."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from drivers.base import Bound, Line, Reads, Subscribes, Writes
from edge.binding import BoundLine
from edge.bookmark import Bookmark
from edge.health import LineHealth
from edge.pipeline import Pipeline
from edge.polled_line import RETRY_LINE, PolledLine
from edge.polled_unit import Group, PolledUnit
from edge.speaking_line import SpeakingLine
from edge.steady_clock import SteadyClock
from edge.ticks import Ticks
from edge.written import Wish, Written
from facility.clock import NS
from facility.errors import DeviceError, Refused

TOGETHER: Final = 256
"""Units that are asked in one moment, before another tick is used for more: a wake-up costs more than a request."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Running:
    """A line that is run: what it is bound to, how it is, and its loop while it is open."""

    bound: BoundLine
    health: LineHealth
    bookmark: Bookmark
    task: asyncio.Task[None] | None = None
    can_write: bool = False
    work: PolledLine | SpeakingLine | None = None
    """While it is open."""
    units: list[PolledUnit] = field(default_factory=list)


class Poller:
    """Runs every line; one that fails is opened anew, the others lose nothing."""

    def __init__(
        self,
        lines: Sequence[BoundLine],
        pipeline: Pipeline,
        clock: SteadyClock,
        ticks: Ticks,
        kept: Mapping[str, bytes] = MappingProxyType({}),
    ) -> None:
        self._pipeline = pipeline
        self._clock = clock
        self._ticks = ticks
        self._written = Written(pipeline, clock)
        self._taken: defaultdict[int, int] = defaultdict(int)
        self._group: asyncio.TaskGroup | None = None
        self._lines = {
            b.name: _Running(b, LineHealth(b.name, b.points, pipeline, clock), Bookmark(b.name, kept, pipeline))
            for b in lines
        }

    @property
    def health(self) -> Mapping[str, LineHealth]:
        """How each line is."""
        return {name: running.health for name, running in self._lines.items()}

    def units(self, line: str) -> Sequence[PolledUnit]:
        """The polled units of a line, with their counts; none where it speaks by itself."""
        return self._lines[line].units

    def speaking(self) -> Mapping[str, LineHealth]:
        """The lines that are open now and speak by themselves, by name."""
        return {name: r.health for name, r in self._lines.items() if isinstance(r.work, SpeakingLine)}

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as group:
            self._group = group
            for running in self._lines.values():
                self._start(running)

    async def write(self, point: Bound, value: float, by: str) -> float:
        """The only way to write: on a polled line before the next poll; returns what was read back. Raises DeviceError.
        `by`: who asked; every write, also one that is refused, leaves an event.
        """
        wish = Wish(point, value, by, asyncio.get_running_loop().create_future())
        running = next((r for r in self._lines.values() if point.index in r.bound.indexes), None)
        try:
            if running is None or running.work is None:
                raise Refused(f"{point.id}: its line is not open")
            if not running.can_write:
                raise Refused(f"{point.id}: the line {running.bound.name} can't write")
            self._written.admit(wish)
            running.work.write(wish)
        except Refused as error:
            self._written.tell(wish, "refused", why=str(error))
            raise
        return await wish.done

    async def rebind(self, lines: Sequence[BoundLine]) -> list[str]:
        """Go on with new settings; only lines on which something changed are opened anew. Returns their names."""
        changed = [b for b in lines if b.points != self._lines[b.name].bound.points]
        for bound in changed:
            running = self._lines[bound.name]
            running.bound = bound
            if running.task is not None:
                running.task.cancel()
                await asyncio.wait([running.task])
                self._start(running)
        return [b.name for b in changed]

    def _start(self, running: _Running) -> None:
        if self._group is not None:
            running.task = self._group.create_task(self._keep(running), name=f"line {running.bound.name}")

    async def _keep(self, running: _Running) -> None:
        """Keep one line open: the named boundary behind which its mistakes stay."""
        name = running.bound.name
        while True:
            try:
                async with running.bound.open(self._clock, running.health) as line:
                    await self._use(running, line)
                why = "the driver ended"
            except DeviceError as error:
                why = str(error)
                log.warning("line %s failed: %s; it is opened anew", name, why)
            except Exception as error:
                why = f"{type(error).__name__}: {error}"
                log.exception("line %s failed; it is opened anew", name)
            running.health.line(up=False, why=why)
            await self._ticks.until(self._clock.monotonic() + RETRY_LINE)

    async def _use(self, running: _Running, line: Line) -> None:
        running.can_write = isinstance(line, Writes)
        if isinstance(line, Subscribes):
            running.work = SpeakingLine(line, self._pipeline.deliver_durably, self._written, running.bookmark)
        elif isinstance(line, Reads):
            running.units = list(self._planned(running.bound, line))
            running.work = PolledLine(
                line, running.units, self._pipeline.put, running.health, self._ticks, self._clock, self._written
            )
        else:
            raise Refused(f"the line {line.name} can neither be asked nor does it speak")
        try:
            await running.work.run()
        finally:
            running.work = None

    def _planned(self, bound: BoundLine, line: Reads) -> Iterator[PolledUnit]:
        """One plan for each unit and period, its phase spread over the ticks of the period."""
        by_unit: dict[int | str, dict[int, list[Bound]]] = defaultdict(lambda: defaultdict(list))
        for point in bound.points:
            by_unit[point.unit][round(point.period * NS)].append(point)
        tick, longest = round(bound.tick * NS), round(bound.longest_backoff * NS)
        for unit, by_period in by_unit.items():
            groups = [Group(line.plan(some), period, self._first(period, tick)) for period, some in by_period.items()]
            yield PolledUnit(unit, groups, longest)

    def _first(self, period: int, tick: int) -> int:
        """Due at once, and from then on in a slot of a grid that all lines share, within the first second: as few
        slots as the units fit into.
        """
        step = min(tick, period)
        slots = max(1, min(period, NS) // step)
        slot = self._taken[period] // TOGETHER % slots
        self._taken[period] += 1
        now = self._clock.monotonic()
        return now - (now - slot * step) % period
