"""What a point refuses, and the words of its states."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from facility.point import Point

STATES = [{"value": 0, "code": "off", "zh": "停", "en": "Off"}, {"value": 1, "code": "on", "zh": "开", "en": "On"}]


def point(**changes: Any) -> Point:
    return Point.model_validate({"id": "p", "kind": "measurement", "name": {"zh": "甲", "en": "A"}, **changes})


def test_state_words() -> None:
    found = point(kind="state", states=STATES)
    assert found.state_value("on") == 1
    assert found.state_value("opened") is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kind": "state"}, "lists its states"),
        ({"states": STATES}, "has no states"),
        ({"kind": "state", "states": [STATES[0], STATES[0]]}, "different codes"),
        ({"kind": "counter", "deadband": {"percent": 1}}, "hide its use"),
        ({"deadband": {"percent": 1}}, "needs a normal band"),
        ({"deadband": {"percent": 1}, "normal": {"low": 0}}, "needs a normal band"),
        ({"deadband": {}}, "exactly one"),
        ({"normal": {"low": 2, "high": 1}}, "must be below"),
        ({"decimals": 9}, "decimals"),
        ({"id": "Flow"}, "id"),
        ({"id": "a.b"}, "id"),
        ({"key": "yes"}, "key"),
    ],
)
def test_what_a_point_refuses(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        point(**changes)
