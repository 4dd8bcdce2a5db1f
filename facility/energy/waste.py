"""Waste found in hourly use: each finding with its rule, its evidence, and kWh a month as a range."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from facility.energy.baseline_band import quantile
from facility.words import Text

F8 = NDArray[np.float64]
MONTH: Final = 30.4
"""Days."""
LEAST_NIGHTS: Final = 14
LEAST_DAYS: Final = 3
NIGHT: Final = (1, 5)
"""Local hours [from, to)."""
DAYLIGHT: Final = 2_000.0
"""Lux outdoors above which outdoor and garage-edge lights need not burn."""


class WasteRule(StrEnum):
    """What is looked for."""

    NIGHT_BASE = "night_base"
    HOLIDAY = "holiday"
    LIGHTS_BY_DAY = "lights_by_day"
    PUMP_CLOSED = "pump_closed"
    HEAT_AND_COLD = "heat_and_cold"


@dataclass(frozen=True, slots=True)
class Hourly:
    """One meter's hours in columns: kWh (NaN unknown), local hour, day number, whether the day is off or a holiday."""

    use: F8
    hour: NDArray[np.int64]
    day: NDArray[np.int64]
    off: NDArray[np.bool_]
    holiday: NDArray[np.bool_]

    @property
    def days(self) -> int:
        """Days that the hours lie in."""
        return len(np.unique(self.day))


@dataclass(frozen=True, slots=True)
class Range:
    """A figure and its range (10 % … 90 %)."""

    low: float
    middle: float
    high: float


@dataclass(frozen=True, slots=True)
class Waste:
    """A finding. `measured` and `allowed` in the evidence's unit; `hours` are the starts (places) it stands on."""

    rule: WasteRule
    kwh_month: Range
    measured: float
    allowed: float
    unit: str
    hours: NDArray[np.int64]
    """Places in the columns that were looked at, the worst first; at most 24."""
    looked_at: int
    """Hours or days that the rule judged."""


@dataclass(frozen=True, slots=True)
class Unjudged:
    """A rule that has too little to judge by: no finding, and no all-clear either."""

    rule: WasteRule
    says: Text


Judgement = Waste | Unjudged | None
"""None: judged, and nothing worth telling was found."""


@dataclass(frozen=True, slots=True)
class WasteLimits:
    """From which point on something is worth telling."""

    night_share: float = 0.4
    """Night base over the mean working-hours load: offices 0.2 … 0.3."""
    holiday_share: float = 0.5
    """A holiday's use over a working day's."""
    least_kwh_month: float = 30.0


LIMITS: Final = WasteLimits()


def night_base(seen: Hourly, limits: WasteLimits = LIMITS) -> Judgement:
    """The median of 1–5 h against what the meter takes in working hours; above the allowed share it is waste."""
    known = ~np.isnan(seen.use)
    night = known & (seen.hour >= NIGHT[0]) & (seen.hour < NIGHT[1])
    busy = known & ~seen.off & (seen.hour >= 9) & (seen.hour < 18)
    nights = np.unique(seen.day[night])
    if len(nights) < LEAST_NIGHTS or not busy.any():
        return Unjudged(
            WasteRule.NIGHT_BASE,
            Text(
                zh=f"只有 {len(nights)} 个夜晚的数据,至少要 {LEAST_NIGHTS} 个,并有工作时段的数据",
                en=f"{len(nights)} nights are known: it takes {LEAST_NIGHTS}, and working hours",
            ),
        )
    base = np.array([np.median(seen.use[night & (seen.day == day)]) for day in nights])
    allowed = limits.night_share * float(seen.use[busy].mean())
    over = np.maximum(base - allowed, 0.0)
    if np.median(base) <= allowed:
        return None
    hours = 10.0 * MONTH
    return _told(WasteRule.NIGHT_BASE, over * hours, seen, night, (float(np.median(base)), allowed, "kW"), limits)


def holiday_use(seen: Hourly, limits: WasteLimits = LIMITS) -> Judgement:
    """Days off against working days: what is over the allowed share, for the days off of a month."""
    days, place = np.unique(seen.day, return_inverse=True)
    whole = np.bincount(place, weights=np.isnan(seen.use)) == 0
    total = np.bincount(place, weights=np.nan_to_num(seen.use))
    off = np.bincount(place, weights=seen.off) > 0
    free, worked = total[whole & off], total[whole & ~off]
    if len(free) < 4 or len(worked) < 5:
        return Unjudged(
            WasteRule.HOLIDAY,
            Text(
                zh=f"数据完整的休息日 {len(free)} 天、工作日 {len(worked)} 天,至少要 4 天和 5 天",
                en=f"{len(free)} days off and {len(worked)} working days are whole: it takes 4 and 5",
            ),
        )
    if float(worked.mean()) <= 0:
        return None
    allowed = limits.holiday_share * float(worked.mean())
    if float(np.median(free)) <= allowed:
        return None
    share = len(free) / max(int(whole.sum()), 1)
    chosen = np.isin(seen.day, days[whole & off])
    over = np.maximum(free - allowed, 0.0) * share * MONTH
    return _told(WasteRule.HOLIDAY, over, seen, chosen, (float(np.median(free)), allowed, "kWh/d"), limits)


