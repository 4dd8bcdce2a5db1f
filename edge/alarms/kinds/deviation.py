"""A point is too far from its set-point or twin; clear only when back by the deadband."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from edge.alarms.row import BAD, Index, Judged, Kind, taken
from edge.points import B1
from edge.snapshot import Snapshot
from facility.alarm import Deviation
from facility.batch import F8

EVALUATES = ("deviation",)


class Deviations:
    """Known where both points are."""

    timed = False
    memory: tuple[()] = ()

    def __init__(self, rows: Index, points: Index, others: Index, limit: F8, deadband: F8) -> None:
        self.rows = rows
        self._points = points
        self._others = others
        self._raise_above = limit
        self._clear_at = limit - deadband

    def watched(self) -> list[tuple[int, int]]:
        return [*enumerate(self._points.tolist()), *enumerate(self._others.tolist())]

    def judge(self, which: Index, active: B1, snapshot: Snapshot, now: int) -> tuple[B1, B1]:  # noqa: ARG002
        one, other = taken(self._points, which), taken(self._others, which)
        known = (snapshot.quality[one] != BAD) & (snapshot.quality[other] != BAD)
        apart = np.abs(snapshot.value[one] - snapshot.value[other])
        limit = taken(self._raise_above, which)
        if np.count_nonzero(active):
            limit = np.where(active, taken(self._clear_at, which), limit)
        return known, (apart > limit) & known


def compiled(judged: Sequence[Judged]) -> Sequence[Kind]:
    """The columns of all `deviation` conditions."""
    found = [(j, j.condition) for j in judged if isinstance(j.condition, Deviation)]
    return [
        Deviations(
            rows=np.array([j.row for j, _ in found], np.intp),
            points=np.array([j.find(c.point) for j, c in found], np.intp),
            others=np.array([j.find(c.of) for j, c in found], np.intp),
            limit=np.array([c.limit for _, c in found]),
            deadband=np.array([c.deadband for _, c in found]),
        )
    ]
