"""Answers of many units decoded together are what each is alone, whatever their forms, gaps and flaws."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.base import Answer, Bound
from drivers.modbus import plan
from drivers.modbus.address import Address, Order
from drivers.modbus.decode import Decoder
from drivers.modbus.layout import layout_of
from drivers.modbus.quirks import Quirks
from edge.pipeline import decoded
from facility.batch import Batch, bad
from facility.point import Kind, Point, Range
from facility.words import Text

NOW = 1_790_000_000_000_000_000
MODELS = (
    [
        {"table": "holding", "register": 0, "type": "float32"},
        {"table": "holding", "register": 2, "type": "float32", "order": "CDAB"},
        {"table": "holding", "register": 4, "type": "uint16", "scale": 0.1, "not_available": [65535]},
        {"table": "holding", "register": 5, "type": "bit", "bit": 3},
    ],
    [
        {"table": "holding", "register": 5, "type": "uint16", "map": {0: 1, 1: 0, 300: 7}},
        {"table": "holding", "register": 0, "type": "int32"},
        {"table": "holding", "register": 2, "type": "bcd16"},
        {"table": "holding", "register": 3, "type": "mod10_32"},
        {"table": "holding", "register": 6, "type": "uint16", "mask": 0x0F0F, "match": [1, 0x0101]},
    ],
    [{"table": "coil", "register": n, "type": "bool"} for n in (9, 3, 4, 11)],
)
ADDRESSES = [[Address.model_validate(a) for a in model] for model in MODELS]
MEANS = [
    Point(id="p", kind=Kind.MEASUREMENT, name=Text(zh="量", en="Value"), unit="1", valid=valid)
    for valid in (None, Range(low=-5.0, high=5_000.0), Range(low=0.0))
]


class Unit:
    """One unit of a model, with its points' indexes from `first` on."""

    def __init__(self, model: int, unit: int, first: int) -> None:
        self.points = [
            Bound(first + i, f"u{unit}.p{i}", f"u{unit}", "", unit, MEANS[i % 3], 1.0, 3.0, address, QUIRKS)
            for i, address in enumerate(ADDRESSES[model])
        ]
        layout = layout_of(self.points)
        blocks = layout.blocks(unit, layout.wants, plan.Limits(QUIRKS))
        assert blocks == plan.blocks(unit, plan.wants(self.points), plan.Limits(QUIRKS))
        self.decoder = Decoder(self.points, blocks, Order.ABCD, layout.shape(self.points, blocks, Order.ABCD))


QUIRKS = Quirks(gap=50)


def columns(batches: list[Batch]) -> list[tuple[object, ...]]:
    rows = [
        (int(p), "nan" if np.isnan(v) else float(v), int(q), int(r), int(t))
        for b in batches
        for p, v, q, r, t in zip(b.point, b.value, b.quality, b.reason, b.time, strict=True)
    ]
    return sorted(rows, key=str)


@st.composite
def rounds(draw: st.DrawFn) -> list[tuple[int, int, bytes]]:
    """(unit, when, bytes) of a few answers, in any order."""
    units = draw(st.lists(st.integers(0, 8), min_size=1, max_size=9, unique=True))
    special = st.sampled_from([b"\x00", b"\xff", b"\x7f", b"\x01", b"\x12"])
    byte = st.one_of(special, st.binary(min_size=1, max_size=1))
    return [(u, draw(st.integers(0, 2)), b"".join(draw(st.lists(byte, min_size=14, max_size=14)))) for u in units]


@settings(max_examples=150, deadline=None)
@given(rounds())
def test_together_is_as_alone(came: list[tuple[int, int, bytes]]) -> None:
    units = [Unit(n % 3, n + 1, 100 * n) for n in range(9)]
    answers: list[Batch | Answer] = []
    alone: list[Batch] = []
    for n, when, data in came:
        decoder = units[n].decoder
        assert decoder.together
        answers.append(decoder.answer(data[: decoder.size], NOW + when))
        alone.append(decoder.decode(data[: decoder.size], NOW + when, {}))
    found = decoded(answers)
    assert len(found) <= len(MODELS)
    assert columns(found) == columns(alone)
    for batch in found:
        assert sorted(batch.point.tolist()) == batch.point.tolist(), "in the order of the points"


def test_units_of_a_model_share_what_is_prepared() -> None:
    first, second, other = Unit(0, 1, 0), Unit(0, 2, 50), Unit(1, 3, 100)
    assert layout_of(first.points) is layout_of(second.points)
    assert layout_of(first.points) is not layout_of(other.points)
    a, b = (u.decoder.answer(bytes(u.decoder.size), NOW) for u in (first, second))
    assert a.form is b.form


def test_the_order_of_batches_and_answers_is_kept() -> None:
    """What was told between two answers of a point stays between them."""
    unit = Unit(0, 1, 0)
    size = unit.decoder.size
    one, two = (unit.decoder.answer(data, NOW) for data in (bytes(size), b"\x3f\x80" + bytes(size - 2)))
    spoiled = bad(np.arange(4, dtype=np.uint32), 3, NOW)
    found = decoded([one, spoiled, two])
    assert [float(b.value[0]) for b in found if b is not spoiled] == [0.0, 1.0]
    assert found[1] is spoiled
    both = decoded([one, two])
    assert len(both) == 1
    assert both[0].value[both[0].point == 0].tolist() == [0.0, 1.0], "of a point that came twice the later is later"


@pytest.mark.parametrize("kept", [False, True])
def test_nobody_can_write_into_what_batches_share(*, kept: bool) -> None:
    unit = Unit(0, 1, 0)
    answer = unit.decoder.answer(bytes(unit.decoder.size), NOW)
    batch = decoded([answer])[0]
    if kept:
        assert decoded([answer])[0].point is batch.point
    with pytest.raises(ValueError, match="read-only"):
        batch.point[0] = 7
