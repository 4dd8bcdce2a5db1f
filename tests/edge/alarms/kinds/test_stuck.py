"""A value that has not moved."""

from __future__ import annotations

from tests.edge import building as b
from tests.edge.alarms.stand import Stand

RULE = b.rule("r", {"kind": "stuck", "point": "level", "over": "10s", "within": 0.5})


def test_it_is_told_by_the_clock_and_ends_with_a_real_movement() -> None:
    stand = Stand(RULE)
    stand.hear(5.0)
    stand.hear(5.4, after=5)
    assert stand.wait(4.75) == {}
    assert stand.wait(0.25) == {"r": "active"}
    assert stand.hear(4.6) == {"r": "active"}, "0.4 away from where it stood"
    assert stand.hear(5.6) == {}


def test_slow_drift_is_movement() -> None:
    stand = Stand(RULE)
    found = [stand.hear(5 + i * 0.1) for i in range(40)]
    assert not any(found)


def test_what_happened_while_it_was_bad_is_not_known() -> None:
    stand = Stand(RULE)
    stand.hear(5.0)
    stand.hear(None, after=8)
    assert stand.hear(5.0, after=8) == {}, "the watch begins anew"
    assert stand.wait(10) == {"r": "active"}
    assert stand.hear(None) == {"r": "active"}
    assert stand.hear(5.0) == {"r": "active"}
    assert stand.hear(6.0) == {}


def test_an_alarm_stays_over_a_restart_until_the_value_moves() -> None:
    stand = Stand(RULE)
    stand.hear(5.0)
    stand.wait(10)
    assert stand.restart() == {"r": "active"}
    assert stand.hear(5.0) == {"r": "active"}
    assert stand.wait(3) == {"r": "active"}
    assert stand.hear(9.0) == {}
