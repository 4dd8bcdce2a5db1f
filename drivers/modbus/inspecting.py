"""Points read once by hand: the registers in hex beside what they mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from drivers.base import Bound, Plan, Reading
from drivers.modbus.learned import AskUnit
from drivers.modbus.reading import Poll
from facility.batch import Batch
from facility.clock import Clock
from facility.errors import DeviceError, LineDown
from facility.quality import Quality, Reason


class Asker(Protocol):
    """The line, as far as inspecting needs it."""

    @property
    def ask(self) -> AskUnit:
        """One read."""

    def plan(self, points: Sequence[Bound]) -> Plan:
        """Blocks for points of one unit."""


async def inspect(line: Asker, points: Sequence[Bound], clock: Clock) -> list[Reading]:
    """One Reading a point, in their order; a unit that is away makes only its own points bad."""
    units: dict[int | str, list[Bound]] = {}
    for point in points:
        units.setdefault(point.unit, []).append(point)
    found: dict[str, Reading] = {}
    for mine in units.values():
        found |= {r.id: r for r in await _unit(line, mine, clock)}
    return [found[p.id] for p in points]


async def _unit(line: Asker, points: Sequence[Bound], clock: Clock) -> list[Reading]:
    poll: Poll = line.plan(points).body
    try:
        buffer, failed = await poll.read(line.ask, clock.monotonic())
    except DeviceError as error:
        reason = Reason.NOT_CONNECTED if isinstance(error, LineDown) else Reason.TIMEOUT
        return [Reading(p.id, str(error), None, Quality.BAD, reason, clock.now()) for p in points]
    batch = poll.batch(buffer, failed, clock.now())
    raws = poll.raw(buffer, failed)
    return [_reading(p, raw, batch) for p, raw in zip(points, raws, strict=True)]


def _reading(point: Bound, raw: str, batch: Batch) -> Reading:
    for note in batch.notes:
        if note.point == point.index:
            quality = Quality.BAD if note.reason else Quality.GOOD
            return Reading(point.id, raw, str(note.data), quality, note.reason, note.time)
    row = int(np.flatnonzero(batch.point == point.index)[0])
    value = float(batch.value[row]) if batch.quality[row] != Quality.BAD else None
    return Reading(point.id, raw, value, int(batch.quality[row]), int(batch.reason[row]), int(batch.time[row]))
