"""What happened to the equipment of a chart: alarms and orders as ticks on its time axis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from sqlalchemy import Connection, or_, select, tuple_

from cloud.alarms.tables import ALARM
from cloud.series.points import Wanted
from cloud.wire import Moment
from cloud.work_orders.tables import WORK_ORDER
from facility.words import Frozen, Text

MOST: Final = 2_000
"""Ticks of one chart; of more, the newest."""


class Tick(Frozen):
    """One alarm or one order."""

    kind: Literal["alarm", "order"]
    id: str
    site: str
    equipment: str
    at: Moment
    """When it was raised, or when the fault began."""
    until: Moment | None
    """When it was over; null while it is not."""
    name: Text
    priority: int | None
    """Of an alarm."""
    state: str
    """Of an alarm its detection, of an order its state."""
    point: str | None
    """Of an alarm: the point that raised it."""


def ticks(connection: Connection, wanted: Sequence[Wanted], start: int, end: int) -> tuple[Tick, ...]:
    """All that began or held within [start, end), by the time of their beginning."""
    keys = sorted({(each.site, each.series.equipment) for each in wanted})
    found = [*_alarms(connection, keys, start, end), *_orders(connection, keys, start, end)]
    return tuple(sorted(found, key=lambda tick: (tick.at, tick.kind, tick.id)))


def _alarms(connection: Connection, keys: Sequence[tuple[str, str]], start: int, end: int) -> list[Tick]:
    a = ALARM.c
    query = select(
        a.id, a.site, a.equipment, a.raised_at, a.cleared_at, a.name_zh, a.name_en, a.priority, a.detection, a.point
    )
    within = a.raised_at < end, or_(a.cleared_at.is_(None), a.cleared_at >= start)
    query = query.where(tuple_(a.site, a.equipment).in_(keys), *within).order_by(a.raised_at.desc()).limit(MOST)
    return [
        Tick(
            kind="alarm", id=row.id, site=row.site, equipment=row.equipment, at=row.raised_at, until=row.cleared_at,
            name=Text(zh=row.name_zh, en=row.name_en), priority=row.priority, state=row.detection, point=row.point,
        )
        for row in connection.execute(query)
    ]  # fmt: skip


def _orders(connection: Connection, keys: Sequence[tuple[str, str]], start: int, end: int) -> list[Tick]:
    w = WORK_ORDER.c
    query = select(w.id, w.site, w.equipment, w.occurred_at, w.restored_at, w.title_zh, w.title_en, w.state)
    within = w.occurred_at < end, or_(w.restored_at.is_(None), w.restored_at >= start)
    query = query.where(tuple_(w.site, w.equipment).in_(keys), *within).order_by(w.occurred_at.desc()).limit(MOST)
    return [
        Tick(
            kind="order", id=row.id, site=row.site, equipment=row.equipment, at=row.occurred_at, until=row.restored_at,
            name=Text(zh=row.title_zh, en=row.title_en), priority=None, state=row.state, point=None,
        )
        for row in connection.execute(query)
    ]  # fmt: skip
