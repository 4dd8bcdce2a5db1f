from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.base import Bound
from drivers.modbus.connection import Connection
from drivers.modbus.fitting import check
from drivers.modbus.plan import Block, Limits, address_of, blocks, requests, wants
from drivers.modbus.quirks import Quirks
from facility.errors import ConfigError
from facility.point import Kind
from tests.drivers.modbus.bounds import bound

WIDTH = {"uint16": 1, "float32": 2, "int64": 4}
SDM630 = [
    *range(0x00, 0x24, 2), 0x34, 0x38, 0x3C, 0x3E, 0x42, 0x46, 0x48, 0x4A, 0x4C, 0x4E, 0xEA, 0xEC, 0xEE, 0xF8,
    0x156, 0x158, 0x15A, 0x15C, 0x15E, 0x160, 0x162, 0x164, 0x166, 0x168, 0x16A, *range(0x16C, 0x17E, 2),
]  # fmt: skip
"""The 52 registers that mbmd reads of an Eastron SDM630."""


def planned(points: list[Bound], quirks: Quirks) -> list[Block]:
    return blocks(1, wants(points), Limits(quirks))


def test_sdm630_takes_three_requests() -> None:
    quirks = Quirks(max_registers=80)
    points = [bound(i, {"table": "input", "register": r, "type": "float32"}) for i, r in enumerate(SDM630)]
    assert len(points) == 52
    found = [str(b.asked) for b in planned(points, quirks)]
    assert found == ["input 0–79", "input 234–249", "input 342–381"]


tables = st.sampled_from(["input", "holding"])
spots = st.tuples(tables, st.integers(0, 1500), st.sampled_from(sorted(WIDTH)))
ranges = st.tuples(tables, st.integers(0, 1500), st.integers(0, 30)).map(lambda r: (r[0], r[1], r[1] + r[2]))


@settings(max_examples=200, deadline=None)
@given(
    st.lists(spots, min_size=1, max_size=60),
    st.integers(4, 125),
    st.integers(0, 60),
    st.lists(ranges, max_size=8),
    st.sampled_from(["gap", "contiguous", "single"]),
)
def test_a_plan_covers_every_point_and_breaks_no_limit(
    spots: list[tuple[str, int, str]], most: int, gap: int, forbidden: list[tuple[str, int, int]], strategy: str
) -> None:
    quirks = Quirks.model_validate({"max_registers": most, "gap": gap, "forbidden": forbidden, "strategy": strategy})
    free = [
        s for s in spots if not any(t == s[0] and f < s[1] + WIDTH[s[2]] and s[1] <= last for t, f, last in forbidden)
    ]
    points = [bound(i, {"table": t, "register": r, "type": k}) for i, (t, r, k) in enumerate(free)]
    covered: set[int] = set()
    for block in planned(points, quirks):
        cells = range(block.asked.first, block.asked.first + block.asked.count)
        assert len(cells) <= most
        assert not any(t == block.asked.table and f <= cells[-1] and cells[0] <= last for t, f, last in forbidden)
        wanted = set()
        for want in block.wants:
            for i in want.points:
                address = address_of(points[i])
                assert address.table == block.asked.table
                assert address.first in cells
                assert address.first + address.count - 1 in cells
                assert block.byte_of(address) == block.offset + 2 * (address.first - cells[0])
                wanted |= set(range(address.first, address.first + address.count))
                assert i not in covered
                covered.add(i)
        assert {cells[0], cells[-1]} <= wanted
        holes = _holes(cells, wanted)
        assert max(holes, default=0) <= (gap if strategy == "gap" else 0)
        if strategy == "single":
            assert len(block.wants) == 1
    assert covered == set(range(len(points)))


def _holes(cells: range, wanted: set[int]) -> list[int]:
    found, run = [], 0
    for cell in cells:
        run = 0 if cell in wanted else run + 1
        found.append(run)
    return found


@given(st.sets(st.integers(0, 400), min_size=1, max_size=40), st.integers(1, 60), st.integers(0, 60))
def test_no_plan_has_fewer_requests(registers: set[int], most: int, gap: int) -> None:
    points = [bound(i, {"table": "input", "register": r, "type": "uint16"}) for i, r in enumerate(sorted(registers))]
    fewest = _fewest(sorted(registers), most, gap)
    assert len(planned(points, Quirks(max_registers=most, gap=gap))) == fewest


def _fewest(registers: list[int], most: int, gap: int) -> int:
    """By trying every end of every block."""
    best = [0] + [len(registers)] * len(registers)
    for end in range(1, len(registers) + 1):
        for start in range(end, 0, -1):
            if registers[end - 1] - registers[start - 1] >= most:
                break
            if start < end and registers[start] - registers[start - 1] - 1 > gap:
                break
            best[end] = min(best[end], best[start - 1] + 1)
    return best[-1]


def test_bits_fill_2000_and_gaps_of_bits_are_sixteen_times_as_wide() -> None:
    points = [bound(i, {"table": "discrete", "register": 800 * i}) for i in range(4)]
    assert [str(b.asked) for b in planned(points, Quirks())] == ["discrete 0–1600", "discrete 2400"]
    assert len(planned(points, Quirks(gap=49))) == 4


def test_points_that_can_never_be_read_are_all_named() -> None:
    quirks = Quirks.model_validate({"forbidden": [["holding", 5, 6]], "max_registers": 1})
    points = [
        bound(0, {"table": "holding", "register": 6, "type": "uint16"}),
        bound(1, {"table": "holding", "register": 0, "type": "float32"}),
        bound(2, {"table": "input", "register": 6, "type": "uint16"}),
        bound(3, {"table": "input", "register": 0, "type": "string", "length": 1}),
        bound(4, {"table": "input", "register": 0, "type": "uint16"}, kind=Kind.EVENT),
    ]
    with pytest.raises(ConfigError) as error:
        check(Connection(host="127.0.0.1"), [replace(p, quirks=quirks) for p in points])
    assert "m.p0: holding 6 lies in a range" in str(error.value)
    assert "m.p1: 2 registers" in str(error.value)
    assert "m.p2" not in str(error.value)
    assert "m.p3: type string belongs to a point of kind text, not measurement" in str(error.value)
    assert "m.p4: an event point can't be polled" in str(error.value)


def test_bus_time_at_9600_even() -> None:
    connection = Connection.model_validate({"serial": "/dev/ttyUSB0"})
    point = bound(0, {"table": "input", "register": 0, "type": "string", "length": 10}, kind=Kind.TEXT)
    (request,) = requests(planned([point], Quirks()), connection)
    characters = 8 + 5 + 20 + 7
    assert request.bus_seconds == pytest.approx(characters * 11 / 9600)
    assert requests(planned([point], Quirks()), Connection.model_validate({"host": "a"}))[0].bus_seconds == 0
