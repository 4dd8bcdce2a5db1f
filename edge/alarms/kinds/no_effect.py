"""Something runs and the point that should follow does not: judged once for each start."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

import numpy as np

from edge.alarms.membership import Membership, values_of
from edge.alarms.row import BAD, Index, Judged, Kind, store, taken
from edge.points import B1
from edge.snapshot import Snapshot
from facility.alarm import NoEffect, While
from facility.batch import F8, I8, U1
from facility.clock import NS

EVALUATES = ("no_effect",)


class Phase(IntEnum):
    """Where a run stands."""

    UNSEEN = 0
    """Its start was not seen, or the value was bad at its start: nothing can be said of it."""
    RESTS = 1
    WAITS = 2
    FOLLOWED = 3


_UNSEEN, _RESTS, _WAITS, _FOLLOWED = map(int, Phase)


class NoEffects:
    """Waits from the start of the `while` state for the value to come away by `move` from its farthest on the other
    side. Once it has, the run is good to its end: a level that is then held steady is no fault.
    """

    timed = True

    def __init__(self, rows: Index, points: Index, guard: Membership, sign: F8, move: F8, within: I8) -> None:
        self.rows = rows
        self._points = points
        self._guard = guard
        self._sign = sign
        self._move = move
        self._within = within
        self._phase: U1 = np.full(len(rows), _UNSEEN, np.uint8)
        self._began: I8 = np.zeros(len(rows), np.int64)
        self._farthest: F8 = np.full(len(rows), np.nan)
        self.memory = (self._phase, self._began, self._farthest)

    def watched(self) -> list[tuple[int, int]]:
        return [*enumerate(self._points.tolist()), *enumerate(self._guard.points.tolist())]

    def judge(self, which: Index, active: B1, snapshot: Snapshot, now: int) -> tuple[B1, B1]:  # noqa: ARG002
        good = snapshot.quality[taken(self._points, which)] != BAD
        known, runs = self._guard(which, snapshot)
        phase = self._phase[which]
        starts = runs & (phase == _RESTS)
        np.putmask(phase, starts, _UNSEEN)
        np.putmask(phase, starts & good, _WAITS)
        np.putmask(phase, known > runs, _RESTS)
        waits = np.flatnonzero(phase == _WAITS)
        holds = np.zeros(len(which), np.bool_)
        if len(waits):
            follows, holds[waits] = self._wait(which[waits], starts[waits], good[waits], snapshot, now)
            phase[waits[follows]] = _FOLLOWED
        store(self._phase, which, phase)
        return good & ((phase == _FOLLOWED) | holds), holds

    def _wait(self, which: Index, starts: B1, good: B1, snapshot: Snapshot, now: int) -> tuple[B1, B1]:
        """Of those that run and wait: which have followed now, and which have waited too long."""
        value = self._sign[which] * snapshot.value[self._points[which]]
        farthest = np.where(starts, value, np.fmin(self._farthest[which], value))
        began = np.where(starts, now, self._began[which])
        self._farthest[which], self._began[which] = farthest, began
        follows = good & (value - farthest >= self._move[which])
        return follows, good & ~follows & (now - began >= self._within[which])


def compiled(judged: Sequence[Judged]) -> Sequence[Kind]:
    """The columns of all `no_effect` conditions; each has a `while` (facility.alarm.Rule)."""
    found = [(j, j.condition, _during(j)) for j in judged if isinstance(j.condition, NoEffect)]
    return [
        NoEffects(
            rows=np.array([j.row for j, _, _ in found], np.intp),
            points=np.array([j.find(c.point) for j, c, _ in found], np.intp),
            guard=Membership(
                [j.find(w.point) for j, _, w in found], [values_of(j.means(w.point), w.states) for j, _, w in found]
            ),
            sign=np.array([1.0 if c.direction == "rise" else -1.0 for _, c, _ in found]),
            move=np.array([c.move for _, c, _ in found]),
            within=np.array([round(c.within * NS) for _, c, _ in found], np.int64),
        )
    ]


def _during(judged: Judged) -> While:
    if judged.during is None:
        raise ValueError("a no_effect condition needs `while`: the state that should have the effect")
    return judged.during
