"""From a model's repeat to the address of one instance."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facility.catalog import shipped
from facility.equipment_type import Repeat
from facility.repeats import addresses, filled, instances


@pytest.mark.parametrize(
    ("text", "out"),
    [
        ("l{loop}d{address:03}", "l2d007"),
        ("estate/{unit}/{loop}", "estate/{unit}/2"),
        ("nsu=urn:x;s={unit}.a{address:02}", "nsu=urn:x;s={unit}.a07"),
        ("{}{{loop}}", "{}{2}"),
        ("{unit:03}", "{unit:03}"),
        ("plain", "plain"),
    ],
)
def test_known_names_are_filled_and_others_left(text: str, out: str) -> None:
    assert filled(text, {"loop": 2, "address": 7}) == out


def test_texts_and_numbers_of_an_address() -> None:
    repeat = Repeat.model_validate(
        {
            "per": "door",
            "instance": "d{n}",
            "each": {"n": {"first": 1, "last": 3, "step": {"register": 10}}},
            "points": [{"point": "x", "address": {"topic": "{unit}/{instance}/{n}", "register": 5, "map": {"0": 1}}}],
        }
    )
    assert list(instances(repeat)) == ["d1", "d2", "d3"]
    [(point, address)] = addresses(repeat, "d3")
    assert point.point == "x"
    assert address == {"topic": "{unit}/d3/3", "register": 25, "map": {"0": 1}}


@given(st.integers(1, 10), st.integers(1, 159))
def test_the_notifier_map(loop: int, address: int) -> None:
    """LS10015-000NF-E: detectors of loop n from doc 40001 + 400 (n - 1), modules 200 further on."""
    detectors, modules = shipped().model("fire_alarm_panel", "notifier-modbus-gw").repeat
    for repeat, letter, base in ((detectors, "d", 40001), (modules, "m", 40201)):
        doc = base + 400 * (loop - 1) + address - 1
        for _point, found in addresses(repeat, f"l{loop}{letter}{address:03}"):
            assert found["register"] == doc - 40001
