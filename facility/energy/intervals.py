"""Amounts of energy or volume per interval in columns: exact whole numbers, each with its quality and its doubt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Final, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from facility.clock import NS
from facility.energy.quality import AmountQuality

QUARTER: Final = 900 * NS
"""The step of the ledger; every time zone in use is a whole number of quarters away from UTC."""
MILLIONTHS: Final = 6
"""Amounts are millionths of the unit: mW.h of kW.h, mL of m3. 10^-6 kW.h is a thousandth of a watt hour."""

I8 = NDArray[np.int64]
U1 = NDArray[np.uint8]
F8 = NDArray[np.float64]
N = TypeVar("N", np.int64, np.float64)


def quarter_edges(start: int, end: int) -> I8:
    """The edges of the quarter hours of [start, end), both on a quarter hour.

    Counted, because `arange(start, end + 1, QUARTER)` loses its last edge from 171 days on: numpy divides in floats.
    """
    return start + QUARTER * np.arange((end - start) // QUARTER + 1, dtype=np.int64)


def exact(amount: int) -> Decimal:
    """The amount in its unit: 1_234_567 → Decimal('1.234567')."""
    return Decimal(int(amount)).scaleb(-MILLIONTHS)


@dataclass(frozen=True, slots=True)
class Total:
    """What a stretch of time comes to."""

    unit: str
    amount: int
    """Millionths of the unit, of the time that is known; 0 where `coverage` is 0, which is not a zero."""
    coverage: float
    """Share (0 … 1) of the time whose amount is known."""
    quality: AmountQuality
    uncertainty: float
    """± millionths, of the known time."""

    @property
    def known(self) -> Decimal | None:
        """The amount in its unit; None where nothing is known."""
        return exact(self.amount) if self.coverage > 0 else None

    @property
    def whole(self) -> bool:
        """Whether all of the time is known."""
        return self.coverage >= 1


@dataclass(frozen=True, slots=True)
class Intervals:
    """One meter's amounts between neighbouring edges: n + 1 edges, n of everything else.

    Never read `amount` without `coverage`: where it is 0 nothing is known and `quality` is MISSING. Between 0 and 1
    the amount is that of the known part of the interval, and `quality` is MISSING all the same.
    """

    unit: str
    """UCUM: `kW.h`, `m3`."""
    edges: I8
    """UTC ns, ascending."""
    amount: I8
    """Millionths of the unit."""
    quality: U1
    """AmountQuality: the worst one in the interval."""
    coverage: F8
    """Share of the interval's time that is known, 0 … 1."""
    before: F8
    """± millionths, from the register not being known exactly where the known time begins …"""
    after: F8
    """… and where it ends. Inside a stretch these cancel: what is added to one interval is taken from the next."""

    def __post_init__(self) -> None:
        count = len(self.edges) - 1
        columns = (self.amount, self.quality, self.coverage, self.before, self.after)
        if count < 0 or any(len(column) != count for column in columns):
            raise ValueError(f"{count + 1} edges need {count} of each column, not {[len(c) for c in columns]}")

    def __len__(self) -> int:
        return len(self.amount)

    @property
    def start(self) -> I8:
        """Where each interval begins, UTC ns."""
        return self.edges[:-1]

    @property
    def known(self) -> NDArray[np.bool_]:
        """Whether anything of the interval is known."""
        return self.coverage > 0

    @property
    def uncertainty(self) -> F8:
        """± millionths of each interval's amount; 0 where nothing is known."""
        return self.before + self.after

    @property
    def value(self) -> F8:
        """The amounts in their unit for charts and models, NaN where nothing is known; not for money."""
        return np.where(self.known, self.amount / 10**MILLIONTHS, np.nan)

    @classmethod
    def missing(cls, unit: str, edges: I8) -> Self:
        """Nothing is known of any."""
        n = len(edges) - 1
        none = np.zeros(n)
        quality = np.full(n, AmountQuality.MISSING, np.uint8)
        return cls(unit, edges, np.zeros(n, np.int64), quality, none, none, none)

    def between(self, start: int, end: int) -> Self:
        """Those of [start, end), which must be edges or lie outside; what lies outside is not there."""
        low, high = np.searchsorted(self.edges, (start, end))
        if high <= low:
            return type(self).missing(self.unit, self.edges[:1])
        part = slice(low, min(high, len(self)))
        return type(self)(
            self.unit,
            self.edges[low : min(high, len(self)) + 1],
            self.amount[part],
            self.quality[part],
            self.coverage[part],
            self.before[part],
            self.after[part],
        )

    def total(self) -> Total:
        """All of it together."""
        if not len(self):
            return Total(self.unit, 0, 0.0, AmountQuality.MISSING, 0.0)
        known = self.known
        begins, ends = known.copy(), known.copy()
        begins[1:] &= ~known[:-1]
        ends[:-1] &= ~known[1:]
        whole = bool(self.coverage.min() >= 1)
        time = float(np.dot(np.diff(self.edges), self.coverage))
        return Total(
            self.unit,
            int(self.amount[known].sum()),
            1.0 if whole else min(time / int(self.edges[-1] - self.edges[0]), 1.0),
            AmountQuality(int(self.quality.max())),
            float(self.before[begins].sum() + self.after[ends].sum()),
        )


