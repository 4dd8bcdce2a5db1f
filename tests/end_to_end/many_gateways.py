"""Many gateways, each with a backlog, that find their cloud again at the same time."""

from __future__ import annotations

import asyncio
import tempfile
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.end_to_end.light_gateway import LightGateway, past
from tests.end_to_end.light_oracle import alarms_of, samples_of
from tests.end_to_end.lone_cloud import LoneCloud
from tests.end_to_end.oracle import Count

POINTS = 50
EVENTS = 200


@dataclass(frozen=True, slots=True)
class Returned:
    """Seconds from the cloud's return until each gateway's backlog was gone; answers by status; what was counted."""

    seconds: list[float]
    statuses: dict[str, int]
    counts: list[Count]

    @property
    def failed(self) -> int:
        """Requests answered with 5xx."""
        return sum(n for status, n in self.statuses.items() if status.startswith("5"))


async def come_back(cloud: LoneCloud, gateways: int, records: int) -> Returned:
    """The cloud is killed, each gateway fills `records` and 200 events, and then it is there again."""
    names = [f"g{n:02}" for n in range(gateways)]
    tokens = [await asyncio.to_thread(cloud.register, name) for name in names]
    cloud.kill(cloud.cloud)
    times = {n: past(n, records) for n in range(records)}
    with tempfile.TemporaryDirectory() as folder:
        made = [LightGateway(name, token, Path(folder), POINTS) for name, token in zip(names, tokens, strict=True)]
        async with AsyncExitStack() as stack:
            for one in made:
                await stack.enter_async_context(one.spool)
                await asyncio.gather(*(one.samples(n, at) for n, at in times.items()))
                await one.alarms(0, EVENTS)
                await stack.enter_async_context(one.sending(cloud.url))
            cloud.cloud.start()
            await asyncio.to_thread(cloud.until_it_serves)
            back = time.monotonic()
            ends = await asyncio.gather(*(one.drained(600) for one in made))
            statuses = await asyncio.to_thread(cloud.requests)
    counts = [
        count
        for one in made
        for count in (samples_of(cloud, one, times), *alarms_of(cloud, one, EVENTS))
    ]  # fmt: skip
    return Returned([end - back for end in ends], statuses, counts)
