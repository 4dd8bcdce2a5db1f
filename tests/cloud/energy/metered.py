"""A site with meters, its counters' samples, and a historian that has them, for the tests of energy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from sqlalchemy import Connection

from cloud.audit.store import SYSTEM
from cloud.gateways.inventories import take
from cloud.gateways.registration import register
from cloud.historian.base import Buckets, Cursor, Rows, Series
from facility.clock import NS
from facility.energy.intervals import QUARTER
from facility.equipment_type import System
from facility.inventory import Inventory, InventoryEquipment, InventoryPoint
from facility.point import Kind, Point
from facility.site import Meter
from tests.cloud.building import SITE, inventory, text

DAY = 96 * QUARTER
START = 20_700 * DAY
"""2026-09-04, UTC."""


def power_meter(id: str, *, type: str = "float64", unit: str = "kW.h") -> InventoryEquipment:
    means = Point(id="energy_import", kind=Kind.COUNTER, name=text("电能", "Energy"), unit=unit)
    address = {"table": "input", "register": 20, "type": type}
    point = InventoryPoint(id=f"{id}.energy_import", means=means, period=5, stale_after=15, address=address)
    return InventoryEquipment(
        id=id,
        type="power_meter",
        model="generic-modbus",
        system=System.METERING,
        name=text(f"电表 {id}", f"Meter {id}"),
        type_name=text("电能表", "Power meter"),
        place="b1",
        connection="plant",
        protocol="modbus",
        unit=1,
        writes="never",
        points=(point,),
        rules=(),
    )


def metered(*meters: Meter, site: str = SITE, type: str = "float64") -> Inventory:
    equipment = tuple(power_meter(m.equipment, type=type) for m in meters)
    return inventory(site=site, equipment=equipment, meters=meters)


def settle(connection: Connection, told: Inventory) -> None:
    """The site is there, with this inventory."""
    register(connection, told.site, told.gateway, by=SYSTEM, at=START)
    take(connection, told, at=START)


@dataclass
class Counters:
    """A historian of counters: what was written, in buckets and row by row."""

    rows: dict[Series, dict[int, float]] = field(default_factory=dict)
    asked: int = 0

    def write(self, meter: str, at: Sequence[int], value: Sequence[float], site: str = SITE) -> None:
        name = Series(site, "power_meter", meter, "energy_import")
        self.rows.setdefault(name, {}).update(zip(at, value, strict=True))

    async def series(self, series: Sequence[Series], start: int, end: int, buckets: int) -> list[Buckets]:
        width = -(-(end - start) // buckets)
        return [self._buckets(each, start, width, buckets) for each in series]

    def _buckets(self, name: Series, start: int, width: int, buckets: int) -> Buckets:
        starts = start + width * np.arange(buckets, dtype=np.int64)
        count, last = np.zeros(buckets, np.int64), np.full(buckets, np.nan)
        for at, value in sorted(self.rows.get(name, {}).items()):
            place = (at - start) // width
            if 0 <= place < buckets:
                count[place] += 1
                last[place] = value
        nothing = np.zeros(buckets)
        return Buckets(name, width, starts, count, last, last, last, last, last, nothing, nothing, nothing)

    async def history(
        self, series: Sequence[Series], start: int, end: int, *, after: Cursor | None = None, limit: int = 10_000
    ) -> Rows:
        found = sorted((at, value) for at, value in self.rows.get(series[0], {}).items() if start <= at < end)
        left = [row for row in found if after is None or row[0] > after.at]
        self.asked += len(left[:limit])
        at = np.array([row[0] for row in left[:limit]], np.int64)
        more = Cursor(int(at[-1]), 0) if len(left) > limit else None
        return Rows(np.zeros(len(at), np.int32), at, [row[1] for row in left[:limit]], more)


def minutes(low: float, high: float, step: float = 5) -> list[int]:
    """Times from START on, each so many minutes."""
    return [START + round(minute * 60) * NS for minute in np.arange(low, high, step)]
