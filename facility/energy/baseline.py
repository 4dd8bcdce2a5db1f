"""Baselines: a model of a meter's use by weather and day, taken only where it is good enough; else refused, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from facility.energy.baseline_band import Noise, noise_of
from facility.energy.baseline_daily import DailyModel, fit_daily
from facility.energy.baseline_data import F8, I8, Observed
from facility.energy.baseline_hourly import HourlyModel, fit_hourly
from facility.words import Text

Method = Literal["daily", "hourly"]


@dataclass(frozen=True, slots=True)
class Limits:
    """What a baseline must keep. Sources: CalTRACK 4.3 (days), ASHRAE Guideline 14-2014 (fit)."""

    days: int = 329
    """Whole days of a year: nine in ten."""
    months: int = 12
    """Calendar months with at least half of their days."""
    cv_daily: float = 0.25
    """G14's whole-building path for a year; it names no limit for daily calibration."""
    cv_hourly: float = 0.30
    nmbe: float = 0.05
    rho: float = 0.8
    """Correlation of neighbouring days: the band is proven up to here."""


LIMITS: Final = Limits()
WITHIN_DAY: Final = 1.05
"""A daily mean can't see how the temperature bends within the day: by the proof of the band this much is missing."""


class Reason(StrEnum):
    """Why there is no baseline, or no saving."""

    NO_TEMPERATURE = "no_temperature"
    TOO_FEW_DAYS = "too_few_days"
    MONTHS_MISSING = "months_missing"
    NO_USE = "no_use"
    FIT_CV = "fit_cv"
    FIT_NMBE = "fit_nmbe"
    CORRELATED = "correlated"
    OTHER_WEATHER = "other_weather"
    TOO_FEW_TO_COMPARE = "too_few_to_compare"
    OVERLAPS = "overlaps"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason, with its figures."""

    reason: Reason
    says: Text


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a model fits: shares of the mean use. Monthly figures are of the daily residuals in sum."""

    cv_rmse: float
    nmbe: float
    r2: float
    monthly_cv: float
    monthly_nmbe: float
    days: int
    parameters: int
    rho: float
    """Of neighbouring days' residuals."""


@dataclass(frozen=True, slots=True)
class Refused:
    """No baseline. `fit` stands where one was tried."""

    method: Method
    refusals: tuple[Refusal, ...]
    fit: Fit | None = None


@dataclass(frozen=True, slots=True)
class Baseline:
    """A model that was good enough."""

    method: Method
    model: DailyModel | HourlyModel
    fit: Fit
    noise: Noise
    design: F8
    """Of its days (n × p)."""
    coldest: float
    warmest: float
    """°C: daily means that it was fitted on."""
    spread: F8
    """(24, 2): by hour of the day the 5 % and 95 % quantiles of the residuals in kWh; NaN of a daily model."""

    def expected(self, seen: Observed) -> F8:
        """KWh of each whole day of `seen`."""
        if isinstance(self.model, DailyModel):
            return self.model.predict(seen.days.temperature, seen.days.off)
        of_days = seen.of_days()
        hourly = self.model.predict(seen.temperature[of_days], seen.hour[of_days])
        return summed(hourly, seen)

    def terms(self, seen: Observed) -> F8:
        """The design of the whole days of `seen`."""
        return _terms(self.model, seen)


def fit(seen: Observed, method: Method, limits: Limits = LIMITS) -> Baseline | Refused:
    """One model; refused with every reason that holds."""
    early = tuple(_data_refusals(seen, limits))
    if early:
        return Refused(method, early)
    model: DailyModel | HourlyModel
    if method == "daily":
        model = fit_daily(seen.days.use, seen.days.temperature, seen.days.off)
        shown, made = seen.days.use, model.predict(seen.days.temperature, seen.days.off)
        parameters = len(model.coefficients) + (model.heating_from is not None) + (model.cooling_from is not None)
    else:
        of_days = seen.of_days()
        shown, warm, hour = seen.use[of_days], seen.temperature[of_days], seen.hour[of_days]
        model = fit_hourly(shown, warm, hour)
        made = model.predict(warm, hour)
        parameters = int((~np.isnan(model.level)).sum()) + len(model.slopes)
    return _judged(seen, method, model, shown - made, shown, parameters, limits)


def _judged(
    seen: Observed,
    method: Method,
    model: DailyModel | HourlyModel,
    residual: F8,
    shown: F8,
    parameters: int,
    limits: Limits,
) -> Baseline | Refused:
    daily = residual if method == "daily" else summed(residual, seen)
    design = _terms(model, seen)
    noise = noise_of(daily, design, seen.days.day)
    if method == "daily":
        noise = replace(noise, sigma=noise.sigma * WITHIN_DAY)
    told = _fit(residual, shown, parameters, seen, daily, noise.rho)
    late = tuple(_fit_refusals(told, method, limits))
    if late:
        return Refused(method, late, told)
    spread = np.full((24, 2), np.nan)
    if method == "hourly":
        spread = _spread(residual, seen.hour[seen.of_days()] % 24)
    warm = seen.days.temperature
    return Baseline(method, model, told, noise, design, float(warm.min()), float(warm.max()), spread)


