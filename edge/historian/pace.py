"""How fast a backlog is drained: never so fast that what is live waits for it."""

from __future__ import annotations

import asyncio
import time
from typing import Final

from edge.spool import Spool
from facility.event import Lane

SHORTEST: Final = 0.002
LONGEST: Final = 0.1
"""Seconds of rest after a record."""
YIELD: Final = 0.03
"""More seconds while an alarm or event waits for its own sender: little enough to drain while the cloud is away."""
ALARM_LANES: Final = (Lane.LIFE, Lane.EVENT)


class Pace:
    """After each record of a backlog the loop is free for as long as the record took of it: half is always left.

    Waiting for a slow end costs no rest; on a busy machine the same record takes longer, and the drain slows down.
    """

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self._worked = time.thread_time()

    def begin(self) -> None:
        """A record's work begins."""
        self._worked = time.thread_time()

    async def rest(self) -> None:
        """Before the next one."""
        worked = time.thread_time() - self._worked
        waiting = self._spool.waiting()
        more = YIELD if any(waiting[lane].records for lane in ALARM_LANES) else 0.0
        await asyncio.sleep(min(max(worked, SHORTEST), LONGEST) + more)
