"""Equipment and rules in the store."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

from sqlalchemy import Connection, RowMapping, bindparam, insert, select, tuple_, update

from cloud.database.rows import delete_rows
from cloud.equipment.tables import EQUIPMENT, POINT_TEXT, RULE
from facility.alarm import Rule
from facility.inventory import Inventory, InventoryEquipment

AT_ONCE = 500
_RULE_OF = select(RULE.c.body).where(
    RULE.c.site == bindparam("s"), RULE.c.equipment == bindparam("e"), RULE.c.id == bindparam("r")
)
_ROW_OF = select(EQUIPMENT).where(EQUIPMENT.c.site == bindparam("s"), EQUIPMENT.c.id == bindparam("i"))


def owners(connection: Connection, site: str, ids: Iterable[str]) -> dict[str, str]:
    """Equipment id → the gateway that owns it, of those that exist and are not removed."""
    wanted = list(ids)
    found: dict[str, str] = {}
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        where = (EQUIPMENT.c.site == site) & EQUIPMENT.c.id.in_(part) & EQUIPMENT.c.removed_at.is_(None)
        found |= {row.id: row.gateway for row in connection.execute(select(EQUIPMENT).where(where))}
    return found


def known(connection: Connection, site: str, gateway: str) -> frozenset[str]:
    """All ids that this gateway has ever owned at the site and nobody else owns now."""
    where = (EQUIPMENT.c.site == site) & (EQUIPMENT.c.gateway == gateway)
    return frozenset(connection.execute(select(EQUIPMENT.c.id).where(where)).scalars())


def of_gateway(connection: Connection, site: str, gateway: str) -> Sequence[RowMapping]:
    """The equipment that a gateway has now."""
    e = EQUIPMENT.c
    where = (e.site == site) & (e.gateway == gateway) & e.removed_at.is_(None)
    return connection.execute(select(EQUIPMENT).where(where).order_by(e.id)).mappings().all()


def replace(connection: Connection, inventory: Inventory, *, at: int) -> list[str]:
    """Make the read model what the inventory says; the ids that are new, changed or gone."""
    site, gateway = inventory.site, inventory.gateway
    mine = (EQUIPMENT.c.site == site) & (EQUIPMENT.c.gateway == gateway)
    before = {row.id: row for row in connection.execute(select(EQUIPMENT).where(mine))}
    now = {e.id: _row(site, gateway, e) for e in inventory.equipment}
    changed = [id for id, row in now.items() if id not in before or before[id].body != row["body"]]
    back = [id for id in now if id in before and before[id].removed_at is not None]
    gone = [id for id, row in before.items() if id not in now and row.removed_at is None]
    fresh = list(dict.fromkeys([*changed, *back]))
    delete_rows(connection, EQUIPMENT, ("site", "id"), [(site, id) for id in fresh])
    if fresh:
        connection.execute(EQUIPMENT.insert(), [now[id] for id in fresh])
    for id in gone:
        where = (EQUIPMENT.c.site == site) & (EQUIPMENT.c.id == id)
        connection.execute(update(EQUIPMENT).where(where).values(removed_at=at))
    new = set(fresh)
    _replace_rules(connection, site, [e for e in inventory.equipment if e.id in new], gone)
    return [*fresh, *gone]


def _row(site: str, gateway: str, equipment: InventoryEquipment) -> dict[str, object]:
    return {
        "site": site,
        "id": equipment.id,
        "gateway": gateway,
        "type": equipment.type,
        "model": equipment.model,
        "system": equipment.system.value,
        "name_zh": equipment.name.zh,
        "name_en": equipment.name.en,
        "place": equipment.place,
        "body": equipment.model_dump_json(by_alias=True, exclude_defaults=True),
        "removed_at": None,
    }


def _replace_rules(
    connection: Connection, site: str, changed: Sequence[InventoryEquipment], gone: Sequence[str]
) -> None:
    delete_rows(connection, RULE, ("site", "equipment"), [(site, id) for id in (*(e.id for e in changed), *gone)])
    rows = [
        {"site": site, "equipment": e.id, "id": r.id, "body": r.model_dump_json(by_alias=True)}
        for e in changed
        for r in e.rules
    ]
    if rows:
        connection.execute(RULE.insert(), rows)


def rule_of(connection: Connection, site: str, equipment: str, rule: str) -> Rule | None:
    """The rule that holds now, None where the inventory has no such rule."""
    body = connection.execute(_RULE_OF, {"s": site, "e": equipment, "r": rule}).scalar_one_or_none()
    return None if body is None else _rule(body)


def rules_by_key(connection: Connection, site: str, keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], Rule]:
    """The rules that hold now, by (equipment, rule)."""
    r, wanted = RULE.c, sorted({equipment for equipment, _ in keys})
    found: dict[tuple[str, str], str] = {}
    for start in range(0, len(wanted), AT_ONCE):
        own = (r.site == site) & r.equipment.in_(wanted[start : start + AT_ONCE])
        query = select(r.equipment, r.id, r.body).where(own)
        found |= {(row.equipment, row.id): row.body for row in connection.execute(query)}
    return {key: _rule(found[key]) for key in keys if key in found}


@lru_cache(maxsize=4096)
def _rule(body: str) -> Rule:
    return Rule.model_validate_json(body)


@lru_cache(maxsize=2048)
def equipment_of(body: str) -> InventoryEquipment:
    """The equipment as its inventory says it."""
    return InventoryEquipment.model_validate_json(body)


def row_of(connection: Connection, site: str, id: str, *, removed: bool = False) -> RowMapping | None:
    """One equipment; one that has left the inventory only where `removed` says so."""
    row = connection.execute(_ROW_OF, {"s": site, "i": id}).mappings().first()
    return row if row is None or removed or row["removed_at"] is None else None


def rows_by_id(connection: Connection, site: str, ids: Collection[str]) -> list[RowMapping]:
    """Equipment by its ids, also what has left its inventory."""
    e, wanted = EQUIPMENT.c, sorted(ids)
    found: list[RowMapping] = []
    for start in range(0, len(wanted), AT_ONCE):
        query = select(EQUIPMENT).where(e.site == site, e.id.in_(wanted[start : start + AT_ONCE]))
        found += connection.execute(query).mappings().all()
    return found


def equipment_rows(
    connection: Connection,
    among: frozenset[str] | None,
    *,
    id: str | None = None,
    system: str | None = None,
    after: tuple[str, str] | None = None,
    limit: int | None = None,
) -> Sequence[RowMapping]:
    """Equipment of these sites (None: of all) by site and id, after a (site, id); none that was removed."""
    e = EQUIPMENT.c
    conditions = [
        (among is not None, e.site.in_(among or ())),
        (id is not None, e.id == id),
        (system is not None, e.system == system),
    ]
    query = select(EQUIPMENT).where(e.removed_at.is_(None), *(c for asked, c in conditions if asked))
    if after is not None:
        query = query.where(tuple_(e.site, e.id) > after)
    query = query.order_by(e.site, e.id)
    return connection.execute(query if limit is None else query.limit(limit)).mappings().all()


def texts(connection: Connection, site: str) -> dict[str, tuple[str, int]]:
    """Point id → (text, since when) of the site's text points."""
    rows = connection.execute(select(POINT_TEXT).where(POINT_TEXT.c.site == site))
    return {row.point: (row.text, row.at) for row in rows}


def set_text(connection: Connection, site: str, point: str, text: str, at: int) -> None:
    """A text point's newest text; an older one never replaces a newer one."""
    where = (POINT_TEXT.c.site == site) & (POINT_TEXT.c.point == point)
    row = connection.execute(select(POINT_TEXT.c.at).where(where)).first()
    if row is None:
        connection.execute(insert(POINT_TEXT), {"site": site, "point": point, "text": text, "at": at})
    elif at >= row.at:
        connection.execute(update(POINT_TEXT).where(where).values(text=text, at=at))


def systems(connection: Connection, site: str) -> Sequence[str]:
    """The systems that have equipment at a site."""
    where = (EQUIPMENT.c.site == site) & EQUIPMENT.c.removed_at.is_(None)
    return (
        connection.execute(select(EQUIPMENT.c.system).where(where).distinct().order_by(EQUIPMENT.c.system))
        .scalars()
        .all()
    )
