"""Looks for waste in the ledger's hours, beside what the historian knows of light, running and flow."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from cloud.energy_settings.ground import EnergySite
from cloud.energy_settings.store import HOUR
from cloud.equipment.store import equipment_of, equipment_rows
from cloud.errors import NotFound, Unprocessable
from cloud.historian.base import Historian, Series
from cloud.tariffs.store import contract_of, tariff_of
from cloud.waste.schemas import Evidence, EvidenceHour, RuleLook, Spread
from cloud.waste.words import NAMES
from facility.energy.baseline_data import local_hours
from facility.energy.day_types import DayKind
from facility.energy.intervals import Intervals, aggregate
from facility.energy.local_time import edges
from facility.energy.quality import AmountQuality
from facility.energy.tariff import BANDS, NoTariff
from facility.energy.tariff_day import tariff_day
from facility.energy.waste import (
    Hourly,
    Judgement,
    Unjudged,
    Waste,
    WasteRule,
    heat_and_cold,
    holiday_use,
    lights_by_day,
    night_base,
    pump_closed,
)

F8 = NDArray[np.float64]
LIGHTING: Final = ("light", "照明")
_GOOD: Final = (AmountQuality.MEASURED, AmountQuality.INTERPOLATED, AmountQuality.CHANGED)
POINTS: Final = {
    "running": ("running", "run", "run_feedback"),
    "flow": ("flow",),
    "heating": ("heating", "heating_valve", "heating_output"),
    "cooling": ("cooling", "cooling_valve", "cooling_output"),
}
"""Points of the metered equipment, or of its neighbours in one place, that rules ask for."""


@dataclass(frozen=True, slots=True)
class Meant:
    """A meter and the points that stand beside it: word → series."""

    meter: str
    lighting: bool
    beside: Mapping[str, Series]


def meant(connection: Connection, where: EnergySite) -> tuple[dict[str, Meant], Series | None]:
    """Every electricity meter with what is beside it; the outdoor light."""
    rows = equipment_rows(connection, frozenset({where.id}))
    known = [equipment_of(row["body"]) for row in rows]
    light = None
    beside: dict[str, dict[str, Series]] = {}
    for each in known:
        for point in each.points:
            series = Series(where.id, each.type, each.id, point.point, point.instance)
            if each.type == "weather" and point.point == "illuminance":
                light = series
            for word, names in POINTS.items():
                if point.point in names and each.place:
                    beside.setdefault(each.place, {}).setdefault(word, series)
    found = {}
    for meter in where.meters.values():
        if meter.unit == "kW.h" and meter.kind != "virtual":
            told = f"{meter.use or ''} {meter.name.zh} {meter.name.en}".lower()
            found[meter.id] = Meant(meter.id, any(word in told for word in LIGHTING), beside.get(meter.place or "", {}))
    return found, light


async def hourly_means(historian: Historian | None, series: Series | None, cuts: NDArray[np.int64]) -> F8:
    """The mean of each hour, NaN where nothing is known."""
    out = np.full(len(cuts) - 1, np.nan)
    if historian is None or series is None:
        return out
    start, end = int(cuts[0]) // HOUR * HOUR, -(-int(cuts[-1]) // HOUR) * HOUR
    for low in range(start, end, 2_000 * HOUR):
        high = min(low + 2_000 * HOUR, end)
        (told,) = await historian.series([series], low, high, (high - low) // HOUR)
        if told.width > HOUR:
            continue
        place = np.searchsorted(cuts, told.start, side="right") - 1
        good = (told.count > 0) & (place >= 0) & (place < len(out))
        count = np.bincount(place[good], minlength=len(out))
        total = np.bincount(place[good], weights=told.mean[good], minlength=len(out))
        out = np.where(count > 0, total / np.maximum(count, 1), out)
    return out


def hours_of(where: EnergySite, amounts: Intervals, first: date, last: date) -> tuple[Intervals, Hourly]:
    """Hours with their local day; what was only estimated counts as unknown."""
    cuts = edges(where.zone, first, last + timedelta(days=1), "hour")
    hours = aggregate(amounts, cuts)
    good = (hours.coverage >= 1) & np.isin(hours.quality, np.array(_GOOD, np.uint8))
    day, clock = local_hours(cuts[:-1], where.zone)
    kinds = {int(n): where.calendar.of(date.fromordinal(int(n))).kind for n in np.unique(day)}
    off = np.array([kinds[int(n)] is not DayKind.WORKDAY for n in day], np.bool_)
    holiday = np.array([kinds[int(n)] is DayKind.HOLIDAY for n in day], np.bool_)
    return hours, Hourly(np.where(good, hours.value, np.nan), clock, day, off, holiday)


NEEDED: Final[Mapping[WasteRule, tuple[str, ...]]] = {
    WasteRule.PUMP_CLOSED: ("running", "flow"),
    WasteRule.HEAT_AND_COLD: ("heating", "cooling"),
}
"""Points that must stand beside a meter for the rule to be asked at all."""


async def look(
    historian: Historian | None, each: Meant, seen: Hourly, light: F8, cuts: NDArray[np.int64]
) -> dict[WasteRule, Judgement]:
    """Every rule that the meter's points allow, with what it said."""
    beside = {word: await hourly_means(historian, series, cuts) for word, series in each.beside.items()}
    return await asyncio.to_thread(lambda: dict(_rules(each, seen, light, beside)))


