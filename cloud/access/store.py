"""Access events out of the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, select, tuple_

from cloud.access.schemas import Access
from cloud.equipment.tables import EQUIPMENT
from cloud.ingest.tables import EVENT
from facility.event import EVENTS, AccessDenied, AccessGranted, AccessPassage
from facility.words import Text


@dataclass(frozen=True, slots=True)
class Filter:
    """Which lines; None means any."""

    sites: frozenset[str] | None
    kinds: tuple[str, ...] = ("granted", "denied", "passage")
    equipment: str | None = None
    start: int | None = None
    end: int | None = None


def feed(connection: Connection, wanted: Filter, before: tuple[int, str] | None, limit: int) -> Sequence[RowMapping]:
    """The newest first, before a cursor (at, id)."""
    e, q = EVENT.c, EQUIPMENT.c
    query = select(e.id, e.site, e.gateway, e.equipment, e.at, e.recorded_at, e.data, q.name_zh, q.name_en, q.place)
    query = query.outerjoin_from(EVENT, EQUIPMENT, (q.site == e.site) & (q.id == e.equipment))
    query = query.where(e.type.in_([f"access.{kind}" for kind in wanted.kinds]))
    if wanted.sites is not None:
        query = query.where(e.site.in_(wanted.sites))
    if wanted.equipment is not None:
        query = query.where(e.equipment == wanted.equipment)
    if wanted.start is not None:
        query = query.where(e.at >= wanted.start)
    if wanted.end is not None:
        query = query.where(e.at < wanted.end)
    if before is not None:
        query = query.where(tuple_(e.at, e.id) < before)
    return connection.execute(query.order_by(e.at.desc(), e.id.desc()).limit(limit)).mappings().all()


def access_of(row: RowMapping) -> Access:
    """A line from its row."""
    data = EVENTS.validate_json(row["data"])
    told: Mapping[str, object] = {}
    match data:
        case AccessGranted():
            told = {"credential": data.credential, "card": _masked(data.last4)}
        case AccessDenied():
            told = {"reason": data.reason, "credential": data.credential, "card": _masked(data.last4)}
        case AccessPassage():
            told = {"passes": data.kind, "plate": data.plate}
    nothing = dict.fromkeys(("reason", "credential", "card", "passes", "plate"))
    own = {key: row[key] for key in ("id", "site", "gateway", "equipment", "place", "at", "recorded_at")}
    name = Text(zh=row["name_zh"] or row["equipment"], en=row["name_en"] or row["equipment"])
    direction = getattr(data, "direction", None)
    kind = data.type.removeprefix("access.")
    return Access.model_validate({**own, **nothing, **told, "name": name, "kind": kind, "direction": direction})


def _masked(last4: str | None) -> str | None:
    return f"•••• {last4}" if last4 else None
