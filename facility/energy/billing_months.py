"""The billing months of a period, and what a part of one bears of a monthly charge.

基本电费以月计算;新装、增容、变更和终止用电当月按实用天数,每日按全月的三十分之一 (供电营业规则, by a secondary source).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from facility.energy.local_time import month_of

THIRTY: Final = 30


class PartMonth(StrEnum):
    """What a part of a month bears of a monthly charge."""

    THIRTIETH = "thirtieth"
    """A thirtieth for each day: the supplier's rule."""
    BY_DAYS = "by_days"
    """Its days of the month's own 28 to 31."""
    WHOLE = "whole"
    """All of it."""


@dataclass(frozen=True, slots=True)
class BillingMonth:
    """[first, last], all of a month from any day on, or the part of one that a period ends with."""

    first: date
    last: date
    whole: bool
    month_days: int
    """Of the whole month."""

    @property
    def days(self) -> int:
        """Both ends included."""
        return (self.last - self.first).days + 1

    def parts(self, how: PartMonth) -> int:
        """So many days make the whole charge."""
        if self.whole or how is PartMonth.WHOLE:
            return self.days
        return THIRTY if how is PartMonth.THIRTIETH else self.month_days


def billing_months(first: date, last: date) -> Iterator[BillingMonth]:
    """From `first` on, month by month: 26 January to 25 February is one month, 1 to 15 April a part of one."""
    count = 0
    begin = first
    while begin <= last:
        count += 1
        after = _later(first, count)
        end = min(after - timedelta(days=1), last)
        yield BillingMonth(begin, end, end == after - timedelta(days=1), (after - begin).days)
        begin = after


def _later(day: date, months: int) -> date:
    """The same day some months on; the last one where the month is shorter."""
    low, high = month_of(day.year, day.month + months)
    return min(low + timedelta(days=day.day - 1), high - timedelta(days=1))
