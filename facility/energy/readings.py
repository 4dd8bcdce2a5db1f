"""Readings of one register in columns: from the wire, by hand, and at a replacement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from facility.energy.intervals import I8, QUARTER, U1


class Source(IntEnum):
    """Where a reading is from; of readings at the same moment the lower comes first."""

    WIRE = 0
    HAND = 1
    """抄表."""
    REMOVED = 2
    """The old meter's last register …"""
    INSTALLED = 3
    """… and the new one's first, at the same moment."""


AROUND: Final = 4
"""Readings kept before and after a step down: enough to tell a stray reading from a set-back."""


@dataclass(frozen=True, slots=True)
class Readings:
    """Columns of equal length in the order of time."""

    at: I8
    """UTC ns."""
    amount: I8
    """What the register shows, in millionths of the ledger's unit."""
    source: U1

    def __len__(self) -> int:
        return len(self.at)

    @classmethod
    def of(cls, at: I8, amount: I8, source: Source = Source.WIRE) -> Self:
        """Of one source, in any order; of two at the same moment the later one in the columns holds."""
        order = np.argsort(at, kind="stable")
        at, amount = at[order], amount[order]
        last = np.append(at[1:] != at[:-1], True) if len(at) else np.zeros(0, np.bool_)
        return cls(at[last], amount[last], np.full(int(last.sum()), source, np.uint8))

    @classmethod
    def none(cls) -> Self:
        """No readings."""
        return cls(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.uint8))

    def taken(self, which: NDArray[np.bool_] | NDArray[np.intp]) -> Readings:
        """Some of them."""
        return Readings(self.at[which], self.amount[which], self.source[which])


def merged(parts: Sequence[Readings]) -> Readings:
    """All of them by time, then by source."""
    at, amount, source = (np.concatenate([getattr(p, name) for p in parts]) for name in ("at", "amount", "source"))
    order = np.lexsort((source, at))
    return Readings(at[order], amount[order], source[order])


def essential(readings: Readings) -> Readings:
    """What the ledger needs of many readings: the first and last of each quarter hour, and all around a step down.

    Between these the register only rises, so the amounts and the places of set-backs stay what they were.
    """
    n = len(readings)
    if n <= 2:
        return readings
    quarter = readings.at // QUARTER
    turns = quarter[1:] != quarter[:-1]
    keep = np.zeros(n, np.bool_)
    keep[0] = keep[-1] = True
    keep[1:] |= turns
    keep[:-1] |= turns
    for down in np.flatnonzero(np.diff(readings.amount) < 0).tolist():
        keep[max(down - AROUND + 1, 0) : down + AROUND + 1] = True
    return readings.taken(keep)
