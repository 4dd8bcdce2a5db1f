"""Buckets of equal width on round UTC times, and what share of each a set of intervals covers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from facility.clock import NS

MINUTE: Final = 60 * NS
QUARTER: Final = 900 * NS
THREE_HOURS: Final = 12 * QUARTER
MAX_BUCKETS: Final = 5_000


@dataclass(frozen=True, slots=True)
class Grid:
    """`count` buckets of `width` ns, the first beginning at `start`."""

    start: int
    width: int
    count: int

    @property
    def end(self) -> int:
        """Where the last bucket ends."""
        return self.start + self.width * self.count

    @property
    def starts(self) -> NDArray[np.int64]:
        """The beginning of each bucket."""
        return self.start + self.width * np.arange(self.count, dtype=np.int64)

    def share(self, begin: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.float64]:
        """The share (0 … 1) of each bucket that the intervals [begin, end) cover; they must not overlap."""
        edges = self.start + self.width * np.arange(self.count + 1, dtype=np.int64)
        return covered(edges, begin, end) / self.width


def covered(edges: NDArray[np.int64], begin: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.float64]:
    """Nanoseconds between each two neighbouring edges that the intervals cover; sorted, not overlapping."""
    if not len(begin):
        return np.zeros(len(edges) - 1)
    total = np.concatenate(([0], np.cumsum(end - begin)))
    within = np.searchsorted(begin, edges, side="right") - 1
    inside = np.maximum(within, 0)
    until = total[inside] + np.clip(edges - begin[inside], 0, (end - begin)[inside])
    return np.diff(np.where(within < 0, 0, until)).astype(np.float64)


def grid_of(start: int, end: int, buckets: int) -> Grid:
    """The finest grid over [start, end) with at most `buckets` round buckets; it holds both ends whole.

    Widths are whole three hours or quarter hours where that costs at most a third of the buckets, else whole minutes,
    seconds, milliseconds; so stores can answer from what they have rolled up. ValueError where the range is empty.
    """
    if end <= start or not 1 <= buckets <= MAX_BUCKETS:
        raise ValueError(
            f"开始须早于结束,点数为 1 至 {MAX_BUCKETS} · "
            f"from must lie before to, and buckets between 1 and {MAX_BUCKETS}"
        )
    needed = -(-(end - start) // buckets)
    step = next((each for each in (MINUTE, NS, 1_000_000) if needed >= each), 1)
    for wide in (QUARTER, THREE_HOURS):
        if _rounded(needed, wide) <= needed * 3 // 2:
            step = wide
    width = _rounded(needed, step)
    while -(-end // width) - start // width > buckets:
        width += step
        if buckets == 1 and width > 4 * (end - start):
            return Grid(start // step * step, _rounded(end - start // step * step, step), 1)
    first = start // width
    return Grid(first * width, width, -(-end // width) - first)


def _rounded(value: int, step: int) -> int:
    return -(-value // step) * step
