"""What happens a day after a month with targets ended."""

from __future__ import annotations

from sqlalchemy import Connection

from cloud.energy_targets.judging import KIND, judge
from cloud.timers.store import Timer, due


@due(KIND)
def _month_is_over(connection: Connection, timer: Timer, now: int) -> None:
    site, _, month = timer.ref.partition("/")
    judge(connection, site, month, now)
