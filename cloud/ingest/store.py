"""Events into the store: each spool key once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, insert, select

from cloud.ingest.tables import EVENT
from facility.event import Event

SpoolKey = tuple[str, str, int]
"""(spool, lane, seq) of one gateway."""


def key_of(event: Event) -> SpoolKey:
    """Of an event."""
    return str(event.spool), event.lane.value, event.seq


def kept(connection: Connection, site: str, gateway: str, keys: Iterable[SpoolKey]) -> dict[SpoolKey, str]:
    """Spool key → id of the event that has it already."""
    groups: dict[tuple[str, str], list[int]] = {}
    for spool, lane, seq in keys:
        groups.setdefault((spool, lane), []).append(seq)
    e = EVENT.c
    found: dict[SpoolKey, str] = {}
    for (spool, lane), seqs in groups.items():
        own = (e.site == site) & (e.gateway == gateway) & (e.spool == spool) & (e.lane == lane)
        for start in range(0, len(seqs), 500):
            rows = connection.execute(select(e.seq, e.id).where(own, e.seq.in_(seqs[start : start + 500])))
            found |= {(spool, lane, row.seq): row.id for row in rows}
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
        connection.execute(insert(EVENT), rows)
