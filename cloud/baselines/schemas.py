"""Baselines and savings on the wire."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

from pydantic import Field, model_validator

from cloud.wire import Asked
from facility.energy.baseline import Reason
from facility.words import Frozen, Text


class Ground(Asked):
    """The period that a meter is compared with, both days included; about a year."""

    first: date = Field(alias="from", ge=date(2000, 1, 1))
    last: date = Field(alias="to", le=date(2100, 12, 31))
    method: Literal["daily", "hourly"] = "daily"
    note: str = Field(default="", max_length=500)
    """What was changed after it."""

    @model_validator(mode="after")
    def _about_a_year(self) -> Ground:
        if not timedelta(days=328) <= self.last - self.first < timedelta(days=800):
            raise ValueError("基线期至少约一年 · a baseline needs about a year: 329 to 800 days")
        return self


class RefusalBody(Frozen):
    """Why not."""

    reason: Reason
    says: Text


class FitBody(Frozen):
    """How well the model fits, with what ASHRAE Guideline 14 asks beside it."""

    cv_rmse: float
    cv_rmse_limit: float
    nmbe: float
    nmbe_limit: float
    r2: float
    monthly_cv: float
    """Guideline 14 asks at most 0.15 of monthly calibration."""
    monthly_nmbe: float
    days: int
    parameters: int
    rho: float


class BaselineBody(Frozen):
    """A baseline: accepted, or refused with every reason."""

    meter: str
    first: date = Field(alias="from")
    last: date = Field(alias="to")
    method: Literal["daily", "hourly"]
    note: str
    accepted: bool
    fit: FitBody | None
    refusals: tuple[RefusalBody, ...]
    kind: str | None
    """Of a daily model: mean, 3p_heating, 3p_cooling, 5p; of an hourly one: towt."""
    heating_from: float | None
    cooling_from: float | None
    coldest: float | None
    warmest: float | None
    days_without_use: int
    days_without_temperature: int
    source: str
    """Who knew the temperature."""


class SavingDay(Frozen):
    """One day that could be compared, kWh."""

    day: date
    expected: float
    used: float


class SavingBody(Frozen):
    """Expected less used; every figure is null where the baseline or the comparison was refused."""

    meter: str
    first: date = Field(alias="from")
    last: date = Field(alias="to")
    saved: float | None
    half_width: float | None
    """± of a nominal 90 % band."""
    share: float | None
    distinct: bool | None
    """Whether the band leaves zero out."""
    expected: float | None
    used: float | None
    days: tuple[SavingDay, ...]
    asked_days: int
    refusals: tuple[RefusalBody, ...]


class DayBand(Frozen):
    """One day's hours beside what they should be: local hours of the wall clock; null where unknown."""

    meter: str
    day: date
    used: tuple[float | None, ...]
    expected: tuple[float | None, ...]
    low: tuple[float | None, ...]
    """5 % …"""
    high: tuple[float | None, ...]
    """… and 95 % of the residuals of that hour, about the expected."""
    refusals: tuple[RefusalBody, ...]


class Counts(Frozen):
    """How the site's baselines stand."""

    accepted: int
    refused: int
    by_reason: dict[Reason, int]


class BaselineList(Frozen):
    """All of a site, refused ones with their reasons."""

    items: tuple[BaselineBody, ...]
    counts: Counts
