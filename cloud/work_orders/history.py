"""The steps of orders, into the store and out of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from sqlalchemy import Connection, select

from cloud.database.rows import insert_rows
from cloud.service_levels.facts import Step
from cloud.work_orders.tables import ORDER_STEP

_COLUMNS: Final = ("site", "order_id", "kind", "at", "recorded_at", "by", "detail", "note")
_AT_ONCE: Final = 500


def add_many(connection: Connection, steps: Iterable[tuple[str, str, Step]]) -> None:
    """Append steps: (site, order, step); one is never changed."""
    rows = [
        (site, order, s.kind, s.at, s.recorded_at, s.by[:64], s.detail, s.note) for site, order, s in steps
    ]  # fmt: skip
    insert_rows(connection, ORDER_STEP, _COLUMNS, rows)


def steps_of(connection: Connection, order: str) -> list[Step]:
    """All of one order, in the order in which they were said."""
    return steps_of_many(connection, (order,)).get(order, [])


def steps_of_many(connection: Connection, orders: Collection[str]) -> dict[str, list[Step]]:
    """Order → its steps."""
    found: dict[str, list[Step]] = {}
    wanted: Sequence[str] = list(orders)
    s = ORDER_STEP.c
    columns = (s.order_id, s.kind, s.at, s.recorded_at, s.by, s.detail, s.note)
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        for order, *told in connection.execute(select(*columns).where(s.order_id.in_(part)).order_by(s.id)):
            found.setdefault(order, []).append(Step(*told))
    return found
