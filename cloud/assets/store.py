"""Assets in the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter
from sqlalchemy import Connection, RowMapping, delete, insert, select

from cloud.assets.schemas import AssetFacts, Document
from cloud.assets.tables import ASSET
from cloud.sites.tables import SITE
from facility.clock import NS

_DOCUMENTS: Final = TypeAdapter(tuple[Document, ...])
_AT_ONCE: Final = 500


def assets(connection: Connection, sites: frozenset[str] | None) -> Sequence[RowMapping]:
    """Of these sites (None: all), by site and equipment."""
    query = select(ASSET).order_by(ASSET.c.site, ASSET.c.equipment)
    return connection.execute(query if sites is None else query.where(ASSET.c.site.in_(sites))).mappings().all()


def fields_of(row: RowMapping) -> dict[str, Any]:
    """The fields of an Asset."""
    return dict(row) | {"documents": _DOCUMENTS.validate_json(row["documents"])}


def facts_of_site(connection: Connection, site: str) -> dict[str, AssetFacts]:
    """Equipment → its line."""
    names = AssetFacts.model_fields
    rows = ((row["equipment"], fields_of(row)) for row in assets(connection, frozenset({site})))
    return {id: AssetFacts.model_validate({name: row[name] for name in names}) for id, row in rows}


def put_assets(connection: Connection, site: str, lines: Mapping[str, AssetFacts], *, now: int) -> None:
    """Write lines of the register anew, by equipment."""
    a, ids = ASSET.c, list(lines)
    for start in range(0, len(ids), _AT_ONCE):
        part = ids[start : start + _AT_ONCE]
        connection.execute(delete(ASSET).where(a.site == site, a.equipment.in_(part)))
        rows = [{"site": site, "equipment": id, "updated_at": now, **_row(lines[id])} for id in part]
        connection.execute(insert(ASSET), rows)


def _row(facts: AssetFacts) -> dict[str, Any]:
    return facts.model_dump() | {"documents": _DOCUMENTS.dump_json(facts.documents).decode()}


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
