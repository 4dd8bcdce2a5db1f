"""Events into the store: each spool key once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import orjson
from sqlalchemy import Connection

from cloud.database.rows import insert_rows, select_rows
from cloud.ingest.tables import EVENT
from facility.event import Event

SpoolKey = tuple[str, str, int]
"""(spool, lane, seq) of one gateway."""


_BEFORE: Final = {
    "sqlite": (
        "SELECT e.spool, e.lane, e.seq, e.id FROM json_each(?) AS k CROSS JOIN event AS e "
        "WHERE e.site = ? AND e.gateway = ? AND e.spool = json_extract(k.value, '$[0]') "
        "AND e.lane = json_extract(k.value, '$[1]') AND e.seq = json_extract(k.value, '$[2]') UNION ALL "
        "SELECT e.spool, e.lane, e.seq, e.id FROM json_each(?) AS i CROSS JOIN event AS e "
        "WHERE e.site = ? AND e.gateway = ? AND e.id = i.value"
    ),
    "postgresql": (
        "SELECT e.spool, e.lane, e.seq, e.id FROM unnest(?::text[], ?::text[], ?::bigint[]) AS k (spool, lane, seq) "
        "JOIN event AS e ON e.spool = k.spool AND e.lane = k.lane AND e.seq = k.seq "
        "WHERE e.site = ? AND e.gateway = ? UNION ALL "
        "SELECT e.spool, e.lane, e.seq, e.id FROM event AS e WHERE e.site = ? AND e.gateway = ? AND e.id = ANY(?)"
    ),
}
_COLUMNS: Final = tuple(EVENT.columns.keys())


@dataclass(slots=True)
class Before:
    """What is kept already: ids by spool key, and ids under any key."""

    by_key: dict[SpoolKey, str]
    ids: set[str]


def before(connection: Connection, site: str, gateway: str, keys: Sequence[SpoolKey], ids: Sequence[str]) -> Before:
    """What is kept of these keys and of these ids, in one look."""
    if not keys:
        return Before({}, set())
    dialect = connection.dialect.name
    values: tuple[object, ...]
    if dialect == "sqlite":
        values = (orjson.dumps(keys).decode(), site, gateway, orjson.dumps(ids).decode(), site, gateway)
    else:
        values = (*(list(part) for part in zip(*keys, strict=True)), site, gateway, site, gateway, list(ids))
    found = select_rows(connection, _BEFORE[dialect], values)
    return Before({(row[0], row[1], row[2]): row[3] for row in found}, {row[3] for row in found})


def keep(connection: Connection, rows: Sequence[tuple[object, ...]]) -> None:
    """Keep new events as they came; each is a `row_of`."""
    insert_rows(connection, EVENT, _COLUMNS, rows)


def row_of(event: Event, key: SpoolKey, id: str, data: str, now: int) -> tuple[object, ...]:
    """An event as its table keeps it; `data` is the JSON of its data."""
    return (
        event.site,
        event.gateway,
        *key,
        id,
        event.data.type,
        event.equipment,
        event.instance,
        event.at,
        event.recorded_at,
        now,
        str(event.clock),
        event.replayed,
        event.inventory,
        data,
    )
