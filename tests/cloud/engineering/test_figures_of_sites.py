"""What a site used, how long an equipment has until its plan is due, and a row's small chart, without a server."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from cloud.database.opening import database_of
from cloud.energy.month import month_of_site
from cloud.equipment.values import Asked
from cloud.historian.base import Buckets, Rises, Series
from cloud.historian.grid import grid_of
from cloud.latest import Value
from cloud.maintenance.run_hours import Due, run_hours
from cloud.meters.store import meters_of
from cloud.plans.schemas import ByRunHours, NewPlan
from cloud.portfolio.energy import NOTHING, Used, summed, used
from cloud.portfolio.standing import local, month_start
from cloud.settings import Settings
from cloud.systems.rows import key_values
from cloud.systems.sparks import Curve, alarm_spark, curve_of, sparks
from facility.clock import NS
from facility.energy.intervals import MILLIONTHS, QUARTER, Intervals
from facility.energy.local_time import midnight
from facility.energy.quality import AmountQuality
from facility.inventory import InventoryPoint
from facility.point import Kind, Point, Range, State
from facility.quality import Quality
from facility.words import Text
from tests.cloud.energy.estate_of_meters import SITE, ZONE, fill

HOUR = 3_600 * NS
DAY = 24 * HOUR


class Counts:
    """So much a day for each series; NaN where it knows nothing."""

    def __init__(self, **a_day: float) -> None:
        self.a_day = a_day

    async def counter_deltas(self, series: Sequence[Series], edges: Sequence[int]) -> list[Rises]:
        at = np.array(edges, np.int64)
        length = np.diff(at) / DAY
        none = np.zeros(len(length))
        return [
            Rises(
                each,
                at,
                self.a_day.get(each.equipment.replace("-", "_"), np.nan) * length,
                none + 0.1,
                none.astype(np.int64),
            )
            for each in series
        ]


def amounts(*quarters: tuple[float, AmountQuality]) -> Intervals:
    """So many kWh each quarter hour; what is missing has no amount."""
    edges = np.arange(len(quarters) + 1, dtype=np.int64) * QUARTER
    quality = np.array([each[1] for each in quarters], np.uint8)
    known = (quality != AmountQuality.MISSING).astype(np.float64)
    amount = np.array([round(each[0] * 10**MILLIONTHS) for each in quarters], np.int64)
    return Intervals("kW.h", edges, amount, quality, known, np.zeros(len(quarters)), np.zeros(len(quarters)))


MEASURED, GUESSED, MISSING = AmountQuality.MEASURED, AmountQuality.ESTIMATED, AmountQuality.MISSING


def test_a_site_used_what_its_incoming_meters_say_together() -> None:
    facts: Any = {"main": None, "two": None, "below": None}
    main, two = amounts((100.25, MEASURED), (20, GUESSED)), amounts((0.5, MEASURED), (0, MEASURED))
    assert summed(facts, {"main": main}) == Used(120.25, 1.0, 0.5)
    assert summed(facts, {"main": main, "two": two}) == Used(120.75, 1.0, 0.25)
    gone = amounts((0, MISSING), (0, MISSING))
    assert summed(facts, {"main": main, "two": gone}) == Used(120.25, 0.5, 0.25), "half of it is not known"
    assert summed(facts, {"two": gone}) == NOTHING, "which is not a zero"


async def test_a_sites_electricity_is_that_of_its_energy_pages(tmp_path: Path, migrated_file: Path) -> None:
    shutil.copy(migrated_file, tmp_path / "cloud.sqlite")
    first, last = date(2026, 10, 1), date(2026, 10, 31)
    start, end = midnight(ZONE, first), midnight(ZONE, date(2026, 11, 1))
    async with database_of(Settings(data=tmp_path).database_url) as database:
        await database.write(lambda c: fill(c, first, last, now=end))
        meters = await database.read(partial(meters_of, site=SITE))
        month = await database.read(lambda c: month_of_site(c, SITE, ZONE, meters, "2026-10", end))
        found = await database.read(lambda c: used(c, SITE, start, end))
        nobody = await database.read(lambda c: used(c, "hillside", start, end))
    (whole,) = [each for each in month.totals if each.unit == "kW.h"]
    assert found.kwh == pytest.approx(float(whole.total.amount or 0))
    assert found.kwh == pytest.approx(sum(100 + hour for hour in range(24)) * 31), "the main meter alone"
    assert (found.coverage, found.estimated) == (whole.total.coverage, 0.0) == (1.0, 0.0)
    assert nobody == NOTHING


def test_a_month_begins_at_the_sites_own_midnight() -> None:
    at = 1_790_000_000 * NS
    start = month_start(at, "Asia/Shanghai")
    assert str(local(start, "Asia/Shanghai")) == "2026-09-01 00:00:00+08:00"
    assert str(local(month_start(at, "America/New_York"), "UTC")) == "2026-09-01 04:00:00+00:00"


def due(hours: float, *, first: float | None = 100.0, last: float | None = 500.0, number: int = 1) -> Due:
    every = ByRunHours(point="pump-1.run_time", hours=hours)
    plan = NewPlan(
        site="riverside", equipment="pump-1", name=Text(zh="换油", en="Oil"), trade="mechanical", every=every
    )
    row: Any = {
        "id": f"plan-{hours:g}", "site": "riverside", "first_hours": first, "last_hours": last, "carried_hours": 0.0,
        "next_number": number,
    }  # fmt: skip
    return Due(row, plan, every, None, Series("riverside", "pump", "pump-1", "run_time"))


async def test_a_plan_by_run_hours_is_due_when_the_pace_says_so() -> None:
    now = 1_790_000_000 * NS
    found = await run_hours(Counts(pump_1=8.0), [due(800), due(440), due(1000, first=None)], now)
    assert [(each.every, each.left, each.due_at) for each in found] == [
        (440, 40, now + 5 * DAY), (800, 400, now + 50 * DAY), (1000, None, None),
    ]  # fmt: skip
    assert [each.a_day for each in found] == [pytest.approx(8.0)] * 3
    (over,) = await run_hours(None, [due(300)], now)
    assert (over.left, over.due_at, over.a_day) == (-100, now, None)


def asked(equipment: str, means: Point) -> Asked:
    point = InventoryPoint(id=f"{equipment}.{means.id}", means=means, period=1, stale_after=3, address={})
    return Asked("riverside", "g-1", "pump", equipment, point)


NAME = Text(zh="压力", en="Pressure")
PRESSURE = Point(id="pressure", kind=Kind.MEASUREMENT, name=NAME, unit="MPa", key=True, normal=Range(low=0.2, high=0.6))
RUNNING = Point(
    id="running", kind=Kind.STATE, name=NAME, key=True,
    states=(State(value=0, code="off", zh="停", en="Off"), State(value=1, code="on", zh="运行", en="On")),
)  # fmt: skip


def test_a_key_value_is_told_over_all_equipment_and_the_odd_ones_first() -> None:
    values = [(0.4, Quality.GOOD), (0.7, Quality.GOOD), (None, Quality.BAD)]
    pairs = [(asked(f"pump-{n}", PRESSURE), Value(value, q, 0, 9, "g-1")) for n, (value, q) in enumerate(values)]
    states = [(asked(f"pump-{n}", RUNNING), Value(n % 2, Quality.GOOD, 0, 9, "g-1")) for n in range(3)]
    pressure, running = key_values([*pairs, *states])
    assert (pressure.low, pressure.high, pressure.outside, pressure.bad, pressure.count) == (0.4, 0.7, 1, 1, 3)
    assert [each.equipment for each in pressure.points] == ["pump-1", "pump-2", "pump-0"]
    assert (running.counts, running.outside) == ({0: 2, 1: 1}, 0)


class Charts:
    """Answers each series with one value in its first bucket; nothing after."""

    async def series(self, series: Sequence[Series], start: int, end: int, buckets: int) -> list[Buckets]:
        grid = grid_of(start, end, buckets)
        found = []
        for number, each in enumerate(series):
            first = np.full(grid.count, np.nan)
            first[0] = number
            count, none = (first == number).astype(np.int64), np.zeros(grid.count)
            found.append(
                Buckets(
                    each, grid.width, grid.starts, count, first, first, first, first, first, none, none, 1.0 - count
                )
            )
        return found


async def test_a_rows_chart_is_its_first_measured_key_point_over_all_equipment() -> None:
    curve = curve_of([asked("pump-1", RUNNING), asked("pump-1", PRESSURE), asked("pump-2", PRESSURE)])
    assert curve is not None
    (spark,) = await sparks(cast("Any", Charts()), [curve], 1_790_000_123 * NS)
    assert spark is not None
    assert (spark.points, spark.width, len(spark.start)) == (("pump-1.pressure", "pump-2.pressure"), 900.0, 96)
    assert (spark.minimum[0], spark.maximum[0], spark.mean[0], spark.mean[1]) == (0.0, 1.0, 0.5, None)
    assert (spark.silent[0], spark.silent[1]) == (0.0, 1.0)
    assert curve_of([asked("pump-1", RUNNING)]) is None
    assert await sparks(None, [Curve((asked("pump-1", PRESSURE),))], NS) == [None]


def test_alarms_are_counted_by_the_hour_where_nothing_is_measured() -> None:
    now = 100 * HOUR
    found = alarm_spark([99 * HOUR, 99 * HOUR + 5, 77 * HOUR], now)
    assert (found.what, found.mean[-1], found.mean[1], sum(value or 0 for value in found.mean)) == (
        "alarms",
        2.0,
        1.0,
        3.0,
    )
