"""The orders that somebody works on, whole, as a telephone keeps them where there is no network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from sqlalchemy import Connection, RowMapping

from cloud.caller import Caller
from cloud.equipment.store import row_of
from cloud.order_actions.schemas import HeldOrder
from cloud.permissions import Permission
from cloud.qr_codes.code import mark
from cloud.qr_codes.store import codes_at
from cloud.sites.store import places, site_by_id
from cloud.work_orders.arrivals import spots
from cloud.work_orders.detail import detail
from cloud.work_orders.row import OrderRow
from cloud.work_orders.schemas import WorkOrderDetail
from cloud.work_orders.store import Filter, orders
from facility.words import Text

MOST: Final = 100


@dataclass(slots=True)
class _Site:
    """What several orders of a site share."""

    timezone: str
    name: Text
    places: Mapping[str, RowMapping]
    codes: dict[tuple[str | None, str | None], tuple[str, ...]] = field(default_factory=dict)


def held_orders(connection: Connection, caller: Caller, now: int) -> tuple[HeldOrder, ...]:
    """All open ones that are given to the caller, the oldest first."""
    wanted = Filter(sites=caller.sites(Permission.ORDER_READ_ASSIGNED), open=True, assignee=caller.name)
    known: dict[str, _Site] = {}
    found = []
    for row in reversed(orders(connection, wanted, None, MOST)):
        site = known.setdefault(row["site"], _site(connection, row["site"]))
        told = detail(connection, row["id"], now)
        if told is not None:
            found.append(_held(connection, OrderRow(**dict(row)), told, site))
    return tuple(found)


def _site(connection: Connection, id: str) -> _Site:
    row = site_by_id(connection, id)
    name = Text(zh=row["name_zh"], en=row["name_en"]) if row is not None else Text(zh=id, en=id)
    zone = row["timezone"] if row is not None else "Asia/Shanghai"
    return _Site(zone, name, {place["id"]: place for place in places(connection, id)})


def _held(connection: Connection, row: OrderRow, told: WorkOrderDetail, site: _Site) -> HeldOrder:
    equipment = row_of(connection, row.site, row.equipment) if row.equipment is not None else None
    others = {check.number: check.equipment for check in told.checks if check.equipment not in (None, row.equipment)}
    return HeldOrder(
        order=told,
        equipment_name=None if equipment is None else Text(zh=equipment["name_zh"], en=equipment["name_en"]),
        places=_path(site, row.place or (equipment["place"] if equipment is not None else None)),
        timezone=site.timezone,
        codes=_codes(connection, row, site),
        check_codes={
            number: _codes(connection, replace(row, equipment=other, place=None), site)
            for number, other in others.items()
        },
    )


def _path(site: _Site, place: str | None) -> tuple[Text, ...]:
    path: list[Text] = []
    seen: set[str] = set()
    while place is not None and place in site.places and place not in seen:
        seen.add(place)
        path.insert(0, Text(zh=site.places[place]["zh"], en=site.places[place]["en"]))
        place = site.places[place]["parent"]
    return (site.name, *path)


def _codes(connection: Connection, row: OrderRow, site: _Site) -> tuple[str, ...]:
    key = (row.equipment, row.place)
    if key not in site.codes:
        site.codes[key] = tuple(map(mark, codes_at(connection, row.site, spots(connection, row))))
    return site.codes[key]
