"""Sites and places in the store."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, RowMapping, delete, select, update

from cloud.sites.tables import PLACE, SITE
from facility.inventory import Inventory


def ensure_site(connection: Connection, site: str, *, at: int) -> None:
    """A site exists from the first gateway on; until the inventory names it, its id is its name."""
    if connection.execute(select(SITE.c.id).where(SITE.c.id == site)).first() is None:
        row = {"id": site, "name_zh": site, "name_en": site, "timezone": "Asia/Shanghai", "created_at": at}
        connection.execute(SITE.insert(), row)


def take_site(connection: Connection, inventory: Inventory) -> None:
    """Names, time zone and places as this gateway says them."""
    name = {"name_zh": inventory.name.zh, "name_en": inventory.name.en, "timezone": inventory.timezone}
    connection.execute(update(SITE).where(SITE.c.id == inventory.site), name)
    mine = (PLACE.c.site == inventory.site) & (PLACE.c.gateway == inventory.gateway)
    connection.execute(delete(PLACE).where(mine))
    own = {"site": inventory.site, "gateway": inventory.gateway}
    rows = [place.model_dump() | own | {"rank": rank} for rank, place in enumerate(inventory.places)]
    if rows:
        connection.execute(PLACE.insert(), rows)


def sites(connection: Connection, among: frozenset[str] | None) -> Sequence[RowMapping]:
    """The sites, all of them for None."""
    query = select(SITE).order_by(SITE.c.id)
    return connection.execute(query if among is None else query.where(SITE.c.id.in_(among))).mappings().all()


def site_by_id(connection: Connection, id: str) -> RowMapping | None:
    """One site."""
    return connection.execute(select(SITE).where(SITE.c.id == id)).mappings().first()


def set_address(connection: Connection, id: str, zh: str, en: str) -> bool:
    """The postal address, as the fire brigade is told it; False where there is no such site."""
    return connection.execute(update(SITE).where(SITE.c.id == id).values(address_zh=zh, address_en=en)).rowcount == 1


def places(connection: Connection, site: str) -> Sequence[RowMapping]:
    """A site's places, parents first; one that two gateways name comes once."""
    columns = (PLACE.c.id, PLACE.c.parent, PLACE.c.zh, PLACE.c.en, PLACE.c.zone, PLACE.c.area)
    rows = connection.execute(select(*columns).where(PLACE.c.site == site).order_by(PLACE.c.gateway, PLACE.c.rank))
    return list({row["id"]: row for row in reversed(rows.mappings().all())}.values())[::-1]
