"""The live link: presence and changed values up, instructions down, on one WebSocket; instructions also by HTTP."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Final, Protocol

from pydantic import ValidationError

from edge.backoff import Backoff, to_cloud
from edge.delivery import Away, Link, judge, keep_delivering
from edge.endpoint import Endpoint
from edge.instructions import Inbox
from edge.spool import Spool
from edge.uplink.connection import Connection
from edge.uplink.inventories import Inventories
from facility.clock import Clock
from facility.errors import GatehouseError
from facility.instruction import Instruction
from facility.inventory import Inventory
from facility.live import PRESENCE_EVERY, SUPERSEDED, UNKNOWN_INVENTORY, Down, Hello, Presence, Values

log = logging.getLogger(__name__)

EVERY: Final = 1.0
"""Seconds between two looks for changed values."""
SOON: Final = 0.2
"""Seconds between two looks where a state has changed: people wait for its word, numbers come calmly."""
PRESENT: Final = 0.8 * PRESENCE_EVERY
QUIET: Final = 10.0
"""Seconds between pings, and seconds that the other side may take to answer one: a black hole is found in 20."""
FETCH: Final = 15.0
"""Seconds between two questions for instructions while the socket is away."""
SUPERSEDED_FIRST: Final = 60.0
SUPERSEDED_LONGEST: Final = 600.0
"""Seconds that this gateway stays away when another of its id took its place, more each time: else two cut each other
for ever."""


class Shows(Protocol):
    """The newest values, as seen from here."""

    state_moved: asyncio.Event
    """Set while a state has changed and was not taken."""

    def take(self, *, states: bool = False) -> Values | None:
        """What has changed since it was last asked; of the states alone, where these are asked for."""

    def show_all(self) -> None:
        """The next `take` is everything."""


@dataclass(slots=True)
class LiveLink:
    """`run` until cancelled. All that has changed goes up once a second, a state that has changed goes ahead."""

    endpoint: Endpoint
    inventory: Inventory
    spool: Spool
    inbox: Inbox
    shown: Shows
    clock: Clock
    version: str
    inventories: Inventories | None = None
    """Knows whether the cloud knows the inventory: before that it would refuse the link."""
    backoff: Backoff = field(default_factory=to_cloud)
    superseded: Backoff = field(default_factory=lambda: Backoff(SUPERSEDED_FIRST, SUPERSEDED_LONGEST))
    fetch_every: float = FETCH
    link: Link = field(init=False)

    def __post_init__(self) -> None:
        """How the link is doing starts with no complaint."""
        self.link = Link("cloud, live link", self.clock)

    async def run(self) -> None:
        """Until cancelled; SpoolError (in a group) where the disk failed."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(keep_delivering(self.link, self._session, self.backoff, _nothing), name="live link")
            tasks.create_task(self._fetch_while_away(), name="instructions by HTTP")

    async def _session(self) -> None:
        """One socket from its opening to its end, which is always an Away."""
        await asyncio.to_thread(import_module, "websockets.asyncio.client")
        if self.inventories is not None:
            await self.inventories.announced.wait()
        from websockets.asyncio.client import connect
        from websockets.exceptions import ConnectionClosed, InvalidHandshake, WebSocketException

        try:
            async with connect(
                self.endpoint.base.replace("http", "ws", 1) + f"/api/v1/gateways/{self.inventory.gateway}/live",
                additional_headers=self._headers(),
                open_timeout=QUIET,
                ping_interval=QUIET,
                ping_timeout=QUIET,
                close_timeout=1.0,
                proxy=None if self.endpoint.loopback else True,
            ) as socket:
                await self._talk(socket)
        except InvalidHandshake as error:
            raise Away(f"the cloud refuses the live link: {error}") from error
        except ConnectionClosed as error:
            await self._cut(error.rcvd.code if error.rcvd is not None else None)
            raise Away(f"the live link is cut: {error}") from error
        except (WebSocketException, OSError, TimeoutError) as error:
            raise Away(f"the live link is cut: {error!r}") from error
        raise Away("the cloud closed the live link")

    async def _cut(self, code: int | None) -> None:
        """Do what the cloud's close code asks for; Away where it asks for more than the next try."""
        if code == UNKNOWN_INVENTORY and self.inventories is not None:
            await self.inventories.forgotten()
        if code == SUPERSEDED:
            raise Away(
                f"another gateway opened the live link as {self.inventory.gateway}: two run with one id; stop one of"
                " them, or give it an id (gateway: in site.yaml) and a token of its own",
                self.superseded.next(),
            )

    def _headers(self) -> dict[str, str]:
        return {} if self.endpoint.token is None else {"Authorization": f"Bearer {self.endpoint.token()}"}

    async def _talk(self, socket: Any) -> None:
        after = await self.inbox.after()
        hello = Hello(inventory=self.inventory.revision, version=self.version, after=after)
        await socket.send(hello.model_dump_json())
        self.link.works()
        self.shown.show_all()
        both = [asyncio.create_task(self._up(socket)), asyncio.create_task(self._down(socket))]
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in both:
                task.cancel()
            ended = await asyncio.gather(*both, return_exceptions=True)
        for end in ended:
            if isinstance(end, Exception):
                raise end

    async def _up(self, socket: Any) -> None:
        import orjson

        loop = asyncio.get_running_loop()
        began = present = loop.time()
        await socket.send(self._presence())
        due = began + EVERY
        while True:
            await asyncio.sleep(min(SOON, EVERY))
            states = loop.time() < due and await self._state_before(due)
            values = self.shown.take(states=states)
            if not states:
                due = loop.time() + EVERY
            if values is not None:
                await socket.send(orjson.dumps(dict(values)).decode())
            if loop.time() - present >= PRESENT:
                present = loop.time()
                await socket.send(self._presence())
            if loop.time() - began >= QUIET:
                self.backoff.reset()
            if loop.time() - began >= SUPERSEDED_LONGEST:
                self.superseded.reset()

    async def _state_before(self, due: float) -> bool:
        """Whether a state changed before that time of the loop."""
        try:
            async with asyncio.timeout_at(due):
                return await self.shown.state_moved.wait()
        except TimeoutError:
            return False

    def _presence(self) -> str:
        waiting = {str(lane): state.records for lane, state in self.spool.waiting().items()}
        return Presence(at=self.clock.now(), waiting=waiting).model_dump_json()

    async def _down(self, socket: Any) -> None:
        async for text in socket:
            try:
                self.inbox.put(Down.model_validate_json(text).instruction)
            except ValidationError as error:
                log.warning("live link: a frame that can't be read: %s", error.errors()[0]["msg"])

    async def _fetch_while_away(self) -> None:
        async with Connection(self.endpoint, self.inventory.gateway) as connection:
            while True:
                await asyncio.sleep(self.fetch_every)
                if self.link.why is None:
                    continue
                try:
                    await self._fetch(connection)
                except GatehouseError as error:
                    log.debug("instructions by HTTP: %s", error)

    async def _fetch(self, connection: Connection) -> None:
        import orjson

        answer = await connection.send("GET", f"/instructions?after={await self.inbox.after()}")
        judge("cloud", answer, self.clock)
        try:
            for item in orjson.loads(answer.text)["items"]:
                self.inbox.put(Instruction.model_validate_json(orjson.dumps(item)))
        except (ValueError, KeyError, TypeError) as error:
            raise Away(f"the cloud's instructions can't be read: {error}") from error


async def _nothing() -> None:
    """Nothing is to be done when the live link is lost."""
