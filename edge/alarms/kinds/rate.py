"""A point changes too quickly: against what it was a time ago."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from edge.alarms.row import BAD, Index, Judged, Kind
from edge.points import B1
from edge.snapshot import Snapshot
from facility.alarm import Rate
from facility.batch import F8, I8
from facility.clock import NS

EVALUATES = ("rate",)

PARTS: Final = 16
"""References are at least `over` / PARTS apart, so that memory does not depend on how often a point is polled."""
_SLOTS: Final = PARTS + 2
_NEVER: Final = np.iinfo(np.int64).min
_RISE, _FALL = 1, -1


class Rates:
    """Compares with the youngest reference that is at least `over` old, and divides by the real time between.

    Known once there is such a reference. A value stands until the next one comes, so it is judged by the clock too.
    """

    timed = True

    def __init__(self, rows: Index, points: Index, limit: F8, over: I8, direction: I8) -> None:
        self.rows = rows
        self._points = points
        self._limit = limit
        self._over = over
        self._direction = direction
        self._head: Index = np.zeros(len(rows), np.intp)
        self._times: I8 = np.full((len(rows), _SLOTS), _NEVER)
        self._values: F8 = np.full((len(rows), _SLOTS), np.nan)
        self.memory = (self._head, self._times, self._values)

    def watched(self) -> list[tuple[int, int]]:
        return list(enumerate(self._points.tolist()))

    def judge(self, which: Index, active: B1, snapshot: Snapshot, now: int) -> tuple[B1, B1]:  # noqa: ARG002
        at = self._points[which]
        good, value = snapshot.quality[at] != BAD, snapshot.value[at]
        self._refer(which, good, value, now)
        times = self._times[which]
        old = np.where(times <= now - self._over[which, None], times, _NEVER)
        best = (np.arange(len(which)), old.argmax(axis=1))
        known = good & (old[best] != _NEVER)
        passed = np.where(known, now - old[best], 1)
        change = (value - self._values[which][best]) / passed * NS
        way = self._direction[which]
        holds = np.where(way == 0, np.abs(change), way * change) > self._limit[which]
        return known, holds & known

    def _refer(self, which: Index, good: B1, value: F8, now: int) -> None:
        """Take a new reference where the last one is old enough."""
        due = good & (self._times[which, self._head[which]] <= now - self._over[which] // PARTS)
        if due.any():
            at = which[due]
            self._head[at] = (self._head[at] + 1) % _SLOTS
            self._times[at, self._head[at]] = now
            self._values[at, self._head[at]] = value[due]


def compiled(judged: Sequence[Judged]) -> Sequence[Kind]:
    """The columns of all `rate` conditions."""
    found = [(j, j.condition) for j in judged if isinstance(j.condition, Rate)]
    ways = {"rise": _RISE, "fall": _FALL, "both": 0}
    return [
        Rates(
            rows=np.array([j.row for j, _ in found], np.intp),
            points=np.array([j.find(c.point) for j, c in found], np.intp),
            limit=np.array([c.limit for _, c in found]),
            over=np.array([round(c.over * NS) for _, c in found], np.int64),
            direction=np.array([ways[c.direction] for _, c in found], np.int64),
        )
    ]
