"""Makes sure that the cloud knows an inventory before it gets an event that names it."""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from edge.delivery import Away, TooLarge, judge
from edge.spool import Spool
from edge.uplink.connection import Connection
from facility.clock import Clock
from facility.errors import Rejected
from facility.inventory import Inventory

log = logging.getLogger(__name__)

AGAIN: Final = 5.0
"""Seconds to the next try; the lanes say why the cloud is away."""
ACKNOWLEDGED: Final = "uplink.inventory"


class Inventories:
    """Shared by the lanes: one of them at a time tells the cloud."""

    def __init__(self, spool: Spool, current: Inventory, clock: Clock) -> None:
        self._spool = spool
        self._current = current
        self._clock = clock
        self._known: set[str] | None = None
        self._turn = asyncio.Lock()
        self._forgotten = asyncio.Event()
        self.announced = asyncio.Event()
        """Set while the cloud is held to know the current inventory."""

    async def announce(self, revisions: set[str], connection: Connection) -> None:
        """Send what the cloud does not know; an older revision first, the current one always last."""
        async with self._turn:
            known = await self._load()
            missing = (revisions | {self._current.revision}) - known
            older = sorted(missing - {self._current.revision})
            for revision in older:
                body = await self._spool.inventory(revision)
                if body is not None:
                    await self._send(body, connection)
                else:
                    log.warning("inventory %s is not kept any more; its events are sent without it", revision)
                known.add(revision)
            if missing:
                await self._send(self._current.body.encode(), connection)
                known.add(self._current.revision)
                await self._spool.accept([], self._current.revision, {ACKNOWLEDGED: self._current.revision.encode()})
                self.announced.set()

    async def forgotten(self) -> None:
        """The cloud says that it does not know one: announce all again."""
        async with self._turn:
            self._known = set()
            self.announced.clear()
            self._forgotten.set()
            await self._spool.forget([ACKNOWLEDGED])

    async def keep_announced(self, connection: Connection) -> None:
        """Until cancelled: a cloud that has forgotten the inventory is told again, also while no event waits."""
        async with self._turn:
            await self._load()
        while True:
            await self._forgotten.wait()
            self._forgotten.clear()
            try:
                await self.announce(set(), connection)
            except Away:
                await asyncio.sleep(AGAIN)
                self._forgotten.set()

    async def _load(self) -> set[str]:
        if self._known is None:
            await self._spool.keep_inventory(self._current.revision, self._current.body.encode())
            acknowledged = (await self._spool.state()).get(ACKNOWLEDGED)
            self._known = {acknowledged.decode()} if acknowledged else set()
            if self._current.revision in self._known:
                self.announced.set()
        return self._known

    async def _send(self, body: bytes, connection: Connection) -> None:
        answer = await connection.send("PUT", "/inventory", body)
        try:
            judge("cloud", answer, self._clock)
        except (Rejected, TooLarge) as error:
            raise Away(f"the cloud refuses the inventory: {error}") from error
