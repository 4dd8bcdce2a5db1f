"""The latest of every point, in columns: what detection looks at and the live link shows."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Final

import numpy as np

from edge.points import B1, PointTable
from facility.batch import F8, I8, U1, Batch, bad, places
from facility.clock import NS, Clock
from facility.live import Values
from facility.quality import Quality, Reason

REFRESH: Final = 10 * NS
"""After this long an unchanged value is shown again, so that a page can tell its age."""
FAR: Final = 1 << 60
"""Ns: longer than any deadline."""
NEVER: Final = -1
"""In `heard`: not since the start."""


class Snapshot:
    """Columns by point index: value float64 (NaN where bad), quality, reason, time (ns UTC of the value),
    received (ns UTC of the edge), touched and heard (ns monotonic of the last sample, of the last usable fresh one).
    """

    def __init__(self, table: PointTable, clock: Clock) -> None:
        n = len(table)
        self.table = table
        self.clock = clock
        self.value: F8 = np.full(n, np.nan)
        self.quality: U1 = np.full(n, Quality.BAD, np.uint8)
        self.reason: U1 = np.full(n, Reason.UNKNOWN, np.uint8)
        self.time: I8 = np.zeros(n, np.int64)
        self.received: I8 = np.zeros(n, np.int64)
        self.touched: I8 = np.zeros(n, np.int64)
        self.heard: I8 = np.full(n, NEVER, np.int64)
        self.started = clock.monotonic()
        self.state_moved = asyncio.Event()
        """A state has changed since the last `take`."""
        self._changed: B1 = table.sampled.copy()
        self._taken: I8 = np.zeros(n, np.int64)
        self._none_stale_before = 0
        """Monotonic ns."""

    def put(self, batch: Batch) -> None:
        """Take a batch in; of a point that is there twice the last one stands."""
        at, now = places(batch.point), self.clock.monotonic()
        usable = batch.quality != Quality.BAD
        value = batch.value if usable.all() else np.where(usable, batch.value, np.nan)
        moved = (self.value[at] != value) & usable
        changed = moved | (self.quality[at] != batch.quality) | (self.reason[at] != batch.reason)
        self._changed[at] |= changed
        if (changed & self.table.state[at]).any():
            self.state_moved.set()
        self.value[at] = value
        self.quality[at] = batch.quality
        self.reason[at] = batch.reason
        self.time[at] = batch.time
        self.received[at] = batch.received
        self.touched[at] = now
        fresh = usable & (batch.reason != Reason.RETAINED)
        self.heard[at if fresh.all() else batch.point[fresh]] = now
        for note in batch.notes:
            self.heard[note.point] = now
            self.time[note.point], self.received[note.point] = note.time, batch.received
            self.reason[note.point] = note.reason

    def stale(self) -> Batch | None:
        """The points that have just outlived their deadline, as a batch of bad samples; None where there are none."""
        now, table = self.clock.monotonic(), self.table
        if now < self._none_stale_before:
            return None
        left = table.stale_after - (now - self.touched)
        usable = (self.quality != Quality.BAD) & table.sampled
        # What is bad now may be good in the next moment, and has its whole deadline from then on.
        soonest = min(left.min(initial=FAR, where=usable), table.stale_after.min(initial=FAR, where=table.sampled))
        self._none_stale_before = now + max(int(soonest), 0)
        late = usable & (left < 0)
        if not late.any():
            return None
        return bad(np.flatnonzero(late).astype(np.uint32), Reason.STALE, self.clock.now())

    def carry(self, table: PointTable) -> None:
        """Go on with new settings of the same points."""
        if table.ids != self.table.ids:
            raise ValueError("settings can't change which points there are")
        self.table = table
        self._none_stale_before = 0

    def show_all(self) -> None:
        """The next `take` is everything: a new link begins."""
        self._changed[:] = self.table.sampled

    def take(self, *, states: bool = False) -> Values | None:
        """What changed since the last call, and what was heard again REFRESH after it was shown, with its new time;
        only the states that changed where they are asked for.

        Call it for everything at most once a second.
        """
        self.state_moved.clear()
        at = np.flatnonzero(self._changed & self.table.state if states else self._changed | self._again())
        if not len(at):
            return None
        self._changed[at] = False
        self._taken[at] = self.clock.monotonic()
        values = [None if v != v else v for v in self.value[at].tolist()]  # noqa: PLR0124 - NaN
        return Values(
            points=tuple(self.table.ids[i] for i in at),
            values=tuple(values),
            qualities=tuple(self.quality[at].tolist()),
            reasons=tuple(self.reason[at].tolist()),
            times=tuple(self.time[at].tolist()),
        )

    def _again(self) -> B1:
        due: B1 = (self.touched - self._taken > REFRESH) & (self.quality != Quality.BAD) & self.table.sampled
        return due


def layers(batch: Batch) -> list[Batch]:
    """The batch cut so that no point is twice in one piece, in order: each sample is seen by detection."""
    point = batch.point
    if len(point) < 2 or isinstance(places(point), slice) or not (np.bincount(point) > 1).any():
        return [batch]
    count: dict[int, int] = {}
    depth = np.empty(len(point), np.intp)
    for i, p in enumerate(point.tolist()):
        depth[i] = count[p] = count.get(p, -1) + 1
    return [_layer(batch, depth == d, last=d == depth.max()) for d in range(int(depth.max()) + 1)]


def _layer(batch: Batch, keep: B1, *, last: bool) -> Batch:
    return replace(
        batch,
        point=batch.point[keep],
        value=batch.value[keep],
        quality=batch.quality[keep],
        reason=batch.reason[keep],
        time=batch.time[keep],
        notes=batch.notes if last else (),
    )
