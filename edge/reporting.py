"""Report by exception: which samples the telemetry lane sends on (contracts.md, Telemetry)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from edge.points import B1, PointTable
from facility.batch import F8, I8, U1, U4, Batch, places
from facility.clock import EARLIEST, NS
from facility.quality import Quality

HEARTBEAT: Final = 300 * NS
"""The longest silence about a point that is well."""

QUARTER: Final = 900 * NS
"""Counters get a sample at each quarter hour, for the energy account."""

_NEVER: Final = 255


class Reporting:
    """Remembers what was sent last of every point and lets through what says something new.

    Sent: a changed quality or reason; a measurement without a deadband; one that moved by more than its deadband; a
    state or counter that changed at all; anything after a heartbeat; a counter's first sample of a quarter hour.
    """

    def __init__(self, table: PointTable) -> None:
        n = len(table)
        self._table = table
        self._value: F8 = np.full(n, np.nan)
        self._quality: U1 = np.full(n, _NEVER, np.uint8)
        self._reason: U1 = np.zeros(n, np.uint8)
        self._time: I8 = np.zeros(n, np.int64)
        self._received: I8 = np.zeros(n, np.int64)
        self._band: F8 = _bands(table)

    def carry(self, table: PointTable) -> None:
        """Go on with new deadbands of the same points."""
        self._table = table
        self._band = _bands(table)

    def sent(self, batch: Batch) -> Batch | None:
        """The part of the batch to send on, None where nothing is; replayed batches are sent whole."""
        if not len(batch) or batch.received < EARLIEST:
            return None
        if batch.replayed:
            return self._cut(batch, self._table.sampled[batch.point])
        at = places(batch.point)
        news = self._news(batch, at)
        if not news.any():
            return None
        out = self._cut(self._confirmed(batch, at, news), news)
        told = batch if news.all() else self._cut(batch, news)
        if told is not None:
            self._remember(told, at if told is batch else told.point)
        return out

    def _remember(self, told: Batch, at: U4 | slice) -> None:
        self._value[at] = told.value
        self._quality[at] = told.quality
        self._reason[at] = told.reason
        self._time[at] = told.time
        self._received[at] = told.received

    def _news(self, batch: Batch, at: U4 | slice) -> B1:
        usable, now = batch.quality != Quality.BAD, batch.received
        before = self._received[at]
        moved = ~(np.abs(batch.value - self._value[at]) <= self._band[at])
        news: B1 = moved & ((batch.time != self._time[at]) | (batch.value != self._value[at]))
        news |= now - before >= HEARTBEAT
        news |= self._table.counter[at] & (now // QUARTER != before // QUARTER)
        news &= usable
        news |= (batch.quality != self._quality[at]) | (batch.reason != self._reason[at])
        news &= self._table.sampled[at]
        return news

    def _confirmed(self, batch: Batch, at: U4 | slice, news: B1) -> Batch:
        """A value that its server confirms under its old time is sent under the time at which it was confirmed."""
        same = news & (batch.time == self._time[at]) & (batch.value == self._value[at])
        if not same.any():
            return batch
        return replace(batch, time=np.where(same, batch.received, batch.time))

    @staticmethod
    def _cut(batch: Batch, keep: B1) -> Batch | None:
        if keep.all():
            return replace(batch, notes=()) if batch.notes else batch
        if not keep.any():
            return None
        return Batch(
            batch.point[keep],
            batch.value[keep],
            batch.quality[keep],
            batch.reason[keep],
            batch.time[keep],
            batch.received,
            batch.replayed,
        )


def _bands(table: PointTable) -> F8:
    """What a change must exceed: NaN lets everything through, 0 any change."""
    return np.where(table.sampled & (table.counter | table.state), 0.0, table.deadband)
