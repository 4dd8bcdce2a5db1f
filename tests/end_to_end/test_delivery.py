"""Light gateways at a real cloud: cut lines, and many that come back at once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.end_to_end.cut_often import cut_often
from tests.end_to_end.lone_cloud import LoneCloud
from tests.end_to_end.many_gateways import come_back


@pytest.fixture(scope="module")
def cloud() -> Iterator[LoneCloud]:
    with LoneCloud() as running:
        yield running


@pytest.mark.timeout(300)
async def test_cut_after_the_commit_each_batch_has_its_effect_once(cloud: LoneCloud) -> None:
    cut = await cut_often(cloud, records=150, events=100, share=0.3)
    assert cut.cuts > 20
    for what, count in cut.counts.items():
        assert (count.stored, count.words) == (count.issued, []), what


@pytest.mark.timeout(300)
async def test_gateways_that_come_back_together_are_all_served(cloud: LoneCloud) -> None:
    found = await come_back(cloud, gateways=5, records=10)
    assert found.failed == 0, found.statuses
    assert len(found.seconds) == 5
    assert [word for count in found.counts for word in count.words] == []
