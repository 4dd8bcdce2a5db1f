"""Samples in columns: what one request, one notification or one message brought."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from facility.quality import Quality, Reason

Scalar: TypeAlias = str | int | float | bool | None

F8: TypeAlias = NDArray[np.float64]
I8: TypeAlias = NDArray[np.int64]
U4: TypeAlias = NDArray[np.uint32]
U1: TypeAlias = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Note:
    """What fits no column: a text, or the fields of a message that is a fact of its own."""

    point: int
    time: int
    data: str | Mapping[str, Scalar]
    reason: int = Reason.NONE
    mark: bytes = b""
    """What a line that may bring a message twice would know it by, the same after a restart; else empty."""
    again: bool = False
    """The line says that it has brought the message before; the one that it was brought to may have been killed."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Columns of one length n; `point` is an index into this run's point table, in memory only.

    point uint32, value float64 (meaningless where quality is bad), quality uint8 (Quality), reason uint8
    (Reason), time int64 UTC ns of the value (the device's if it has one and it is sane, else the edge's).
    `received` is the edge's UTC ns when the answer came. A replayed batch (Sparkplug historical, OPC UA
    backfill) skips detection and the live link.
    """

    point: U4
    value: F8
    quality: U1
    reason: U1
    time: I8
    received: int
    replayed: bool = False
    notes: tuple[Note, ...] = field(default=())

    def __len__(self) -> int:
        return len(self.point)


_FEW: Final = 16
NO_POINTS: U4 = np.empty(0, np.uint32)
_NO_VALUES: F8 = np.empty(0, np.float64)
_NO_FLAGS: U1 = np.empty(0, np.uint8)
_NO_TIMES: I8 = np.empty(0, np.int64)


def places(point: U4) -> U4 | slice:
    """Where these points lie in a column of all: a slice where each follows the one before, which costs far less."""
    n = len(point)
    if n < _FEW or int(point[-1]) - int(point[0]) != n - 1 or not (point[1:] > point[:-1]).all():
        return point
    return slice(int(point[0]), int(point[-1]) + 1)


def good(point: U4, value: F8, time: int, received: int | None = None) -> Batch:
    """All good, all of one time."""
    n = len(point)
    flags = np.zeros(n, np.uint8)
    return Batch(point, value, flags, flags, np.full(n, time, np.int64), time if received is None else received)


def bad(point: U4, reason: int, time: int) -> Batch:
    """The same points, all bad for one reason; values are NaN."""
    n = len(point)
    return Batch(
        point,
        np.full(n, np.nan),
        np.full(n, Quality.BAD, np.uint8),
        np.full(n, reason, np.uint8),
        np.full(n, time, np.int64),
        time,
    )


def noted(notes: Sequence[Note], received: int) -> Batch:
    """No samples, only notes."""
    return Batch(NO_POINTS, _NO_VALUES, _NO_FLAGS, _NO_FLAGS, _NO_TIMES, received, notes=tuple(notes))


def joined(batches: Sequence[Batch]) -> Batch:
    """One batch of several, in their order; they must agree on `replayed`."""
    if len(batches) == 1:
        return batches[0]
    if not batches:
        return noted((), 0)
    return Batch(
        np.concatenate([b.point for b in batches]),
        np.concatenate([b.value for b in batches]),
        np.concatenate([b.quality for b in batches]),
        np.concatenate([b.reason for b in batches]),
        np.concatenate([b.time for b in batches]),
        max(b.received for b in batches),
        batches[0].replayed,
        tuple(n for b in batches for n in b.notes),
    )
