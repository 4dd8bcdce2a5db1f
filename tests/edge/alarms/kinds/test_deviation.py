"""Too far from a set-point or twin."""

from __future__ import annotations

from tests.edge import building as b
from tests.edge.alarms.stand import Stand

RULE = b.rule("r", {"kind": "deviation", "point": "level", "of": "other", "limit": 5, "deadband": 2})


def test_either_side_counts_and_clears_only_by_the_deadband() -> None:
    stand = Stand(RULE)
    stand.hear(10, "tank.other")
    assert [bool(stand.hear(v)) for v in (15, 15.1, 13.5, 13, 4.9, 6.5, 7)] == [
        False, True, True, False, True, True, False,
    ]  # fmt: skip


def test_a_set_point_that_moves_away_raises_too() -> None:
    stand = Stand(RULE)
    stand.hear(10)
    assert stand.hear(10, "tank.other") == {}
    assert stand.hear(16, "tank.other") == {"r": "active"}


def test_while_either_is_bad_nothing_changes() -> None:
    stand = Stand(RULE)
    assert stand.hear(100) == {}, "nobody knows the set-point yet"
    assert stand.hear(10, "tank.other") == {"r": "active"}
    assert stand.hear(None, "tank.other") == {"r": "active"}
    assert stand.hear(10) == {"r": "active"}
    assert stand.hear(10, "tank.other") == {}
