"""One bit of a word."""

from __future__ import annotations

import pytest

from tests.edge import building as b
from tests.edge.alarms.stand import Stand


@pytest.mark.parametrize(
    ("bit", "value", "set_"),
    [(0, 1, True), (0, 2, False), (3, 8, True), (3, 0xFFF7, False), (15, 0x8000, True), (15, -1, True), (2, -5, False),
     (31, 2**31, True), (52, 2**52, True)],
)  # fmt: skip
def test_the_named_bit_and_no_other(bit: int, value: float, set_: bool) -> None:
    stand = Stand(b.rule("r", {"kind": "bit", "point": "word", "bit": bit}))
    assert bool(stand.hear(value, "tank.word")) == set_


def test_a_bad_word_neither_raises_nor_clears() -> None:
    stand = Stand(b.rule("r", {"kind": "bit", "point": "word", "bit": 1}))
    found = [bool(stand.hear(v, "tank.word")) for v in (None, 2, None, 0, None)]
    assert found == [False, True, True, False, False]
