"""Points read once by hand: listen for a while, and leave no trace at the broker."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

from drivers.base import Bound, Reading
from drivers.mqtt.address import Address
from drivers.mqtt.arrived import Arrived
from drivers.mqtt.client import Client, Message
from drivers.mqtt.connection import Connection
from drivers.mqtt.payload import raw_text
from drivers.mqtt.points import Points
from drivers.mqtt.sparkplug.payload import rebirth
from facility.batch import Batch
from facility.clock import Clock
from facility.quality import Quality, Reason

WAIT: Final = 3.0
"""Seconds; longer than that nobody wants to look at a prompt."""


async def inspect(connection: Connection, points: Sequence[Bound], clock: Clock) -> list[Reading]:
    """One Reading a point. A client id of our own: the running agent is not thrown out, and no session stays.

    Outside a shared subscription, whose messages would be missing where they belong.
    """
    found: dict[int, Reading] = {}
    known = Points(points)
    everything = asyncio.Event()

    def take(message: Message) -> None:
        payload = bytes(message.payload)
        for batch in known.batches([Arrived(message.topic, payload, bool(message.retain), clock.now())]):
            if not batch.replayed:
                found.update(_readings(batch, points, payload))
        client.ack(message)
        if len(found) == len(points):
            everything.set()

    alone = connection.model_copy(update={"share": None})
    client = Client(f"gatehouse-read-{clock.now():x}", alone, take, lasting=False)
    await client.connect()
    try:
        topics = known.topics
        refused = await client.subscribe(topics)
        closed = set(known.sampled(refused).tolist())
        if known.sparkplug and connection.rebirth:
            for topic in known.sparkplug.to_ask(asyncio.get_running_loop().time()):
                client.ask_for_birth(topic, rebirth(clock.now()))
        async with asyncio.timeout(0 if len(refused) == len(topics) else WAIT):
            await everything.wait()
    except TimeoutError:
        pass
    finally:
        await client.close()
    now = clock.now()
    return [found.get(p.index) or _nothing(p, now, refused=p.index in closed) for p in points]


def _readings(batch: Batch, points: Sequence[Bound], payload: bytes) -> dict[int, Reading]:
    by_index = {p.index: p for p in points}

    def reading(index: int, value: float | str | None, quality: int, reason: int, time: int) -> Reading:
        point = by_index[index]
        raw = raw_text(point.address, payload) if isinstance(point.address, Address) else ""
        return Reading(point.id, raw, value, quality, reason, time)

    rows = zip(
        batch.point.tolist(), batch.value.tolist(), batch.quality.tolist(), batch.reason.tolist(),
        batch.time.tolist(), strict=True,
    )  # fmt: skip
    found = {i: reading(i, None if q == Quality.BAD else v, q, r, t) for i, v, q, r, t in rows}
    for note in batch.notes:
        text = note.data if isinstance(note.data, str) else str(dict(note.data))
        found[note.point] = reading(note.point, text, Quality.GOOD, note.reason, note.time)
    return found


def _nothing(point: Bound, now: int, *, refused: bool) -> Reading:
    if refused:
        return Reading(point.id, "(the broker refuses the subscription)", None, Quality.BAD, Reason.REFUSED, now)
    return Reading(point.id, f"(no message within {WAIT:.0f} s)", None, Quality.BAD, Reason.TIMEOUT, now)
