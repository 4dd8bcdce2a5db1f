"""The carpet: a meter's days one under another, each cut into hours or quarters of local time."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Literal, TypeVar
from zoneinfo import ZoneInfo

import numpy as np

from cloud.energy.schemas import Carpet, numbers, sum_of
from facility.energy.intervals import Intervals, aggregate
from facility.energy.local_time import edges
from facility.energy.quality import AmountQuality

T = TypeVar("T")


def carpet_of(
    meter: str, quarters: Intervals, zone: ZoneInfo, first: date, end: date, step: Literal["quarter", "hour"]
) -> Carpet:
    """The days [first, end) of a meter; `quarters` holds at least them."""
    days = edges(zone, first, end, "day")
    cut = aggregate(quarters, edges(zone, first, end, step))
    width = 24 if step == "hour" else 96
    places = np.searchsorted(cut.edges, days)
    rows = [slice(low, min(high, low + width)) for low, high in pairwise(places.tolist())]
    value = cut.value
    known = value[np.isfinite(value)]
    daily = aggregate(quarters, days)
    return Carpet(
        meter=meter,
        unit=quarters.unit,
        step=step,
        columns=width,
        days=tuple(first + timedelta(days=n) for n in range((end - first).days)),
        amount=tuple(_filled(numbers(value[row], quarters.unit), width, None) for row in rows),
        quality=tuple(_filled(cut.quality[row].tolist(), width, int(AmountQuality.MISSING)) for row in rows),
        coverage=tuple(_filled(np.round(cut.coverage[row], 4).tolist(), width, 0.0) for row in rows),
        low=round(float(np.percentile(known, 2)), 3) if len(known) else None,
        high=round(float(np.percentile(known, 98)), 3) if len(known) else None,
        totals=tuple(sum_of(daily.between(a, b).total()) for a, b in pairwise(days.tolist())),
    )


def _filled(row: list[T], width: int, nothing: T) -> tuple[T, ...]:
    return (*row, *[nothing] * (width - len(row)))
