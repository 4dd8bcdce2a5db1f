"""The newest sample of each point of a line that speaks only of changes: what it does not speak of still holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from facility.batch import Batch


class Held:
    """Columns in the order of the points' indexes; `points` are those that have samples."""

    def __init__(self, points: Iterable[int]) -> None:
        self._point = np.array(sorted(points), np.uint32)
        n = len(self._point)
        self._known = np.zeros(n, np.bool_)
        self._value = np.full(n, np.nan)
        self._quality = np.zeros(n, np.uint8)
        self._reason = np.zeros(n, np.uint8)
        self._time = np.zeros(n, np.int64)

    def take(self, batch: Batch) -> None:
        """Remember the newest of those points that are held; of one point the last row counts."""
        if not len(self._point):
            return
        at = np.minimum(np.searchsorted(self._point, batch.point), len(self._point) - 1)
        ours = self._point[at] == batch.point
        at = at[ours]
        self._known[at] = True
        self._value[at] = batch.value[ours]
        self._quality[at] = batch.quality[ours]
        self._reason[at] = batch.reason[ours]
        self._time[at] = batch.time[ours]

    def forget(self, points: Sequence[int]) -> None:
        """Whether what was heard of these still holds is not known."""
        self._known[np.isin(self._point, points)] = False

    def batch(self, received: int) -> Batch:
        """All that is known, said again."""
        known = self._known
        return Batch(
            self._point[known], self._value[known], self._quality[known], self._reason[known], self._time[known],
            received,
        )  # fmt: skip
