"""How often something happened in a window: states that came, steps of counters, messages."""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heappushpop
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from edge.alarms.facts import Facts
from edge.alarms.membership import Membership
from edge.alarms.row import BAD, Index
from edge.points import B1
from edge.snapshot import Snapshot
from facility.batch import F8, I8, Note
from facility.point import Kind as PointKind

_NEVER: Final = np.iinfo(np.int64).min // 2


class Counted:
    """Remembers the newest `times` occurrences of each row; holds while the oldest of them is within the window.

    A state counts when it comes after one that it is not, a counter by the whole units that it passed; a first value,
    and a counter that fell, count nothing. A message counts at its own time, if it comes late. That something
    happened too seldom is known when a whole window was watched.
    """

    timed = True

    def __init__(
        self,
        rows: Index,
        member: Membership,
        kinds: Sequence[PointKind],
        facts: Facts,
        times: Sequence[int],
        window: I8,
    ) -> None:
        self.rows = rows
        self._member = member
        self._counter: B1 = np.array([k is PointKind.COUNTER for k in kinds], np.bool_)
        self._sampled: B1 = np.array([k.sampled for k in kinds], np.bool_)
        self._facts = facts
        self._times = times
        self._window = window
        self._newest: NDArray[Any] = np.empty(len(rows), np.object_)
        self._newest[:] = [[_NEVER] * n for n in times]
        self._oldest: I8 = np.full(len(rows), _NEVER)
        self._mark: F8 = np.full(len(rows), np.nan)
        self._since: I8 = np.full(len(rows), _NEVER)
        self.memory = (self._newest, self._oldest, self._mark, self._since)

    def watched(self) -> list[tuple[int, int]]:
        return list(enumerate(self._member.points.tolist()))

    def hear(self, notes: Sequence[Note], received: int, now: int) -> None:
        for place, note in self._facts.matching(notes):
            if not self._sampled[place]:
                self._add(place, now - max(received - note.time, 0), 1)

    def judge(self, which: Index, active: B1, snapshot: Snapshot, now: int) -> tuple[B1, B1]:  # noqa: ARG002
        at = self._member.points[which]
        good = ~self._sampled[which] | (snapshot.quality[at] != BAD)
        self._look(which, good, snapshot, now)
        self._since[which] = np.where(self._since[which] == _NEVER, now, self._since[which])
        holds = now - self._oldest[which] < self._window[which]
        return good & (holds | (now - self._since[which] >= self._window[which])), holds

    def _look(self, which: Index, good: B1, snapshot: Snapshot, now: int) -> None:
        """Count what the samples passed since the last look."""
        _, inside = self._member(which, snapshot)
        mark = np.where(self._counter[which], np.floor(snapshot.value[self._member.points[which]]), inside)
        before = self._mark[which]
        self._mark[which] = np.where(good, mark, before)
        for i in np.flatnonzero(good & (mark > before)).tolist():
            self._add(int(which[i]), now, int(min(mark[i] - before[i], self._times[which[i]])))

    def _add(self, place: int, at: int, many: int) -> None:
        newest = self._newest[place]
        for _ in range(many):
            heappushpop(newest, at)
        self._oldest[place] = newest[0]