def _rules(each: Meant, seen: Hourly, light: F8, beside: Mapping[str, F8]) -> Iterator[tuple[WasteRule, Judgement]]:
    if each.lighting:
        yield WasteRule.LIGHTS_BY_DAY, lights_by_day(seen, light)
    else:
        yield WasteRule.NIGHT_BASE, night_base(seen)
        yield WasteRule.HOLIDAY, holiday_use(seen)
    for rule, judge in ((WasteRule.PUMP_CLOSED, pump_closed), (WasteRule.HEAT_AND_COLD, heat_and_cold)):
        one, other = NEEDED[rule]
        if one in beside and other in beside:
            yield rule, judge(seen, beside[one], beside[other])


def said_by_rule(told: Mapping[str, Mapping[WasteRule, Judgement]]) -> tuple[RuleLook, ...]:
    """Over all meters that have any data."""
    found = []
    for rule in WasteRule:
        of = {meter: by_rule[rule] for meter, by_rule in told.items() if rule in by_rule}
        silent = {meter: each.says for meter, each in of.items() if isinstance(each, Unjudged)}
        found.append(
            RuleLook(
                rule=rule,
                name=NAMES[rule],
                judged=len(of) - len(silent),
                found=sum(isinstance(each, Waste) for each in of.values()),
                not_judged=silent,
                without_points=sum(rule not in by_rule for by_rule in told.values()) if rule in NEEDED else 0,
            )
        )
    return tuple(found)


def evidence(hours: Intervals, found: Waste, first: date, last: date, price: float | None) -> Evidence:
    """As it is kept."""
    kwh = found.kwh_month
    told = Spread(low=kwh.low, middle=kwh.middle, high=kwh.high)
    yuan = None if price is None else Spread(low=kwh.low * price, middle=kwh.middle * price, high=kwh.high * price)
    shown = tuple(
        EvidenceHour(at=int(hours.edges[place]), kwh=round(float(hours.value[place]), 3)) for place in found.hours
    )
    return Evidence.model_validate(
        {
            "kwh_month": told, "yuan_month": yuan, "price": price, "measured": found.measured,
            "allowed": found.allowed, "unit": found.unit, "looked_at": found.looked_at, "from": first, "to": last,
            "hours": shown,
        }
    )  # fmt: skip


def price_of(connection: Connection, where: EnergySite, meter: str, found: Waste, hours: Intervals) -> float | None:
    """Yuan a kWh at the hours that were judged: by the meter's contract, else its nearest parent's that has one."""
    at = [int(hours.edges[place]) for place in found.hours]
    if not at:
        return None
    day, clock = local_hours(np.array(at, np.int64), where.zone)
    id: str | None = meter
    seen: set[str] = set()
    while id is not None and id in where.meters and id not in seen:
        seen.add(id)
        try:
            when = date.fromordinal(int(day[0]))
            tariff = tariff_of(connection, where.id, contract_of(connection, where.id, id, when, when).tariff).tariff
            prices = []
            for n, hour in zip(day, clock, strict=True):
                told = tariff_day(tariff, date.fromordinal(int(n)), where.calendar)
                prices.append(told.price[BANDS[int(told.minutes[int(hour) * 60])]])
            return float(sum(prices, Decimal(0)) / len(prices))
        except (NotFound, Unprocessable, NoTariff):
            id = where.meters[id].parent
    return None
