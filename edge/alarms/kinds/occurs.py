"""A message of an event point came: duress, a button, a break-in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from edge.alarms.facts import Facts
from edge.alarms.row import Index, Judged, Kind, store, taken
from edge.points import B1
from edge.snapshot import Snapshot
from facility.alarm import Occurs
from facility.batch import I8, Note
from facility.clock import NS

EVALUATES = ("occurs",)

_NEVER: Final = np.iinfo(np.int64).min // 2


class Occurrences:
    """Holds for the moment of a message and `hold` after it; without `hold` the row is latching: it stays until reset.

    An alarm from before a restart holds for its whole time once more.
    """

    timed = True

    def __init__(self, rows: Index, points: Index, facts: Facts, hold: I8) -> None:
        self.rows = rows
        self._points = points
        self._facts = facts
        self._hold = hold
        self._last: I8 = np.full(len(rows), _NEVER)
        self._fresh: B1 = np.zeros(len(rows), np.bool_)
        self.memory = (self._last, self._fresh)

    def watched(self) -> list[tuple[int, int]]:
        return list(enumerate(self._points.tolist()))

    def hear(self, notes: Sequence[Note], received: int, now: int) -> None:  # noqa: ARG002
        for place, _ in self._facts.matching(notes):
            self._fresh[place] = True
            self._last[place] = now

    def judge(self, which: Index, active: B1, snapshot: Snapshot, now: int) -> tuple[B1, B1]:  # noqa: ARG002
        last = taken(self._last, which)
        if np.count_nonzero(active):
            last = np.where(active & (last == _NEVER), now, last)
            store(self._last, which, last)
        holds = taken(self._fresh, which) | (now - last < taken(self._hold, which))
        self._fresh[which] = False
        return np.ones(len(which), np.bool_), holds


def compiled(judged: Sequence[Judged]) -> Sequence[Kind]:
    """The columns of all `occurs` conditions."""
    found = [(j, j.condition) for j in judged if isinstance(j.condition, Occurs)]
    points = [j.find(c.point) for j, c in found]
    return [
        Occurrences(
            rows=np.array([j.row for j, _ in found], np.intp),
            points=np.array(points, np.intp),
            facts=Facts(points, [c.where for _, c in found]),
            hold=np.array([round(c.hold * NS) for _, c in found], np.int64),
        )
    ]
