"""Life and event lanes to the cloud; after the backlog of a start or outage it asks for a snapshot of all alarms."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from edge.backoff import Backoff, to_cloud
from edge.delivery import Link
from edge.endpoint import Endpoint
from edge.spool import Spool
from edge.uplink.connection import Connection
from edge.uplink.inventories import Inventories
from edge.uplink.lane import LaneSender
from facility.clock import Clock
from facility.event import Lane
from facility.inventory import Inventory

EVENT_LANES = (Lane.LIFE, Lane.EVENT)


class Uplink:
    """`run` until cancelled; `links` says how each lane is doing. `snapshot` accepts an alarm.snapshot event."""

    def __init__(
        self,
        spool: Spool,
        endpoint: Endpoint,
        inventory: Inventory,
        clock: Clock,
        snapshot: Callable[[], Awaitable[None]],
        backoff: Callable[[], Backoff] = to_cloud,
    ) -> None:
        self._spool = spool
        self._snapshot = snapshot
        self._owed = True
        inventories = self.inventories = Inventories(spool, inventory, clock)
        self._connections = [Connection(endpoint, inventory.gateway) for _ in EVENT_LANES]
        self._lanes = [
            LaneSender(lane, spool, connection, inventories, clock, backoff())
            for lane, connection in zip(EVENT_LANES, self._connections, strict=True)
        ]

    @property
    def links(self) -> tuple[Link, ...]:
        """How the cloud takes each lane."""
        return tuple(lane.link for lane in self._lanes)

    async def run(self) -> None:
        """Until cancelled; SpoolError (in a group) where the disk failed."""
        life, event = self._connections
        async with life, event, asyncio.TaskGroup() as tasks:
            tasks.create_task(self.inventories.keep_announced(event), name="inventory")
            for lane in self._lanes:
                tasks.create_task(lane.run(self._delivered, self._lost), name=lane.link.name)

    async def _lost(self) -> None:
        self._owed = True

    async def _delivered(self) -> None:
        """When nothing waits in any lane and a snapshot is owed, ask for it; it goes as the next event."""
        if not self._owed or any(self._spool.waiting()[lane].records for lane in EVENT_LANES):
            return
        self._owed = False
        try:
            await self._snapshot()
        except BaseException:
            self._owed = True
            raise
