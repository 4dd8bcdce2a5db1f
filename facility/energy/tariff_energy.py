"""Energy of a period by band and price: which interval falls into which band of which local day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from facility.clock import NS
from facility.energy.day_types import DayCalendar
from facility.energy.intervals import Intervals
from facility.energy.local_time import midnight
from facility.energy.quality import placed
from facility.energy.tariff import BANDS, DAY, Band, Prices, Tariff
from facility.energy.tariff_day import TariffDay, tariff_day

MINUTE: Final = 60 * NS


class CrossesBands(ValueError):
    """An interval lies in two bands: its energy can't be told apart. The message names the interval."""


@dataclass(frozen=True, slots=True)
class Part:
    """Energy of one band at one price, under one dated price list; amounts in millionths of a kWh."""

    prices: Prices
    band: Band
    price: Decimal
    amount: int
    unsure: int
    """Of it, what was estimated, or stands in an interval that is not wholly known."""
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Parts:
    """A period's energy in millionths of a kWh, and what is not known of it."""

    parts: tuple[Part, ...]
    blind: int
    """Nanoseconds of which nothing is known …"""
    time: int
    """… of so many."""
    estimated_days: tuple[date, ...]
    """Days whose type matters and is not announced yet."""

    @property
    def coverage(self) -> float:
        """Share of the time that is known."""
        return max(0.0, 1.0 - self.blind / self.time)

    @property
    def kwh(self) -> Decimal:
        """All of it, exact."""
        return Decimal(sum(part.amount for part in self.parts)).scaleb(-6)

    @property
    def unsure_kwh(self) -> Decimal:
        """All that is not sure."""
        return Decimal(sum(part.unsure for part in self.parts)).scaleb(-6)


def days_of(first: date, last: date) -> Iterator[date]:
    """Both included."""
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def parts_of(used: Intervals, tariff: Tariff, calendar: DayCalendar, zone: ZoneInfo, first: date, last: date) -> Parts:
    """Split the energy (kW.h) of the local days [first, last]. NoTariff, CrossesBands."""
    gathered: dict[tuple[date, Band, Decimal], Part] = {}
    estimated: list[date] = []
    start = begin = midnight(zone, first)
    blind = 0
    for day in days_of(first, last):
        end = midnight(zone, day + timedelta(days=1))
        told = tariff_day(tariff, day, calendar)
        if told.estimated:
            estimated.append(day)
        mine = _within(used, begin, end, zone)
        blind += end - begin - round(float((np.diff(mine.edges) * mine.coverage).sum()))
        for part in _of_day(mine, told, zone, begin, end, day):
            key = (told.prices.start, part.band, part.price)
            gathered[key] = _added(gathered.get(key), part)
        begin = end
    parts = tuple(sorted(gathered.values(), key=lambda part: (part.prices.start, BANDS.index(part.band), part.first)))
    return Parts(parts, blind, begin - start, tuple(estimated))


def _within(used: Intervals, begin: int, end: int, zone: ZoneInfo) -> Intervals:
    for edge in (begin, end):
        place = int(np.searchsorted(used.edges, edge))
        if 0 < place < len(used.edges) and int(used.edges[place]) != edge and used.coverage[place - 1] > 0:
            at = _said(int(used.edges[place - 1]), zone)
            raise CrossesBands(
                f"自 {at} 起的一段跨过零点,账单须按日分开 · "
                f"the interval from {at} goes over midnight: a bill needs intervals that end with the day"
            )
    return used.between(begin, end)


def _of_day(mine: Intervals, told: TariffDay, zone: ZoneInfo, begin: int, end: int, day: date) -> Iterator[Part]:
    if not len(mine):
        return
    first = minutes_of_day(mine.edges[:-1], zone, begin, end)
    last = minutes_of_day(mine.edges[1:] - 1, zone, begin, end)
    changes = np.concatenate(([0], np.cumsum(told.minutes[1:] != told.minutes[:-1])))
    wrong = np.flatnonzero((changes[first] != changes[last]) & (mine.amount != 0))
    if len(wrong):
        low, high = (_said(int(mine.edges[int(wrong[0]) + n]), zone) for n in (0, 1))
        raise CrossesBands(
            f"{low} 至 {high} 的电量落在两个时段内,抄表间隔应不长于时段 · "
            f"the interval {low} to {high} lies in two bands of the tariff: "
            "read this meter at least as often as its bands change"
        )
    bands = told.minutes[first]
    sure = placed(mine.quality)
    for nth, band in enumerate(BANDS):
        here = (bands == nth) & mine.known
        if here.any():
            amount, unsure = int(mine.amount[here].sum()), int(mine.amount[here & ~sure].sum())
            yield Part(told.prices, band, told.price[band], amount, unsure, day, day)


def minutes_of_day(at: NDArray[np.int64], zone: ZoneInfo, begin: int, end: int) -> NDArray[np.int64]:
    """Minutes of the wall clock of moments of the local day [begin, end)."""
    if end - begin == DAY * MINUTE:
        return (at - begin) // MINUTE
    walls = (datetime.fromtimestamp(int(each) // NS, UTC).astimezone(zone) for each in at)
    return np.array([wall.hour * 60 + wall.minute for wall in walls], dtype=np.int64)


def _added(before: Part | None, more: Part) -> Part:
    if before is None:
        return more
    return replace(before, amount=before.amount + more.amount, unsure=before.unsure + more.unsure, last=more.last)


def _said(at: int, zone: ZoneInfo) -> str:
    return datetime.fromtimestamp(at // NS, UTC).astimezone(zone).strftime("%Y-%m-%d %H:%M")
