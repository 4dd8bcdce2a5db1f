"""No good value of a point, or of anything of the equipment, for a time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from edge.alarms.row import Index, Judged, Kind, taken
from edge.points import B1
from edge.snapshot import NEVER, Snapshot
from facility.alarm import NoData
from facility.batch import I8
from facility.clock import NS

EVALUATES = ("no_data",)


class Silence:
    """Columns: the points of each row one after the other, and where each row's begin."""

    timed = True
    memory: tuple[()] = ()

    def __init__(self, rows: Index, points: Sequence[Sequence[int]], over: I8) -> None:
        self.rows = rows
        self._each = [np.array(p, np.intp) for p in points]
        self._points = np.concatenate([*self._each, np.empty(0, np.intp)])
        self._begins = np.cumsum([0, *map(len, points)])[:-1]
        self._over = over
        self._ends = _ends(points)

    def watched(self) -> list[tuple[int, int]]:
        return [(i, p) for i, each in enumerate(self._each) for p in each.tolist()]

    def judge(self, which: Index, active: B1, snapshot: Snapshot, now: int) -> tuple[B1, B1]:  # noqa: ARG002
        """Until something was heard since the start, an alarm from before it is not known to be over."""
        if len(which) == len(self.rows):
            last = self._last(snapshot.heard)
        else:
            last = np.array([snapshot.heard[self._each[i]].max() for i in which], np.int64)
        heard = last != NEVER
        holds = now - np.where(heard, last, snapshot.started) > taken(self._over, which)
        return heard | holds, holds

    def _last(self, heard: I8) -> I8:
        """When each row was heard last. Rows of neighbouring points are looked at where they lie, without a copy."""
        ends = self._ends
        if ends is None or np.count_nonzero(ends[:-1] >= len(heard)):
            return np.maximum.reduceat(heard[self._points], self._begins)
        found: I8 = np.maximum.reduceat(heard, ends[:-1] if ends[-1] == len(heard) else ends)[::2]
        return found


def _ends(points: Sequence[Sequence[int]]) -> Index | None:
    """Where each row's points begin and end, alternately, in the table; None where they are not next to one another."""
    if not all(p and list(p) == list(range(p[0], p[0] + len(p))) for p in points):
        return None
    return np.array([end for p in points for end in (p[0], p[0] + len(p))], np.intp)


def compiled(judged: Sequence[Judged]) -> Sequence[Kind]:
    """The columns of all `no_data` conditions."""
    found = [(j, j.condition) for j in judged if isinstance(j.condition, NoData)]
    return [
        Silence(
            rows=np.array([j.row for j in judged], np.intp),
            points=[[j.find(c.point)] if c.point else list(j.all_points) for j, c in found],
            over=np.array([round(c.over * NS) for _, c in found], np.int64),
        )
    ]