def joined(parts: Sequence[Intervals]) -> Intervals:
    """Stretches one after another, each beginning where the one before ended."""
    for before, after in pairwise(parts):
        if before.edges[-1] != after.edges[0] or before.unit != after.unit:
            raise ValueError("the parts do not meet: fill the time between them with Intervals.missing")
    columns = ([getattr(p, name) for p in parts] for name in ("amount", "quality", "coverage", "before", "after"))
    edges = np.concatenate([parts[0].edges, *(p.edges[1:] for p in parts[1:])])
    return Intervals(parts[0].unit, edges, *(np.concatenate(each) for each in columns))


def aggregate(fine: Intervals, edges: I8) -> Intervals:
    """The same in wider intervals: hours, days, months. Time outside `fine` is missing; nothing missing becomes 0.

    Every new edge inside `fine` must be one of its own; ValueError otherwise. Amounts add exactly.
    """
    place = np.searchsorted(fine.edges, edges)
    inside = (edges >= fine.edges[0]) & (edges <= fine.edges[-1])
    if not np.array_equal(fine.edges[place[inside]], edges[inside]):
        raise ValueError("an edge lies inside an interval: aggregate only to whole intervals")
    place = np.minimum(place, len(fine))
    low, high = place[:-1], place[1:]
    width = np.diff(edges)
    time = _sums(np.diff(fine.edges) * fine.coverage, low, high)
    coverage = np.where(high > low, np.minimum(time / np.maximum(width, 1), 1.0), 0.0)
    whole = (fine.edges[high] - fine.edges[low] == width) & (high > low)
    before, after = _doubts(fine, low, high)
    return Intervals(
        fine.unit,
        edges,
        _sums(np.where(fine.known, fine.amount, 0), low, high),
        _worst(fine.quality, low, high, whole),
        coverage,
        before,
        after,
    )


def _sums(column: NDArray[N], low: NDArray[np.intp], high: NDArray[np.intp]) -> NDArray[N]:
    total = np.zeros(len(column) + 1, column.dtype)
    np.cumsum(column, out=total[1:])
    return total[np.maximum(high, low)] - total[low]


def _worst(quality: U1, low: NDArray[np.intp], high: NDArray[np.intp], whole: NDArray[np.bool_]) -> U1:
    """The buckets lie one behind another, so each ends where the next that is not empty begins."""
    worst = np.full(len(low), AmountQuality.MISSING, np.uint8)
    filled = high > low
    if filled.any():
        found = np.maximum.reduceat(quality[: high.max()], low[filled])
        worst[filled] = np.where(whole[filled], found, AmountQuality.MISSING)
    return worst


def _doubts(fine: Intervals, low: NDArray[np.intp], high: NDArray[np.intp]) -> tuple[F8, F8]:
    """Within a bucket each unbroken stretch of known time is in doubt only where it begins and where it ends."""
    known = fine.known
    n = len(known)
    if n and known.all():
        some = high > low
        first, last = np.minimum(low, n - 1), np.maximum(high - 1, 0)
        return np.where(some, fine.before[first], 0.0), np.where(some, fine.after[last], 0.0)
    begins, ends = known.copy(), known.copy()
    begins[1:] &= ~known[:-1]
    ends[:-1] &= ~known[1:]
    before = _sums(np.where(begins, fine.before, 0.0), low, high)
    after = _sums(np.where(ends, fine.after, 0.0), low, high)
    if n:
        first, last = np.minimum(low, n - 1), np.maximum(high - 1, 0)
        cut = (high > low) & known[first] & ~begins[first]
        before = before + np.where(cut, fine.before[first], 0.0)
        cut = (high > low) & known[last] & ~ends[last]
        after = after + np.where(cut, fine.after[last], 0.0)
    return before, after
