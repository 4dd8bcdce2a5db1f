"""Daily change-point models: use of a day by its mean outdoor temperature and its day type, by least squares.

use = a + b·off + h·max(0, τh − T) + c·max(0, T − τc): the mean alone, heating (3P), cooling (3P), both (5P).
The kind is chosen by BIC, the change points on a grid over the temperatures that occurred, slopes never negative.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

F8 = NDArray[np.float64]
STEP: Final = 0.5
"""°C between two change points that are tried."""
LEAST_DAYS: Final = 15
"""Days beyond a change point, so that its slope stands on something."""


class Kind(StrEnum):
    """Which terms the model has."""

    MEAN = "mean"
    HEATING = "3p_heating"
    COOLING = "3p_cooling"
    BOTH = "5p"


@dataclass(frozen=True, slots=True)
class DailyModel:
    """`coefficients`: base, days off (where some are), heating, cooling; kWh and kWh/K."""

    kind: Kind
    coefficients: F8
    with_off: bool
    heating_from: float | None
    """°C below which it heats."""
    cooling_from: float | None

    def columns(self, temperature: F8, off: NDArray[np.bool_]) -> F8:
        """The design of some days (n × p)."""
        return _design(temperature, off if self.with_off else None, self.heating_from, self.cooling_from)

    def predict(self, temperature: F8, off: NDArray[np.bool_]) -> F8:
        """What each day should take, kWh."""
        return np.asarray(self.columns(temperature, off) @ self.coefficients)

    def tangent(self, temperature: F8, off: NDArray[np.bool_]) -> F8:
        """The design with a column for each change point: what a small move of it would change."""
        columns = [self.columns(temperature, off)]
        at = 1 + self.with_off
        if self.heating_from is not None:
            columns.append((self.coefficients[at] * (temperature < self.heating_from))[:, None])
            at += 1
        if self.cooling_from is not None:
            columns.append((-self.coefficients[at] * (temperature > self.cooling_from))[:, None])
        return np.hstack(columns)


def _design(temperature: F8, off: NDArray[np.bool_] | None, heating: float | None, cooling: float | None) -> F8:
    columns = [np.ones(len(temperature))]
    if off is not None:
        columns.append(off.astype(np.float64))
    if heating is not None:
        columns.append(np.maximum(0.0, heating - temperature))
    if cooling is not None:
        columns.append(np.maximum(0.0, temperature - cooling))
    return np.column_stack(columns)


def fit_daily(use: F8, temperature: F8, off: NDArray[np.bool_]) -> DailyModel:
    """The best of all kinds; no column is NaN. At least two days."""
    told = off if LEAST_DAYS <= int(off.sum()) <= len(off) - LEAST_DAYS else None
    points = _points(temperature)
    best: tuple[float, DailyModel] | None = None
    for kind, heating, cooling in _tried(points):
        found = _best_of(kind, use, temperature, told, heating, cooling)
        if found is not None and (best is None or found[0] < best[0]):
            best = found
    if best is None:
        raise ValueError("no model can be fitted: give at least two days of use")
    return best[1]


def _points(temperature: F8) -> F8:
    ordered = np.sort(temperature)
    if len(ordered) <= 2 * LEAST_DAYS:
        return np.empty(0)
    low, high = ordered[LEAST_DAYS], ordered[-LEAST_DAYS - 1]
    first, last = np.ceil(low / STEP), np.floor(high / STEP)
    step = max(1, round((last - first) / 48))
    return np.arange(first, last + 1, step) * STEP


def _tried(points: F8) -> Iterator[tuple[Kind, F8, F8]]:
    none = np.empty(0)
    yield Kind.MEAN, none, none
    if len(points):
        yield Kind.HEATING, points, none
        yield Kind.COOLING, none, points
        low, high = (each.ravel() for each in np.meshgrid(points, points, indexing="ij"))
        yield Kind.BOTH, low[low <= high], high[low <= high]


def _best_of(
    kind: Kind, use: F8, temperature: F8, off: NDArray[np.bool_] | None, heating: F8, cooling: F8
) -> tuple[float, DailyModel] | None:
    """(BIC, model): all change points at once, by their normal equations."""
    base = _design(temperature, off, None, None)
    shown = use - use.mean()
    tried = max(len(heating), len(cooling), 1)
    hinges = []
    if len(heating):
        points, place = np.unique(heating, return_inverse=True)
        hinges.append((np.maximum(0.0, points - temperature[:, None]), place))
    if len(cooling):
        points, place = np.unique(cooling, return_inverse=True)
        hinges.append((np.maximum(0.0, temperature[:, None] - points), place))
    gram, right = _normal(base, hinges, shown, tried)
    regular = np.linalg.cond(gram) < 1e12
    if not regular.any():
        return None
    solved = np.zeros_like(right)
    solved[regular] = np.linalg.solve(gram[regular], right[regular][..., None])[..., 0]
    squares = np.maximum((shown**2).sum() - np.einsum("ki,ki->k", solved, right), 0.0)
    first = base.shape[1]
    good = regular & (solved[:, first:] >= 0).all(axis=1)
    if not good.any():
        return None
    best = int(np.argmin(np.where(good, squares, np.inf)))
    n, parameters = len(use), gram.shape[1] + len(hinges)
    bic = n * np.log(max(float(squares[best]) / n, 1e-12)) + parameters * np.log(n)
    coefficients = solved[best].copy()
    coefficients[0] += use.mean()
    points_at = (float(each[best]) if len(each) else None for each in (heating, cooling))
    return float(bic), DailyModel(kind, coefficients, off is not None, *points_at)


def _normal(base: F8, hinges: list[tuple[F8, NDArray[np.intp]]], shown: F8, tried: int) -> tuple[F8, F8]:
    p = base.shape[1]
    size = p + len(hinges)
    gram, right = np.empty((tried, size, size)), np.empty((tried, size))
    gram[:, :p, :p], right[:, :p] = base.T @ base, base.T @ shown
    for nth, (hinge, place) in enumerate(hinges, p):
        gram[:, :p, nth] = gram[:, nth, :p] = (base.T @ hinge).T[place]
        gram[:, nth, nth] = np.einsum("ij,ij->j", hinge, hinge)[place]
        right[:, nth] = (hinge.T @ shown)[place]
    if len(hinges) == 2:
        cross = hinges[0][0].T @ hinges[1][0]
        gram[:, p, p + 1] = gram[:, p + 1, p] = cross[hinges[0][1], hinges[1][1]]
    return gram, right
