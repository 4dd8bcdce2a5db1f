"""Fans the stream out: each frame is encoded once, whoever reads; a client that is too slow is cut."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import orjson
from prometheus_client import Gauge

from cloud.database.base import Database
from cloud.errors import Problem
from cloud.latest import Latest, Value, columns_of
from cloud.stream.store import AT_ONCE, Frame, after, newest, oldest
from facility.clock import Clock, iso

HEARTBEAT: Final = 2.0
VALUES_EVERY: Final = 0.2
"""Seconds that a value waits here at most; a link says each point once a second, so most looks find nothing."""
GATHER: Final = 0.005
"""Seconds at least between two looks at the table: what is committed in between is read together."""
LOOK_ANYWAY: Final = 5.0
"""Seconds after which the table is read although nobody called."""
WAITING: Final = 512
"""Frames that may wait for a client before it is cut; it resumes by the id of the last one that it had."""

CLIENTS = Gauge("gatehouse_stream_clients", "Pages that read the stream now")
CUT = Gauge("gatehouse_stream_cut", "Clients cut because they were too slow, since the start")
log = logging.getLogger(__name__)
Sites = frozenset[str] | None
"""None: all."""


@dataclass(eq=False, slots=True)
class Client:
    """One reader: what it may see, and what waits for it."""

    sees: Mapping[str, Sites]
    """Name of the frame → sites."""
    frames: asyncio.Queue[bytes] = field(default_factory=lambda: asyncio.Queue(WAITING))
    cut: asyncio.Event = field(default_factory=asyncio.Event)

    def may_see(self, name: str, site: str) -> bool:
        """Whether this frame is for it."""
        sites = self.sees.get(name, frozenset())
        return sites is None or site in sites

    def put(self, frame: bytes) -> None:
        """Let a frame wait for it; too many cut it."""
        try:
            self.frames.put_nowait(frame)
        except asyncio.QueueFull:
            if not self.cut.is_set():
                CUT.inc()
                self.cut.set()


def encode(frame: Frame) -> bytes:
    """A durable frame as SSE."""
    return f"id: {frame.id}\nevent: {frame.name}\ndata: {frame.body}\n\n".encode()


def values_frame(site: str, values: Mapping[str, Value]) -> bytes:
    """Live values as SSE, without an id."""
    data = {"site": site} | columns_of(values).model_dump(exclude={"frame"})
    return b"event: values\ndata: " + orjson.dumps(data) + b"\n\n"


def heartbeat(clock: Clock, id: int | None = None) -> bytes:
    """The sign of life; with an id the client can resume from there."""
    head = "" if id is None else f"retry: 2000\nid: {id}\n"
    return f'{head}event: heartbeat\ndata: {{"at": "{iso(clock.now())}"}}\n\n'.encode()


class Hub:
    """All readers of this process; `run` feeds them."""

    def __init__(self, database: Database, latest: Latest, clock: Clock) -> None:
        self._database = database
        self._latest = latest
        self._clock = clock
        self._clients: set[Client] = set()
        self._wake = asyncio.Event()
        self.last = 0
        """The id of the newest frame that was fanned out."""
        self._ended = False
        self._reading = False
        """Whether the table is being read now: what is committed meanwhile may be in it already."""

    def wake(self) -> None:
        """There may be new frames in the table."""
        self._wake.set()

    def heard(self, handed: Sequence[object] | None) -> None:
        """Of a commit of ours: its frames go out at once where they follow the last one, else the table is read."""
        if handed is None:
            self._wake.set()
            return
        frames = [each for each in handed if isinstance(each, Frame)]
        if not frames:
            return
        if self._reading or [frame.id for frame in frames] != list(range(self.last + 1, self.last + 1 + len(frames))):
            self._wake.set()
            return
        self._hand_out(frames)

    def end(self) -> None:
        """The process stops: every reader is let go, and comes back to the next one."""
        self._ended = True
        for client in self._clients:
            client.cut.set()

    @contextmanager
    def reading(self, client: Client) -> Iterator[int]:
        """Register a reader; frames after the id that this gives will wait for it."""
        self._clients.add(client)
        if self._ended:
            client.cut.set()
        CLIENTS.set(len(self._clients))
        try:
            yield self.last
        finally:
            self._clients.discard(client)
            CLIENTS.set(len(self._clients))

    async def missed(self, client: Client, since: int, until: int) -> Sequence[bytes] | None:
        """The frames of (since, until] that the client may see; None where some are no longer kept."""
        kept = await self._database.read(oldest)
        if since > until or (since < kept - 1):
            return None
        found: list[bytes] = []
        while since < until:
            frames = [f for f in await self._database.read(partial(after, id=since)) if f.id <= until]
            if not frames:
                break
            found += [encode(f) for f in frames if client.may_see(f.name, f.site)]
            since = frames[-1].id
        return found

    async def start(self) -> None:
        """Frames from before now are for those only who resume."""
        self.last = await self._database.read(newest)

    async def run(self) -> None:
        """Feed the readers until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._fan_out(), name="stream frames")
            tasks.create_task(self._values(), name="stream values")
            tasks.create_task(self._heartbeats(), name="stream heartbeats")

    async def _fan_out(self) -> None:
        while True:
            try:
                async with asyncio.timeout(LOOK_ANYWAY):
                    await self._wake.wait()
            except TimeoutError:
                pass
            self._wake.clear()
            looked = time.monotonic()
            try:
                await self._look()
            except Problem as error:
                log.warning("the stream can't be read: %s", error)
                await asyncio.sleep(1.0)
                self._wake.set()
            await asyncio.sleep(looked + GATHER - time.monotonic())

    async def _look(self) -> None:
        self._reading = True
        try:
            while frames := await self._database.read(lambda c: after(c, self.last)):
                self._hand_out(frames)
                if len(frames) < AT_ONCE:
                    return
        finally:
            self._reading = False

    def _hand_out(self, frames: Sequence[Frame]) -> None:
        for frame in frames:
            body = encode(frame)
            for client in self._clients:
                if client.may_see(frame.name, frame.site):
                    client.put(body)
        self.last = frames[-1].id

    async def _values(self) -> None:
        while True:
            await asyncio.sleep(VALUES_EVERY)
            for site in self._latest.sites():
                changed = self._latest.drain(site)  # also where nobody reads
                readers = [client for client in self._clients if client.may_see("values", site)]
                if changed and readers:
                    body = values_frame(site, changed)
                    for client in readers:
                        client.put(body)

    async def _heartbeats(self) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT)
            body = heartbeat(self._clock)
            for client in self._clients:
                client.put(body)
