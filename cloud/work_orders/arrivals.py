"""Arrival: proven by a reader's event or by the code on the spot, or self-reported and marked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson
from sqlalchemy import Connection, select

from cloud.duty.badges import has_badge, read_of
from cloud.equipment.store import equipment_rows, row_of
from cloud.errors import Unprocessable
from cloud.qr_codes.store import Kind, spot_of
from cloud.sites.tables import PLACE
from cloud.users.store import user_by_name
from cloud.work_orders.answers import Arrival
from cloud.work_orders.kept_events import EVENT
from cloud.work_orders.machine import Shown
from cloud.work_orders.row import OrderRow
from facility.work_order import Arrived

_SEEN: Final = ("access.granted", "access.passage", "patrol.read")
Seen = tuple[str, int, str]
"""(id of the event, when, the reader)."""


def shown(connection: Connection, row: OrderRow, said: Arrival, by: str, at: int) -> Shown | None:
    """What shows that the person is there: the reader's event, else the code; None: their word alone."""
    if said.event is not None:
        _, seen_at, where = arrival(connection, row, said.event, by, at)
        return Shown(Arrived.READER, seen_at, where)
    if said.code is not None:
        return Shown(Arrived.CODE, at, spot(connection, row, said.code))
    return None


def spot(connection: Connection, row: OrderRow, code: str) -> str:
    """The equipment or place at which a code of this order hangs; Unprocessable for any other code."""
    found = spot_of(connection, code)
    if found is None or found.site != row.site:
        raise Unprocessable("二维码无效或已更换 · this code is unknown or was replaced: read it again, or leave it out")
    if (found.kind, found.ref) not in spots(connection, row):
        raise Unprocessable(
            f"该二维码不在设备附近 · the code of {found.ref!r} hangs elsewhere than where this order is: "
            "go there, or leave it out"
        )
    return found.ref


def spots(connection: Connection, row: OrderRow) -> frozenset[tuple[Kind, str]]:
    """Where the codes hang that count for an order: its equipment, what is near it, its place and the one around."""
    equipment: set[tuple[Kind, str]] = {("equipment", id) for id in _near(connection, row)}
    places: set[tuple[Kind, str]] = {("place", id) for id in _around(connection, row)}
    return frozenset(equipment | places)


def arrival(connection: Connection, row: OrderRow, event: str, by: str, now: int) -> Seen:
    """The reader event that proves it. Unprocessable where the one that was named proves nothing."""
    e = EVENT.c
    query = select(e.id, e.type, e.at, e.equipment, e.data).where(e.site == row.site, e.id == event, e.type.in_(_SEEN))
    found = connection.execute(query).first()
    if found is None:
        raise Unprocessable(f"没有刷卡或巡更记录 {event!r} · there is no card or patrol read {event!r} at {row.site}")
    if found.equipment not in _near(connection, row):
        raise Unprocessable(
            f"该读卡器不在设备附近 · the reader {found.equipment!r} is not near the order's equipment: "
            "leave the event out to report it yourself"
        )
    _own(connection, row.site, orjson.loads(found.data), by)
    since = row.dispatched_at if row.dispatched_at is not None else row.reported_at
    if not since <= found.at <= now:
        raise Unprocessable("该记录早于派单 · this read is from before the order was dispatched")
    return found.id, found.at, found.equipment


def _own(connection: Connection, site: str, data: Mapping[str, Any], by: str) -> None:
    """Unprocessable where the card or wand is somebody else's, or is not the one that is written down for them."""
    found = read_of(connection, site, data)
    if found is None:
        return
    kind, owner = found
    guard = data.get("guard")
    if owner is None and guard is not None and user_by_name(connection, guard) is not None:
        owner = str(guard)
    if owner is None and has_badge(connection, site, by, kind):
        raise Unprocessable("该记录不是您的工牌 · this read is of no badge of yours: name your own, or leave it out")
    if owner not in {None, by}:
        raise Unprocessable(f"该记录是 {owner} 的 · this read is {owner}'s, not yours: name your own, or leave it out")


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
    around = _around(connection, row)
    own = frozenset({row.equipment} if row.equipment else ())
    if not around:
        return own
    known = {each["id"]: each["place"] for each in equipment_rows(connection, frozenset({row.site}))}
    return frozenset(id for id, where in known.items() if where in around) | own


def _around(connection: Connection, row: OrderRow) -> frozenset[str]:
    """The order's place, else that of its equipment, and the place around it."""
    known = None if row.equipment is None else row_of(connection, row.site, row.equipment)
    place = row.place or (known["place"] if known is not None else None)
    if place is None:
        return frozenset()
    parent = select(PLACE.c.parent).where(PLACE.c.site == row.site, PLACE.c.id == place).limit(1)
    around: str | None = connection.execute(parent).scalar_one_or_none()
    return frozenset({place} if around is None else {place, around})
