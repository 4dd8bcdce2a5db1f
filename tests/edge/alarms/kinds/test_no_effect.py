"""Runs without effect."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from tests.edge import building as b
from tests.edge.alarms.stand import Stand

CONDITION = {"kind": "no_effect", "point": "level", "move": 0.5, "direction": "fall", "within": "10s"}
RULE = b.rule("r", CONDITION, **{"while": {"point": "run", "states": ["on"]}})


def started(level: float | None = 5.0) -> Stand:
    stand = Stand(RULE)
    stand.hear(0.0, "tank.run")
    stand.hear(level)
    stand.hear(1.0, "tank.run")
    return stand


def test_a_pump_that_moves_nothing_alarms_when_its_time_is_over() -> None:
    stand = started()
    stand.hear(4.6, after=5.0)
    assert stand.wait(4.75) == {}
    assert stand.wait(0.25) == {"r": "active"}
    assert stand.hear(4.5) == {}, "late, but it follows"


def test_a_stop_ends_the_alarm() -> None:
    stand = started()
    assert stand.wait(10) == {"r": "active"}
    assert stand.hear(0.0, "tank.run") == {}


def test_once_it_followed_a_steady_level_is_no_fault_until_the_next_start() -> None:
    stand = started()
    stand.hear(4.5)
    assert stand.wait(100) == {}
    stand.hear(0.0, "tank.run")
    stand.hear(1.0, "tank.run")
    assert stand.wait(10) == {"r": "active"}


def test_it_is_measured_from_the_farthest() -> None:
    stand = started()
    stand.hear(6.0)
    stand.hear(5.5)
    assert stand.wait(20) == {}


def test_a_start_that_was_not_seen_is_not_judged() -> None:
    stand = Stand(RULE)
    stand.hear(5.0)
    stand.hear(1.0, "tank.run")
    assert stand.wait(20) == {}, "it ran when the gateway started"
    assert started(None).wait(20) == {}, "where it started from is not known"


def test_a_missed_poll_is_bridged() -> None:
    stand = started()
    stand.hear(None)
    assert stand.wait(10) == {}, "nobody knows"
    assert stand.hear(5.0) == {"r": "active"}
    stand = started()
    stand.hear(None)
    stand.wait(10)
    assert stand.hear(4.5) == {}


def test_without_a_state_that_should_have_the_effect_it_is_refused() -> None:
    with pytest.raises(ValidationError, match="needs while"):
        b.rule("r", CONDITION)
