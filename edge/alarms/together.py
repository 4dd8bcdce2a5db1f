"""Several points of one group in a state at the same time: two addresses of a fire zone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from edge.alarms.row import BAD, Index
from edge.points import B1
from edge.snapshot import Snapshot
from facility.batch import F8, I8
from facility.quality import Reason

_NEVER: Final = np.iinfo(np.int64).min // 2


class Together:
    """Holds while at least `times` points of a row are in the state; to begin, that many came within the window.

    A point that became bad in the state may still be in it; so may, after a restart, one that was not asked yet while
    the alarm is active: not known to be over.
    """

    timed = False

    def __init__(
        self, rows: Index, groups: Sequence[Sequence[int]], wanted: Sequence[Sequence[int]], times: Index, window: I8
    ) -> None:
        self.rows = rows
        self._groups = groups
        width = max(map(len, groups), default=0)
        self._points: Index = np.zeros((len(groups), width), np.intp)
        self._there: B1 = np.zeros((len(groups), width), np.bool_)
        for i, group in enumerate(groups):
            self._points[i, : len(group)] = group
            self._there[i, : len(group)] = True
        self._wanted: F8 = np.full((len(groups), max(map(len, wanted), default=1)), np.nan)
        for i, values in enumerate(wanted):
            self._wanted[i, : len(values)] = values
        self._times = times
        self._window = window
        self._came: I8 = np.full(self._points.shape, _NEVER)
        self.memory = (self._came,)

    def watched(self) -> list[tuple[int, int]]:
        return [(i, p) for i, group in enumerate(self._groups) for p in group]

    def judge(self, which: Index, active: B1, snapshot: Snapshot, now: int) -> tuple[B1, B1]:
        at, there, times = self._points[which], self._there[which], self._times[which]
        good = there & (snapshot.quality[at] != BAD)
        inside = good & (snapshot.value[at][:, :, None] == self._wanted[which][:, None, :]).any(axis=2)
        came = np.where(inside & (self._came[which] == _NEVER), now, self._came[which])
        came = np.where(good & ~inside, _NEVER, came)
        self._came[which] = came
        unasked = there & (snapshot.reason[at] == Reason.UNKNOWN) & active[:, None]
        possible = ((came != _NEVER) | unasked).sum(axis=1)
        enough = inside.sum(axis=1) >= times
        holds = enough & (active | self._close(which, np.where(inside, came, _NEVER), enough))
        return holds | (possible < times) | (enough & ~active), holds

    def _close(self, which: Index, came: I8, enough: B1) -> B1:
        """Where the newest `times` came within the window of one another."""
        found = np.zeros(len(which), np.bool_)
        for i in np.flatnonzero(enough).tolist():
            newest = np.sort(came[i])[::-1]
            found[i] = newest[0] - newest[self._times[which[i]] - 1] <= self._window[which[i]]
        return found