def lights_by_day(seen: Hourly, lux: F8, limits: WasteLimits = LIMITS) -> Judgement:
    """A lighting meter's use while it is bright outdoors; what a tenth of its darkest hours take is allowed."""
    known = ~np.isnan(seen.use) & ~np.isnan(lux)
    bright, dark = known & (lux > DAYLIGHT), known & (lux < 10.0)
    if bright.sum() < 40 or dark.sum() < 40:
        return Unjudged(
            WasteRule.LIGHTS_BY_DAY,
            Text(
                zh=f"有用量又有室外照度的小时:亮 {bright.sum()}、暗 {dark.sum()},各至少要 40",
                en=f"hours with use and outdoor light: {bright.sum()} bright, {dark.sum()} dark; it takes 40 of each",
            ),
        )
    allowed = 0.1 * float(np.median(seen.use[dark]))
    days = np.unique(seen.day[bright])
    over = np.array([np.maximum(seen.use[bright & (seen.day == day)] - allowed, 0.0).sum() for day in days]) * MONTH
    measured = float(np.median(seen.use[bright]))
    if measured <= allowed:
        return None
    return _told(WasteRule.LIGHTS_BY_DAY, over, seen, bright, (measured, allowed, "kW"), limits)


def pump_closed(seen: Hourly, running: F8, flow: F8, limits: WasteLimits = LIMITS) -> Judgement:
    """A pump that runs while nothing flows. `running`: share of the hour (0 … 1); `flow`: m³/h, mean of the hour."""
    known = ~np.isnan(running) & ~np.isnan(flow)
    return _together(WasteRule.PUMP_CLOSED, seen, known, (running > 0.9) & (np.abs(flow) < 0.02), limits)


def heat_and_cold(seen: Hourly, heating: F8, cooling: F8, limits: WasteLimits = LIMITS) -> Judgement:
    """Heating and cooling of one place at once; each a share (0 … 1) of its valve or output over the hour."""
    known = ~np.isnan(heating) & ~np.isnan(cooling)
    return _together(WasteRule.HEAT_AND_COLD, seen, known, (heating > 0.1) & (cooling > 0.1), limits)


def _together(
    rule: WasteRule, seen: Hourly, known: NDArray[np.bool_], at_once: NDArray[np.bool_], limits: WasteLimits
) -> Judgement:
    known = known & ~np.isnan(seen.use)
    days = np.unique(seen.day)
    seen_days = len(np.unique(seen.day[known]))
    if seen_days < LEAST_DAYS:
        return Unjudged(
            rule,
            Text(
                zh=f"用量和所需点位同时有数据的只有 {seen_days} 天,至少要 {LEAST_DAYS} 天",
                en=f"use and points are known together on {seen_days} days: it takes {LEAST_DAYS}",
            ),
        )
    both = known & at_once
    if not both.any():
        return None
    daily = np.array([seen.use[both & (seen.day == day)].sum() for day in days]) * MONTH
    return _told(rule, daily, seen, both, (float(both.sum()) / len(days), 0.0, "h/d"), limits)


def _told(
    rule: WasteRule,
    monthly: F8,
    seen: Hourly,
    chosen: NDArray[np.bool_],
    evidence: tuple[float, float, str],
    limits: WasteLimits,
) -> Waste | None:
    """The range is that of means of as many days, drawn again and again from those that were seen."""
    centre = float(monthly.mean())
    if centre < limits.least_kwh_month:
        return None
    rng = np.random.default_rng(len(monthly))
    again = monthly[rng.integers(0, len(monthly), (400, len(monthly)))].mean(axis=1)
    low, high = np.quantile(again, (0.1, 0.9))
    places = np.flatnonzero(chosen)
    worst = places[np.argsort(-seen.use[places])][:24]
    return Waste(rule, Range(float(low), centre, float(high)), *evidence, worst, len(places))


@dataclass(frozen=True, slots=True)
class Verified:
    """What a repair brought: kWh a day before less after by the same rule, ± half of a 90 % band."""

    kwh_day: float
    half_width: float
    days_before: int
    days_after: int

    @property
    def distinct(self) -> bool:
        """Whether the band leaves zero out."""
        return abs(self.kwh_day) > self.half_width


def verified(before: F8, after: F8) -> Verified | None:
    """Daily kWh of the hours that the rule looks at, before and after the repair; None with under a week of either."""
    one, two = (each[~np.isnan(each)] for each in (before, after))
    if len(one) < 7 or len(two) < 7:
        return None
    variances = one.var(ddof=1) / len(one), two.var(ddof=1) / len(two)
    error = float(np.sqrt(sum(variances)))
    if error == 0:
        return Verified(float(one.mean() - two.mean()), 0.0, len(one), len(two))
    freedom = sum(variances) ** 2 / (variances[0] ** 2 / (len(one) - 1) + variances[1] ** 2 / (len(two) - 1))
    return Verified(float(one.mean() - two.mean()), quantile(0.90, float(freedom)) * error, len(one), len(two))
