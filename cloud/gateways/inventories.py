"""Takes inventories: checked whole, kept by revision, made into the read model of equipment and rules."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import ValidationError
from sqlalchemy import Connection, insert, select, update

from cloud.equipment.schemas import tell_equipment
from cloud.equipment.store import owners, replace
from cloud.errors import Conflict, Forbidden, Unprocessable
from cloud.gateways.schemas import TakenInventory
from cloud.gateways.store import set_inventory
from cloud.gateways.tables import INVENTORY
from cloud.sites.store import take_site
from cloud.wording import place_of, said
from facility.inventory import Inventory


def read_inventory(body: bytes, site: str, gateway: str, revision: str | None) -> Inventory:
    """The inventory of a body. Unprocessable says what is wrong; Forbidden where it is somebody else's."""
    try:
        inventory = Inventory.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = place_of(first["loc"]) or "the top"
        count, told = error.error_count(), said(first)
        raise Unprocessable(
            f"设备清单有 {count} 处错误,第一处在 {where}:{told.zh} · "
            f"the inventory has {count} mistakes; the first, at {where}: {told.en}"
        ) from error
    if (inventory.site, inventory.gateway) != (site, gateway):
        raise Forbidden(
            f"此令牌属于 {site} 的网关 {gateway},上送的却是 {inventory.site} 的 {inventory.gateway} 的设备清单 · "
            f"this token is for {gateway} of {site}, the inventory for {inventory.gateway} of {inventory.site}"
        )
    if revision is not None and revision != inventory.revision:
        raise Unprocessable(
            f"设备清单的版本为 {inventory.revision},应为 {revision}:传输中被改动 · "
            f"the inventory's revision is {inventory.revision}, not {revision}: it was altered on its way"
        )
    ids = [e.id for e in inventory.equipment]
    if twice := sorted({id for id in ids if ids.count(id) > 1}):
        raise Unprocessable(f"设备重复:{', '.join(twice)} · equipment is there twice: {', '.join(twice)}")
    return inventory


def take(connection: Connection, inventory: Inventory, *, at: int) -> TakenInventory:
    """Make the inventory the one that holds. Conflict where an equipment is another gateway's; both are named."""
    site, gateway = inventory.site, inventory.gateway
    owned = owners(connection, site, [e.id for e in inventory.equipment])
    if foreign := {id: who for id, who in owned.items() if who != gateway}:
        named = ", ".join(f"{id} belongs to {who}" for id, who in sorted(foreign.items()))
        raise Conflict(
            f"{gateway} 上送了其他网关的设备:{named};请改名,或先从原网关移除 · "
            f"{gateway} announces equipment of another gateway: {named}; rename it, or take it from the other"
        )
    take_site(connection, inventory)
    changed = replace(connection, inventory, at=at)
    _keep(connection, inventory, at)
    set_inventory(connection, site, gateway, inventory.revision, at=at)
    tell_equipment(connection, site, changed, at=at)
    return TakenInventory(
        revision=inventory.revision,
        equipment=len(inventory.equipment),
        points=len(inventory.points),
        changed=tuple(changed),
    )


def _keep(connection: Connection, inventory: Inventory, at: int) -> None:
    i, revision = INVENTORY.c, inventory.revision
    mine = (i.site == inventory.site) & (i.gateway == inventory.gateway)
    row = {"received_at": at, "body": inventory.body, "stands_in": None}
    if connection.execute(update(INVENTORY).where(mine, i.revision == revision).values(**row)).rowcount == 0:
        own = {"site": inventory.site, "gateway": inventory.gateway, "revision": revision}
        connection.execute(insert(INVENTORY), own | row)
    missing = mine & i.body.is_(None) & i.stands_in.is_(None)
    connection.execute(update(INVENTORY).where(missing).values(stands_in=revision))


def unknown(connection: Connection, site: str, gateway: str, revisions: Iterable[str]) -> list[str]:
    """Those of the revisions that were never sent and that nothing stands in for."""
    i, wanted = INVENTORY.c, set(revisions)
    held = i.body.is_not(None) | i.stands_in.is_not(None)
    where = (i.site == site) & (i.gateway == gateway) & i.revision.in_(wanted) & held
    return sorted(wanted - set(connection.execute(select(i.revision).where(where)).scalars()))


def ask_for(connection: Connection, site: str, gateway: str, revisions: Iterable[str], *, at: int) -> None:
    """Remember that these were asked for: the next inventory stands in for those that are lost."""
    for revision in revisions:
        key = {"site": site, "gateway": gateway, "revision": revision}
        i = INVENTORY.c
        where = (i.site == site) & (i.gateway == gateway) & (i.revision == revision)
        if connection.execute(select(i.revision).where(where)).first() is None:
            connection.execute(insert(INVENTORY), key | {"received_at": at, "body": None, "stands_in": None})
