"""Whether state points are in one of their named states, for many rows at once."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

import numpy as np

from edge.alarms.row import BAD, Index, taken
from edge.points import B1
from edge.snapshot import Snapshot
from facility.batch import F8
from facility.point import Point


class Membership:
    """One point a row, and columns of wanted values; a row with fewer values has NaN, which equals nothing."""

    def __init__(self, points: Sequence[int], wanted: Sequence[Sequence[int]]) -> None:
        self.points: Index = np.array(points, np.intp)
        columns = zip_longest(*wanted, fillvalue=np.nan)
        self._wanted: tuple[F8, ...] = tuple(np.array(column, np.float64) for column in columns)

    def __call__(self, which: Index, snapshot: Snapshot) -> tuple[B1, B1]:
        """(known, holds) of some rows."""
        at = taken(self.points, which)
        known = snapshot.quality[at] != BAD
        value, inside = snapshot.value[at], np.zeros(len(which), np.bool_)
        for wanted in self._wanted:
            inside |= value == taken(wanted, which)
        inside &= known
        return known, inside


def values_of(point: Point, states: Sequence[str]) -> list[int]:
    """The values of some states of a point, by their codes; KeyError for a code that it has not."""
    by_code = {s.code: s.value for s in point.states}
    return [by_code[code] for code in states]
