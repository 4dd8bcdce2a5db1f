"""Call-backs (回访) with sampling: which customers' orders are drawn, and whom nobody has called yet."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import ceil
from typing import Final, Literal

from sqlalchemy import Connection, RowMapping, func, select

from cloud.service_levels.store import service_level
from cloud.work_orders.machine import REPAIRED
from cloud.work_orders.tables import ORDER_STEP, WORK_ORDER
from facility.clock import NS
from facility.work_order import OrderState, Side

CallBack = Literal["due", "done", "not_drawn", "none"]
KEPT: Final = 90 * 86_400 * NS
"""After it nobody is called any more."""
_TO_CALL: Final = tuple(state.value for state in (*REPAIRED, OrderState.CLOSED))
_W = WORK_ORDER.c


def drawn(rank: int, share: float) -> bool:
    """Whether the `rank`th customer's order of a site (from 1) is in the sample.

    By number, so that nobody picks: of the first n orders at least n times the share are drawn, for every n.
    """
    exact = Fraction(str(share))
    return ceil(rank * exact) > ceil((rank - 1) * exact)


def call_back_of(connection: Connection, row: RowMapping, share: float) -> CallBack:
    """How it is with one order."""
    if row["side"] != Side.CUSTOMER or row["state"] not in _TO_CALL:
        return "none"
    if row["called_back_at"] is not None:
        return "done"
    before = (_W.site == row["site"]) & (_W.side == Side.CUSTOMER.value) & (_W.number <= row["number"])
    rank = connection.execute(select(func.count()).where(before)).scalar_one()
    return "due" if drawn(rank, share) else "not_drawn"


def due(connection: Connection, site: str, now: int) -> Sequence[tuple[RowMapping, int]]:
    """The drawn orders whose customer was not asked yet, the oldest repair first; how often nobody answered."""
    share = service_level(connection, site).call_back_share
    number = func.row_number().over(order_by=_W.number).label("rank")
    ranked = select(_W.id.label("ranked"), number).where(_W.site == site, _W.side == Side.CUSTOMER.value).subquery()
    query = (
        select(WORK_ORDER, ranked.c.rank)
        .join(ranked, ranked.c.ranked == _W.id)
        .where(_W.state.in_(_TO_CALL), _W.called_back_at.is_(None), _W.restored_at > now - KEPT)
        .order_by(_W.restored_at, _W.id)
    )
    rows = [row for row in connection.execute(query).mappings() if drawn(row["rank"], share)]
    tries = _tries(connection, site, now)
    return [(row, tries.get(row["id"], 0)) for row in rows]


def _tries(connection: Connection, site: str, now: int) -> dict[str, int]:
    s = ORDER_STEP.c
    query = select(s.order_id, func.count().label("tries")).where(
        s.site == site, s.at > now - KEPT, s.kind == "not_reached"
    )
    return {row.order_id: row.tries for row in connection.execute(query.group_by(s.order_id))}
