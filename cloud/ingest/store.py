"""Events into the store: each spool key once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import Connection, bindparam, select

from cloud.database.rows import insert_rows
from cloud.ingest.tables import EVENT
from facility.event import Event

SpoolKey = tuple[str, str, int]
"""(spool, lane, seq) of one gateway."""


_E = EVENT.c
_KEPT = select(_E.seq, _E.id).where(
    _E.site == bindparam("s"),
    _E.gateway == bindparam("g"),
    _E.spool == bindparam("p"),
    _E.lane == bindparam("l"),
    _E.seq.in_(bindparam("q", expanding=True)),
)
_KNOWN = select(_E.id).where(
    _E.site == bindparam("s"), _E.gateway == bindparam("g"), _E.id.in_(bindparam("i", expanding=True))
)
_COLUMNS: Final = tuple(EVENT.columns.keys())


def key_of(event: Event) -> SpoolKey:
    """Of an event."""
    return str(event.spool), event.lane.value, event.seq


def kept(connection: Connection, site: str, gateway: str, keys: Iterable[SpoolKey]) -> dict[SpoolKey, str]:
    """Spool key → id of the event that has it already."""
    groups: dict[tuple[str, str], list[int]] = {}
    for spool, lane, seq in keys:
        groups.setdefault((spool, lane), []).append(seq)
    found: dict[SpoolKey, str] = {}
    for (spool, lane), seqs in groups.items():
        own = {"s": site, "g": gateway, "p": spool, "l": lane}
        for start in range(0, len(seqs), 500):
            rows = connection.execute(_KEPT, own | {"q": seqs[start : start + 500]})
            found |= {(spool, lane, row.seq): row.id for row in rows}
    return found


def known_ids(connection: Connection, site: str, gateway: str, ids: Sequence[str]) -> set[str]:
    """Those of the ids that are kept already, under whatever spool key."""
    found: set[str] = set()
    for start in range(0, len(ids), 500):
        rows = connection.execute(_KNOWN, {"s": site, "g": gateway, "i": ids[start : start + 500]})
        found |= {row.id for row in rows}
    return found


def keep(connection: Connection, events: Sequence[Event], now: int) -> None:
    """Keep new events as they came."""
    insert_rows(connection, EVENT, _COLUMNS, [_row(event, now) for event in events])


def _row(event: Event, now: int) -> tuple[object, ...]:
    return (
        event.site,
        event.gateway,
        str(event.spool),
        event.lane.value,
        event.seq,
        str(event.id),
        event.data.type,
        event.equipment,
        event.instance,
        event.at,
        event.recorded_at,
        now,
        event.clock.value,
        event.replayed,
        event.inventory,
        event.data.model_dump_json(),
    )
