"""Trades: what a work order asks for, which post answers it, and which certificates it needs; a site may say more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import orjson
from pydantic import Field
from sqlalchemy import Connection, delete, insert, select

from cloud.duty.tables import TRADE
from cloud.errors import Unprocessable
from cloud.wire import Asked
from facility.errors import nearest
from facility.words import Id, Text

CERTIFICATES: Final[Mapping[str, Text]] = {
    "electrician": Text(zh="电工证", en="Electrician"),
    "elevator": Text(zh="电梯修理作业证", en="Elevator mechanic"),
    "fire_facility": Text(zh="消防设施操作员证", en="Fire facility operator"),
    "refrigeration": Text(zh="制冷与空调作业证", en="Refrigeration"),
    "welding": Text(zh="焊工证", en="Welder"),
    "work_at_height": Text(zh="高处作业证", en="Work at height"),
}
"""The kinds that ship; a site may name others."""


def certificate_name(kind: str) -> Text:
    """Its name; a kind of the site's own is its word."""
    return CERTIFICATES.get(kind) or Text(zh=f"“{kind}”证书", en=kind)


CONTROL_ROOM: Final = "fire_facility"
"""Who watches a fire control room holds it (GB 25201)."""


class Trade(Asked):
    """One trade. `certificates`: all of them are needed."""

    id: Id
    name: Text
    post: Id = "engineering"
    """Whose people do it."""
    certificates: tuple[Id, ...] = Field(default=(), max_length=10)


def _trade(id: str, zh: str, en: str, *certificates: str) -> Trade:
    return Trade(id=id, name=Text(zh=zh, en=en), certificates=certificates)


SHIPPED: Final[Mapping[str, Trade]] = {
    trade.id: trade
    for trade in (
        _trade("plumbing", "给排水", "Plumbing"),
        _trade("electrical", "电气", "Electrical", "electrician"),
        _trade("elevator", "电梯", "Elevators", "elevator"),
        _trade("fire", "消防", "Fire protection", "fire_facility"),
        _trade("mechanical", "机械", "Mechanical"),
        _trade("security", "安防弱电", "Security systems"),
        _trade("hvac", "暖通空调", "Heating and air conditioning"),
        _trade("building", "土建装修", "Building fabric"),
        _trade("general", "综合维修", "General"),
    )
}
"""Electricians, elevator and fire people work with a certificate."""


def trades(connection: Connection, site: str) -> dict[str, Trade]:
    """Those that ship, and what the site says instead or besides."""
    rows = connection.execute(select(TRADE).where(TRADE.c.site == site).order_by(TRADE.c.id))
    own = {
        row.id: Trade(
            id=row.id, name=Text(zh=row.zh, en=row.en), post=row.post, certificates=orjson.loads(row.certificates)
        )
        for row in rows
    }
    return {**SHIPPED, **own}


def trade_of(connection: Connection, site: str, id: str) -> Trade:
    """One trade; a word that nobody described needs nothing and is engineering's."""
    found = trades(connection, site).get(id)
    return found if found is not None else Trade(id=id, name=Text(zh=id, en=id))


def expect_trade(connection: Connection, site: str, id: str) -> None:
    """Unprocessable for a trade that the site does not have: nobody would be found for it."""
    known = trades(connection, site)
    if id not in known:
        raise Unprocessable(f"没有工种 {id!r} · there is no trade {id!r}{nearest(id, known)}")


def put_trade(connection: Connection, site: str, trade: Trade) -> None:
    """What the site says of a trade from now on."""
    connection.execute(delete(TRADE).where(TRADE.c.site == site, TRADE.c.id == trade.id))
    row = {"site": site, "id": trade.id, "zh": trade.name.zh, "en": trade.name.en, "post": trade.post}
    connection.execute(insert(TRADE), row | {"certificates": orjson.dumps(trade.certificates).decode()})
