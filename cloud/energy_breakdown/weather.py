"""Degree days of a month by the hour: daily means would hide the cold of a night and the heat of an afternoon."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from cloud.database.base import Database
from cloud.energy.month import ENOUGH, stretches
from cloud.energy_breakdown.schemas import DegreeDays, MonthWeather
from cloud.energy_settings.store import HOUR
from cloud.energy_settings.weather import temperatures
from cloud.historian.base import Historian
from facility.energy.local_time import midnight

HEATING_BASE: Final = 18.0
COOLING_BASE: Final = 26.0
"""HDD18 and CDD26, customary in China."""
F8 = NDArray[np.float64]


async def month_weather(
    database: Database, historian: Historian | None, site: str, zone: ZoneInfo, month: str, now: int
) -> MonthWeather:
    """Of the month as far as it has come, in whole hours."""
    year, number = map(int, month.split("-"))
    which = stretches(zone, year, number, now)
    found: list[DegreeDays] = []
    warm, source = np.empty(0), ""
    for start, end in (which.before, which.year, which.now):
        low, high = start // HOUR * HOUR, end // HOUR * HOUR
        warm, source = await temperatures(database, historian, site, low, high) if high > low else (np.empty(0), source)
        found.append(degree_days(warm, low, high))
    days, mean = _daily(warm, zone, which.now[0] // HOUR * HOUR, date(year, number, 1))
    return MonthWeather(
        site=site,
        month=month,
        heating_base=HEATING_BASE,
        cooling_base=COOLING_BASE,
        month_before=found[0],
        year_before=found[1],
        now=found[2],
        days=days,
        mean=mean,
        source=source,
    )


def degree_days(celsius: F8, start: int, end: int) -> DegreeDays:
    """Of hourly means; an unknown hour counts as the known ones do on the average."""
    known = celsius[~np.isnan(celsius)]
    share = len(known) / len(celsius) if len(celsius) else 0.0
    days = len(celsius) / 24
    told = share >= ENOUGH
    return DegreeDays(
        start=start,
        end=end,
        heating=round(float(np.maximum(HEATING_BASE - known, 0).mean() * days), 2) if told else None,
        cooling=round(float(np.maximum(known - COOLING_BASE, 0).mean() * days), 2) if told else None,
        known=round(share, 4),
    )


def _daily(celsius: F8, zone: ZoneInfo, start: int, first: date) -> tuple[tuple[date, ...], tuple[float | None, ...]]:
    days: list[date] = []
    mean: list[float | None] = []
    day, low = first, 0
    while low < len(celsius):
        high = (midnight(zone, day + timedelta(days=1)) - start) // HOUR
        part = celsius[low:high]
        part = part[~np.isnan(part)]
        days.append(day)
        mean.append(round(float(part.mean()), 1) if len(part) else None)
        day, low = day + timedelta(days=1), high
    return tuple(days), tuple(mean)
