"""The interval ledger: the course of a register cut into intervals, each amount with how it came to be."""

from __future__ import annotations

from typing import Final

import numpy as np

from facility.clock import NS
from facility.energy.course import Course, Move
from facility.energy.intervals import F8, I8, U1, Intervals
from facility.energy.quality import AmountQuality

SILENCE: Final = 600 * NS
"""Two heartbeats (contracts.md, Telemetry): an edge between readings no further apart is measured."""
PATIENCE: Final = 1.5
"""So many reading periods may pass between two readings before the time between them is only estimated."""


def ledger(course: Course, edges: I8, *, unit: str, period: float) -> Intervals:
    """What flowed between the edges; `period` is the meter's reading period in seconds.

    The amounts of all intervals over the whole course add up to its total, to the last millionth. In the interval
    of the first reading, and in that of the last, only the part with readings is known: `coverage` says how much.
    """
    if len(course) < 2:
        return Intervals.missing(unit, edges)
    first, last = int(course.at[0]), int(course.at[-1])
    total, certain, doubt = _register(course, np.clip(edges, first, last), period)
    covered = np.diff(np.clip(edges, first, last))
    width = np.diff(edges)
    coverage = np.where(covered > 0, covered / width, 0.0)
    quality = np.maximum(certain[:-1], certain[1:])
    np.maximum(quality, _happened(course, edges), out=quality)
    quality[covered < width] = AmountQuality.MISSING
    known = coverage > 0
    return Intervals(
        unit,
        edges,
        np.where(known, np.diff(total), 0),
        quality.astype(np.uint8),
        coverage,
        np.where(known, doubt[:-1], 0.0),
        np.where(known, doubt[1:], 0.0),
    )


def _register(course: Course, at: I8, period: float) -> tuple[I8, U1, F8]:
    """What had flowed at each moment, how sure that is, and its doubt: on the line between the readings around it."""
    n = len(course)
    left = np.searchsorted(course.at, at, side="right") - 1
    right = np.minimum(left + 1, n - 1)
    gap = course.at[right] - course.at[left]
    into = at - course.at[left]
    rise = course.total[right] - course.total[left]
    exact = into == 0
    moved = np.rint(rise * (into / np.maximum(gap, 1))).astype(np.int64)
    moved = np.where(exact, 0, np.clip(moved, 0, rise))
    doubt = np.maximum(course.step[left], np.where(exact, 0.0, course.step[right]))
    doubt += np.where(exact, 0, np.maximum(moved, rise - moved))
    quality = np.full(len(at), AmountQuality.MEASURED, np.uint8)
    quality[~exact & (gap > SILENCE)] = AmountQuality.INTERPOLATED
    quality[~exact & (gap > max(PATIENCE * period * NS, SILENCE))] = AmountQuality.ESTIMATED
    return course.total[left] + moved, quality, doubt


def _happened(course: Course, edges: I8) -> U1:
    """Where a set-back or a replacement lies in an interval, or may lie in it."""
    found = np.zeros(len(edges) - 1, np.uint8)
    for place in np.flatnonzero(course.move >= Move.SET_BACK).tolist():
        begin, end = int(course.at[place]), int(course.at[place + 1])
        low = int(np.searchsorted(edges, begin, side="right")) - 1
        high = int(np.searchsorted(edges, end, side="left"))
        part = slice(max(low, 0), max(high, low + 1, 0))
        code = AmountQuality.RESET if course.move[place] == Move.SET_BACK else AmountQuality.CHANGED
        found[part] = np.maximum(found[part], np.uint8(code))
    return found
