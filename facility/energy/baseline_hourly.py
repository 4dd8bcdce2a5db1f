"""Hourly model by time of week and temperature (TOWT): a level for each hour of the week, broken lines in temperature.

After Mathieu et al., "Quantifying changes in building electricity use" (2011): the temperature's line is piecewise
over fixed bounds, apart for hours in which the building is occupied and not; occupied is where a plain model of the
temperature underestimates most of the hours (CalTRACK: 65 %). Holidays count as Sundays, 调休 as Mondays.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
WEEK: Final = 168
BOUNDS: Final = np.array([-1.0, 7.0, 13.0, 18.0, 24.0, 32.0])
"""°C: CalTRACK's 30, 45, 55, 65, 75, 90 °F."""
OCCUPIED: Final = 0.65
LEAST_HOURS: Final = 20
"""Of a bin: one with fewer is joined to its neighbour."""


@dataclass(frozen=True, slots=True)
class HourlyModel:
    """Level of each hour of the week (0 is Monday 0 h) in kWh; slopes of each segment, occupied ones first."""

    level: F8
    occupied: NDArray[np.bool_]
    bounds: F8
    slopes: F8

    def predict(self, temperature: F8, hour: I8) -> F8:
        """What each hour should take, kWh; `hour` is its place in the week."""
        return np.asarray(self.level[hour] + self.terms(temperature, hour) @ self.slopes)

    def terms(self, temperature: F8, hour: I8) -> F8:
        """The temperature's columns (n × 2k)."""
        return _terms(_segments(temperature, self.bounds), self.occupied[hour])


def fit_hourly(use: F8, temperature: F8, hour: I8) -> HourlyModel:
    """Least squares; no column is NaN. An hour of the week that never occurs has no level (NaN)."""
    bounds = _bounds(temperature)
    occupied = _occupied(use, temperature, hour)
    columns = _terms(_segments(temperature, bounds), occupied[hour])
    count = np.bincount(hour, minlength=WEEK).astype(np.float64)
    inner = columns - _means(columns, hour, count)[hour]
    shown = use - _mean(use, hour, count)[hour]
    slopes: F8 = np.linalg.lstsq(inner.T @ inner, inner.T @ shown, rcond=1e-10)[0].astype(np.float64)
    level = _mean(use - columns @ slopes, hour, count)
    level[count == 0] = np.nan
    return HourlyModel(level, occupied, bounds, slopes)


def _bounds(temperature: F8) -> F8:
    """Those with enough hours on both sides of each."""
    kept: list[float] = []
    for bound in BOUNDS:
        low = kept[-1] if kept else -np.inf
        if ((temperature > low) & (temperature <= bound)).sum() >= LEAST_HOURS:
            kept.append(float(bound))
    while kept and (temperature > kept[-1]).sum() < LEAST_HOURS:
        kept.pop()
    return np.array(kept)


def _segments(temperature: F8, bounds: F8) -> F8:
    """How much of the temperature lies in each segment: the columns add up to the temperature."""
    if not len(bounds):
        return temperature[:, None].copy()
    columns = [np.minimum(temperature, bounds[0])]
    for low, high in itertools.pairwise(bounds):
        columns.append(np.clip(temperature - low, 0.0, high - low))
    columns.append(np.maximum(temperature - bounds[-1], 0.0))
    return np.column_stack(columns)


def _terms(segments: F8, occupied: NDArray[np.bool_]) -> F8:
    return np.hstack([np.where(occupied[:, None], segments, 0.0), np.where(occupied[:, None], 0.0, segments)])


def _occupied(use: F8, temperature: F8, hour: I8) -> NDArray[np.bool_]:
    """Hours of the week that a model of heating and cooling degrees alone underestimates most of the time."""
    plain = np.column_stack(
        [np.ones(len(use)), np.maximum(0.0, 10.0 - temperature), np.maximum(0.0, temperature - 18.0)]
    )
    over = use > plain @ np.linalg.lstsq(plain, use, rcond=None)[0]
    count = np.bincount(hour, minlength=WEEK)
    above = np.bincount(hour, weights=over.astype(np.float64), minlength=WEEK)
    return above > OCCUPIED * np.maximum(count, 1)


def _mean(values: F8, hour: I8, count: F8) -> F8:
    return np.asarray(np.bincount(hour, weights=values, minlength=WEEK) / np.maximum(count, 1))


def _means(columns: F8, hour: I8, count: F8) -> F8:
    return np.column_stack([_mean(columns[:, nth], hour, count) for nth in range(columns.shape[1])])
