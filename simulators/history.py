"""D days of a building's past: in columns, or as InfluxDB line protocol straight into a historian."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from facility.batch import F8, I8
from facility.clock import NS
from facility.inventory import Inventory
from facility.point import Kind
from simulators.plant import Plant

STEP: Final = 60.0
_ROWS: Final = 360
HEARTBEAT: Final = 300.0
"""s after which an unchanged value is written again (contracts.md, Telemetry)."""

Progress: TypeAlias = Callable[[float], None]
"""Told the share that is done, 0 … 1."""


def _silent(_share: float) -> None:
    """Nobody watches."""


@dataclass(frozen=True, slots=True)
class Past:
    """A stretch of history in columns: `values[i, j]` is point j of the inventory at `times[i]` (UTC ns).

    Points that are no samples (texts, events) and what a device does not have are NaN.
    """

    times: I8
    values: F8

    def __len__(self) -> int:
        return len(self.times)


def past(plant: Plant, until: int, *, step: float = STEP, progress: Progress = _silent) -> Iterator[Past]:
    """Move the plant to UTC ns `until` in steps of `step` seconds and hand out what it showed, chunk by chunk.

    The moments are whole multiples of the step since 1970, so that two runs meet on the same times. The messages
    of event points on the way are dropped: history has none. Progress is told after each chunk.
    """
    length = round(step * NS)
    begin = plant.time
    first = (begin // length + 1) * length
    moments = range(first, until + 1, length)
    for start in range(0, len(moments), _ROWS):
        chunk = moments[start : start + _ROWS]
        values = np.empty((len(chunk), len(plant.values)))
        for row, moment in enumerate(chunk):
            plant.advance(moment, step=step)
            values[row] = plant.values
        plant.drain()
        yield Past(np.array(chunk, np.int64), values)
        progress((start + len(chunk)) / len(moments))
    plant.advance(until, step=step)


def ending_at(
    inventory: Inventory, start: int, until: int, counters: Mapping[str, float], *, seed: int = 1, step: float = STEP
) -> Plant:
    """A plant at UTC ns `start` whose counters will stand at `counters` at `until`, if it moves by `step`.

    For a past behind a building that already runs: it is lived through once to see how far each counter moves.
    """
    scout = Plant(inventory, start=start, seed=seed)
    before = scout.counters()
    for _ in past(scout, until, step=step):
        pass
    after = scout.counters()
    begin = {p: value - (after[p] - before[p]) for p, value in counters.items() if p in before}
    return Plant(inventory, start=start, seed=seed, counters=begin)


@dataclass(slots=True)
class _Series:
    """One line's points: measurement and tags, and the fields with their columns."""

    prefix: str
    columns: list[int] = field(default_factory=list)
    names: list[str] = field(default_factory=list)


class Lines:
    """Past → line protocol: measurement = type, tags site, equipment, instance, field = point, all floats.

    A measurement or state is written when it changed (at the precision of its display, one digit more), at each
    quarter of an hour, and after HEARTBEAT; a counter always.
    """

    def __init__(self, inventory: Inventory) -> None:
        found: dict[str, _Series] = {}
        points = inventory.points
        owners = [e for e in inventory.equipment for _ in e.points]
        for column, (point, owner) in enumerate(zip(points, owners, strict=True)):
            if not point.means.kind.sampled:
                continue
            instance = f",instance={point.instance}" if point.instance else ""
            prefix = f"{owner.type},equipment={owner.id}{instance},site={inventory.site} "
            series = found.setdefault(prefix, _Series(prefix))
            series.columns.append(column)
            series.names.append(point.point)
        self._series = tuple(found.values())
        self._decimals = [p.means.decimals + 1 if p.means.kind.sampled else 0 for p in points]
        self._counter = np.array([p.means.kind is Kind.COUNTER for p in points])
        self._last: F8 = np.full(len(points), np.nan)
        self._written: F8 = np.full(len(points), -np.inf)

    def encode(self, past: Past) -> bytes:
        """The lines of one chunk, each ended by a newline; chunks must come in the order of time."""
        rounded = self._rounded(past.values)
        keep = self._kept(past.times, rounded)
        times = past.times.tolist()
        lines: list[str] = []
        for series in self._series:
            self._series_lines(series, rounded, keep, times, lines)
        return "".join(lines).encode()

    def _rounded(self, values: F8) -> F8:
        out = np.empty_like(values)
        for column, decimals in enumerate(self._decimals):
            out[:, column] = values[:, column].round(decimals)
        return out

    def _kept(self, times: I8, values: F8) -> NDArray[np.bool_]:
        keep = np.zeros(values.shape, np.bool_)
        seconds = times / NS
        for row, second in enumerate(seconds):
            due = (values[row] != self._last) | self._counter | (second - self._written >= HEARTBEAT)
            if second % 900 == 0:
                due[:] = True
            due &= np.isfinite(values[row])
            keep[row] = due
            self._last[due] = values[row][due]
            self._written[due] = second
        return keep

    def _series_lines(
        self, series: _Series, values: F8, keep: NDArray[np.bool_], times: list[int], lines: list[str]
    ) -> None:
        columns = series.columns
        mine = keep[:, columns]
        rows = np.flatnonzero(mine.any(axis=1)).tolist()
        if not rows:
            return
        flags = mine[rows].tolist()
        numbers = values[np.ix_(rows, columns)].tolist()
        prefix, names = series.prefix, series.names
        for row, flag, number in zip(rows, flags, numbers, strict=True):
            fields = ",".join([f"{n}={v!r}" for n, v, on in zip(names, number, flag, strict=True) if on])
            lines.append(f"{prefix}{fields} {times[row]}\n")


def line_protocol(plant: Plant, until: int, *, step: float = STEP, progress: Progress = _silent) -> Iterator[bytes]:
    """History as chunks of line protocol (nanoseconds), ready to be posted to /api/v2/write one by one."""
    lines = Lines(plant.inventory)
    for chunk in past(plant, until, step=step, progress=progress):
        if body := lines.encode(chunk):
            yield body
