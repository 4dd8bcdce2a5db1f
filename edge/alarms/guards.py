"""`while`: a state that must hold for a condition to count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from edge.alarms.membership import Membership, values_of
from edge.alarms.row import Index, Judged, taken
from edge.points import B1
from edge.snapshot import Snapshot
from facility.alarm import While


@dataclass(frozen=True, slots=True)
class Guards:
    """`place`: row → its place among the guards, -1 where it has none."""

    place: Index
    member: Membership

    @classmethod
    def of(cls, guarded: Sequence[tuple[Judged, While]], rows: int) -> Guards:
        """The guards of some rows of `rows` altogether."""
        place = np.full(rows, -1, np.intp)
        for i, (judged, _) in enumerate(guarded):
            place[judged.row] = i
        member = Membership(
            [j.find(w.point) for j, w in guarded], [values_of(j.means(w.point), w.states) for j, w in guarded]
        )
        return cls(place, member)

    def watched(self) -> list[tuple[int, int]]:
        """(row, point): a sample of the guard's point asks for a new verdict."""
        rows = np.flatnonzero(self.place >= 0)
        return list(zip(rows.tolist(), self.member.points[self.place[rows]].tolist(), strict=True))

    def guarded(self, rows: Index, known: B1, holds: B1, snapshot: Snapshot) -> tuple[B1, B1]:
        """`and` in three values: false where either is known to be false, unknown where one is needed and unknown."""
        place = taken(self.place, rows)
        at = np.flatnonzero(place >= 0)
        if not len(at):
            return known, holds
        guard_known, guard_holds = self.member(place[at], snapshot)
        mine_known, mine_holds = known[at], holds[at]
        known[at] = (mine_known & guard_known) | (mine_known & ~mine_holds) | (guard_known & ~guard_holds)
        holds[at] = mine_holds & guard_holds
        return known, holds
