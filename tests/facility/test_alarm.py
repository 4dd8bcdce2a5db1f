"""The ISA-18.2 state as a table, and what a rule refuses."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from facility.alarm import AlarmState, Detection, Rule, alarm_state


@pytest.mark.parametrize(
    ("detection", "acknowledged", "shelved", "state"),
    [
        (Detection.ACTIVE, False, False, AlarmState.UNACKNOWLEDGED),
        (Detection.ACTIVE, True, False, AlarmState.ACKNOWLEDGED),
        (Detection.CLEARED, False, False, AlarmState.RTN_UNACKNOWLEDGED),
        (Detection.CLEARED, True, False, AlarmState.NORMAL),
        (Detection.LATCHED, False, False, AlarmState.LATCHED_UNACKNOWLEDGED),
        (Detection.LATCHED, True, False, AlarmState.LATCHED_ACKNOWLEDGED),
        (Detection.ACTIVE, False, True, AlarmState.SHELVED),
        (Detection.LATCHED, True, True, AlarmState.SHELVED),
        (Detection.SUPPRESSED, False, False, AlarmState.SUPPRESSED),
        (Detection.SUPPRESSED, True, True, AlarmState.SUPPRESSED),
        (Detection.OUT_OF_SERVICE, False, True, AlarmState.OUT_OF_SERVICE),
    ],
)
def test_the_state_is_derived(detection: Detection, acknowledged: bool, shelved: bool, state: AlarmState) -> None:
    assert alarm_state(detection, acknowledged=acknowledged, shelved=shelved) is state


def test_every_combination_has_a_state() -> None:
    for detection in Detection:
        for acknowledged in (False, True):
            for shelved in (False, True):
                assert alarm_state(detection, acknowledged=acknowledged, shelved=shelved) in AlarmState


def rule(**changes: Any) -> dict[str, Any]:
    return {
        "id": "r",
        "name": {"zh": "甲", "en": "A"},
        "condition": {"kind": "high", "point": "flow", "limit": 1},
        "priority": 3,
        "class": "equipment",
        "owners": ["engineering"],
        "guidance": {"zh": ["看"], "en": ["Look"]},
        **changes,
    }


def test_a_plain_rule() -> None:
    found = Rule.model_validate(rule(**{"while": {"point": "running", "states": ["running"]}}))
    assert found.points() == {"flow", "running"}
    assert found.lane == "event"


def test_life_safety_travels_in_its_own_lane() -> None:
    assert Rule.model_validate(rule(**{"class": "life_safety", "latching": True})).lane == "life"


def test_an_expression_names_its_points_and_figures() -> None:
    found = Rule.model_validate(rule(condition={"kind": "expression", "expression": "flow > 2 * rated_flow"}))
    assert found.points() == {"flow"}
    assert found.rated() == {"flow"}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"class": "life_safety"}, "latching"),
        ({"fault": "x"}, "fault and order go together"),
        ({"order": {"class": "urgent", "trade": "fire"}}, "fault and order go together"),
        ({"guidance": {"zh": ["看", "走"], "en": ["Look"]}}, "as many steps"),
        ({"owners": []}, "at least 1"),
        ({"priority": 5}, "priority"),
        ({"condition": {"kind": "higher", "point": "flow"}}, "higher"),
        ({"condition": {"kind": "expression", "expression": "flow +"}}, "can't read the expression"),
        ({"delay_on": "soon"}, "no duration"),
    ],
)
def test_what_a_rule_refuses(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Rule.model_validate(rule(**changes))
