"""How a day of readings and of intervals lies in the store: little-endian records, read without a copy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from facility.energy.intervals import QUARTER, Intervals
from facility.energy.quality import AmountQuality
from facility.energy.readings import Readings, Source

DAY: Final = 96 * QUARTER
PER_DAY: Final = 96
AMOUNT: Final = np.dtype(
    [("amount", "<i8"), ("before", "<f4"), ("after", "<f4"), ("coverage", "<f4"), ("quality", "u1")]
)
READING: Final = np.dtype([("at", "<i8"), ("amount", "<i8")])
SEEN: Final = np.dtype([("count", "<u4"), ("last", "<f8")])
_NONE: Final = np.zeros(PER_DAY, AMOUNT)
_NONE["quality"] = AmountQuality.MISSING
_NOTHING: Final = _NONE.tobytes()

Records = NDArray[Any]


def records_of(intervals: Intervals) -> Records:
    """Intervals as records."""
    made = np.zeros(len(intervals), AMOUNT)
    for name in ("amount", "before", "after", "coverage", "quality"):
        made[name] = getattr(intervals, name)
    return made


def intervals_of_records(unit: str, start: int, records: Records) -> Intervals:
    """Records of quarter hours from `start` on."""
    edges = start + QUARTER * np.arange(len(records) + 1, dtype=np.int64)
    return Intervals(
        unit,
        edges,
        records["amount"].astype(np.int64),
        records["quality"].copy(),
        records["coverage"].astype(np.float64),
        records["before"].astype(np.float64),
        records["after"].astype(np.float64),
    )


def days_joined(days: Mapping[int, bytes], first: int, end: int) -> Records:
    """The records of the days [first, end); a day that is not there is missing."""
    return np.frombuffer(b"".join(days.get(day, _NOTHING) for day in range(first, end)), AMOUNT)


def packed_readings(readings: Readings) -> bytes:
    """Readings from the wire."""
    made = np.zeros(len(readings), READING)
    made["at"], made["amount"] = readings.at, readings.amount
    return made.tobytes()


def unpacked_readings(blobs: Iterable[bytes]) -> Readings:
    """Of days one after another."""
    found = np.frombuffer(b"".join(blobs), READING)
    return Readings(
        found["at"].astype(np.int64), found["amount"].astype(np.int64), np.full(len(found), Source.WIRE, np.uint8)
    )


def seen_of(blob: bytes | None) -> Records:
    """What the historian had of a day when it was last looked at; nothing at first."""
    if blob is None:
        return np.zeros(PER_DAY, SEEN)
    return np.frombuffer(blob, SEEN).copy()
