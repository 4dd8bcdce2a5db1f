"""The open orders of some sites in short, and which of them have broken a promise that they were given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from cloud.work_orders.tables import ORDER_STEP, WORK_ORDER

_W = WORK_ORDER.c
_S = ORDER_STEP.c
_BEGINS = ("reported", "recurred")
BROKEN = "promise_broken"
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class StandingOrder:
    """One open order."""

    id: str
    site: str
    equipment: str | None
    overdue: bool
    """A promise of its round is broken and the work is not done."""


def standing_orders(connection: Connection, among: frozenset[str] | None) -> list[StandingOrder]:
    """All open orders, the oldest first."""
    query = select(_W.id, _W.site, _W.equipment, _W.restored_at).where(_W.open).order_by(_W.reported_at, _W.id)
    rows = connection.execute(query if among is None else query.where(_W.site.in_(among))).all()
    broken = _broken(connection, [row.id for row in rows if row.restored_at is None])
    return [StandingOrder(row.id, row.site, row.equipment, row.id in broken) for row in rows]


def _broken(connection: Connection, orders: Sequence[str]) -> frozenset[str]:
    """Those whose newest round has a broken promise."""
    found: set[str] = set()
    for start in range(0, len(orders), AT_ONCE):
        some = orders[start : start + AT_ONCE]
        query = select(_S.order_id, _S.kind).where(_S.order_id.in_(some), _S.kind.in_((*_BEGINS, BROKEN)))
        for order, kind in connection.execute(query.order_by(_S.id)):
            (found.add if kind == BROKEN else found.discard)(order)
    return frozenset(found)
