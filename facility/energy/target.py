"""Targets: broken down so that the parts are the whole, forecast to the month's end with a band, judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from facility.energy.baseline_band import quantile

F8 = NDArray[np.float64]
LEAST: Final = 3
"""Days of a kind (working, off) that a forecast of such days needs."""


def broken_down(whole: Decimal, shares: Mapping[str, Decimal], places: int = 0) -> dict[str, Decimal]:
    """The whole by shares, rounded to `places` so that the parts add up to it exactly (largest remainders).

    ValueError where no share is above 0 or one is negative.
    """
    total = sum(shares.values(), Decimal(0))
    if total <= 0 or any(share < 0 for share in shares.values()):
        raise ValueError(
            "比例不得为负,且至少一项大于零 · a breakdown needs shares that are not negative, at least one above 0"
        )
    unit = Decimal(1).scaleb(-places)
    exact = {key: whole * share / total for key, share in shares.items()}
    low = {key: (value // unit) * unit for key, value in exact.items()}
    left = whole - sum(low.values(), Decimal(0))
    order = sorted(exact, key=lambda key: (low[key] - exact[key], key))
    for key in order[: int(left // unit)]:
        low[key] += unit
        left -= unit
    if left and order:
        low[order[-1]] += left
    return low


class Course(StrEnum):
    """How a month goes against its target."""

    ON_COURSE = "on_course"
    AT_RISK = "at_risk"
    """The target lies in the forecast's band."""
    OFF_COURSE = "off_course"
    """It lies below the band."""
    MET = "met"
    MISSED = "missed"
    UNKNOWN = "unknown"
    """No target, or too little is known."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """To the month's end: what is known so far, and what the days left should take; ± half of a 90 % band."""

    known: float
    expected: float
    half_width: float
    days_known: int
    days_left: int

    @property
    def total(self) -> float:
        """At the month's end."""
        return self.known + self.expected


def forecast(known: F8, past: F8, past_off: NDArray[np.bool_], left_off: NDArray[np.bool_]) -> Forecast | None:
    """Days left take the mean of the past days of their kind (working, off); None where there are too few of those.

    `known`: the month's days so far, `past`: those of the last weeks, both NaN where unknown; `left_off`: the days
    left, and those of the month that are unknown.
    """
    expected, variance, freedom = 0.0, 0.0, np.inf
    for off in (False, True):
        days = int((left_off == off).sum())
        if not days:
            continue
        seen = past[(past_off == off) & ~np.isnan(past)]
        if len(seen) < LEAST:
            return None
        spread = float(seen.var(ddof=1))
        expected += days * float(seen.mean())
        variance += spread * (days + days * days / len(seen))
        freedom = min(freedom, len(seen) - 1)
    half = quantile(0.90, freedom) * float(np.sqrt(variance)) if variance else 0.0
    good = known[~np.isnan(known)]
    return Forecast(float(good.sum()), expected, half, len(good), len(left_off))


def course(target: Decimal | None, told: Forecast | None) -> Course:
    """Judged; a month that is over has no days left."""
    if target is None or told is None:
        return Course.UNKNOWN
    aim = float(target)
    if told.days_left == 0:
        return Course.MET if told.known <= aim else Course.MISSED
    if told.known > aim:
        return Course.MISSED
    if told.total - told.half_width > aim:
        return Course.OFF_COURSE
    return Course.AT_RISK if told.total + told.half_width > aim else Course.ON_COURSE


def shares_of(last_year: Mapping[str, Decimal | None]) -> dict[str, Decimal] | None:
    """Shares by what each took last year; None where one of them is unknown: then the shares must be given."""
    if not last_year or any(value is None or value < 0 for value in last_year.values()):
        return None
    return {key: value for key, value in last_year.items() if value is not None}


def changed_by(now: float | None, before: float | None) -> float | None:
    """同比, 环比: the change as a share of before; None where either is unknown or nothing was used before."""
    return None if now is None or before is None or before <= 0 else now / before - 1


def added(values: Sequence[Decimal | None]) -> Decimal | None:
    """The sum; None where one of them is unknown."""
    return None if any(value is None for value in values) else sum((v for v in values if v is not None), Decimal(0))
