"""How far a predicted total may be off: residuals hang together, parameters and variance are known only so well.

The total of m coming days is predicted as a weighted sum of the n baseline days, `weights`. Residuals are taken as
AR(1) between neighbouring days; its correlation and the variance are freed of the bias that fitting gives them.
Var = σ²·(w'Rw + Σ over the coming days of their correlations); the quantile is Student's, its degrees of freedom by
Satterthwaite from what is known of σ² and ρ. Coverage is proven by simulation (tests/proofs/energy_band.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

import numpy as np
from numpy.typing import NDArray

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
_GRID: Final = np.array([*np.linspace(-0.3, 0.9, 13), 0.95])
NOMINAL: Final = 0.90


@dataclass(frozen=True, slots=True)
class Noise:
    """The residuals of the days: σ in kWh a day, correlation of neighbouring days, degrees of freedom."""

    sigma: float
    rho: float
    freedom: float
    days: I8
    """Of the baseline, as ordinals."""

    def half_width(self, weights: F8, coming: I8, nominal: float = NOMINAL) -> float:
        """± kWh around the predicted total of the coming days (ordinals), in so many of a hundred cases."""
        own = _correlated(weights, self.days, self.rho) @ weights
        ones = np.ones(len(coming))
        future = _correlated(ones, coming, self.rho).sum()
        return quantile(nominal, self.freedom) * self.sigma * float(np.sqrt(max(own + future, 0.0)))


def noise_of(residuals: F8, design: F8, days: I8) -> Noise:
    """Of daily residuals (n) left by a design (n × p)."""
    q = _basis(design)
    neighbours = np.diff(days) == 1
    lag = float((residuals[1:] * residuals[:-1])[neighbours].sum() / max((residuals**2).sum(), 1e-300))
    expected = _expected_lags(q, days, neighbours)
    rho = float(np.interp(lag, expected, _GRID))
    freedom = len(days) - float(np.einsum("ij,ij->", q, _correlated(q, days, rho)))
    sigma = float(np.sqrt((residuals**2).sum() / max(freedom, 1.0)))
    return Noise(sigma, rho, _satterthwaite(freedom, rho), days)


def _basis(design: F8) -> F8:
    """Orthonormal columns that span the design's."""
    scaled = design / np.maximum(np.linalg.norm(design, axis=0), 1e-300)
    left, size, _ = np.linalg.svd(scaled, full_matrices=False)
    return np.asarray(left[:, size > 1e-9 * size[0]])


def weights_of(design: F8, coming: F8) -> F8:
    """How each baseline day enters the total predicted for days with the design `coming` (m × p)."""
    scale = np.maximum(np.linalg.norm(design, axis=0), 1e-300)
    scaled = design / scale
    solved = np.linalg.lstsq(scaled.T @ scaled, coming.sum(axis=0) / scale, rcond=1e-11)[0]
    return np.asarray(scaled @ solved)


def _expected_lags(q: F8, days: I8, neighbours: NDArray[np.bool_]) -> F8:
    """For each ρ of the grid E(e'Ae)/E(e'e) of e = (I − QQ')u, u of AR(1); A takes each neighbouring pair once."""
    rq = _correlated(q[:, :, None], days, _GRID)
    aq = _paired(q, neighbours)
    inner = np.einsum("ip,iqk->kpq", q, rq)
    top = _GRID * float(neighbours.sum()) - 2 * np.einsum("ipk,ip->k", rq, aq)
    top += np.einsum("pq,kqp->k", q.T @ aq, inner)
    return np.asarray(top / (len(days) - np.einsum("kpp->k", inner)))


def _paired(q: F8, neighbours: NDArray[np.bool_]) -> F8:
    """The symmetric A times q: half of the day before and half of the day after."""
    out = np.zeros_like(q)
    both = neighbours[:, None]
    out[1:] += np.where(both, q[:-1], 0.0) / 2
    out[:-1] += np.where(both, q[1:], 0.0) / 2
    return out


def _correlated(columns: F8, days: I8, rho: float | F8) -> F8:
    """R times columns, R[i, j] = ρ^|day i − day j|, by two passes over the days: no n × n matrix."""
    gaps = np.diff(days).astype(np.float64)
    steps = np.power(rho, gaps.reshape(-1, *(1,) * np.ndim(rho))) if np.ndim(rho) else np.power(rho, gaps)
    shape = np.broadcast_shapes(columns.shape, np.shape(rho) if np.ndim(rho) else ())
    before, after = np.zeros(shape), np.zeros(shape)
    for i in range(1, len(days)):
        before[i] = steps[i - 1] * (before[i - 1] + columns[i - 1])
    for i in range(len(days) - 2, -1, -1):
        after[i] = steps[i] * (after[i + 1] + columns[i + 1])
    return np.asarray(columns + before + after)


def _satterthwaite(freedom: float, rho: float) -> float:
    """Of σ²(1+ρ)/(1−ρ): σ² of AR(1) has fewer degrees of freedom, and ρ itself is only estimated."""
    square = min(rho * rho, 0.98)
    of_sigma = 2 * (1 + square) / ((1 - square) * max(freedom, 1.0))
    of_rho = 4 / ((1 - square) * max(freedom, 1.0))
    return 2 / (of_sigma + of_rho)


def quantile(nominal: float, freedom: float) -> float:
    """Student's two-sided quantile by Cornish and Fisher's expansion (error below 0.2 % from 5 degrees on)."""
    z = NormalDist().inv_cdf(0.5 + nominal / 2)
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    v = max(freedom, 3.0)
    return z + first / v + second / v**2 + third / v**3
