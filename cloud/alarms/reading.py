"""Alarms out of the store by key, many at once: those that are live, and those that returned unanswered."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, Final

import orjson
from sqlalchemy import Connection, Row, TextualSelect, bindparam, select, text

from cloud.alarms.row import COLUMNS, AlarmKey, AlarmRow
from cloud.alarms.tables import ALARM

_KEYS: Final = {
    "sqlite": (
        "(SELECT json_extract(value, '$[0]') AS s, json_extract(value, '$[1]') AS e, json_extract(value, '$[2]') AS r, "
        "json_extract(value, '$[3]') AS i FROM json_each(:keys)) AS k CROSS JOIN alarm"
    ),
    "postgresql": (
        "(SELECT value->>0 AS s, value->>1 AS e, value->>2 AS r, value->>3 AS i "
        "FROM jsonb_array_elements(CAST(:keys AS jsonb))) AS k CROSS JOIN alarm"
    ),
}
_OF_KEY: Final = "alarm.site = k.s AND alarm.equipment = k.e AND alarm.rule = k.r AND alarm.instance = k.i"
_LIVE: Final = {"sqlite": "alarm.live = 1", "postgresql": "alarm.live"}
_RETURNED: Final = {"sqlite": "alarm.live = 0", "postgresql": "NOT alarm.live"}
"""In the very words of the partial indexes: SQLite uses one only then."""
_NAMES: Final = ", ".join(f"alarm.{name}" for name in COLUMNS)


def _statement(dialect: str) -> TextualSelect:
    keys, live, returned = _KEYS[dialect], _LIVE[dialect], _RETURNED[dialect]
    return text(
        f"SELECT {_NAMES} FROM {keys} WHERE {_OF_KEY} AND {live} UNION ALL "  # noqa: S608 - only words of ours
        f"SELECT {_NAMES} FROM {keys} WHERE {_OF_KEY} AND alarm.acknowledged_at IS NULL AND {returned}"
    ).columns(*ALARM.columns)


_BY_KEY: Final = {dialect: _statement(dialect) for dialect in _KEYS}
_A = ALARM.c
_BY_ID = select(ALARM).where(_A.id.in_(bindparam("ids", expanding=True)))
_OF_GATEWAY = select(ALARM).where(
    _A.site == bindparam("s"), _A.gateway == bindparam("g"), _A.detected_by == "edge", _A.live
)
_BUSY = select(_A.work_order).where(_A.work_order.in_(bindparam("orders", expanding=True)), _A.live).distinct()
AT_ONCE: Final = 500


def rows_of(found: Iterable[Row[Any]]) -> Iterator[AlarmRow]:
    """The alarms of a result with all columns in their order."""
    for row in found:
        yield AlarmRow(**dict(zip(COLUMNS, row, strict=True)))


def by_key(connection: Connection, keys: Collection[AlarmKey]) -> Iterator[AlarmRow]:
    """What is live, or over and not acknowledged, of each key."""
    wanted = orjson.dumps(list(keys)).decode()
    yield from rows_of(connection.execute(_BY_KEY[connection.dialect.name], {"keys": wanted}))


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
    return frozenset(connection.execute(_BUSY, {"orders": list(orders)}).scalars())
