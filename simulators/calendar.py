"""The site's own time: hour of the day, and what sort of day it is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from facility.clock import NS

DAY: Final = 86_400


class DayKind(StrEnum):
    """How people spend a day."""

    WORKDAY = "workday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    FESTIVAL = "festival"
    """Spring Festival, from New Year's Eve on: many are away, those at home cook at noon."""


# First day of the lunar year.
_NEW_YEARS: Final = (
    "2020-01-25", "2021-02-12", "2022-02-01", "2023-01-22", "2024-02-10", "2025-01-29", "2026-02-17", "2027-02-06",
    "2028-01-26", "2029-02-13", "2030-02-03", "2031-01-23", "2032-02-11", "2033-01-31", "2034-02-19", "2035-02-08",
)  # fmt: skip
FESTIVAL_DAYS: Final = frozenset(
    date.fromisoformat(day) + timedelta(days=k) for day in _NEW_YEARS for k in range(-1, 7)
)


def kind_of(day: date) -> DayKind:
    """The kind of a date: Spring Festival, fixed-date holidays (1 January, 1–5 May, 1–7 October), Sat/Sun, workday.

    Holidays that follow the moon or the sun (but Spring Festival) and the working Saturdays of the yearly
    decree are left out.
    """
    if day in FESTIVAL_DAYS:
        return DayKind.FESTIVAL
    if (day.month, day.day) == (1, 1) or (day.month == 5 and day.day <= 5) or (day.month == 10 and day.day <= 7):
        return DayKind.HOLIDAY
    return DayKind.WEEKEND if day.weekday() >= 5 else DayKind.WORKDAY


class Calendar:
    """Local time of one moment; `update` moves it."""

    def __init__(self, timezone: str, now: int) -> None:
        self._zone = ZoneInfo(timezone)
        self._offset = 0
        self._offset_until = -1
        self._ordinal = -1
        self.now = now
        self.midnight = 0
        """UTC ns of this local day's midnight."""
        self.hour = 0.0
        """Local hour of the day, 0 … 24."""
        self.day = date(1970, 1, 1)
        self.kind = DayKind.WORKDAY
        self.day_of_year = 1
        self.update(now)

    def update(self, now: int) -> None:
        """Set to UTC ns `now`."""
        self.now = now
        if not self._offset_until - 900 * NS <= now < self._offset_until:
            found = datetime.fromtimestamp(now // NS, UTC).astimezone(self._zone).utcoffset() or timedelta()
            self._offset = round(found.total_seconds()) * NS
            self._offset_until = (now // (900 * NS) + 1) * 900 * NS
        ordinal, rest = divmod(now + self._offset, DAY * NS)
        self.hour = rest / (3600 * NS)
        self.midnight = now - rest
        if ordinal != self._ordinal:
            self._ordinal = ordinal
            self.day = date(1970, 1, 1) + timedelta(days=ordinal)
            self.kind = kind_of(self.day)
            self.day_of_year = self.day.timetuple().tm_yday
