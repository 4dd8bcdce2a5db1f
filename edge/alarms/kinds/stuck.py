"""A value has not moved for too long: a sensor that died but still answers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from edge.alarms.row import BAD, Index, Judged, Kind, store, taken
from edge.points import B1
from edge.snapshot import Snapshot
from facility.alarm import Stuck
from facility.batch import F8, I8
from facility.clock import NS

EVALUATES = ("stuck",)


class StuckValues:
    """Remembers where the value last was when it moved, and when that was.

    A bad value ends the watch: what it did meanwhile is not known. Until it moves, or has stood still for the whole
    time, a verdict is not known: an alarm from before a restart stays.
    """

    timed = True

    def __init__(self, rows: Index, points: Index, over: I8, within: F8) -> None:
        self.rows = rows
        self._points = points
        self._over = over
        self._within = within
        self._anchor: F8 = np.full(len(rows), np.nan)
        self._since: I8 = np.zeros(len(rows), np.int64)
        self._moves: B1 = np.zeros(len(rows), np.bool_)
        self.memory = (self._anchor, self._since, self._moves)

    def watched(self) -> list[tuple[int, int]]:
        return list(enumerate(self._points.tolist()))

    def judge(self, which: Index, active: B1, snapshot: Snapshot, now: int) -> tuple[B1, B1]:  # noqa: ARG002
        at = taken(self._points, which)
        good, value = snapshot.quality[at] != BAD, snapshot.value[at]
        anchor = taken(self._anchor, which)
        begins = np.isnan(anchor)
        moved = begins | (np.abs(value - anchor) > taken(self._within, which))
        moves = (good > begins) & (moved | taken(self._moves, which))
        since = np.where(moved, now, taken(self._since, which))
        store(self._moves, which, moves)
        store(self._since, which, since)
        store(self._anchor, which, np.where(good, np.where(moved, value, anchor), np.nan))
        holds = good & (now - since >= taken(self._over, which))
        return good & (holds | moves), holds


def compiled(judged: Sequence[Judged]) -> Sequence[Kind]:
    """The columns of all `stuck` conditions."""
    found = [(j, j.condition) for j in judged if isinstance(j.condition, Stuck)]
    return [
        StuckValues(
            rows=np.array([j.row for j, _ in found], np.intp),
            points=np.array([j.find(c.point) for j, c in found], np.intp),
            over=np.array([round(c.over * NS) for _, c in found], np.int64),
            within=np.array([c.within for _, c in found]),
        )
    ]
