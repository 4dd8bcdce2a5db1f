"""A figure beside its limit: rounding never makes a judgement look wrong."""

from __future__ import annotations

from math import isclose
from typing import Final

_MOST_MORE: Final = 4


def decimals_beside(value: float, limit: float, decimals: int) -> int:
    """The fewest, at least `decimals`, with which both are read in their order: 99.96 beside 100, not 100.0."""
    for digits in range(decimals, decimals + _MOST_MORE):
        if _order(round(value, digits), round(limit, digits)) == _order(value, limit):
            return digits
    return decimals + _MOST_MORE


def percent_beside(share: float, judged_by: float, decimals: int = 1) -> str:
    """A share of 1 in percent, beside the share that it is judged by."""
    return f"{share:.{decimals_beside(100 * share, 100 * judged_by, decimals)}%}"


def _order(value: float, limit: float) -> int:
    return 0 if isclose(value, limit, rel_tol=1e-9) else (value > limit) - (value < limit)
