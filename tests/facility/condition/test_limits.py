"""The room that is left to the limits of rules."""

from __future__ import annotations

from typing import Any

import pytest

from facility.alarm import Rule
from facility.condition.limits import is_holding, rooms


def rule(**condition: Any) -> Rule:
    told = {
        "id": "one", "name": {"zh": "一", "en": "One"}, "condition": condition, "priority": 3, "class": "equipment",
        "owners": ["list"], "guidance": {"zh": ["看"], "en": ["Look"]},
    }  # fmt: skip
    return Rule.model_validate(told)


def test_a_high_and_a_low_limit() -> None:
    (high,) = rooms(rule(kind="high", point="t", limit=90, deadband=5), {"t": 84.0})
    (low,) = rooms(rule(kind="low", point="t", limit=0.5, deadband=0.2), {"t": 0.4})
    assert (high.room, high.clears, high.holds) == (6.0, 85.0, False)
    assert low.room == pytest.approx(-0.1)
    assert (low.clears, low.holds) == (0.7, True)
    (unknown,) = rooms(rule(kind="high", point="t", limit=90), {})
    assert (unknown.room, unknown.holds, unknown.limit) == (None, None, 90)


def test_an_expression_tells_each_of_its_comparisons() -> None:
    expression = rule(kind="expression", expression="1.1 * rated_current < current and not abs(level - 2) < 0.5")
    over, level = rooms(expression, {"current": 9.0, "rated_current": 8.0, "level": 3.0})
    assert (over.says, over.point, over.direction, over.holds) == ("current", "current", "high", True)
    assert over.limit == pytest.approx(8.8)
    assert over.room == pytest.approx(-0.2)
    assert (level.direction, level.value, level.limit, level.holds) == ("high", 1.0, 0.5, True)
    assert [each.room for each in rooms(expression, {"current": 9.0})] == [None, None]


def test_dividing_by_nothing_is_not_known() -> None:
    (room,) = rooms(rule(kind="expression", expression="a / b > 2"), {"a": 1.0, "b": 0.0})
    assert (room.value, room.room) == (None, None)


def test_a_count_alarms_with_the_last_time_and_a_deviation_with_the_distance() -> None:
    (count,) = rooms(rule(kind="count", point="starts", times=15, window="1h"), {}, {"starts": 15.0})
    (apart,) = rooms(rule(kind="deviation", point="a", of="b", limit=2, deadband=0.5), {"a": 5.0, "b": 8.0})
    assert (count.room, count.holds) == (0.0, True)
    assert (apart.value, apart.room, apart.holds, apart.clears) == (3.0, -1.0, True, 1.5)


def test_a_state_or_a_bit_has_no_distance_but_holds_or_not() -> None:
    state, bit = rule(kind="is", point="mode", states=["manual"]), rule(kind="bit", point="word", bit=3)
    assert rooms(state, {"mode": 2.0})[0].room is None
    assert [is_holding(state, value, {1: "auto", 2: "manual"}) for value in (2.0, 1.0, None)] == [True, False, None]
    assert [is_holding(bit, value, {}) for value in (8.0, 7.0)] == [True, False]
    assert rooms(rule(kind="no_data", over="5min"), {}) == ()
