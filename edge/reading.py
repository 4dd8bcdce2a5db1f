"""Reading points once by hand, over the same drivers, without an agent."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from drivers.base import Bound, Inspects, Reading
from edge.binding import BoundLine
from edge.checking import Checked
from facility.clock import SystemClock
from facility.errors import ConfigError, DeviceError, nearest

PATIENCE: Final = 15.0
"""Seconds for one line: connect, ask, answer."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was read, and the lines that gave nothing with their reasons."""

    readings: tuple[Reading, ...]
    failed: dict[str, str]


class _Heard:
    """Remembers the last complaint of a line."""

    def __init__(self) -> None:
        self.why = ""

    def line(self, *, up: bool, why: str = "") -> None:
        self.why = "" if up else why

    def unit(self, unit: int | str, *, up: bool, why: str = "") -> None:
        if not up:
            self.why = f"unit {unit}: {why}"


def chosen(checked: Checked, asked: Sequence[str]) -> list[Bound]:
    """The points by id or by equipment, all where nothing is asked; ConfigError for a name that is neither."""
    points = [p for line in checked.lines for p in line.points]
    if not asked:
        return points
    ids, equipment = {p.id for p in points}, {p.equipment for p in points}
    wrong = [a for a in asked if a not in ids | equipment]
    if wrong:
        raise ConfigError("; ".join(f"no point or equipment {a!r}{nearest(a, ids | equipment)}" for a in wrong))
    return [p for p in points if p.id in asked or p.equipment in asked]


async def read_once(checked: Checked, points: Sequence[Bound]) -> Found:
    """All lines at the same time; a line that fails costs only its own points."""
    wanted = {p.index for p in points}
    jobs = {
        line.name: _line(line, mine)
        for line in checked.lines
        if (mine := [p for p in line.points if p.index in wanted])
    }
    answers = await asyncio.gather(*jobs.values())
    readings = {r.id: r for found, _ in answers for r in found}
    failed = {name: why for name, (_, why) in zip(jobs, answers, strict=True) if why}
    return Found(tuple(readings[p.id] for p in points if p.id in readings), failed)


async def _line(bound: BoundLine, points: Sequence[Bound]) -> tuple[list[Reading], str]:
    health = _Heard()
    line = bound.open(SystemClock(), health)
    if not isinstance(line, Inspects):
        return [], f"{bound.protocol.name} points can't be read by hand"
    try:
        async with asyncio.timeout(PATIENCE), line:
            return await line.inspect(points), ""
    except DeviceError as error:
        return [], str(error)
    except TimeoutError:
        return [], health.why or f"no answer in {PATIENCE:.0f} s"
