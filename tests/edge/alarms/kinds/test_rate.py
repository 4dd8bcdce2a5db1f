"""A point that changes too quickly."""

from __future__ import annotations

import pytest

from tests.edge import building as b
from tests.edge.alarms.stand import Stand


def rate(direction: str, over: str = "16s") -> Stand:
    return Stand(b.rule("r", {"kind": "rate", "point": "level", "limit": 2, "over": over, "direction": direction}))


@pytest.mark.parametrize(("direction", "up", "down"), [("rise", 1, 0), ("fall", 0, 1), ("both", 1, 1)])
def test_only_the_named_direction_counts(direction: str, up: int, down: int) -> None:
    for way, expected in ((1, up), (-1, down)):
        stand = rate(direction)
        assert [bool(stand.hear(way * i * 2.0)) for i in range(20)] == [False] * 20, "2 a second is the limit"
        stand = rate(direction)
        assert [bool(stand.hear(way * i * 2.1)) for i in range(20)] == [False] * 16 + [bool(expected)] * 4


def test_a_jump_is_seen_for_as_long_as_it_is_looked_back() -> None:
    stand = rate("both")
    for _ in range(20):
        stand.hear(0.0)
    assert stand.hear(40.0) == {"r": "active"}
    assert stand.wait(14, step=0.25) == {"r": "active"}, "the value stands: the clock alone goes on"
    assert stand.wait(3, step=0.25) == {}


def test_a_bad_value_neither_raises_nor_clears_and_is_no_reference() -> None:
    stand = rate("both")
    for i in range(20):
        stand.hear(i * 3.0)
    assert stand.hear(None) == {"r": "active"}
    assert stand.wait(100) == {"r": "active"}
    assert stand.hear(60.0) == {}, "from the last good one it moved by nothing in all this time"


def test_a_meter_that_runs_backward() -> None:
    stand = Stand(b.rule("r", {"kind": "rate", "point": "level", "limit": 1e-6, "over": "5min", "direction": "fall"}))
    assert not any(stand.hear(1000 + i * 0.01, after=5.0) for i in range(80))
    assert stand.hear(1000.0, after=5.0) == {"r": "active"}
