"""Rows put together to one Batch."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from facility.batch import Batch, Note


@dataclass(slots=True)
class Columns:
    """What a few messages come to, in their order."""

    point: list[int] = field(default_factory=list)
    value: list[float] = field(default_factory=list)
    quality: list[int] = field(default_factory=list)
    reason: list[int] = field(default_factory=list)
    time: list[int] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def put(self, point: int, value: float, quality: int, reason: int, time: int) -> None:
        """One row; `time` is UTC ns."""
        self.point.append(point)
        self.value.append(value)
        self.quality.append(quality)
        self.reason.append(reason)
        self.time.append(time)

    def batch(self, received: int, *, replayed: bool = False) -> Batch:
        """All of it; `received` is the edge's UTC ns."""
        return Batch(
            np.array(self.point, np.uint32),
            np.array(self.value, np.float64),
            np.array(self.quality, np.uint8),
            np.array(self.reason, np.uint8),
            np.array(self.time, np.int64),
            received,
            replayed,
            tuple(self.notes),
        )
