"""What a stretch of time costs: one table of prices for many meters under one contract, to the fen of its bill."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from facility.energy.bill import energy_charge
from facility.energy.day_types import DayCalendar
from facility.energy.intervals import Intervals
from facility.energy.local_time import local_day, midnight
from facility.energy.tariff import BANDS, Band, Tariff
from facility.energy.tariff_day import tariff_day
from facility.energy.tariff_energy import CrossesBands, minutes_of_day

Line = tuple[date, Band, Decimal]
"""A line of the bill: the price list's first day, its band, yuan a kWh."""


@dataclass(frozen=True, slots=True)
class Pricing:
    """`place` says for each interval into which of `lines` its energy goes; -1: it lies in two bands."""

    place: NDArray[np.int64]
    lines: tuple[Line, ...]
    kwh_places: int
    """Decimals of a line's kWh."""

    def cost(self, used: Intervals) -> Decimal:
        """Yuan, to 0.01, of what is known. CrossesBands where energy lies in two bands; `used` has these intervals."""
        sums = np.zeros(len(self.lines) + 1, np.int64)
        np.add.at(sums, self.place, used.amount)
        if sums[-1]:
            raise CrossesBands(
                "电价时段在一刻钟内变化,无法分开 · "
                "the bands of the tariff change within a quarter hour: its energy can't be told apart"
            )
        told = zip(sums[:-1].tolist(), self.lines, strict=True)
        return sum((energy_charge(each, self.kwh_places, price)[1] for each, (_, _, price) in told), Decimal(0))


def pricing(
    tariff: Tariff, calendar: DayCalendar, zone: ZoneInfo, edges: NDArray[np.int64], kwh_places: int
) -> Pricing:
    """Of the intervals between `edges` (UTC ns), none of which goes over local midnight. NoTariff."""
    place = np.full(len(edges) - 1, -1, np.int64)
    lines: dict[Line, int] = {}
    day = local_day(zone, int(edges[0]))
    while (begin := midnight(zone, day)) < edges[-1]:
        end = midnight(zone, day + timedelta(days=1))
        low, high = np.searchsorted(edges, (begin, end))
        high = min(int(high), len(place))
        place[low:high] = _of_day(tariff, calendar, day, lines, zone, edges[low : high + 1], (begin, end))
        day += timedelta(days=1)
    return Pricing(place, tuple(lines), kwh_places)


def _of_day(
    tariff: Tariff,
    calendar: DayCalendar,
    day: date,
    lines: dict[Line, int],
    zone: ZoneInfo,
    edges: NDArray[np.int64],
    ends: tuple[int, int],
) -> NDArray[np.int64]:
    told = tariff_day(tariff, day, calendar)
    known = {band: (told.prices.start, band, told.price[band]) for band in BANDS if band in told.price}
    of_band = np.array([lines.setdefault(known[b], len(lines)) if b in known else -1 for b in BANDS], np.int64)
    changes = np.concatenate(([0], np.cumsum(told.minutes[1:] != told.minutes[:-1])))
    first = minutes_of_day(edges[:-1], zone, *ends)
    last = minutes_of_day(edges[1:] - 1, zone, *ends)
    return np.where(changes[first] == changes[last], of_band[told.minutes[first]], -1)
