"""A state point is in one of the named states."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from edge.alarms.membership import Membership, values_of
from edge.alarms.row import Index, Judged, Kind
from edge.points import B1
from edge.snapshot import Snapshot
from facility.alarm import Is

EVALUATES = ("is",)


class States:
    """Holds while the point's value is one of the wanted."""

    timed = False
    memory: tuple[()] = ()

    def __init__(self, rows: Index, member: Membership) -> None:
        self.rows = rows
        self._member = member

    def watched(self) -> list[tuple[int, int]]:
        return list(enumerate(self._member.points.tolist()))

    def judge(self, which: Index, active: B1, snapshot: Snapshot, now: int) -> tuple[B1, B1]:  # noqa: ARG002
        return self._member(which, snapshot)


def compiled(judged: Sequence[Judged]) -> Sequence[Kind]:
    """The columns of all `is` conditions."""
    found = [(j, j.condition) for j in judged if isinstance(j.condition, Is)]
    member = Membership([j.find(c.point) for j, c in found], [values_of(j.means(c.point), c.states) for j, c in found])
    return [States(np.array([j.row for j in judged], np.intp), member)]
