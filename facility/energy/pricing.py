"""What each interval of a stretch of time costs: one table of prices for many meters under one tariff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from facility.energy.day_types import DayCalendar
from facility.energy.intervals import Intervals
from facility.energy.local_time import local_day, midnight
from facility.energy.tariff import BANDS, Tariff
from facility.energy.tariff_day import tariff_day
from facility.energy.tariff_energy import CrossesBands, minutes_of_day

FEN: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Pricing:
    """`place` says for each interval which of `prices` (yuan a kWh) holds; -1: it lies in two bands."""

    place: NDArray[np.int64]
    prices: tuple[Decimal, ...]

    def cost(self, used: Intervals) -> Decimal:
        """Yuan, to 0.01, of what is known. CrossesBands where energy lies in two bands; `used` has these intervals."""
        sums = np.zeros(len(self.prices) + 1, np.int64)
        np.add.at(sums, self.place, used.amount)
        if sums[-1]:
            raise CrossesBands(
                "电价时段在一刻钟内变化,无法分开 · "
                "the bands of the tariff change within a quarter hour: its energy can't be told apart"
            )
        kwh = (Decimal(int(each)).scaleb(-6) for each in sums[:-1])
        return sum((k * price for k, price in zip(kwh, self.prices, strict=True)), Decimal(0)).quantize(FEN)


def pricing(tariff: Tariff, calendar: DayCalendar, zone: ZoneInfo, edges: NDArray[np.int64]) -> Pricing:
    """Of the intervals between `edges` (UTC ns), none of which goes over local midnight. NoTariff."""
    place = np.full(len(edges) - 1, -1, np.int64)
    prices: dict[Decimal, int] = {}
    day = local_day(zone, int(edges[0]))
    while (begin := midnight(zone, day)) < edges[-1]:
        end = midnight(zone, day + timedelta(days=1))
        low, high = np.searchsorted(edges, (begin, end))
        high = min(int(high), len(place))
        place[low:high] = _of_day(tariff, calendar, day, prices, zone, edges[low : high + 1], (begin, end))
        day += timedelta(days=1)
    return Pricing(place, tuple(prices))


def _of_day(
    tariff: Tariff,
    calendar: DayCalendar,
    day: date,
    prices: dict[Decimal, int],
    zone: ZoneInfo,
    edges: NDArray[np.int64],
    ends: tuple[int, int],
) -> NDArray[np.int64]:
    told = tariff_day(tariff, day, calendar)
    known = (prices.setdefault(told.price[band], len(prices)) if band in told.price else -1 for band in BANDS)
    of_band = np.array(list(known), np.int64)
    changes = np.concatenate(([0], np.cumsum(told.minutes[1:] != told.minutes[:-1])))
    first = minutes_of_day(edges[:-1], zone, *ends)
    last = minutes_of_day(edges[1:] - 1, zone, *ends)
    return np.where(changes[first] == changes[last], of_band[told.minutes[first]], -1)
