"""The line to one broker: what arrives is decoded, handed on, and acknowledged only when it is safe."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from typing import Any, Final, Self

from drivers.base import Bound, Deliver, Health, Reading
from drivers.mqtt.client import Client, Message
from drivers.mqtt.connection import Connection
from drivers.mqtt.decode import Arrived, Decoder, raw_text
from facility.batch import Batch
from facility.clock import Clock
from facility.errors import LineDown
from facility.quality import Quality, Reason

_log = logging.getLogger(__name__)

RECONNECT: Final = (0.5, 1.0, 2.0)
"""Seconds between tries; the last one repeats."""
GATHER: Final = 0.005
"""Seconds that a first message waits for others, so that they share a commit."""
MOST: Final = 2_000
"""Messages in one Batch."""
REMEMBERED: Final = 1_000
"""Messages remembered to know one that the broker sends again."""
INSPECT_WAIT: Final = 3.0


class MqttLine:
    """Subscribes and Inspects."""

    def __init__(
        self, name: str, connection: Connection, points: Sequence[Bound], *, clock: Clock, health: Health
    ) -> None:
        self.name = name
        self._connection = connection
        self._decoder = Decoder(points)
        self._clock = clock
        self._health = health
        self._arrived: deque[tuple[Message, Arrived]] = deque()
        self._seen: deque[tuple[str, bytes]] = deque(maxlen=REMEMBERED)
        self._wake = asyncio.Event()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._arrived.clear()

    async def run(self, deliver: Deliver) -> None:
        """Until cancelled; a refused or lost connection is told to Health and tried again."""
        tries = 0
        while True:
            try:
                await self._session(deliver)
                tries = 0
            except LineDown as error:
                self._health.line(up=False, why=str(error))
                tries += 1
            await asyncio.sleep(RECONNECT[min(tries, len(RECONNECT) - 1)])

    async def _session(self, deliver: Deliver) -> None:
        self._arrived.clear()
        client = Client(self.name, self._connection, self._take)
        await client.connect()
        try:
            refused = await client.subscribe(self._decoder.topics)
            for topic in refused:
                _log.warning("%s: the broker refuses the subscription to %s; check its access rules", self.name, topic)
            self._health.line(up=True)
            await self._pump(client, deliver)
        finally:
            await client.close()

    async def _pump(self, client: Client, deliver: Deliver) -> None:
        while True:
            waking = asyncio.create_task(self._wake.wait())
            waited: list[asyncio.Future[Any]] = [waking, client.lost]
            await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
            waking.cancel()
            if client.lost.done():
                raise LineDown(f"the connection to the broker is lost: {client.lost.result()}")
            await asyncio.sleep(GATHER)
            self._wake.clear()
            while self._arrived:
                taken = [self._arrived.popleft() for _ in range(min(MOST, len(self._arrived)))]
                batch = self._decoder.batch([a for m, a in taken if not self._again(m)])
                if len(batch) or batch.notes:
                    await deliver(batch)
                for message, _ in taken:
                    self._remember(message)
                    client.ack(message)

    def _take(self, message: Message) -> None:
        arrived = Arrived(message.topic, bytes(message.payload), bool(message.retain), self._clock.now())
        self._arrived.append((message, arrived))
        self._wake.set()

    def _again(self, message: Message) -> bool:
        """A message that is marked as sent again, and that we have accepted before."""
        return message.dup and (message.topic, bytes(message.payload)) in self._seen

    def _remember(self, message: Message) -> None:
        if message.qos:
            self._seen.append((message.topic, bytes(message.payload)))

    async def inspect(self, points: Sequence[Bound]) -> list[Reading]:
        """Listen for a while, under a client id of its own so that the running agent is not thrown out."""
        connection = self._connection.model_copy(update={"client_id": f"gatehouse-read-{self._clock.now():x}"})
        found: dict[int, Reading] = {}
        decoder = Decoder(points)
        everything = asyncio.Event()

        def take(message: Message) -> None:
            batch = decoder.batch(
                [Arrived(message.topic, bytes(message.payload), bool(message.retain), self._clock.now())]
            )
            found.update(_readings(batch, points, bytes(message.payload)))
            if len(found) == len(points):
                everything.set()

        client = Client(f"{self.name}-read", connection, take)
        await client.connect()
        try:
            await client.subscribe(decoder.topics)
            async with asyncio.timeout(INSPECT_WAIT):
                await everything.wait()
        except TimeoutError:
            pass
        finally:
            await client.close()
        return [found.get(p.index) or _nothing(p, self._clock.now()) for p in points]


def _readings(batch: Batch, points: Sequence[Bound], payload: bytes) -> dict[int, Reading]:
    ids = {p.index: p.id for p in points}
    raws = {p.index: raw_text(p, payload) for p in points}
    rows = zip(batch.point, batch.value, batch.quality, batch.reason, batch.time, strict=True)
    found = {
        int(i): Reading(ids[int(i)], raws[int(i)], None if v != v else float(v), int(q), int(r), int(t))  # noqa: PLR0124
        for i, v, q, r, t in rows
    }
    for note in batch.notes:
        text = note.data if isinstance(note.data, str) else str(dict(note.data))
        found[note.point] = Reading(ids[note.point], raws[note.point], text, Quality.GOOD, note.reason, note.time)
    return found


def _nothing(point: Bound, now: int) -> Reading:
    return Reading(point.id, f"(no message within {INSPECT_WAIT:.0f} s)", None, Quality.BAD, Reason.TIMEOUT, now)
