"""Assets in the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, RowMapping, delete, insert, select

from cloud.assets.tables import ASSET
from cloud.sites.tables import SITE
from facility.clock import NS


def assets(connection: Connection, sites: frozenset[str] | None) -> Sequence[RowMapping]:
    """Of these sites (None: all), by site and equipment."""
    query = select(ASSET).order_by(ASSET.c.site, ASSET.c.equipment)
    return connection.execute(query if sites is None else query.where(ASSET.c.site.in_(sites))).mappings().all()


def put_asset(connection: Connection, site: str, equipment: str, told: Mapping[str, object], *, now: int) -> None:
    """Write one line of the register anew."""
    a = ASSET.c
    connection.execute(delete(ASSET).where(a.site == site, a.equipment == equipment))
    connection.execute(insert(ASSET), {"site": site, "equipment": equipment, "updated_at": now, **told})


def contractor_of(connection: Connection, site: str, equipment: str | None, now: int) -> tuple[str, str] | None:
    """(who has it under warranty or contract, which of both), None where our own people look after it."""
    a = ASSET.c
    query = select(a.contractor, a.warranty_until).where(a.site == site, a.equipment == equipment)
    row = connection.execute(query).first()
    if row is None or row.contractor is None:
        return None
    zone = connection.execute(select(SITE.c.timezone).where(SITE.c.id == site)).scalar_one_or_none()
    today = datetime.fromtimestamp(now / NS, UTC).astimezone(ZoneInfo(zone or "Asia/Shanghai")).date()
    warranty = row.warranty_until is not None and today <= row.warranty_until
    return row.contractor, "warranty" if warranty else "contract"
