"""Who is told of a 整改任务: its owner when it is given to them, and with the manager when its day has passed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from cloud.energy_targets.schemas import Rectification
from cloud.energy_targets.store import CLOSED
from cloud.notices.store import Notice, give_notices
from cloud.timers.store import Timer, cancel_timers, set_timers
from facility.clock import NS
from facility.energy.local_time import midnight

LATE: Final = "rectification"
AGAIN: Final = 7 * 24 * 3_600 * NS
"""Between two reminders of one that is late."""
POSTS: Final = ("manager",)


def given(connection: Connection, zone: ZoneInfo, task: Rectification, now: int) -> None:
    """It is somebody's now: they are told, and reminded after its day."""
    give_notices(connection, [Notice(now, task.site, task.id, "rectification", POSTS)])
    remind(connection, zone, task, now)


def remind(connection: Connection, zone: ZoneInfo, task: Rectification, now: int) -> None:
    """On the day after its own; never again once it is closed."""
    if task.state in CLOSED:
        cancel_timers(connection, [(LATE, task.id)])
        return
    at = midnight(zone, date.fromordinal(task.due.toordinal()) + timedelta(days=1))
    set_timers(connection, [Timer(LATE, task.id, max(at, now))])


def late(connection: Connection, task: Rectification, now: int) -> None:
    """Its day has passed: the owner and the manager are told, each week until it is closed or has another day."""
    if task.state in CLOSED:
        return
    give_notices(connection, [Notice(now, task.site, task.id, "rectification_late", POSTS)])
    set_timers(connection, [Timer(LATE, task.id, now + AGAIN)])
