"""What a baseline is fitted on: hours whose use and outdoor temperature are both known, and days that are whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from facility.clock import NS
from facility.energy.day_types import DayCalendar, DayKind
from facility.energy.intervals import Intervals
from facility.energy.quality import AmountQuality

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
LONGEST_GAP: Final = 6
"""Hours over which a temperature is drawn as a straight line (CalTRACK)."""
_GOOD: Final = (AmountQuality.MEASURED, AmountQuality.INTERPOLATED, AmountQuality.CHANGED)


@dataclass(frozen=True, slots=True)
class Days:
    """Whole days, in order."""

    day: I8
    """Ordinals of the local dates."""
    use: F8
    temperature: F8
    """Mean of its hours, °C."""
    off: NDArray[np.bool_]
    """Weekends and holidays."""

    def __len__(self) -> int:
        return len(self.day)


@dataclass(frozen=True, slots=True)
class Observed:
    """Known hours in columns, the whole days among them, and how much there could have been."""

    day: I8
    hour: I8
    """Of the week: 0 is Monday 0 h; holidays count as Sundays, worked weekends as Mondays."""
    use: F8
    temperature: F8
    days: Days
    asked: int
    """Local days that were asked for."""
    no_use: int
    """Days of them that lack use: missing, or only guessed …"""
    no_temperature: int
    """… and days that have it, but no temperature."""

    def of_days(self) -> NDArray[np.bool_]:
        """Which hours belong to whole days."""
        return np.isin(self.day, self.days.day)


def drawn(temperature: F8) -> F8:
    """Gaps of at most six hours between two known values as a straight line; longer ones stay NaN."""
    known = np.flatnonzero(~np.isnan(temperature))
    filled = temperature.copy()
    for at in np.flatnonzero((np.diff(known) > 1) & (np.diff(known) <= LONGEST_GAP + 1)):
        low, high = int(known[at]), int(known[at + 1])
        filled[low : high + 1] = np.linspace(temperature[low], temperature[high], high - low + 1)
    return filled


def observe(hours: Intervals, temperature: F8, zone: ZoneInfo, calendar: DayCalendar) -> Observed:
    """Hourly use (edges on local hours) beside the temperature of each hour in °C, NaN where unknown."""
    if len(temperature) != len(hours):
        raise ValueError(f"{len(hours)} hours of use need as many temperatures, not {len(temperature)}")
    day, clock = local_hours(hours.edges[:-1], zone)
    numbers, place = np.unique(day, return_inverse=True)
    weekday, off = _weekdays(numbers, calendar)
    filled = drawn(temperature)
    used = (hours.coverage >= 1) & np.isin(hours.quality, np.array(_GOOD, np.uint8))
    known = used & ~np.isnan(filled)
    whole_use, whole = (np.bincount(place, weights=~each, minlength=len(numbers)) == 0 for each in (used, known))
    total = np.bincount(place, weights=np.where(known, hours.value, 0.0), minlength=len(numbers))
    warmth = np.bincount(place, weights=np.where(known, filled, 0.0), minlength=len(numbers))
    count = np.maximum(np.bincount(place, minlength=len(numbers)), 1)
    days = Days(numbers[whole], total[whole], (warmth / count)[whole], off[whole])
    return Observed(
        day=day[known],
        hour=(weekday[place] * 24 + clock)[known],
        use=hours.value[known],
        temperature=filled[known],
        days=days,
        asked=len(numbers),
        no_use=int((~whole_use).sum()),
        no_temperature=int((whole_use & ~whole).sum()),
    )


def week_hours(starts: I8, zone: ZoneInfo, calendar: DayCalendar) -> I8:
    """The hour of the week of each hour (0 is Monday 0 h), holidays as Sundays, worked weekends as Mondays."""
    day, clock = local_hours(starts, zone)
    numbers, place = np.unique(day, return_inverse=True)
    return np.asarray(_weekdays(numbers, calendar)[0][place] * 24 + clock)


def local_hours(starts: I8, zone: ZoneInfo) -> tuple[I8, I8]:
    """Local date as an ordinal, hour of the wall clock."""
    walls = [datetime.fromtimestamp(int(at) // NS, UTC).astimezone(zone) for at in starts]
    return np.array([w.toordinal() for w in walls], np.int64), np.array([w.hour for w in walls], np.int64)


def _weekdays(numbers: I8, calendar: DayCalendar) -> tuple[I8, NDArray[np.bool_]]:
    weekday, off = np.empty(len(numbers), np.int64), np.empty(len(numbers), np.bool_)
    for nth, number in enumerate(numbers):
        on = date.fromordinal(int(number))
        kind = calendar.of(on).kind
        off[nth] = kind is not DayKind.WORKDAY
        usual = on.weekday()
        weekday[nth] = 6 if kind is DayKind.HOLIDAY else 0 if kind is DayKind.WORKDAY and usual > 4 else usual
    return weekday, off
