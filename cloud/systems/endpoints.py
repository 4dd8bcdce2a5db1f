"""GET /systems."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import APIRouter, Depends, Request
from sqlalchemy import Connection

from cloud.alarms.standing import StandingAlarm, standing, worst
from cloud.caller import Allow, Caller
from cloud.dependencies import Store
from cloud.equipment.store import equipment_rows
from cloud.equipment.values import Asked, asked_of, newest
from cloud.historian.base import Historian
from cloud.permissions import Permission
from cloud.sites.store import sites
from cloud.systems.rows import ROWS, Pair, RowKind, key_values
from cloud.systems.schemas import Spark, SystemRow
from cloud.systems.sparks import Curve, alarm_spark, alarm_times, curve_of, sparks
from cloud.wire import Page, one_site
from cloud.work_orders.standing import StandingOrder, standing_orders
from facility.quality import Quality

router = APIRouter(prefix="/api/v1", tags=["systems"])


@dataclass(frozen=True, slots=True)
class Found:
    """What the store says."""

    sites: tuple[str, ...]
    system: dict[tuple[str, str], str]
    """(site, equipment) → system."""
    points: tuple[Asked, ...]
    alarms: tuple[StandingAlarm, ...]
    orders: tuple[StandingOrder, ...]
    times: tuple[tuple[str, str | None, int], ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One row before its chart is known."""

    site: str
    kind: RowKind
    equipment: frozenset[str]
    points: tuple[Pair, ...]
    curve: Curve | None


@router.get("/systems")
async def list_systems(
    request: Request,
    store: Store,
    caller: Annotated[Caller, Depends(Allow(Permission.ALARM_READ))],
    site: str | None = None,
) -> Page[SystemRow]:
    """One row a system: key values in their bands, 24 hours, the worst alarm, open orders."""
    state = request.app.state
    among, now = one_site(caller.sites(Permission.ALARM_READ), site), state.clock.now()
    historian = cast("Historian | None", state.historian)
    found = await store.read(lambda c: _find(c, among, now))
    values = await newest(found.points, state.latest, historian, now)
    rows = _rows(found, tuple(zip(found.points, values, strict=True)))
    curves = [row.curve for row in rows if row.curve is not None]
    charts = iter(await sparks(historian, curves, now))
    items = tuple(_row(row, found, next(charts) if row.curve is not None else None, now) for row in rows)
    return Page(items=items)


def _find(connection: Connection, among: frozenset[str] | None, now: int) -> Found:
    equipment = equipment_rows(connection, among)
    return Found(
        tuple(row["id"] for row in sites(connection, among)),
        {(row["site"], row["id"]): row["system"] for row in equipment},
        tuple(point for row in equipment for point in asked_of(row)),
        tuple(standing(connection, among)),
        tuple(standing_orders(connection, among)),
        tuple(alarm_times(connection, among, now)),
    )


def _rows(found: Found, pairs: Sequence[Pair]) -> list[Row]:
    answer = []
    for site in found.sites:
        for kind in ROWS:
            own = {id for (where, id), system in found.system.items() if where == site and system in kind.systems}
            if own or kind.always:
                mine = tuple(pair for pair in pairs if pair[0].site == site and pair[0].equipment in own)
                answer.append(Row(site, kind, frozenset(own), mine, curve_of([asked for asked, _ in mine])))
    return answer


def _row(row: Row, found: Found, spark: Spark | None, now: int) -> SystemRow:
    mine = [
        alarm
        for alarm in found.alarms
        if alarm.site == row.site and (alarm.equipment in row.equipment or alarm.system in row.kind.systems)
    ]
    orders = [order for order in found.orders if order.site == row.site and order.equipment in row.equipment]
    sampled = [(asked, value) for asked, value in row.points if asked.point.means.kind.sampled]
    if spark is None and row.curve is None and row.equipment:
        spark = alarm_spark(
            [at for site, system, at in found.times if site == row.site and system in row.kind.systems], now
        )
    return SystemRow(
        site=row.site,
        id=row.kind.id,
        systems=tuple(system.value for system in row.kind.systems),
        name=row.kind.name,
        equipment=len(row.equipment),
        blind=len({asked.equipment for asked, value in sampled if value.quality == Quality.BAD}),
        alarms=len(mine),
        worst=worst(mine),
        orders=len(orders),
        overdue=sum(order.overdue for order in orders),
        values=key_values(row.points),
        spark=spark,
    )
