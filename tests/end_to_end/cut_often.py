"""A gateway behind a proxy that cuts after the server's commit, and what the cloud holds then."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.end_to_end.cutting import Cutting
from tests.end_to_end.light_gateway import LightGateway, past
from tests.end_to_end.light_oracle import alarms_of, samples_of
from tests.end_to_end.lone_cloud import LoneCloud
from tests.end_to_end.oracle import Count

TOGETHER = 2
"""Events accepted at a time: one alarm that rises and clears."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Requests that the server answered, those whose answer was cut, and what the oracle counted."""

    posts: int
    cuts: int
    counts: dict[str, Count]


async def cut_often(cloud: LoneCloud, records: int, events: int, share: float) -> Cut:
    """So many records of 10 points, and events by twos beside them, through the proxy."""
    token = await asyncio.to_thread(cloud.register, "cut-1")
    with tempfile.TemporaryDirectory() as folder:
        gateway = LightGateway("cut-1", token, Path(folder), points=10)
        async with gateway.spool, Cutting(cloud.port, share) as proxy:
            times = {n: past(n, records) for n in range(records)}
            for number, at in times.items():
                await gateway.samples(number, at)
            async with gateway.sending(proxy.url, quick=True):
                for first in range(0, events, TOGETHER):
                    await gateway.alarms(first, TOGETHER)
                    await asyncio.sleep(0.02)
                await gateway.drained(900)
            posts, cuts = proxy.posts, proxy.cuts
    samples = await asyncio.to_thread(samples_of, cloud, gateway, times)
    stored, done = await asyncio.to_thread(alarms_of, cloud, gateway, events)
    return Cut(posts, cuts, {"samples": samples, "events": stored, "effects of alarms": done})
