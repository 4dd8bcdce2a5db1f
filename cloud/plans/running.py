"""Reads the meters of the plans by run hours, and the inspection dates of the register."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from typing import Final

from cloud.database.base import Database
from cloud.errors import Problem
from cloud.latest import Latest
from cloud.plans.inspections import make_inspections, pending
from cloud.plans.schemas import ByRunHours, NewPlan
from cloud.plans.store import count_hours, plans
from facility.clock import Clock
from facility.quality import Quality

LOOK_EVERY: Final = 60.0
log = logging.getLogger(__name__)


class RunHours:
    """Of this process; of several, each reads, and one occurrence still makes one order."""

    def __init__(self, database: Database, latest: Latest, clock: Clock) -> None:
        self._database = database
        self._latest = latest
        self._clock = clock

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.look()
                await self.inspect()
            except Problem as error:
                log.warning("run hours and inspections can't be looked at: %s", error)
            await asyncio.sleep(LOOK_EVERY)

    async def inspect(self) -> int:
        """Make the orders of the inspections that come near; how many."""
        now = self._clock.now()
        if not await self._database.read(partial(pending, now=now)):
            return 0
        return await self._database.write(partial(make_inspections, now=now))

    async def look(self) -> int:
        """Once; how many orders were made. A value that is not good counts nothing."""
        made = 0
        for row in await self._database.read(lambda c: plans(c, None)):
            every = NewPlan.model_validate_json(row["body"]).every
            if row["enabled"] and isinstance(every, ByRunHours):
                shown = self._latest.of(row["site"]).get(every.point)
                if shown is not None and shown.value is not None and shown.quality == Quality.GOOD:
                    work = partial(count_hours, id=row["id"], hours=shown.value, now=self._clock.now())
                    made += await self._database.write(work)
        return made
