"""The line to one broker: what arrives is decoded, handed on, and acknowledged only when it is safe."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
from collections import deque
from collections.abc import Sequence
from typing import Final, Self

from drivers.base import Bound, Deliver, Health, Reading
from drivers.mqtt import inspecting
from drivers.mqtt.arrived import Arrived
from drivers.mqtt.beats import Beats
from drivers.mqtt.client import Client, Message, TakenOver
from drivers.mqtt.connection import Connection
from drivers.mqtt.opening import works
from drivers.mqtt.patience import Patience
from drivers.mqtt.points import Points
from facility.batch import bad
from facility.clock import Clock
from facility.errors import LineDown
from facility.quality import Reason

_log = logging.getLogger(__name__)

GATHER: Final = 0.005
"""Seconds that a first message waits for others, so that they share a commit."""
MOST: Final = 2_000
"""Messages in one Batch."""
FULL: Final = 10_000
"""Messages that wait here while the disk is slow; the others wait in the network and at the broker."""
REMEMBERED: Final = 1_000
"""Messages remembered to know one that the broker sends again."""


class MqttLine:
    """Subscribes and Inspects."""

    def __init__(
        self, name: str, connection: Connection, points: Sequence[Bound], *, clock: Clock, health: Health
    ) -> None:
        self.name = name
        self._connection = connection
        self._id = connection.client_id
        self._points = Points(points)
        self._clock = clock
        self._health = health
        self._arrived: deque[tuple[Message, Arrived]] = deque()
        self._seen: deque[bytes] = deque(maxlen=REMEMBERED)
        self._wake = asyncio.Event()
        self._since: float | None = None
        """When the subscription of this session stood, on the loop's clock."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._arrived.clear()

    async def run(self, deliver: Deliver) -> None:
        """Until cancelled; a refused or lost connection is told to Health and tried again."""
        patience = Patience()
        while True:
            self._since = None
            try:
                await self._session(deliver)
            except LineDown as error:
                await asyncio.sleep(await self._said(error, patience))

    async def _said(self, error: LineDown, patience: Patience) -> float:
        """Tell Health why the session ended; seconds to wait before the next one."""
        ended, since = asyncio.get_running_loop().time(), self._since
        if since is not None and await works(self._connection):
            pause = patience.thrown_out(error, ended - since)
        else:
            pause = patience.away(stood=since is not None)
        why = str(error)
        if patience.suspicious and not isinstance(error, TakenOver):
            why += f"; the broker works, and closes our sessions: has another client the client_id {self._id!r} too?"
        if patience.suspicious:
            _log.warning("%s: %s; the next try is in %g s", self.name, why, pause)
        self._health.line(up=False, why=why)
        return pause

    async def _session(self, deliver: Deliver) -> None:
        client = Client(self._id, self._connection, lambda m: self._take(client, m))
        await client.connect()
        try:
            self._points.connected()
            refused = await client.subscribe(self._points.topics)
            self._since = asyncio.get_running_loop().time()
            self._health.line(up=True)
            await self._tell_refused(refused, deliver)
            await self._pump(client, deliver)
        finally:
            self._arrived.clear()
            await client.close()

    async def _tell_refused(self, topics: Sequence[str], deliver: Deliver) -> None:
        for topic in topics:
            _log.warning("%s: the broker refuses the subscription to %s; check its access rules", self.name, topic)
        points = self._points.sampled(topics)
        if len(points):
            await deliver(bad(points, Reason.REFUSED, self._clock.now()))

    async def _pump(self, client: Client, deliver: Deliver) -> None:
        """Hand on until the connection is lost, and then what came before that."""
        client.lost.add_done_callback(lambda _: self._wake.set())
        beats = Beats(self._points.sparkplug, client, self._connection, self._clock) if self._points.sparkplug else None
        while True:
            await self._woken(beats)
            if not client.lost.done():
                await asyncio.sleep(GATHER)
            self._wake.clear()
            while self._arrived:
                await self._hand_on(client, deliver)
            if client.lost.done():
                raise client.lost.result()
            client.go_on()
            if beats is not None:
                await beats.beat(deliver)

    async def _woken(self, beats: Beats | None) -> None:
        """Until something came, or a beat is due."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(None if beats is None else beats.pause):
                await self._wake.wait()

    async def _hand_on(self, client: Client, deliver: Deliver) -> None:
        taken = [self._arrived.popleft() for _ in range(min(MOST, len(self._arrived)))]
        for batch in self._points.batches([a for m, a in taken if not (m.dup and _mark(m) in self._seen)]):
            await deliver(batch)
        for message, _ in taken:
            if message.qos:
                self._seen.append(_mark(message))
                client.ack(message)

    def _take(self, client: Client, message: Message) -> None:
        mark = _mark(message) if message.qos else b""
        arrived = Arrived(
            message.topic, bytes(message.payload), bool(message.retain), self._clock.now(), mark, bool(message.dup)
        )
        self._arrived.append((message, arrived))
        self._wake.set()
        if len(self._arrived) >= FULL:
            client.hold()

    async def inspect(self, points: Sequence[Bound]) -> list[Reading]:
        """Listen for a while, beside the running agent."""
        return await inspecting.inspect(self._connection, points, self._clock)


def _mark(message: Message) -> bytes:
    """A broker that sends a message again gives it the same packet id: MQTT 3.1.1, 4.4."""
    head = f"{message.mid} {message.topic} ".encode()
    return hashlib.blake2b(head + bytes(message.payload), digest_size=8).digest()
