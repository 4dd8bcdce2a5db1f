"""Does what is due, at its time; what came due while nobody ran is done at the start."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from cloud.database.base import Database
from cloud.database.handing import savepoint
from cloud.errors import Problem
from cloud.timers.store import HANDLERS, Timer, next_due, set_timers, take_due
from facility.clock import NS, Clock

AT_ONCE: Final = 200
LOOK_EVERY: Final = 0.5
"""Seconds between two looks at the table: another replica may have set a timer."""
TRY_AGAIN: Final = 30 * NS
"""A timer whose work failed is tried again after it."""
log = logging.getLogger(__name__)


class Timers:
    """Of this process; replicas share the work, each timer is taken by one."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await asyncio.sleep(await self.look())
            except Problem as error:
                log.warning("the timers can't be looked at: %s", error)
                await asyncio.sleep(LOOK_EVERY)

    async def look(self) -> float:
        """Do all that is due now; the seconds until the next look."""
        while True:
            earliest = await self._database.read(next_due)
            wait = LOOK_EVERY if earliest is None else (earliest - self._clock.now()) / NS
            if wait > 0:
                return min(wait, LOOK_EVERY)
            await self._database.write(partial(fire, now=self._clock.now()))


def fire(connection: Connection, now: int) -> int:
    """Take and do what is due; how many. One that fails keeps the others from nothing and is tried again."""
    timers = take_due(connection, now, AT_ONCE)
    for timer in timers:
        _do(connection, timer, now)
    return len(timers)


def _do(connection: Connection, timer: Timer, now: int) -> None:
    handler = HANDLERS.get(timer.kind)
    if handler is None:
        log.error("nobody here knows what to do for the timer %s of %s; another release may", timer.kind, timer.ref)
        set_timers(connection, [Timer(timer.kind, timer.ref, now + TRY_AGAIN, timer.payload)])
        return
    try:
        with savepoint(connection):
            handler(connection, timer, now)
    except OperationalError:
        raise
    except Exception:
        log.exception("timer %s of %s failed and is tried again", timer.kind, timer.ref)
        set_timers(connection, [Timer(timer.kind, timer.ref, now + TRY_AGAIN, timer.payload)])
