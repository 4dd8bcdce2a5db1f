"""A month that is over: each missed target opens a task with its owner and its day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from sqlalchemy import Connection

from cloud.energy_settings.ground import EnergySite, energy_site
from cloud.energy_targets.months import month_figures
from cloud.energy_targets.notifying import given
from cloud.energy_targets.schemas import Missed, StoredTarget
from cloud.energy_targets.scopes import scoped
from cloud.energy_targets.store import open_tasks, targets
from cloud.errors import NotFound
from cloud.timers.store import Timer, set_timers
from facility.clock import NS
from facility.energy.local_time import local_day, midnight, month_of
from facility.energy.target import Course

KIND: Final = "energy_month"
AFTER: Final = 26 * 3_600 * NS
"""After the month's end: late readings have a day to come."""
AGAIN: Final = 24 * 3_600 * NS
PATIENCE: Final = 14 * AGAIN
TIME: Final = timedelta(days=15)
"""Until a task is due."""


def watch(connection: Connection, where: EnergySite, months: set[str], now: int) -> None:
    """A timer for each month that is not judged yet."""
    wanted = []
    for month in months:
        _, after = month_of(*map(int, month.split("-")))
        at = midnight(where.zone, after) + AFTER
        wanted.append(Timer(KIND, f"{where.id}/{month}", max(at, now)))
    set_timers(connection, wanted)


def judge(connection: Connection, site: str, month: str, now: int) -> int:
    """How many tasks were opened. While data is missing the month is looked at again each day, for two weeks."""
    where = energy_site(connection, site)
    whole = True
    held = targets(connection, site, months=[month])
    found: list[tuple[StoredTarget, Missed]] = []
    for target in held.values():
        try:
            each = scoped(where, target.scope)
        except NotFound:
            continue
        for told in month_figures(connection, where, [each], month, held, now):
            whole &= told.coverage >= 1
            if told.amount is None:
                continue
            if told.course is Course.MISSED or (told.target is not None and told.amount > told.target):
                missed = Missed(unit=told.unit, target=target.amount, amount=told.amount, coverage=told.coverage)
                found.append((target, missed))
    _, after = month_of(*map(int, month.split("-")))
    if not whole and now < midnight(where.zone, after) + PATIENCE:
        set_timers(connection, [Timer(KIND, f"{site}/{month}", now + AGAIN)])
    due = date.fromordinal(local_day(where.zone, now).toordinal()) + TIME
    opened = open_tasks(connection, site, found, due, now=now)
    for task in opened:
        given(connection, where.zone, task, now)
    return len(opened)
