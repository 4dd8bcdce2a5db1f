"""The ends of one run, as site.yaml names them: historian, cloud; started anew when the inventory changes."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from edge.delivery import Link
from edge.endpoint import Endpoint
from edge.instructions import Inbox, Outcome
from edge.spool import Spool
from facility.clock import Clock
from facility.gateway_status import Status
from facility.instruction import Instruction
from facility.inventory import Inventory
from facility.site import SiteFile
from facility.words import Secret

if TYPE_CHECKING:
    from edge.live import Shows


@dataclass(frozen=True, slots=True)
class Hooks:
    """What the ends ask of the agent."""

    do: Callable[[Instruction], Awaitable[Outcome]]
    snapshot: Callable[[], Awaitable[None]]
    shown: Shows
    status: Callable[[], Status] | None = None
    """How the gateway is, which the cloud is told; None: it is not told."""


class Ends:
    """Runs the senders; the libraries behind them are imported when the first of them runs."""

    def __init__(
        self, written: SiteFile, folder: Path, environ: Mapping[str, str], spool: Spool, clock: Clock, version: str
    ) -> None:
        self._written = written
        self._folder = folder
        self._environ = environ
        self._spool = spool
        self._clock = clock
        self._version = version
        self._links: dict[str, tuple[Link, ...]] = {}
        self._inventory: Inventory | None = None
        self._inbox: Inbox | None = None
        self._changed = asyncio.Event()

    @property
    def links(self) -> Iterator[Link]:
        """How each end is doing."""
        for some in self._links.values():
            yield from some

    async def run(self, inventory: Inventory, hooks: Hooks) -> None:
        """Until cancelled; SpoolError (in a group) where the disk failed."""
        self._inventory = inventory
        async with asyncio.TaskGroup() as tasks:
            if self._written.historian is not None:
                tasks.create_task(self._historian(), name="historian")
            if self._written.cloud is not None:
                inbox = self._inbox = Inbox(self._spool, inventory, self._clock, hooks.do)
                tasks.create_task(inbox.run(), name="inbox")
                tasks.create_task(self._cloud(inbox, hooks), name="cloud")

    def renew(self, inventory: Inventory) -> None:
        """Go on with another inventory: what is sent and answered from now on names it."""
        self._inventory = inventory
        if self._inbox is not None:
            self._inbox.renew(inventory)
        self._changed.set()

    async def _historian(self) -> None:
        from edge.historian import Historian
        from edge.historian.ends import InfluxV1, InfluxV2

        target = self._written.historian
        if target is None:
            return
        endpoint = Endpoint("historian", target.url, self._token(target.token), target.insecure)
        one = InfluxV1(endpoint, target.bucket, self._clock)
        two = InfluxV2(endpoint, target.org, target.bucket, self._clock)
        async with one if target.api == "v1" else two as end:
            sender = Historian(self._spool, end, self._clock)
            self._links["historian"] = (sender.link,)
            await sender.run()

    async def _cloud(self, inbox: Inbox, hooks: Hooks) -> None:
        while True:
            self._changed.clear()
            session = asyncio.create_task(self._session(inbox, hooks), name="cloud senders")
            changed = asyncio.create_task(self._changed.wait(), name="new inventory")
            try:
                await asyncio.wait({session, changed}, return_when=asyncio.FIRST_COMPLETED)
                if session.done():
                    await session
            finally:
                for task in (session, changed):
                    task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await session

    async def _session(self, inbox: Inbox, hooks: Hooks) -> None:
        from edge.live import LiveLink
        from edge.uplink import Uplink
        from edge.uplink.connection import Connection
        from edge.uplink.status import keep_telling

        target, inventory = self._written.cloud, self._inventory
        if target is None or inventory is None:
            return
        endpoint = Endpoint("cloud", target.url, self._token(target.token), target.insecure)
        uplink = Uplink(self._spool, endpoint, inventory, self._clock, hooks.snapshot)
        live = LiveLink(
            endpoint, inventory, self._spool, inbox, hooks.shown, self._clock,
            version=self._version, inventories=uplink.inventories,
        )  # fmt: skip
        self._links["cloud"] = (*uplink.links, live.link)
        async with Connection(endpoint, inventory.gateway) as connection, asyncio.TaskGroup() as tasks:
            tasks.create_task(uplink.run(), name="uplink")
            tasks.create_task(live.run(), name="live link")
            if hooks.status is not None:
                tasks.create_task(keep_telling(connection, hooks.status), name="status")

    def _token(self, secret: Secret | None) -> Callable[[], str] | None:
        return None if secret is None else lambda: secret.read(self._folder, self._environ)
