"""What comes in is put right or marked bad before anybody looks at it: ranges, device clocks, hostile texts."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from edge.points import PointTable
from facility.batch import Batch, Note, places
from facility.clock import AHEAD, EARLIEST, sane
from facility.quality import Quality, Reason

MAX_TEXT: Final = 65_536
"""Bytes of UTF-8."""


class Intake:
    """`refused` counts messages that were dropped altogether."""

    def __init__(self, table: PointTable) -> None:
        self._table = table
        self.refused = 0

    def taken(self, batch: Batch) -> Batch:
        """The batch with non-finite and impossible values bad, absurd device times replaced and flagged."""
        if len(batch):
            batch = self._times(self._values(batch))
        if batch.notes:
            notes = [n for n in batch.notes if self._harmless(n)]
            self.refused += len(batch.notes) - len(notes)
            batch = replace(batch, notes=tuple(self._timed(n, batch) for n in notes))
        return batch

    def _values(self, batch: Batch) -> Batch:
        """Values that are not finite or beyond the point's valid range are bad, with their reason."""
        usable = batch.quality != Quality.BAD
        value, at = batch.value, places(batch.point)
        fits = (value >= self._table.low[at]) & (value <= self._table.high[at]) & np.isfinite(value)
        if (fits | ~usable).all():
            return batch
        wrong, finite = usable & ~fits, np.isfinite(value)
        quality, reason = batch.quality.copy(), batch.reason.copy()
        quality[wrong] = Quality.BAD
        reason[wrong & finite] = Reason.OUT_OF_RANGE
        reason[wrong & ~finite] = Reason.UNDECODABLE
        return replace(batch, quality=quality, reason=reason)

    @staticmethod
    def _times(batch: Batch) -> Batch:
        """Absurd device times of live samples are replaced by the edge's; replayed ones are the telemetry gate's."""
        time = batch.time
        if int(time.min()) >= EARLIEST and int(time.max()) <= batch.received + AHEAD:
            return batch
        if batch.replayed or batch.received < EARLIEST:
            return batch
        wrong = (time < EARLIEST) | (time > batch.received + AHEAD)
        time, quality, reason = time.copy(), batch.quality.copy(), batch.reason.copy()
        time[wrong] = batch.received
        flagged = wrong & (quality == Quality.GOOD)
        quality[flagged] = Quality.UNCERTAIN
        reason[flagged] = Reason.CLOCK
        return replace(batch, time=time, quality=quality, reason=reason)

    @staticmethod
    def _timed(note: Note, batch: Batch) -> Note:
        if sane(note.time, batch.received) or batch.received < EARLIEST <= note.time:
            return note
        return replace(note, time=batch.received, reason=Reason.CLOCK)

    @staticmethod
    def _harmless(note: Note) -> bool:
        """Whether every text in it is UTF-8 without NUL and not too long."""
        texts = [note.data] if isinstance(note.data, str) else [v for v in note.data.values() if isinstance(v, str)]
        try:
            return all("\0" not in t and len(t.encode()) <= MAX_TEXT for t in texts)
        except UnicodeEncodeError:
            return False
