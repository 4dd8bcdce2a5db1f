"""Whether state points are in one of their named states, for many rows at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from edge.alarms.row import BAD, Index, taken
from edge.points import B1
from edge.snapshot import Snapshot
from facility.batch import F8
from facility.point import Point


class Membership:
    """One point and its wanted values a row; rows with fewer values are filled with NaN, which equals nothing."""

    def __init__(self, points: Sequence[int], wanted: Sequence[Sequence[int]]) -> None:
        self.points: Index = np.array(points, np.intp)
        width = max(map(len, wanted), default=1)
        self._wanted: F8 = np.full((len(wanted), width), np.nan)
        for i, values in enumerate(wanted):
            self._wanted[i, : len(values)] = values

    def __call__(self, which: Index, snapshot: Snapshot) -> tuple[B1, B1]:
        """(known, holds) of some rows."""
        at = taken(self.points, which)
        known = snapshot.quality[at] != BAD
        return known, (snapshot.value[at][:, None] == taken(self._wanted, which)).any(axis=1) & known


def values_of(point: Point, states: Sequence[str]) -> list[int]:
    """The values of some states of a point, by their codes; KeyError for a code that it has not."""
    by_code = {s.code: s.value for s in point.states}
    return [by_code[code] for code in states]
