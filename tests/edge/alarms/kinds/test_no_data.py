from __future__ import annotations

import numpy as np
import pytest

from edge.alarms.kinds.no_data import Silence
from edge.points import point_table
from edge.snapshot import NEVER, Snapshot
from facility.clock import NS, ManualClock
from tests.edge import building as b

OVER = 30 * NS


@pytest.mark.parametrize(
    "points",
    [
        pytest.param([[0, 1, 2], [3], [4, 5]], id="neighbours, to the end of the table"),
        pytest.param([[3, 4], [0, 1]], id="backwards, with a hole"),
        pytest.param([[1, 2, 3], [2, 3], [2]], id="one within the other"),
        pytest.param([[4, 5], [5], [0]], id="the end of the table in the middle"),
        pytest.param([[0, 2, 5], [1]], id="no neighbours"),
        pytest.param([[5]], id="the last alone"),
    ],
)
@pytest.mark.parametrize("seed", range(5))
def test_a_row_was_heard_when_the_latest_of_its_points_was(points: list[list[int]], seed: int) -> None:
    clock = ManualClock()
    table = point_table(b.inventory(b.equipment("e", [b.point(f"m{i}") for i in range(6)], [])))
    snapshot = Snapshot(table, clock)
    clock.advance(100)
    now, chance = clock.monotonic(), np.random.default_rng(seed)
    snapshot.heard[:] = now - chance.choice([0, OVER - 1, OVER, OVER + 1, now - NEVER], 6)
    kind = Silence(np.arange(len(points)), points, np.full(len(points), OVER))
    each = [[int(snapshot.heard[p]) for p in some] for some in points]
    last = [snapshot.started if max(one) == NEVER else max(one) for one in each]
    for which in (np.arange(len(points)), np.array([len(points) - 1])):
        known, holds = kind.judge(which, np.zeros(len(which), np.bool_), snapshot, now)
        assert holds.tolist() == [now - last[i] > OVER for i in which]
        assert known.tolist() == [max(each[i]) != NEVER or now - last[i] > OVER for i in which]
