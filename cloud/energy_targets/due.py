"""What time does to targets: a month is over and judged; a task's day has passed."""

from __future__ import annotations

from sqlalchemy import Connection

from cloud.energy_targets.judging import KIND, judge
from cloud.energy_targets.notifying import LATE, late
from cloud.energy_targets.store import task
from cloud.timers.store import Timer, due


@due(KIND)
def _month_is_over(connection: Connection, timer: Timer, now: int) -> None:
    site, _, month = timer.ref.partition("/")
    judge(connection, site, month, now)


@due(LATE)
def _task_is_late(connection: Connection, timer: Timer, now: int) -> None:
    held = task(connection, timer.ref)
    if held is not None:
        late(connection, held, now)
