"""How often something happened in a window: states that came, steps of counters, messages."""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heappushpop
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from edge.alarms.facts import Facts
from edge.alarms.membership import Membership
from edge.alarms.row import Index, store, taken
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
        self._message: B1 = np.array([not k.sampled for k in kinds], np.bool_)
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
            if self._message[place]:
                self._add(place, now - max(received - note.time, 0), 1)

    def judge(self, which: Index, active: B1, snapshot: Snapshot, now: int) -> tuple[B1, B1]:  # noqa: ARG002
        at = taken(self._member.points, which)
        usable, inside = self._member(which, snapshot)
        good = usable | taken(self._message, which)
        self._look(which, good, inside, snapshot.value[at], now)
        since, window = taken(self._since, which), taken(self._window, which)
        first = since == _NEVER
        if np.count_nonzero(first):
            since = np.where(first, now, since)
            store(self._since, which, since)
        holds = now - taken(self._oldest, which) < window
        return good & (holds | (now - since >= window)), holds

    def _look(self, which: Index, good: B1, inside: B1, value: F8, now: int) -> None:
        """Count what the samples passed since the last look."""
        mark = np.where(taken(self._counter, which), np.floor(value), inside)
        before = self._mark[which]
        store(self._mark, which, np.where(good, mark, before))
        for i in np.flatnonzero(good & (mark > before)).tolist():
            self._add(int(which[i]), now, int(min(mark[i] - before[i], self._times[which[i]])))

    def _add(self, place: int, at: int, many: int) -> None:
        newest = self._newest[place]
        for _ in range(many):
            heappushpop(newest, at)
        self._oldest[place] = newest[0]
