"""Devices that count while edge and cloud are killed and the cloud is away: the oracle finds nothing wrong."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from tests.end_to_end.counted import Counted
from tests.end_to_end.killing import away, judged, kill_cloud, kill_edge
from tests.end_to_end.oracle import Count, Oracle
from tests.services.fixtures import required


@pytest.fixture(scope="module")
def judgement() -> Iterator[dict[str, Count]]:
    with required():
        road = Counted(units=4, rate=10.0)
    with road:
        oracle, chance = Oracle(road), random.Random(1)
        kill_edge(road, oracle, 5, chance)
        kill_cloud(road, oracle, 2, chance)
        away(road, oracle, 5.0)
        yield judged(road, oracle)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("what", ["samples", "messages", "events", "effects of alarms"])
def test_nothing_is_lost_doubled_or_altered(judgement: dict[str, Count], what: str) -> None:
    count = judgement[what]
    assert count.stored > 2, count
    assert (count.lost, count.doubled, count.altered) == (0, 0, 0), count
