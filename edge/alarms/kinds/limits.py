"""High and low limits with a deadband: active beyond the limit, clear only when back by the deadband."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from edge.alarms.row import BAD, Index, Judged, Kind, taken
from edge.points import B1
from edge.snapshot import Snapshot
from facility.alarm import High, Low
from facility.batch import F8

EVALUATES = ("high", "low")


class Limits:
    """A low limit is a high limit of the negated value."""

    timed = False
    memory: tuple[()] = ()

    def __init__(self, rows: Index, points: Index, sign: F8, limit: F8, deadband: F8) -> None:
        self.rows = rows
        self._points = points
        self._sign = sign
        self._raise_above = sign * limit
        self._clear_at = sign * limit - deadband

    def watched(self) -> list[tuple[int, int]]:
        return list(enumerate(self._points.tolist()))

    def judge(self, which: Index, active: B1, snapshot: Snapshot, now: int) -> tuple[B1, B1]:  # noqa: ARG002
        at = taken(self._points, which)
        known = snapshot.quality[at] != BAD
        limit = taken(self._raise_above, which)
        if np.count_nonzero(active):
            limit = np.where(active, taken(self._clear_at, which), limit)
        holds = taken(self._sign, which) * snapshot.value.take(at) > limit
        holds &= known
        return known, holds


def compiled(judged: Sequence[Judged]) -> Sequence[Kind]:
    """The columns of all high and low conditions."""
    conditions = [j.condition for j in judged if isinstance(j.condition, High | Low)]
    return [
        Limits(
            rows=np.array([j.row for j in judged], np.intp),
            points=np.array([j.find(c.point) for j, c in zip(judged, conditions, strict=True)], np.intp),
            sign=np.array([1.0 if isinstance(c, High) else -1.0 for c in conditions]),
            limit=np.array([c.limit for c in conditions]),
            deadband=np.array([c.deadband for c in conditions]),
        )
    ]
