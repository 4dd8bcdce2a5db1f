"""What time does to plans: an occurrence is due, and later its time is over."""

from __future__ import annotations

from sqlalchemy import Connection

from cloud.notices.store import Notice, give_notices
from cloud.plans.store import DUE, OVERDUE, make_due
from cloud.timers.store import Timer, due
from cloud.work_orders.store import order_by_id
from facility.alarm import Post


@due(DUE)
def plan_due(connection: Connection, timer: Timer, now: int) -> None:
    """Its order is made, once, and the next occurrence waits."""
    make_due(connection, timer.ref, now)


@due(OVERDUE)
def plan_overdue(connection: Connection, timer: Timer, now: int) -> None:
    """Its time is over and nobody has done it: engineering and the manager are told, once."""
    row = order_by_id(connection, timer.ref)
    if row is not None and row["open"] and row["restored_at"] is None:
        posts = (Post.ENGINEERING.value, "manager")
        give_notices(connection, [Notice(now, row["site"], row["id"], "plan_overdue", posts)])
