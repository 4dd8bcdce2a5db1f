"""What a point was over a span, weighted by time: a value counts for as long as it held."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from facility.condition.stretches import Held


@dataclass(frozen=True, slots=True)
class Statistics:
    """Over the time in which it was known. Times in UTC ns; quantiles and mean by time."""

    known: int
    minimum: float
    minimum_at: int
    maximum: float
    maximum_at: int
    mean: float
    deviation: float
    """Standard deviation."""
    low: float
    """Below it for 5 % of the time."""
    median: float
    high: float
    """Above it for 5 % of the time."""


def statistics(held: Held) -> Statistics | None:
    """None where nothing was known."""
    length = held.length.astype(np.float64)
    whole = float(length.sum())
    if not whole:
        return None
    mean = float((held.value * length).sum() / whole)
    order = np.argsort(held.value, kind="stable")
    until = np.cumsum(length[order]) / whole
    low, median, high = (float(held.value[order][_place(until, share)]) for share in (0.05, 0.5, 0.95))
    least, most = int(np.argmin(held.value)), int(np.argmax(held.value))
    return Statistics(
        known=held.total(),
        minimum=float(held.value[least]),
        minimum_at=int(held.begin[least]),
        maximum=float(held.value[most]),
        maximum_at=int(held.begin[most]),
        mean=mean,
        deviation=float(np.sqrt(((held.value - mean) ** 2 * length).sum() / whole)),
        low=low,
        median=median,
        high=high,
    )


def _place(until: np.ndarray, share: float) -> int:
    return min(int(np.searchsorted(until, share)), len(until) - 1)


def shares(held: Held) -> dict[int, float]:
    """State → its share of the known time."""
    whole = held.total()
    if not whole:
        return {}
    states = np.unique(held.value)
    return {int(state): held.total(held.value == state) / whole for state in states}
