"""What was known when: a point's samples and quality marks as stretches of time in which it had a value.

A sample holds until the next one, or until its point goes bad. Where that takes longer than SILENCE nothing is known
of the whole time between: a gap is unknown, it is neither running nor standing still.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from facility.clock import NS

I8 = NDArray[np.int64]
F8 = NDArray[np.float64]
B1 = NDArray[np.bool_]

SILENCE: Final = 600 * NS
"""Two heartbeats of telemetry: a longer time without a sample is a gap."""

ZEROED: Final = 0.5
"""A counter that shows less than this share of what it showed was reset, and counted from zero. One that is a little
below lost its last counts, or is shown in fewer digits than before: it goes on from there.
"""


@dataclass(frozen=True, slots=True)
class Samples:
    """One point's samples in ascending time, and the moments at which it went bad. Columns, UTC ns."""

    at: I8
    value: F8
    bad_at: I8

    @classmethod
    def none(cls) -> Samples:
        """Of a point that nobody ever heard."""
        return cls(np.zeros(0, np.int64), np.zeros(0), np.zeros(0, np.int64))


@dataclass(frozen=True, slots=True)
class Held:
    """Stretches [begin, end) in ascending time, none overlapping, each with the value that held; columns."""

    begin: I8
    end: I8
    value: F8

    @property
    def length(self) -> I8:
        """Of each stretch, ns."""
        return self.end - self.begin

    def total(self, chosen: B1 | None = None) -> int:
        """Ns of all stretches, or of some."""
        return int(self.length.sum() if chosen is None else self.length[chosen].sum())

    def where(self, chosen: B1) -> Held:
        """Some of them."""
        return Held(self.begin[chosen], self.end[chosen], self.value[chosen])

    def within(self, start: int, end: int) -> Held:
        """What of it lies in [start, end)."""
        begin, until = np.clip(self.begin, start, end), np.clip(self.end, start, end)
        kept = until > begin
        return Held(begin[kept], until[kept], self.value[kept])

    def integral(self) -> float:
        """The sum of value · hours."""
        return float((self.value * self.length).sum()) / (3_600 * NS)


def held(samples: Samples, end: int) -> Held:
    """When the point had a value, as known at `end` (UTC ns); the last sample holds until then if that is near."""
    at = samples.at
    if not len(at):
        return Held(at, at, samples.value)
    until = np.append(at[1:], max(end, int(at[-1])))
    if len(samples.bad_at):
        place = np.searchsorted(samples.bad_at, at, side="right")
        spoiled = np.append(samples.bad_at, np.iinfo(np.int64).max)[place]
        until = np.minimum(until, spoiled)
    known = (until - at <= SILENCE) & (until > at)
    return Held(at[known], until[known], samples.value[known])


def between(samples: Samples) -> Held:
    """Where a counter is known: from one sample to the next, near enough and with nothing bad between them.

    A counter says nothing of the time after its last sample: what it counts then shows in the next one.
    """
    at = samples.at
    if len(at) < 2:
        return Held(at[:0], at[:0], samples.value[:0])
    known = at[1:] - at[:-1] <= SILENCE
    if len(samples.bad_at):
        known &= np.diff(np.searchsorted(samples.bad_at, at, side="right")) == 0
    return Held(at[:-1][known], at[1:][known], samples.value[:-1][known])


def together(parts: Sequence[Held]) -> tuple[Held, list[F8]]:
    """The stretches in which all of them are known, and the value of each there (the first's is in Held, too)."""
    first, *others = parts
    begin, end, columns = first.begin, first.end, [first.value]
    for other in others:
        begin, end, left, right = _overlaps(begin, end, other.begin, other.end)
        columns = [*(column[left] for column in columns), other.value[right]]
    return Held(begin, end, columns[0]), columns


def _overlaps(begin: I8, end: I8, other_begin: I8, other_end: I8) -> tuple[I8, I8, I8, I8]:
    """Each overlap of two ascending lists of stretches, with the places of the two that overlap."""
    low = np.searchsorted(other_end, begin, side="right")
    high = np.searchsorted(other_begin, end, side="left")
    count = np.maximum(high - low, 0)
    left = np.repeat(np.arange(len(begin)), count)
    right = np.arange(len(left)) - np.repeat(np.cumsum(count) - count, count) + np.repeat(low, count)
    return np.maximum(begin[left], other_begin[right]), np.minimum(end[left], other_end[right]), left, right


def joined(parts: Held) -> Held:
    """Neighbours that touch made one; the value is that of the first."""
    if not len(parts.begin):
        return parts
    first = np.append(True, parts.begin[1:] != parts.end[:-1])
    last = np.append(first[1:], True)
    return Held(parts.begin[first], parts.end[last], parts.value[first])


def was_reset(before: F8, after: F8) -> B1:
    """Whether a counter was set to zero between two neighbouring samples; columns of equal length."""
    zeroed: B1 = (before > 0) & (after < ZEROED * before)
    return zeroed


def _rises(value: F8) -> F8:
    """From each sample of a counter to the next; negative where it lost counts."""
    return np.where(was_reset(value[:-1], value[1:]), value[1:], np.diff(value))


@dataclass(frozen=True, slots=True)
class Register:
    """A counter unwrapped: how far it had come at each sample, over its resets."""

    at: I8
    total: F8

    @classmethod
    def of(cls, samples: Samples) -> Register:
        """From the samples of a counter."""
        if not len(samples.at):
            return cls(samples.at, samples.value)
        return cls(samples.at, np.concatenate(([0.0], np.cumsum(_rises(samples.value)))))

    def rise(self, begin: I8, end: I8) -> float:
        """How far it rose in all of these stretches; each must lie between the first and the last sample."""
        if not len(self.at) or not len(begin):
            return 0.0
        zero = self.at[0]
        at = (self.at - zero).astype(np.float64)
        return float((np.interp(end - zero, at, self.total) - np.interp(begin - zero, at, self.total)).sum())


def steps(samples: Samples) -> tuple[I8, I8, F8]:
    """Each rise of a counter: after which moment, at which moment it was seen, by how much."""
    if len(samples.at) < 2:
        return samples.at[:0], samples.at[:0], samples.value[:0]
    rise = _rises(samples.value)
    happened = rise > 0
    return samples.at[:-1][happened], samples.at[1:][happened], rise[happened]
