"""Meters in the store: of all inventories that hold now, with what people set."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

import orjson
from sqlalchemy import Connection, RowMapping, delete, insert, select

from cloud.equipment.store import equipment_of, rows_by_id
from cloud.errors import NotFound
from cloud.gateways.tables import GATEWAY, INVENTORY
from cloud.meters.facts import MeterFacts, Replacement, device_meter, in_tree_order, own_meter
from cloud.meters.schemas import MeterSettings
from cloud.meters.tables import METER, METER_REPLACEMENT
from facility.site import Meter

KEPT: Final = 64
_meters: dict[str, tuple[Meter, ...]] = {}
"""By the inventory's revision, which says what is in it: an inventory of a big site takes long to read."""


def meters_of(connection: Connection, site: str) -> dict[str, MeterFacts]:
    """Every meter of a site by its id, parents before their children."""
    return meters_with(connection, site, settings_of(connection, site))


def meters_with(connection: Connection, site: str, settings: Mapping[str, MeterSettings]) -> dict[str, MeterFacts]:
    """As they would be if this were set of them, and nothing else."""
    nodes = _nodes(connection, site)
    changes = _replacements(connection, site)
    rows = {row["id"]: row for row in rows_by_id(connection, site, nodes) if row["removed_at"] is None}
    found: dict[str, MeterFacts] = {}
    for id, node in nodes.items():
        if id in rows:
            own = settings.get(id, MeterSettings())
            facts = device_meter(site, node, equipment_of(rows[id]["body"]), own, changes.get(id, ()))
            found |= {} if facts is None else {id: facts}
    for id, own in settings.items():
        if own.kind != "device" and id not in found:
            found[id] = own_meter(site, id, own, changes.get(id, ()))
    return {each.id: each for each in in_tree_order(found)}


def meter_of(connection: Connection, site: str, id: str) -> MeterFacts:
    """One of them; NotFound."""
    found = meters_of(connection, site).get(id)
    if found is None:
        raise NotFound(f"没有表计 {id!r} · there is no meter {id!r} at {site}")
    return found


def _nodes(connection: Connection, site: str) -> dict[str, Meter]:
    """The meters of the inventories that hold now, by equipment; the first gateway's word holds."""
    g, i = GATEWAY.c, INVENTORY.c
    held = connection.execute(
        select(g.id, g.inventory).where(g.site == site, g.inventory.is_not(None)).order_by(g.id)
    ).all()
    found: dict[str, Meter] = {}
    for gateway, revision in held:
        if revision not in _meters:
            where = (i.site == site) & (i.gateway == gateway) & (i.revision == revision)
            body = connection.execute(select(i.body).where(where)).scalar_one_or_none()
            read = () if body is None else orjson.loads(body).get("meters", ())
            if len(_meters) >= KEPT:
                _meters.pop(next(iter(_meters)), None)
            _meters[revision] = tuple(Meter.model_validate(each) for each in read)
        for node in _meters.get(revision, ()):
            found.setdefault(node.equipment, node)
    return found


def settings_of(connection: Connection, site: str) -> dict[str, MeterSettings]:
    """What people set, by meter."""
    m = METER.c
    rows = connection.execute(select(m.id, m.body).where(m.site == site).order_by(m.id))
    return {row.id: MeterSettings.model_validate_json(row.body) for row in rows}


def put_settings(connection: Connection, site: str, id: str, settings: MeterSettings, *, by: str, now: int) -> None:
    """Set them, in place of those before."""
    remove_settings(connection, site, id)
    row = {"site": site, "id": id, "body": settings.model_dump_json(), "updated_at": now, "updated_by": by[:64]}
    connection.execute(insert(METER), row)


def remove_settings(connection: Connection, site: str, id: str) -> bool:
    """A meter of the inventory is then as that says, another one is gone."""
    where = (METER.c.site == site) & (METER.c.id == id)
    return connection.execute(delete(METER).where(where)).rowcount > 0


def replacement_rows(connection: Connection, site: str, meter: str | None = None) -> list[RowMapping]:
    """Those that hold, by meter and time."""
    r = METER_REPLACEMENT.c
    query = select(METER_REPLACEMENT).where(r.site == site, r.void_at.is_(None)).order_by(r.meter, r.at, r.id)
    return list(connection.execute(query if meter is None else query.where(r.meter == meter)).mappings())


def _replacements(connection: Connection, site: str) -> dict[str, list[Replacement]]:
    found: dict[str, list[Replacement]] = {}
    for row in replacement_rows(connection, site):
        times = None if row["multiplier"] is None else Fraction(row["multiplier"])
        change = Replacement(row["at"], row["removed"], row["installed"], row["width"], times)
        found.setdefault(row["meter"], []).append(change)
    return found


def sites_with_meters(connection: Connection) -> list[str]:
    """Every site that may have meters."""
    of_gateways = connection.execute(select(GATEWAY.c.site).distinct()).scalars()
    of_people = connection.execute(select(METER.c.site).distinct()).scalars()
    return sorted({*of_gateways, *of_people})
