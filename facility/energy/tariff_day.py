"""One local day under a tariff: the band of each minute, and each band's price."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from facility.energy.day_types import DayCalendar, DayType
from facility.energy.tariff import BAND_ZH, BANDS, DAY, Band, NoTariff, Prices, Ratio, Rule, Shape, Tariff


@dataclass(frozen=True, slots=True)
class TariffDay:
    """`minutes` holds the band (its place in BANDS) of each of the 1440 minutes of the wall clock."""

    prices: Prices
    minutes: NDArray[np.uint8]
    price: Mapping[Band, Decimal]
    """Of the bands that occur in the day."""
    estimated: bool
    """The day's type is not announced yet."""


def tariff_day(tariff: Tariff, day: date, calendar: DayCalendar) -> TariffDay:
    """NoTariff where nothing dated covers the day, or a band that occurs has no price."""
    shape, prices, kind = tariff.shape_on(day), tariff.prices_on(day), calendar.of(day)
    rules = tuple(nth for nth, rule in enumerate(shape.rules) if rule.holds(day, kind))
    try:
        minutes, price = _painted(_Key(shape, prices), rules)
    except NoTariff as error:
        zh, _, en = str(error).rpartition(" · ")
        raise NoTariff(f"电价 {tariff.id!r} 在 {day}:{zh} · tariff {tariff.id!r} on {day}: {en}") from None
    return TariffDay(prices, minutes, price, _matters(shape, kind))


def _matters(shape: Shape, kind: DayType) -> bool:
    """An unannounced day type is worth a mark only where a rule asks for it."""
    return kind.estimated and any(rule.days or rule.holidays for rule in shape.rules)


class _Key:
    """A shape and its prices by identity: they are frozen, and hashing them whole would cost more than the work."""

    __slots__ = ("prices", "shape")

    def __init__(self, shape: Shape, prices: Prices) -> None:
        self.shape, self.prices = shape, prices

    def __hash__(self) -> int:
        return hash((id(self.shape), id(self.prices)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.shape is other.shape and self.prices is other.prices


@lru_cache(maxsize=512)
def _painted(key: _Key, rules: tuple[int, ...]) -> tuple[NDArray[np.uint8], Mapping[Band, Decimal]]:
    minutes = np.full(DAY, BANDS.index(Band.FLAT), dtype=np.uint8)
    ratios: dict[Band, Ratio] = {}
    for rule in (key.shape.rules[nth] for nth in rules):
        _paint(minutes, rule)
        ratios.update(rule.ratios)
    minutes.setflags(write=False)
    there = [BANDS[int(nth)] for nth in np.unique(minutes)]
    return minutes, {band: band_price(key.prices, ratios, band) for band in there}


def _paint(minutes: NDArray[np.uint8], rule: Rule) -> None:
    for window in rule.windows:
        for a, b in window.minutes():
            minutes[a:b] = BANDS.index(window.band)


def band_price(prices: Prices, ratios: Mapping[Band, Ratio], band: Band) -> Decimal:
    """Yuan a kWh: the published price, or fixed components and the floating ones times the band's ratio."""
    if prices.bands:
        if band not in prices.bands:
            raise NoTariff(
                f"公布的价格中没有{BAND_ZH[band]}电价,请补充 · the published prices name none for {band.value}: add it"
            )
        return prices.bands[band]
    times = _times(ratios, band, set())
    floating = sum((part.price for part in prices.components if part.floats), Decimal(0))
    fixed = sum((part.price for part in prices.components if not part.floats), Decimal(0))
    return (floating * times + fixed).quantize(Decimal(1).scaleb(-prices.places), ROUND_HALF_UP)


def _times(ratios: Mapping[Band, Ratio], band: Band, seen: set[Band]) -> Decimal:
    if band is Band.FLAT and band not in ratios:
        return Decimal(1)
    if band not in ratios or band in seen:
        raise NoTariff(
            f"{BAND_ZH[band]}没有对平段的比价,请在规则中填写 · "
            f"no ratio leads from {band.value} to flat: give it one in the rules"
        )
    ratio = ratios[band]
    if ratio.of is band:
        return ratio.times
    return ratio.times * _times(ratios, ratio.of, seen | {band})
