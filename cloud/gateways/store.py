"""Gateways in the store: who there is, and when each was last heard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import orjson
from sqlalchemy import Connection, RowMapping, bindparam, insert, select, update

from cloud.gateways.schemas import gateway_of
from cloud.gateways.tables import GATEWAY, INVENTORY
from cloud.stream.store import publish

_ROW = select(GATEWAY).where(GATEWAY.c.site == bindparam("s"), GATEWAY.c.id == bindparam("i"))


def add_gateway(connection: Connection, site: str, id: str, *, by: str, at: int) -> None:
    """A new gateway that nobody has heard of yet."""
    row = {"site": site, "id": id, "created_at": at, "created_by": by, "version": "", "online": False, "waiting": "{}"}
    connection.execute(insert(GATEWAY), row)
    tell(connection, site, id, at=at)


def gateway_row(connection: Connection, site: str, id: str) -> RowMapping | None:
    """One gateway."""
    return connection.execute(_ROW, {"s": site, "i": id}).mappings().first()


def has_duty_page(connection: Connection, site: str, id: str) -> bool:
    """Whether its inventory says that it has a local duty page; read from the text, which may be megabytes."""
    i, g = INVENTORY.c, GATEWAY.c
    mine = (g.site == site) & (g.id == id)
    holds = (i.site == g.site) & (i.gateway == g.id) & (i.revision == g.inventory)
    said = i.body.contains('"duty_page":true', autoescape=True)
    return connection.execute(select(g.id).where(mine & holds & said)).first() is not None


def gateways(connection: Connection, among: frozenset[str] | None, id: str | None = None) -> Sequence[RowMapping]:
    """The gateways of these sites (None: of all), perhaps only those of one id."""
    query = select(GATEWAY).order_by(GATEWAY.c.site, GATEWAY.c.id)
    if among is not None:
        query = query.where(GATEWAY.c.site.in_(among))
    if id is not None:
        query = query.where(GATEWAY.c.id == id)
    return connection.execute(query).mappings().all()


def heard(connection: Connection, site: str, id: str, *, at: int) -> bool:
    """It was heard now; True where it had been away (or never heard)."""
    row = gateway_row(connection, site, id)
    if row is None:
        return False
    _set(connection, site, id, {"last_seen": max(at, row["last_seen"] or 0), "online": True})
    if not row["online"]:
        tell(connection, site, id, at=at)
    return not row["online"]


def lost(connection: Connection, site: str, id: str, *, silent_since: int, at: int) -> bool:
    """It has been silent since `silent_since`: mark it; False where it was heard in the meantime."""
    row = gateway_row(connection, site, id)
    if row is None or not row["online"] or (row["last_seen"] or 0) > silent_since:
        return False
    _set(connection, site, id, {"online": False})
    tell(connection, site, id, at=at)
    return True


def say(connection: Connection, site: str, id: str, *, version: str, at: int) -> None:
    """It says its version."""
    row = gateway_row(connection, site, id)
    if row is not None and row["version"] != version:
        _set(connection, site, id, {"version": version[:64]})
        tell(connection, site, id, at=at)


def set_waiting(connection: Connection, site: str, id: str, waiting: Mapping[str, int]) -> None:
    """How far behind each lane is."""
    _set(connection, site, id, {"waiting": orjson.dumps(dict(waiting)).decode()})


def set_inventory(connection: Connection, site: str, id: str, revision: str, *, at: int) -> None:
    """The revision that holds from now on."""
    _set(connection, site, id, {"inventory": revision})
    tell(connection, site, id, at=at)


def tell(connection: Connection, site: str, id: str, *, at: int) -> None:
    """Put the gateway into the stream as it is now."""
    row = gateway_row(connection, site, id)
    if row is not None:
        publish(connection, "gateway", site, gateway_of(row).model_dump_json(), at=at)


def _set(connection: Connection, site: str, id: str, values: Mapping[str, object]) -> None:
    where = (GATEWAY.c.site == site) & (GATEWAY.c.id == id)
    connection.execute(update(GATEWAY).where(where).values(**values))
