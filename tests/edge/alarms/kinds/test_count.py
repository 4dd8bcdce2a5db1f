"""So many times in a window."""

from __future__ import annotations

from typing import Any

import pytest

from facility.equipment_type import EquipmentType
from tests.edge import building as b
from tests.edge.alarms.stand import POINTS, Stand

LIFE: dict[str, Any] = {"class": "life_safety", "priority": 1, "latching": True}


def count(**more: Any) -> dict[str, Any]:
    return {"kind": "count", "times": 3, "window": "60s", **more}


def test_states_that_come_are_counted_not_states_that_stay() -> None:
    stand = Stand(b.rule("r", count(point="run", states=["on"])))
    values = (1.0, 1.0, 0.0, 1.0, 1.0, None, 1.0, 0.0, 1.0, 0.0)
    assert not any(stand.hear(v, "tank.run") for v in values), "the first value, and a gap, are no change"
    assert stand.hear(1.0, "tank.run") == {"r": "active"}


def test_it_ends_when_the_oldest_leaves_the_window() -> None:
    stand = Stand(b.rule("r", count(point="run", states=["on"])))
    stand.hear(0.0, "tank.run")
    for _ in range(3):
        stand.hear(1.0, "tank.run", after=5.0)
        stand.hear(0.0, "tank.run", after=5.0)
    assert stand.wait(34.75) == {"r": "active"}
    assert stand.wait(0.25) == {}


def test_counters_count_their_steps_and_a_fall_counts_nothing() -> None:
    stand = Stand(b.rule("r", count(point="starts")))
    assert [bool(stand.hear(v, "tank.starts")) for v in (100, 101, 0, 1)] == [False] * 4
    assert stand.hear(2, "tank.starts") == {"r": "active"}
    stand = Stand(b.rule("r", count(point="starts")))
    stand.hear(100, "tank.starts")
    assert stand.hear(103, "tank.starts") == {"r": "active"}, "three in one poll"


def test_messages_count_where_they_match() -> None:
    stand = Stand(b.rule("r", count(point="denied", where={"tailgating": "true", "door": "2"})))
    assert stand.message({"tailgating": False, "door": 2}, times=9) == {}
    assert stand.message({"tailgating": True, "door": 3}, times=9) == {}
    assert stand.message({"tailgating": True, "door": 2}, times=2) == {}
    assert stand.message({"tailgating": True, "door": 2.0}) == {"r": "active"}


def test_messages_that_come_late_count_at_their_own_time() -> None:
    stand = Stand(b.rule("r", count(point="denied")))
    stand.wait(120, step=60)
    for late in (50.0, 300.0, 120.0, 40.0):
        assert stand.message({}, late=late) == {}
    assert stand.message({}) == {"r": "active"}
    assert stand.wait(10) == {}
    assert stand.message({}, late=-3600.0) == {"r": "active"}, "a message of the future is one of now"


def test_too_seldom_is_known_after_a_whole_window() -> None:
    stand = Stand(b.rule("r", count(point="denied")))
    stand.message({}, times=3)
    assert stand.restart() == {"r": "active"}
    stand.wait(0.25)
    assert stand.wait(59.75) == {"r": "active"}
    assert stand.wait(0.25) == {}


def test_new_settings_keep_what_was_counted_unless_the_condition_changed() -> None:
    rule, other = b.rule("r", count(point="denied")), b.rule("s", count(point="denied", window="30s"))
    stand = Stand(rule, other)
    stand.message({}, times=2)
    stand.wait(1)
    stand.new_settings(rule.model_copy(update={"delay_off": 5.0}), b.rule("s", count(point="denied", window="20s")))
    assert stand.message({}) == {"r": "active"}


def zone(window: str = "60s", **more: Any) -> Stand:
    rule = b.rule("both", {"kind": "count", "point": "fire", "times": 2, "window": window, "states": ["on"],
                           "where": {"zone": "same"}}, **LIFE, **more)  # fmt: skip
    return Stand(rule, instances=("a1", "a2", "a3", "a4"), zones={"a1": "z1", "a2": "z1", "a3": "z2", "a4": "z2"})


def fire(stand: Stand, address: str, on: bool = True) -> dict[str, str]:
    return stand.hear(float(on), f"tank.{address}.fire")


def test_two_addresses_of_one_zone_confirm_and_each_zone_for_itself() -> None:
    stand = zone()
    assert fire(stand, "a1") == {}
    assert fire(stand, "a1", on=False) == {}
    assert fire(stand, "a1") == {}, "one address twice is one address"
    assert fire(stand, "a3") == {}, "another zone"
    assert fire(stand, "a2") == {"z1.both": "active"}
    assert fire(stand, "a4") == {"z1.both": "active", "z2.both": "active"}
    assert fire(stand, "a2", on=False) == {"z1.both": "latched", "z2.both": "active"}
    raised = next(d for d in stand.drafts if d.instance == "z1")
    assert raised.data.text is not None  # type: ignore[union-attr]
    assert "z1" in raised.data.text.zh  # type: ignore[union-attr]


def test_an_old_alarm_and_a_new_one_are_not_one_fire() -> None:
    stand = zone()
    fire(stand, "a1")
    stand.wait(60)
    assert fire(stand, "a2") == {}
    assert fire(stand, "a1", on=False) == {}
    assert fire(stand, "a1") == {"z1.both": "active"}


def test_a_lost_panel_does_not_clear_a_fire_nor_does_a_restart() -> None:
    stand = zone()
    fire(stand, "a1")
    fire(stand, "a2")
    assert stand.hear(None, "tank.a1.fire") == {"z1.both": "active"}
    assert stand.restart() == {"z1.both": "active"}
    assert fire(stand, "a1") == {"z1.both": "active"}, "the other one was not asked yet"
    assert fire(stand, "a2") == {"z1.both": "active"}
    assert fire(stand, "a2", on=False) == {"z1.both": "latched"}


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (count(point="level"), "measurement: states, counters and events"),
        (count(point="run"), "which states of run"),
        (count(point="run", states=["on"], where={"door": "1"}), "knows only"),
        (count(point="run", states=["on"], where={"zone": "same"}), "run is there once"),
        (count(point="denied", states=["on"]), "use where"),
        (count(point="starts", where={"a": "b"}), "its steps are counted"),
    ],
)
def test_what_can_not_be_counted_is_refused(condition: dict[str, Any], words: str) -> None:
    both = {"zh": "名", "en": "name"}
    type_ = {"id": "tank", "name": both, "system": "water", "instances": [{"id": "address", "name": both}]}
    with pytest.raises(ValueError, match=words):
        EquipmentType.model_validate({**type_, "points": POINTS, "rules": [b.rule("r", condition)]})
