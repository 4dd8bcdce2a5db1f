"""One bit of a word is set."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from edge.alarms.row import BAD, Index, Judged, Kind, taken
from edge.points import B1
from edge.snapshot import Snapshot
from facility.alarm import Bit
from facility.batch import F8

EVALUATES = ("bit",)


class Bits:
    """A word is a whole number in a float64; a negative one is read in two's complement."""

    timed = False
    memory: tuple[()] = ()

    def __init__(self, rows: Index, points: Index, weight: F8) -> None:
        self.rows = rows
        self._points = points
        self._weight = weight

    def watched(self) -> list[tuple[int, int]]:
        return list(enumerate(self._points.tolist()))

    def judge(self, which: Index, active: B1, snapshot: Snapshot, now: int) -> tuple[B1, B1]:  # noqa: ARG002
        at = taken(self._points, which)
        known = snapshot.quality[at] != BAD
        holds: B1 = np.floor(snapshot.value[at] / taken(self._weight, which)) % 2 == 1
        return known, holds & known


def compiled(judged: Sequence[Judged]) -> Sequence[Kind]:
    """The columns of all `bit` conditions."""
    found = [(j, j.condition) for j in judged if isinstance(j.condition, Bit)]
    return [
        Bits(
            rows=np.array([j.row for j, _ in found], np.intp),
            points=np.array([j.find(c.point) for j, c in found], np.intp),
            weight=np.array([2.0**c.bit for _, c in found]),
        )
    ]
