"""Checklists in the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, insert, select, tuple_, update

from cloud.ids import new_id
from cloud.linkage.tables import LINKAGE, LINKAGE_EFFECT
from cloud.sites.store import places
from facility.event import Event
from facility.linkage import AwaitedEffect
from facility.words import Text


@dataclass(frozen=True, slots=True)
class Filter:
    """Which checklists; None means any."""

    sites: frozenset[str] | None = None
    zone: str | None = None
    open: bool | None = None
    drill: bool | None = None


def ensure(connection: Connection, event: Event, zone: str, opened: int, *, drill: bool, now: int) -> str:
    """The id of a fire's checklist; it is begun here where the event of its opening was lost."""
    c = LINKAGE.c
    mine = (c.site == event.site) & (c.zone == zone) & (c.opened_at == opened)
    found = connection.execute(select(c.id).where(mine)).scalar_one_or_none()
    if found is not None:
        return str(found)
    id, name = new_id(now), zone_name(connection, event.site, zone)
    row = {
        "id": id,
        "site": event.site,
        "gateway": event.gateway,
        "zone": zone,
        "zone_zh": name.zh,
        "zone_en": name.en,
        "opened_at": opened,
        "drill": drill,
        "equipment": event.equipment,
        "instance": event.instance,
        "updated_at": now,
    }
    connection.execute(insert(LINKAGE), row)
    return id


def await_effects(connection: Connection, id: str, effects: Sequence[AwaitedEffect]) -> None:
    """The lines of a checklist, in their order."""
    rows = [
        {
            **effect.model_dump(exclude={"name"}),
            "linkage": id,
            "rank": rank,
            "name_zh": effect.name.zh,
            "name_en": effect.name.en,
            "already": False,
        }
        for rank, effect in enumerate(effects)
    ]
    known = set(connection.execute(select(LINKAGE_EFFECT.c.id).where(LINKAGE_EFFECT.c.linkage == id)).scalars())
    if fresh := [row for row in rows if row["id"] not in known]:
        connection.execute(insert(LINKAGE_EFFECT), fresh)


def change(connection: Connection, id: str, values: Mapping[str, Any], now: int) -> None:
    """Change a checklist."""
    connection.execute(update(LINKAGE).where(LINKAGE.c.id == id).values(**values, updated_at=now))


def change_effect(connection: Connection, id: str, effect: str, values: Mapping[str, Any]) -> None:
    """Change one line of a checklist."""
    e = LINKAGE_EFFECT.c
    connection.execute(update(LINKAGE_EFFECT).where((e.linkage == id) & (e.id == effect)).values(**values))


def checklists(
    connection: Connection, wanted: Filter, before: tuple[int, str] | None, limit: int
) -> Sequence[RowMapping]:
    """The newest first, before a cursor (opened_at, id)."""
    query = _where(select(LINKAGE), wanted)
    if before is not None:
        query = query.where(tuple_(LINKAGE.c.opened_at, LINKAGE.c.id) < before)
    newest = query.order_by(LINKAGE.c.opened_at.desc(), LINKAGE.c.id.desc())
    return connection.execute(newest.limit(limit)).mappings().all()


def _where(query: Select[tuple[object, ...]], wanted: Filter) -> Select[tuple[object, ...]]:
    c = LINKAGE.c
    if wanted.sites is not None:
        query = query.where(c.site.in_(wanted.sites))
    if wanted.zone is not None:
        query = query.where(c.zone == wanted.zone)
    if wanted.open is not None:
        query = query.where(c.closed_at.is_(None) if wanted.open else c.closed_at.is_not(None))
    if wanted.drill is not None:
        query = query.where(c.drill if wanted.drill else ~c.drill)
    return query


def checklist(connection: Connection, id: str) -> RowMapping | None:
    """One checklist."""
    return connection.execute(select(LINKAGE).where(LINKAGE.c.id == id)).mappings().first()


def effects_of(connection: Connection, ids: Sequence[str]) -> dict[str, list[RowMapping]]:
    """Checklist → its lines in their order."""
    e = LINKAGE_EFFECT.c
    rows = connection.execute(select(LINKAGE_EFFECT).where(e.linkage.in_(ids)).order_by(e.linkage, e.rank))
    found: dict[str, list[RowMapping]] = {id: [] for id in ids}
    for row in rows.mappings():
        found[row["linkage"]].append(row)
    return found


def zone_name(connection: Connection, site: str, zone: str) -> Text:
    """The places that make a zone up, in words; its id where no place is in it."""
    rows = places(connection, site)
    zone_of = {place["id"]: place["zone"] for place in rows}
    tops = [p for p in rows if p["zone"] == zone and zone_of.get(p["parent"]) != zone]
    if not tops:
        return Text(zh=zone, en=zone)
    return Text(zh="、".join(p["zh"] for p in tops), en=", ".join(p["en"] for p in tops))
