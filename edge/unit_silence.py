"""Units of lines that speak by themselves: one of which nothing can be read any more is lost, until something can be.

A polled unit is lost when it does not answer; of what speaks by itself nobody asks. What it last said is bad where its
server says so, or once it has outlived its deadline (ADR 0008); a unit all of whose points are bad for as long as its
slowest point may be silent is lost: one alarm, as of a polled one.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from edge.binding import BoundLine
from edge.health import LineHealth
from edge.points import B1
from edge.poller import Poller
from edge.snapshot import Snapshot
from edge.steady_clock import SteadyClock
from edge.ticks import Ticks
from facility.batch import U4
from facility.clock import NS
from facility.quality import Quality

EVERY: Final = NS
LEAST: Final = 10 * NS
"""No unit is lost sooner: a server that pauses for some seconds has lost nobody."""
log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Line:
    """The units of one line, and since when it speaks: None where it does not."""

    units: tuple[int | str, ...]
    points: U4
    """Of all units that have samples, one after the other."""
    begins: U4
    """Where each unit's points begin in them."""
    well: B1
    """The units of which it was told that they are there."""
    since: int | None = None


class UnitSilence:
    """Looks once a second at all units of the lines that speak now."""

    def __init__(
        self, lines: Sequence[BoundLine], poller: Poller, snapshot: Snapshot, clock: SteadyClock, ticks: Ticks
    ) -> None:
        self._lines = {line.name: _units(line) for line in lines}
        self._poller = poller
        self._snapshot = snapshot
        self._clock = clock
        self._ticks = ticks

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            now = self._clock.monotonic()
            await self._ticks.until(now - now % EVERY + EVERY)
            try:
                self.look()
            except Exception:
                log.exception("the units of speaking lines could not be looked at; the next look goes on")

    def look(self) -> None:
        """Tell the lines' health of units that are lost by now, and of those that are back."""
        speaking = self._poller.speaking()
        for name, line in self._lines.items():
            health = speaking.get(name)
            if health is None or health.state != "up":
                line.since = None
            elif len(line.points):
                self._judge(line, health)

    def _judge(self, line: _Line, health: LineHealth) -> None:
        snapshot, now = self._snapshot, self._clock.monotonic()
        line.since = now if line.since is None else line.since
        there = np.logical_or.reduceat(snapshot.quality[line.points] != Quality.BAD, line.begins)
        heard = np.maximum(np.maximum.reduceat(snapshot.heard[line.points], line.begins), line.since)
        patience = np.maximum(np.maximum.reduceat(snapshot.table.stale_after[line.points], line.begins), LEAST)
        for i in np.flatnonzero(there & ~line.well).tolist():
            health.unit(line.units[i], up=True)
        line.well = there
        for i in np.flatnonzero(~there & (now - heard > patience)).tolist():
            health.unit(line.units[i], up=False, why=f"nothing of it can be read for {(now - heard[i]) / NS:.0f} s")


def _units(bound: BoundLine) -> _Line:
    by_unit: dict[int | str, list[int]] = defaultdict(list)
    for point in bound.points:
        if point.means.kind.sampled:
            by_unit[point.unit].append(point.index)
    counts = [len(points) for points in by_unit.values()]
    begins = (np.cumsum(counts) - counts).astype(np.uint32)
    points = np.array([i for some in by_unit.values() for i in some], np.uint32)
    return _Line(tuple(by_unit), points, begins, np.zeros(len(begins), np.bool_))
