"""Arrival: proven by the reader event that the person names, or self-reported and marked."""

from __future__ import annotations

from typing import Final

import orjson
from sqlalchemy import Connection, select

from cloud.equipment.store import equipment_rows
from cloud.errors import Unprocessable
from cloud.sites.tables import PLACE
from cloud.users.store import user_by_name
from cloud.work_orders.kept_events import EVENT
from cloud.work_orders.row import OrderRow

_SEEN: Final = ("access.granted", "access.passage", "patrol.read")
Seen = tuple[str, int, str]
"""(id of the event, when, the reader)."""


def arrival(connection: Connection, row: OrderRow, event: str | None, by: str, now: int) -> Seen | None:
    """The reader event that proves it. Unprocessable where the one that was named proves nothing."""
    if event is None:
        return None
    e = EVENT.c
    query = select(e.id, e.type, e.at, e.equipment, e.data).where(e.site == row.site, e.id == event, e.type.in_(_SEEN))
    found = connection.execute(query).first()
    if found is None:
        raise Unprocessable(f"没有刷卡或巡更记录 {event!r} · there is no card or patrol read {event!r} at {row.site}")
    if found.equipment not in _near(connection, row):
        zh, en = "该读卡器不在设备附近", "is not near the order's equipment"
        raise Unprocessable(f"{zh} · the reader {found.equipment} {en}; leave the event out to report it yourself")
    guard = orjson.loads(found.data).get("guard")
    if guard is not None and guard != by and user_by_name(connection, guard) is not None:
        raise Unprocessable(f"该记录是 {guard} 的 · this read is {guard}'s, not yours: name your own, or leave it out")
    since = row.dispatched_at if row.dispatched_at is not None else row.reported_at
    if not since <= found.at <= now:
        raise Unprocessable("该记录早于派单 · this read is from before the order was dispatched")
    return found.id, found.at, found.equipment


def reads(connection: Connection, row: OrderRow, limit: int = 20) -> list[Seen]:
    """Reader events near the order's equipment since it was dispatched, the oldest first: what may prove an arrival."""
    near = _near(connection, row)
    if not near or row.dispatched_at is None:
        return []
    e = EVENT.c
    where = (e.site == row.site) & e.type.in_(_SEEN) & e.equipment.in_(near) & (e.at >= row.dispatched_at)
    query = select(e.id, e.at, e.equipment).where(where).order_by(e.at).limit(limit)
    return [(found.id, found.at, found.equipment) for found in connection.execute(query)]


def _near(connection: Connection, row: OrderRow) -> frozenset[str]:
    """Equipment in the same place as the order's, or in the place around it; the asset itself too."""
    known = {each["id"]: each["place"] for each in equipment_rows(connection, frozenset({row.site}))}
    place = row.place or known.get(row.equipment or "")
    if place is None:
        return frozenset({row.equipment} if row.equipment else ())
    parent = select(PLACE.c.parent).where(PLACE.c.site == row.site, PLACE.c.id == place).limit(1)
    around = {place, connection.execute(parent).scalar_one_or_none()} - {None}
    return frozenset(id for id, where in known.items() if where in around) | {row.equipment or ""}
