"""A message that is an alarm."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from facility.clock import NS
from facility.event import AlarmRaised, AlarmUpdated, Lane
from tests.edge import building as b
from tests.edge.alarms.stand import Stand

DURESS = b.rule(
    "duress",
    {"kind": "occurs", "point": "denied", "where": {"credential": ["duress", "panic"]}},
    **{"class": "life_safety", "priority": 1, "latching": True},
)


def held(hold: str, **more: Any) -> Stand:
    return Stand(b.rule("r", {"kind": "occurs", "point": "denied", "hold": hold}, **more))


def test_duress_alarms_at_once_with_the_time_of_its_message_and_stays_until_reset() -> None:
    stand = Stand(DURESS)
    assert stand.message({"credential": "duress", "card": "1234"}, late=2.0) == {"duress": "active"}
    (raised,) = stand.drafts
    assert isinstance(raised.data, AlarmRaised)
    assert (raised.lane, raised.at, raised.data.value) == (Lane.LIFE, stand.clock.wall - 2 * NS, None)
    assert stand.wait(3600) == {"duress": "latched"}
    assert stand.restart() == {"duress": "latched"}
    assert stand.reset() == {}


def test_a_second_one_comes_forward_again() -> None:
    stand = Stand(DURESS)
    stand.message({"credential": "duress"})
    stand.wait(1)
    assert stand.message({"credential": "panic"}) == {"duress": "active"}
    assert [type(d.data) for d in stand.drafts] == [AlarmRaised, AlarmUpdated, AlarmUpdated]


@pytest.mark.parametrize("data", [{"credential": "card"}, {"credential": None}, {}, {"Credential": "duress"}])
def test_other_messages_do_not(data: dict[str, str | None]) -> None:
    assert Stand(DURESS).message(data) == {}


def test_no_latching_and_no_hold_still_waits_for_a_reset() -> None:
    stand = held("0s")
    stand.message({})
    assert stand.wait(60) == {"r": "latched"}
    assert stand.reset() == {}


def test_with_a_hold_it_ends_by_itself_that_long_after_the_last() -> None:
    stand = held("10s")
    stand.message({})
    stand.wait(8)
    stand.message({})
    assert stand.wait(9.75) == {"r": "active"}
    assert stand.wait(0.25) == {}


def test_a_hold_begins_anew_with_a_restart() -> None:
    stand = held("10s")
    stand.message({})
    stand.wait(8)
    stand.restart()
    stand.wait(0.25)
    assert stand.wait(9.5) == {"r": "active"}
    assert stand.wait(0.5) == {}


def test_new_settings_keep_what_was_heard() -> None:
    stand = held("10s")
    stand.message({})
    stand.wait(8)
    rule = stand.inventory.equipment[0].rules[0]
    assert stand.new_settings(rule, DURESS) == {"r": "active"}
    assert stand.wait(2) == {}


def test_a_delay_that_no_message_can_outlast_is_refused() -> None:
    with pytest.raises(ValidationError, match="could never alarm"):
        held("2s", delay_on="2s")
