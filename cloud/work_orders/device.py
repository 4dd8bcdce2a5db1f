"""What an order's equipment says of itself: normal since when, or why it can't be heard."""

from __future__ import annotations

from typing import Final

import orjson
from sqlalchemy import Connection, exists, select

from cloud.equipment.store import row_of
from cloud.gateways.store import gateway_row
from cloud.work_orders.kept_events import EVENT
from cloud.work_orders.machine import Device
from cloud.work_orders.row import OrderRow
from cloud.work_orders.tables import ORDER_EVIDENCE

_LINES: Final = ("line.lost", "line.back", "unit.lost", "unit.back")
_LOOKED_AT: Final = 500
"""The newest events of lines at the site; what is older than that is taken for settled."""


def device_of(connection: Connection, row: OrderRow) -> Device:
    """As it is now."""
    e = ORDER_EVIDENCE.c
    alarmed = exists().where(e.order_id == row.id, e.kind == "alarm.raised")
    if row.equipment is None or not connection.execute(select(alarmed)).scalar_one():
        return Device(asked=False, normal_at=None)
    return Device(asked=True, normal_at=row.device_normal_at, away=_away(connection, row.site, row.equipment))


def _away(connection: Connection, site: str, equipment: str) -> str:
    known = row_of(connection, site, equipment)
    if known is None:
        own = gateway_row(connection, site, equipment)
        return "" if own is None or own["online"] else f"gateway {equipment}"
    gateway = gateway_row(connection, site, known["gateway"])
    if gateway is None or not gateway["online"]:
        return f"gateway {known['gateway']}"
    return _line(connection, site, equipment)


def _line(connection: Connection, site: str, equipment: str) -> str:
    """The line or unit that is away now with the equipment behind it."""
    query = select(EVENT.c.type, EVENT.c.data).where(EVENT.c.site == site, EVENT.c.type.in_(_LINES))
    said: dict[str, bool] = {}
    newest = query.order_by(EVENT.c.at.desc(), EVENT.c.seq.desc()).limit(_LOOKED_AT)
    for kind, data in connection.execute(newest):
        found = orjson.loads(data)
        if equipment in found["equipment"]:
            name = f"{found['line']}/{found['unit']}" if "unit" in found else found["line"]
            said.setdefault(name, kind.endswith("lost"))
    return next((f"line {name}" for name, lost in said.items() if lost), "")