def summed(hourly: F8, seen: Observed) -> F8:
    """By days: values of the hours that belong to whole days."""
    place = np.searchsorted(seen.days.day, seen.day[seen.of_days()])
    return np.bincount(place, weights=hourly, minlength=len(seen.days)).astype(np.float64)


def _terms(model: DailyModel | HourlyModel, seen: Observed) -> F8:
    """By days. Of an hourly model: the weekday, and its temperature terms in sum."""
    if isinstance(model, DailyModel):
        return model.tangent(seen.days.temperature, seen.days.off)
    of_days = seen.of_days()
    place = np.searchsorted(seen.days.day, seen.day[of_days])
    hour = seen.hour[of_days]
    columns = model.terms(seen.temperature[of_days], hour)
    n = len(seen.days)
    terms = [summed(columns[:, k], seen) for k in range(columns.shape[1])]
    weekday = np.zeros((n, 7))
    weekday[place, hour // 24] = 1.0
    return np.column_stack([weekday, *terms])


def _fit(residual: F8, shown: F8, parameters: int, seen: Observed, daily: F8, rho: float) -> Fit:
    n, mean = len(shown), float(shown.mean())
    spare = max(n - parameters, 1)
    months = _months(seen.days.day)
    use = np.bincount(months, weights=seen.days.use)
    off = np.bincount(months, weights=daily)
    there = np.bincount(months) > 0
    use, off = use[there], off[there]
    return Fit(
        cv_rmse=float(np.sqrt((residual**2).sum() / spare)) / mean,
        nmbe=float(residual.sum()) / (spare * mean),
        r2=1.0 - float((residual**2).sum()) / max(float(((shown - mean) ** 2).sum()), 1e-300),
        monthly_cv=float(np.sqrt((off**2).sum() / max(len(off) - 1, 1)) / use.mean()),
        monthly_nmbe=float(off.sum() / (max(len(off) - 1, 1) * use.mean())),
        days=len(seen.days),
        parameters=parameters,
        rho=rho,
    )


def _months(days: I8) -> NDArray[np.int64]:
    whole = (days - 719_163).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return np.asarray(whole - whole.min())


def _spread(residual: F8, clock: I8) -> F8:
    return np.array(
        [np.quantile(residual[clock == h], (0.05, 0.95)) if (clock == h).any() else (np.nan, np.nan) for h in range(24)]
    )


def _data_refusals(seen: Observed, limits: Limits) -> Iterator[Refusal]:
    days = len(seen.days)
    if not days and seen.no_temperature:
        yield _no(
            Reason.NO_TEMPERATURE,
            "没有室外温度:接入气象设备、导入 CSV,或登记接口来源",
            "No outdoor temperature: connect a weather station, import a CSV or enter a source",
        )
        return
    if days < limits.days:
        zh = f"完整日 {days} 天,至少需要 {limits.days} 天(缺电量 {seen.no_use} 天,缺气温 {seen.no_temperature} 天)"
        en = f"{days} whole days of at least {limits.days} ({seen.no_use} lack use, {seen.no_temperature} temperature)"
        yield _no(Reason.TOO_FEW_DAYS, zh, en)
        return
    full = int((np.bincount(_months(seen.days.day)) >= 15).sum())
    if full < limits.months:
        zh, en = f"只有 {full} 个月有一半以上的天数", f"only {full} months have at least half of their days"
        yield _no(Reason.MONTHS_MISSING, zh, en)
    if float(seen.days.use.mean()) <= 0 or float((seen.days.use > 0).mean()) < 0.9:
        zh, en = "一成以上的天数用量为零或为负", "on over a tenth of the days nothing was used"
        yield _no(Reason.NO_USE, zh, en)


def _fit_refusals(told: Fit, method: Method, limits: Limits) -> Iterator[Refusal]:
    cv = limits.cv_daily if method == "daily" else limits.cv_hourly
    if told.cv_rmse > cv:
        zh = f"CV(RMSE) {told.cv_rmse:.1%},超过 {cv:.0%}"
        yield _no(Reason.FIT_CV, zh, f"CV(RMSE) {told.cv_rmse:.1%} is over {cv:.0%}")
    if abs(told.nmbe) > limits.nmbe:
        zh = f"NMBE {told.nmbe:.1%},超过 ±{limits.nmbe:.0%}"
        yield _no(Reason.FIT_NMBE, zh, f"NMBE {told.nmbe:.1%} is over ±{limits.nmbe:.0%}")
    if told.rho > limits.rho:
        zh = f"相邻日残差相关 {told.rho:.2f},超过 {limits.rho}:误差带不可靠"
        en = f"residuals of neighbouring days correlate by {told.rho:.2f}, over {limits.rho}: no band can be trusted"
        yield _no(Reason.CORRELATED, zh, en)


def _no(reason: Reason, zh: str, en: str) -> Refusal:
    return Refusal(reason, Text(zh=zh, en=en))
