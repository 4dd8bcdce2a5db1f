"""What time does to plans: an occurrence is due."""

from __future__ import annotations

from sqlalchemy import Connection

from cloud.plans.store import DUE, make_due
from cloud.timers.store import Timer, due


@due(DUE)
def plan_due(connection: Connection, timer: Timer, now: int) -> None:
    """Its order is made, once, and the next occurrence waits."""
    make_due(connection, timer.ref, now)
