"""Events into the store: each spool key once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, bindparam, insert, select

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
_KEEP = insert(EVENT)


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
    rows = [
        {
            "site": event.site,
            "gateway": event.gateway,
            "spool": str(event.spool),
            "lane": event.lane.value,
            "seq": event.seq,
            "id": str(event.id),
            "type": event.type,
            "equipment": event.equipment,
            "instance": event.instance,
            "at": event.at,
            "recorded_at": event.recorded_at,
            "received_at": now,
            "clock": event.clock.value,
            "replayed": event.replayed,
            "inventory": event.inventory,
            "data": event.data.model_dump_json(),
        }
        for event in events
    ]
    if rows:
        connection.execute(_KEEP, rows)
