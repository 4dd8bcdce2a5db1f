"""Orders out of the store, many at once: by id, or by (site, equipment, fault) the open one and the one closed last."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import orjson
from sqlalchemy import Connection

from cloud.database.rows import objects_of, select_rows
from cloud.work_orders.row import COLUMNS, OrderRow
from cloud.work_orders.tables import WORK_ORDER

Key = tuple[str, str, str]
"""(site, equipment, fault): there is one open order of it."""
_KEYS: Final = {
    "sqlite": (
        "(SELECT json_extract(value, '$[0]') AS s, json_extract(value, '$[1]') AS e, "
        "json_extract(value, '$[2]') AS f FROM json_each(?)) AS k"
    ),
    "postgresql": (
        "(SELECT value->>0 AS s, value->>1 AS e, value->>2 AS f FROM jsonb_array_elements(CAST(? AS jsonb))) AS k"
    ),
}
_IS_OPEN: Final = {"sqlite": "w.open = 1", "postgresql": "w.open"}
_AMONG: Final = {"sqlite": "IN (SELECT value FROM json_each(?))", "postgresql": "= ANY(?)"}
_NAMES: Final = ", ".join(f"w.{name}" for name in COLUMNS)
_OPEN: Final = (
    "SELECT {names} FROM {keys} CROSS JOIN work_order AS w "
    "WHERE w.site = k.s AND w.equipment = k.e AND w.fault = k.f AND {is_open}"
)
_CLOSED: Final = (
    "SELECT {names} FROM {keys} CROSS JOIN work_order AS w WHERE w.id = (SELECT c.id FROM work_order AS c "
    "WHERE c.site = k.s AND c.equipment = k.e AND c.fault = k.f AND c.state = 'closed' "
    "ORDER BY c.closed_at DESC LIMIT 1)"
)
_orders = objects_of(OrderRow, WORK_ORDER)


def open_by_key(connection: Connection, keys: Collection[Key]) -> dict[Key, OrderRow]:
    """The open order of each key that has one."""
    return _by_key(connection, _OPEN, keys)


def closed_by_key(connection: Connection, keys: Collection[Key]) -> dict[Key, OrderRow]:
    """The order of each key that was closed last."""
    return _by_key(connection, _CLOSED, keys)


def orders_by_id(connection: Connection, ids: Collection[str]) -> list[OrderRow]:
    """The orders of these ids."""
    if not ids:
        return []
    dialect = connection.dialect.name
    wanted = orjson.dumps(list(ids)).decode() if dialect == "sqlite" else list(ids)
    statement = f"SELECT {_NAMES} FROM work_order AS w WHERE w.id {_AMONG[dialect]}"  # noqa: S608 - words of ours
    return _orders(select_rows(connection, statement, (wanted,)))


def _by_key(connection: Connection, statement: str, keys: Collection[Key]) -> dict[Key, OrderRow]:
    if not keys:
        return {}
    dialect = connection.dialect.name
    asked = statement.format(names=_NAMES, keys=_KEYS[dialect], is_open=_IS_OPEN[dialect])
    found = _orders(select_rows(connection, asked, (orjson.dumps(list(keys)).decode(),)))
    return {(row.site, row.equipment or "", row.fault or ""): row for row in found}
