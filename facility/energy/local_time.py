"""The edges of local quarters, hours, days and months as UTC nanoseconds: a day begins at the site's midnight."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Literal
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from facility.clock import NS
from facility.energy.intervals import QUARTER

Step = Literal["quarter", "hour", "day", "month"]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def midnight(zone: ZoneInfo, day: date) -> int:
    """When the local day begins, UTC ns; where midnight does not exist, the first moment that does."""
    at = datetime.combine(day, time(), zone).astimezone(UTC) - _EPOCH
    return (at.days * 86_400 + at.seconds) * NS


def local_day(zone: ZoneInfo, at: int) -> date:
    """The local date of a moment."""
    return (_EPOCH + timedelta(seconds=at // NS)).astimezone(zone).date()


def month_of(year: int, month: int) -> tuple[date, date]:
    """The first day of a month, and of the month after; `month` may lie outside 1 … 12."""
    first = year * 12 + month - 1
    begin, end = divmod(first, 12), divmod(first + 1, 12)
    return date(begin[0], begin[1] + 1, 1), date(end[0], end[1] + 1, 1)


def edges(zone: ZoneInfo, first: date, end: date, step: Step) -> NDArray[np.int64]:
    """All edges from the beginning of `first` to the beginning of `end` (first < end).

    A day has 23 or 25 hours where the clock changes. Months are cut at their first days.
    """
    if step in ("day", "month"):
        days = (first + timedelta(days=n) for n in range((end - first).days + 1))
        kept = [d for d in days if step == "day" or d.day == 1 or d in (first, end)]
        return np.array([midnight(zone, d) for d in kept], np.int64)
    width = QUARTER if step == "quarter" else 4 * QUARTER
    cuts = edges(zone, first, end, "day").tolist()
    parts = [np.arange(low, high, width, dtype=np.int64) for low, high in pairwise(cuts)]
    return np.concatenate([*parts, np.array(cuts[-1:], np.int64)])
