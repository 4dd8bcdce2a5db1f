"""A point changes too quickly: against what it was a time ago."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from edge.alarms.row import BAD, Index, Judged, Kind, taken
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
_LATEST: Final = np.iinfo(np.int64).max // 2
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
        self._apart = over // PARTS
        self._head: Index = np.zeros(len(rows), np.intp)
        self._times: I8 = np.full((len(rows), _SLOTS), _NEVER)
        self._values: F8 = np.full((len(rows), _SLOTS), np.nan)
        self._newest: I8 = np.full(len(rows), _NEVER)
        self._since: I8 = np.full(len(rows), _NEVER)
        self._was: F8 = np.full(len(rows), np.nan)
        self._until: I8 = np.full(len(rows), _NEVER)
        self.memory = (self._head, self._times, self._values, self._newest, self._since, self._was, self._until)
        self._low: F8 = np.where(direction == _RISE, 1.0, -1.0)
        self._high: F8 = np.where(direction == _FALL, -1.0, 1.0)

    def watched(self) -> list[tuple[int, int]]:
        return list(enumerate(self._points.tolist()))

    def judge(self, which: Index, active: B1, snapshot: Snapshot, now: int) -> tuple[B1, B1]:  # noqa: ARG002
        at = taken(self._points, which)
        good, value = snapshot.quality[at] != BAD, snapshot.value[at]
        self._refer(which, good, value, now)
        self._compare_with(which[taken(self._until, which) <= now], now)
        since = taken(self._since, which)
        known = good & (since != _NEVER)
        passed = np.where(known, now - since, 1)
        change = (value - taken(self._was, which)) / passed * NS
        steepest = np.maximum(taken(self._low, which) * change, taken(self._high, which) * change)
        return known, (steepest > taken(self._limit, which)) & known

    def _refer(self, which: Index, good: B1, value: F8, now: int) -> None:
        """Take a new reference where the last one is old enough."""
        due = good & (taken(self._newest, which) <= now - taken(self._apart, which))
        if np.count_nonzero(due):
            at = which[due]
            self._head[at] = (self._head[at] + 1) % _SLOTS
            self._times[at, self._head[at]] = self._newest[at] = now
            self._values[at, self._head[at]] = value[due]
            self._until[at] = np.minimum(self._until[at], now + self._over[at])

    def _compare_with(self, which: Index, now: int) -> None:
        """Go over to a younger reference, and note when the next one is old enough."""
        if not len(which):
            return
        times, over = self._times[which], self._over[which]
        ripe = times <= now - over[:, None]
        best = np.where(ripe, times, _NEVER).argmax(axis=1)
        places = np.arange(len(which))
        self._since[which] = np.where(ripe[places, best], times[places, best], _NEVER)
        self._was[which] = self._values[which, best]
        self._until[which] = np.where(ripe, _LATEST, times).min(axis=1) + over


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
