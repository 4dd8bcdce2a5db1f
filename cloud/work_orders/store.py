"""Work orders out of the store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, Select, select, tuple_

from cloud.work_orders.tables import ORDER_EVIDENCE, WORK_ORDER


@dataclass(frozen=True, slots=True)
class Filter:
    """Which orders; empty means any."""

    sites: frozenset[str] | None = None
    states: tuple[str, ...] = ()
    open: bool | None = None
    equipment: str | None = None
    fault: str | None = None
    start: int | None = None
    end: int | None = None
    assignee: str | None = None
    room: str | None = None


def orders(connection: Connection, wanted: Filter, before: tuple[int, str] | None, limit: int) -> Sequence[RowMapping]:
    """The newest reports first, before a cursor (reported_at, id)."""
    query = _where(select(WORK_ORDER), wanted)
    if before is not None:
        query = query.where(tuple_(WORK_ORDER.c.reported_at, WORK_ORDER.c.id) < before)
    newest = query.order_by(WORK_ORDER.c.reported_at.desc(), WORK_ORDER.c.id.desc())
    return connection.execute(newest.limit(limit)).mappings().all()


def _where(query: Select[tuple[object, ...]], wanted: Filter) -> Select[tuple[object, ...]]:
    order = WORK_ORDER.c
    conditions = [
        (wanted.sites is not None, order.site.in_(wanted.sites or ())),
        (bool(wanted.states), order.state.in_(wanted.states)),
        (wanted.open is not None, order.open == bool(wanted.open)),
        (wanted.equipment is not None, order.equipment == wanted.equipment),
        (wanted.fault is not None, order.fault == wanted.fault),
        (wanted.assignee is not None, order.assignee == wanted.assignee),
        (wanted.room is not None, order.room == wanted.room),
        (wanted.start is not None, order.reported_at >= (wanted.start or 0)),
        (wanted.end is not None, order.reported_at < (wanted.end or 0)),
    ]
    return query.where(*(condition for asked, condition in conditions if asked))


def order_by_id(connection: Connection, id: str) -> RowMapping | None:
    """One order."""
    return connection.execute(select(WORK_ORDER).where(WORK_ORDER.c.id == id)).mappings().first()


def evidence(connection: Connection, id: str) -> Sequence[RowMapping]:
    """What an order stands on, oldest first."""
    e = ORDER_EVIDENCE.c
    query = select(e.kind, e.ref, e.at, e.recorded_at, e.by, e.detail).where(e.order_id == id).order_by(e.id)
    return connection.execute(query).mappings().all()
