"""`while`: a state that must hold for a condition to count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from edge.alarms.membership import Membership, values_of
from edge.alarms.row import Index, Judged
from edge.points import B1
from edge.snapshot import Snapshot
from facility.alarm import While


@dataclass(frozen=True, slots=True)
class Guards:
    """`rows`: the row of each guard."""

    rows: Index
    member: Membership

    @classmethod
    def of(cls, guarded: Sequence[tuple[Judged, While]]) -> Guards:
        """One for each of these rows."""
        member = Membership(
            [j.find(w.point) for j, w in guarded], [values_of(j.means(w.point), w.states) for j, w in guarded]
        )
        return cls(np.array([j.row for j, _ in guarded], np.intp), member)

    def watched(self) -> list[tuple[int, int]]:
        """(row, point): a sample of the guard's point asks for a new verdict."""
        return list(zip(self.rows.tolist(), self.member.points.tolist(), strict=True))

    def guard(self, which: Index, at: Index, known: B1, holds: B1, snapshot: Snapshot) -> None:
        """`and` in three values: false where either is known to be false, unknown where one is needed and unknown.

        Some guards, and where in `known` and `holds` the verdicts are that each of them guards.
        """
        guard_known, guard_holds = self.member(which, snapshot)
        mine_known, mine_holds = known[at], holds[at]
        known[at] = (mine_known & (guard_holds >= mine_holds)) | (guard_known > guard_holds)
        holds[at] = mine_holds & guard_holds
