"""Which days are working days, weekends and holidays: years as data, 调休 included, unannounced years marked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

from pydantic import Field, model_validator

from facility import yaml_source
from facility.words import Frozen

SHIPPED: Final = Path(__file__).parent / "holidays"


class DayKind(StrEnum):
    """What a day is to tariffs and baselines."""

    WORKDAY = "workday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"


class Holiday(StrEnum):
    """The statutory holidays."""

    NEW_YEAR = "new_year"
    SPRING_FESTIVAL = "spring_festival"
    TOMB_SWEEPING = "tomb_sweeping"
    LABOUR = "labour"
    DRAGON_BOAT = "dragon_boat"
    MID_AUTUMN = "mid_autumn"
    NATIONAL = "national"


class Days(Frozen):
    """Days off in a row, both ends included."""

    start: date = Field(alias="from")
    end: date = Field(alias="to")

    @model_validator(mode="after")
    def _in_order(self) -> Days:
        if self.end < self.start or (self.end - self.start).days > 31:
            raise ValueError("放假应起止有序,不超过一个月 · days off end after they begin, within a month")
        return self


class HolidayYear(Frozen):
    """The State Council's notice for a year; `estimated` until there is one."""

    year: int = Field(ge=2000, le=2100)
    source: str = Field(min_length=1, max_length=300)
    estimated: bool = False
    holidays: dict[Holiday, tuple[Days, ...]]
    working: tuple[date, ...] = ()
    """调休: weekend days that are worked."""


@dataclass(frozen=True, slots=True)
class DayType:
    """What one day is; `estimated` where nobody has announced its year yet."""

    kind: DayKind
    holidays: frozenset[Holiday] = frozenset()
    estimated: bool = False


class DayCalendar:
    """Looks days up. A year that is given twice counts as it was given last: a site's own after the shipped one."""

    def __init__(self, years: Iterable[HolidayYear]) -> None:
        self._years = {each.year: each for each in years}
        self._off: dict[date, frozenset[Holiday]] = {}
        self._working: set[date] = set()
        self._known: dict[date, DayType] = {}
        for year in self._years.values():
            self._working |= set(year.working)
            for holiday, spans in year.holidays.items():
                for day in (day for span in spans for day in _days(span)):
                    self._off[day] = self._off.get(day, frozenset()) | {holiday}

    def of(self, day: date) -> DayType:
        """A year that nobody gave has weekends only, and is estimated."""
        found = self._known.get(day)
        if found is None:
            found = self._known[day] = self._of(day)
        return found

    def _of(self, day: date) -> DayType:
        year = self._years.get(day.year)
        estimated = year is None or year.estimated
        if day in self._working:
            return DayType(DayKind.WORKDAY, estimated=estimated)
        if day in self._off:
            return DayType(DayKind.HOLIDAY, self._off[day], estimated)
        return DayType(DayKind.WEEKEND if day.isoweekday() > 5 else DayKind.WORKDAY, estimated=estimated)

    def joined(self, years: Iterable[HolidayYear]) -> DayCalendar:
        """This one with a site's own years."""
        return DayCalendar([*self._years.values(), *years])


def _days(span: Days) -> Iterable[date]:
    return (span.start + timedelta(days=n) for n in range((span.end - span.start).days + 1))


@cache
def shipped_calendar() -> DayCalendar:
    """The years that ship."""
    sources = [yaml_source.load(path) for path in sorted(SHIPPED.glob("*.yaml"))]
    return DayCalendar(source.right(yaml_source.check(HolidayYear, source)) for source in sources)
