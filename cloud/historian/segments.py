"""Runs of samples, as short as one sample or as long as a roll-up: silences between them, and counters' rises."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cloud.historian.base import SILENCE, Rises, Series
from cloud.historian.grid import covered
from facility.condition.stretches import was_reset


@dataclass(frozen=True, slots=True)
class Segments:
    """One series in runs, ascending, none overlapping; columns of equal length.

    `reset` is the sum of the values just before each reset within the run, `resets` their number, so the
    run's rise is last - first + reset; `step` is the longest time between two samples within the run, in ns.
    """

    first_at: NDArray[np.int64]
    last_at: NDArray[np.int64]
    first: NDArray[np.float64]
    last: NDArray[np.float64]
    reset: NDArray[np.float64]
    resets: NDArray[np.int64]
    step: NDArray[np.int64]

    @classmethod
    def of_samples(cls, at: NDArray[np.int64], value: NDArray[np.float64]) -> Segments:
        """Each sample a run of its own."""
        none = np.zeros(len(at), dtype=np.int64)
        return cls(at, at, value, value, none.astype(np.float64), none, none)


@dataclass(frozen=True, slots=True)
class Intervals:
    """Times [begin, end), ascending, none overlapping."""

    begin: NDArray[np.int64]
    end: NDArray[np.int64]


def silences(
    first_at: NDArray[np.int64],
    last_at: NDArray[np.int64],
    step: NDArray[np.int64],
    start: int,
    end: int,
) -> Intervals:
    """Where [start, end) is without a sample for longer than SILENCE, as known at `end`.

    The runs must include those of the last SILENCE before `start`: without one, the time from `start` on is silent.
    """
    begin = np.concatenate(([start - SILENCE - 1], last_at))
    until = np.concatenate((first_at, [max(end, int(last_at[-1]) if len(last_at) else end)]))
    inner = step > SILENCE
    begin = np.concatenate((begin, last_at[inner] - step[inner]))
    until = np.concatenate((until, last_at[inner]))
    order = np.argsort(begin, kind="stable")
    begin, until = begin[order], until[order]
    long = (until - begin > SILENCE) & (until > start) & (begin < end)
    return Intervals(np.maximum(begin[long], start), np.minimum(until[long], end))


def rises(series: Series, segments: Segments, edges: NDArray[np.int64]) -> Rises:
    """The rises of a counter between neighbouring edges, each edge between two runs or on a single sample."""
    count = len(edges) - 1
    if not len(segments.first_at):
        nothing = np.full(count, np.nan)
        return Rises(series, edges, nothing, np.ones(count), np.zeros(count, dtype=np.int64))
    back = was_reset(segments.last[:-1], segments.first[1:])
    jump = np.where(back, segments.first[1:], segments.first[1:] - segments.last[:-1])
    inside = segments.last - segments.first + segments.reset
    low = np.concatenate(([0.0], np.cumsum(inside[:-1] + jump)))
    rise = np.diff(_register(segments, low, low + inside, edges))
    turned = np.concatenate(([0], back.astype(np.int64))) + segments.resets
    happened = np.searchsorted(edges, segments.first_at, side="right") - 1
    seen = (happened >= 0) & (happened < count)
    resets = np.bincount(happened[seen], weights=turned[seen], minlength=count)[:count].astype(np.int64)
    quiet = silences(segments.first_at, segments.last_at, segments.step, int(edges[0]), int(edges[-1]))
    silent = covered(edges, quiet.begin, quiet.end) / np.diff(edges)
    return Rises(series, edges, rise, silent, resets)


def _register(
    segments: Segments, low: NDArray[np.float64], high: NDArray[np.float64], edges: NDArray[np.int64]
) -> NDArray[np.float64]:
    """The unwrapped register at each edge, on the line between its neighbours; NaN where it is unknown."""
    last = len(segments.first_at) - 1
    before = np.searchsorted(segments.last_at, edges, side="right") - 1
    left, right = np.maximum(before, 0), np.minimum(before + 1, last)
    origin = segments.last_at[left]
    distance = np.maximum(segments.first_at[right] - origin, 1)
    weight = np.clip((edges - origin) / distance, 0.0, 1.0)
    value = high[left] + (low[right] - high[left]) * weight
    value = np.where(before < 0, low[0], np.where(before == last, high[last], value))
    early = edges < segments.first_at[0] - SILENCE
    late = edges > segments.last_at[-1] + SILENCE
    return np.where(early | late, np.nan, value)
