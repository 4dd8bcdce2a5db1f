"""Meters whose truth is known: use by weather and week, noise that hangs together from day to day and hour to hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from facility.energy.baseline_data import Observed, observe
from facility.energy.day_types import shipped_calendar
from facility.energy.intervals import Intervals
from facility.energy.local_time import edges
from facility.energy.quality import AmountQuality

ZONE = ZoneInfo("Asia/Shanghai")
FIRST = date(2024, 1, 1)
F8 = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Kind:
    """What a meter is like; `noise` is the day's σ as a share of its mean use."""

    name: str
    heating: float
    cooling: float
    weekend: float
    noise: float
    rho: float


KINDS = (
    Kind("office, cooling", 0.0, 0.04, -0.35, 0.08, 0.3),
    Kind("heat and cold", 0.03, 0.03, -0.15, 0.10, 0.6),
    Kind("public light, no weather", 0.0, 0.0, 0.0, 0.05, 0.0),
    Kind("heating, sticky", 0.05, 0.0, -0.1, 0.09, 0.7),
)


@dataclass(frozen=True, slots=True)
class Simulated:
    """A year to fit on, and what followed."""

    baseline: Observed
    after: Observed


def simulate(kind: Kind, seed: int, after_days: int, hourly_noise: float = 0.1) -> Simulated:
    """No change at all between the two."""
    rng = np.random.default_rng(seed)
    first = FIRST.toordinal()
    split, last = first + 366, first + 366 + after_days
    whole = _hours(kind, rng, FIRST, date.fromordinal(last), hourly_noise)
    return Simulated(_part(whole, first, split), _part(whole, split, last))


def _part(whole: tuple[Intervals, F8], first: int, last: int) -> Observed:
    used, warm = whole
    from facility.energy.local_time import midnight

    low, high = (midnight(ZONE, date.fromordinal(n)) for n in (first, last))
    a, b = np.searchsorted(used.edges, (low, high))
    return observe(used.between(low, high), warm[a:b], ZONE, shipped_calendar())


def _hours(kind: Kind, rng: np.random.Generator, first: date, last: date, hourly_noise: float) -> tuple[Intervals, F8]:
    cuts = edges(ZONE, first, last, "hour")
    n = len(cuts) - 1
    days = n // 24
    day = np.arange(days)
    season = 15 + 12 * np.sin(2 * np.pi * (day - 110) / 365.25) + ar1(rng, days, 0.7) * 3
    clock = np.arange(n) % 24
    warm = np.repeat(season, 24) + 4 * np.sin(2 * np.pi * (clock - 9) / 24)
    calendar = shipped_calendar()
    off = np.array([calendar.of(date.fromordinal(first.toordinal() + d)).kind != "workday" for d in range(days)])
    shape = 1 + 0.5 * ((clock >= 8) & (clock < 19)) * np.where(np.repeat(off, 24), 0.3, 1.0)
    level = 40 * (shape + kind.weekend * np.repeat(off, 24))
    weather = 40 * (kind.heating * np.maximum(0, 10 - warm) + kind.cooling * np.maximum(0, warm - 20))
    daily = np.repeat(ar1(rng, days, kind.rho), 24) * kind.noise * 48
    use = np.maximum(level + weather + daily + ar1(rng, n, 0.5) * hourly_noise * 40, 0.5)
    good = np.full(n, AmountQuality.MEASURED, np.uint8)
    amount = np.round(use * 1e6).astype(np.int64)
    return Intervals("kW.h", cuts, amount, good, np.ones(n), np.zeros(n), np.zeros(n)), warm


def ar1(rng: np.random.Generator, n: int, rho: float) -> F8:
    """Standard normal, each correlated with the one before."""
    fresh = rng.normal(size=n) * np.sqrt(1 - rho**2)
    out = np.empty(n)
    at = rng.normal()
    for i, more in enumerate(fresh.tolist()):
        at = rho * at + more
        out[i] = at
    return out
