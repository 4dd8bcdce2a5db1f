"""Light gateways at a real cloud: cut lines, and many that come back at once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from facility.clock import NS
from tests.edge.until import until
from tests.end_to_end.cut_often import cut_often
from tests.end_to_end.light_gateway import LightGateway, past
from tests.end_to_end.light_oracle import alarms_of, samples_of
from tests.end_to_end.lone_cloud import LoneCloud
from tests.end_to_end.many_gateways import come_back


@pytest.fixture(scope="module")
def cloud() -> Iterator[LoneCloud]:
    with LoneCloud() as running:
        yield running


@pytest.mark.timeout(600)
async def test_cut_after_the_commit_each_batch_has_its_effect_once(cloud: LoneCloud) -> None:
    cut = await cut_often(cloud, batches=150, share=0.3)
    assert cut.cuts > 20
    for what, count in cut.counts.items():
        assert (count.stored, count.words) == (count.issued, []), what


@pytest.mark.timeout(600)
async def test_gateways_that_come_back_together_are_all_served(cloud: LoneCloud) -> None:
    found = await come_back(cloud, gateways=5, records=10)
    assert found.failed == 0, found.statuses
    assert len(found.seconds) == 5
    assert [word for count in found.counts for word in count.words] == []


@pytest.mark.timeout(600)
async def test_a_token_rotated_under_way_loses_nothing(cloud: LoneCloud, tmp_path: Path) -> None:
    """The old one ends at once; what is refused until the new one is there is kept."""
    gateway = LightGateway("rotated-1", await asyncio.to_thread(cloud.register, "rotated-1"), tmp_path, points=2)
    start = past(0, 60)
    times = {n: start + n * NS for n in range(30)}
    async with gateway.spool, gateway.sending(cloud.url, quick=True):
        for n in range(15):
            await gateway.samples(n, times[n])
        await gateway.alarms(0, 10)
        await gateway.drained(60)
        fresh = await asyncio.to_thread(lambda: cloud.register("rotated-1", renew=True))
        for n in range(15, 30):
            await gateway.samples(n, times[n])
        await gateway.alarms(10, 10)
        await until(lambda: all("token" in str(link.why) for link in gateway.links), 60)
        assert gateway.waits() >= 15
        gateway.token = fresh
        await gateway.drained(60)
    samples = await asyncio.to_thread(samples_of, cloud, gateway, times)
    stored, done = await asyncio.to_thread(alarms_of, cloud, gateway, 20)
    assert (samples.stored, samples.words) == (60, [])
    assert (stored.words, done.words) == ([], [])
