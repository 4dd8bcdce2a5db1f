"""Whom an order goes to when nobody is named: the contractor of the asset, else who is on duty and has least to do."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from cloud.assets.store import contractor_of
from cloud.duty.store import on_duty
from cloud.errors import Conflict, Unprocessable
from cloud.users.store import user_by_name
from cloud.work_orders.row import OrderRow
from cloud.work_orders.tables import WORK_ORDER


def chosen(connection: Connection, row: OrderRow, to: str | None, now: int) -> tuple[str, str]:
    """(user, why). Unprocessable for a name nobody has; Conflict where nobody is on duty."""
    if to is not None:
        if user_by_name(connection, to) is None:
            raise Unprocessable(f"没有用户 {to!r} · there is no user {to!r}")
        return to, ""
    contractor = contractor_of(connection, row.site, row.equipment, now)
    if contractor is not None:
        return contractor
    people = on_duty(connection, row.site, "engineering", now)
    if not people:
        zh, en = "工程岗无人值班,请指定人员", "nobody is on duty at engineering: name somebody, or fill the rota"
        raise Conflict(f"{zh} · {en}")
    load = _load(connection, row.site)
    return min(people, key=lambda name: (load.get(name, 0), name)), "rota"


def _load(connection: Connection, site: str) -> dict[str, int]:
    """Who has how many open orders."""
    w = WORK_ORDER.c
    query = select(w.assignee, func.count().label("load")).where(w.site == site, w.open, w.assignee.is_not(None))
    return {row.assignee: row.load for row in connection.execute(query.group_by(w.assignee))}
