"""Gathers deliveries: what arrives while one transaction is written goes into the next one, life safety first."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from dataclasses import dataclass
from functools import partial
from typing import Final

from cloud.database.base import Database
from cloud.ingest.known import Known
from cloud.ingest.taking import Delivery, Taken, take
from facility.event import Lane

MOST: Final = 1000
"""Events in one transaction: a fire waits for no more than these."""
GATHER: Final = 0.005
"""Seconds that a busy writer waits for as many deliveries as it had before: one fsync for all of them."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Waiting:
    delivery: Delivery
    future: asyncio.Future[Taken]


class Gatherer:
    """Of one process; `take` answers when the delivery is on disk."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known = Known()
        self._life: deque[_Waiting] = deque()
        self._rest: deque[_Waiting] = deque()
        self._writing: asyncio.Task[None] | None = None
        self._before = 0
        """Deliveries in the group before."""
        self._ended = 0.0
        """When that group was on disk."""
        self._enough: asyncio.Future[None] | None = None
        """Waits for a group that is worth a transaction."""

    async def take(self, delivery: Delivery) -> Taken:
        """What became of each event; what the store refuses is raised here."""
        waiting = _Waiting(delivery, asyncio.get_running_loop().create_future())
        urgent = any(item.event is not None and item.event.lane is Lane.LIFE for item in delivery.items)
        (self._life if urgent else self._rest).append(waiting)
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write(), name="ingest")
        elif urgent or len(self._rest) >= self._before:
            self._go()
        return await waiting.future

    async def _write(self) -> None:
        while self._life or self._rest:
            await self._gather()
            group = self._next()
            await self._take(group)
            self._before, self._ended = len(group), asyncio.get_running_loop().time()

    async def _gather(self) -> None:
        """A lone sender and life safety wait for nothing; many wait for each other, GATHER at most."""
        loop = asyncio.get_running_loop()
        left = self._ended + GATHER - loop.time()
        if self._life or self._before < 2 or len(self._rest) >= self._before or left <= 0:
            return
        self._enough = loop.create_future()
        timer = loop.call_later(left, self._go)
        try:
            await self._enough
        finally:
            timer.cancel()
            self._enough = None

    def _go(self) -> None:
        if self._enough is not None and not self._enough.done():
            self._enough.set_result(None)

    async def _take(self, group: list[_Waiting]) -> None:
        deliveries = [waiting.delivery for waiting in group]
        try:
            taken = await self._database.write(partial(take, deliveries=deliveries, known=self._known))
        except Exception as error:  # noqa: BLE001 - each delivery that waits is told
            log.warning("%d deliveries were not taken: %s", len(group), error)
            for waiting in group:
                if not waiting.future.done():
                    waiting.future.set_exception(error)
            return
        for waiting, result in zip(group, taken, strict=True):
            if not waiting.future.done():
                waiting.future.set_result(result)

    def _next(self) -> list[_Waiting]:
        """All that waits, up to MOST events; life safety before the rest."""
        group: list[_Waiting] = []
        events = 0
        for lane in (self._life, self._rest):
            while lane and (not group or events + len(lane[0].delivery.items) <= MOST):
                waiting = lane.popleft()
                events += len(waiting.delivery.items)
                group.append(waiting)
        return group
