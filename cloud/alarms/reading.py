"""Alarms out of the store by key, many at once: those that are live, and those that returned unanswered."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, Final

import orjson
from sqlalchemy import Connection, Row, bindparam, select

from cloud.alarms.row import COLUMNS, AlarmKey, AlarmRow
from cloud.alarms.tables import ALARM
from cloud.database.rows import objects_of, select_rows

_KEYS: Final = {
    "sqlite": (
        "(SELECT json_extract(value, '$[0]') AS s, json_extract(value, '$[1]') AS e, json_extract(value, '$[2]') AS r, "
        "json_extract(value, '$[3]') AS i FROM json_each(?)) AS k CROSS JOIN alarm"
    ),
    "postgresql": (
        "(SELECT value->>0 AS s, value->>1 AS e, value->>2 AS r, value->>3 AS i "
        "FROM jsonb_array_elements(CAST(? AS jsonb))) AS k CROSS JOIN alarm"
    ),
}
_OF_KEY: Final = "alarm.site = k.s AND alarm.equipment = k.e AND alarm.rule = k.r AND alarm.instance = k.i"
_LIVE: Final = {"sqlite": "alarm.live = 1", "postgresql": "alarm.live"}
_RETURNED: Final = {"sqlite": "alarm.live = 0", "postgresql": "NOT alarm.live"}
"""In the very words of the partial indexes: SQLite uses one only then."""
_NAMES: Final = ", ".join(f"alarm.{name}" for name in COLUMNS)


def _by_key(dialect: str) -> str:
    keys, live, returned = _KEYS[dialect], _LIVE[dialect], _RETURNED[dialect]
    return (
        f"SELECT {_NAMES} FROM {keys} WHERE {_OF_KEY} AND {live} UNION ALL "  # noqa: S608 - only words of ours
        f"SELECT {_NAMES} FROM {keys} WHERE {_OF_KEY} AND alarm.acknowledged_at IS NULL AND {returned}"
    )


_BY_KEY: Final = {dialect: _by_key(dialect) for dialect in _KEYS}
_BUSY: Final = {
    "sqlite": "SELECT DISTINCT work_order FROM alarm WHERE live = 1 AND work_order IN (SELECT value FROM json_each(?))",
    "postgresql": (
        "SELECT DISTINCT work_order FROM alarm WHERE live "
        "AND work_order IN (SELECT value->>0 FROM jsonb_array_elements(CAST(? AS jsonb)))"
    ),
}
_alarms = objects_of(AlarmRow, ALARM)
_A = ALARM.c
_BY_ID = select(ALARM).where(_A.id.in_(bindparam("ids", expanding=True)))
_OF_GATEWAY = select(ALARM).where(
    _A.site == bindparam("s"), _A.gateway == bindparam("g"), _A.detected_by == "edge", _A.live
)
AT_ONCE: Final = 500


def rows_of(found: Iterable[Row[Any]]) -> Iterator[AlarmRow]:
    """The alarms of a result with all columns in their order."""
    for row in found:
        yield AlarmRow(**dict(zip(COLUMNS, row, strict=True)))


def by_key(connection: Connection, keys: Collection[AlarmKey]) -> Iterator[AlarmRow]:
    """What is live, or over and not acknowledged, of each key."""
    wanted = orjson.dumps(list(keys)).decode()
    yield from _alarms(select_rows(connection, _BY_KEY[connection.dialect.name], (wanted, wanted)))


def by_id(connection: Connection, ids: Sequence[str]) -> Iterator[AlarmRow]:
    """The alarms of these ids."""
    for start in range(0, len(ids), AT_ONCE):
        yield from rows_of(connection.execute(_BY_ID, {"ids": ids[start : start + AT_ONCE]}))


def live_of_gateway(connection: Connection, site: str, gateway: str) -> list[AlarmRow]:
    """All live alarms that a gateway detected itself."""
    return list(rows_of(connection.execute(_OF_GATEWAY, {"s": site, "g": gateway})))


def with_live_alarms(connection: Connection, orders: Collection[str]) -> frozenset[str]:
    """Those of the orders that a live alarm is attached to."""
    if not orders:
        return frozenset()
    dialect = connection.dialect.name
    wanted = [[id] for id in orders] if dialect == "postgresql" else list(orders)
    return frozenset(id for (id,) in select_rows(connection, _BUSY[dialect], (orjson.dumps(wanted).decode(),)))
