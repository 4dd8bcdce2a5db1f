from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.lineprotocol import Lines
from facility.batch import Batch, bad, good, joined
from facility.clock import NS
from facility.inventory import Inventory
from facility.quality import Quality, Reason
from tests.edge.building import equipment, inventory, point, samples
from tests.edge.line_parser import Line, parse

T = 1_790_000_000 * NS


@pytest.fixture
def small() -> Inventory:
    """pump-1: flow, power; panel: addresses a and b with one `fire` each."""
    return inventory(
        equipment("pump-1", [point("flow"), point("power")]),
        equipment("panel", [point("fire", per="address")], instances=["a", "b"], type_="fire_panel"),
    )


def settled(site: Inventory) -> Lines:
    """A writer that has said once that all points are good."""
    lines = Lines(site)
    lines.encode(good(np.arange(len(site.points), dtype=np.uint32), np.zeros(len(site.points)), T - NS))
    return lines


def test_one_equipment_of_one_time_is_one_line(small: Inventory) -> None:
    body = settled(small).encode(samples(T, (0, 12.5), (1, 3.0)))
    assert body == b"pump,equipment=pump-1,site=riverside flow=12.5,power=3.0 1790000000000000000\n"


def test_instances_are_series_of_their_own(small: Inventory) -> None:
    lines = parse(settled(small).encode(samples(T, (2, 0.0), (0, 1.0), (3, 1.0), (1, 2.0))))
    assert lines == [
        Line("pump", {"equipment": "pump-1", "site": "riverside"}, {"flow": 1.0, "power": 2.0}, T),
        Line("fire_panel", {"equipment": "panel", "instance": "a", "site": "riverside"}, {"fire": 0.0}, T),
        Line("fire_panel", {"equipment": "panel", "instance": "b", "site": "riverside"}, {"fire": 1.0}, T),
    ]


def test_bad_writes_only_its_reason_uncertain_both_and_the_first_good_a_zero(small: Inventory) -> None:
    lines = settled(small)
    uncertain = Batch(
        np.array([0], np.uint32), np.array([7.0]), np.array([1], np.uint8), np.array([5], np.uint8), np.array([T]), T
    )
    got = [
        parse(lines.encode(batch))[0].fields
        for batch in (
            bad(np.array([0], np.uint32), Reason.TIMEOUT, T),
            uncertain,
            samples(T, (0, 8.0)),
            samples(T, (0, 9.0)),
        )
    ]
    assert got == [{"flow_q": 1}, {"flow": 7.0, "flow_q": 5}, {"flow": 8.0, "flow_q": 0}, {"flow": 9.0}]


def test_a_new_process_does_not_know_what_was_written_and_says_zero_once(small: Inventory) -> None:
    lines = Lines(small)
    assert parse(lines.encode(samples(T, (0, 1.0))))[0].fields == {"flow": 1.0, "flow_q": 0}
    assert parse(lines.encode(samples(T, (0, 1.0))))[0].fields == {"flow": 1.0}


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_what_is_not_finite_never_becomes_a_value(small: Inventory, value: float) -> None:
    (line,) = parse(settled(small).encode(samples(T, (0, value), (1, 2.0))))
    assert line.fields == {"flow_q": Reason.UNDECODABLE, "power": 2.0}


def test_a_bad_sample_without_a_reason_still_has_one(small: Inventory) -> None:
    (line,) = parse(settled(small).encode(bad(np.array([0], np.uint32), 0, T)))
    assert line.fields == {"flow_q": Reason.UNKNOWN}


def test_of_two_values_of_one_point_and_time_the_later_counts(small: Inventory) -> None:
    lines = settled(small)
    assert [x.fields for x in parse(lines.encode(samples(T, (0, 1.0), (1, 5.0), (0, 2.0))))] == [
        {"flow": 2.0, "power": 5.0}
    ]
    mixed = joined([samples(T, (0, 1.0)), samples(T + 1, (0, 3.0)), samples(T, (0, 2.0))])
    assert [(x.time, x.fields) for x in parse(lines.encode(mixed))] == [(T, {"flow": 2.0}), (T + 1, {"flow": 3.0})]


def test_names_with_signs_of_the_grammar_are_escaped() -> None:
    site = inventory(equipment("panel", [point("fire", per="address")], instances=["1, 2=b%d"], type_="fire_panel"))
    for _ in range(2):
        (line,) = parse(Lines(site).encode(samples(T, (0, 1.0))))
        assert line.tags["instance"] == "1, 2=b%d"
    lines = settled(site)
    assert parse(lines.encode(samples(T, (0, 1.0))))[0].tags["instance"] == "1, 2=b%d"


def test_nothing_is_no_bytes(small: Inventory) -> None:
    assert Lines(small).encode(samples(T)) == b""


Sample = tuple[int, float, int, int, int]
SAMPLES = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from([0.1, -0.0, 1e308, 5e-324, 2.0**53 + 2]),
        st.sampled_from([Quality.GOOD, Quality.GOOD, Quality.UNCERTAIN, Quality.BAD]),
        st.integers(1, 100),
        st.sampled_from([T, T, T + 1]),
    ),
    max_size=12,
)


def batch_of(items: Sequence[Sample]) -> Batch:
    """A batch of rows; a good one has no reason."""
    return Batch(
        np.array([i[0] for i in items], np.uint32),
        np.array([i[1] for i in items], np.float64),
        np.array([i[2] for i in items], np.uint8),
        np.array([i[3] if i[2] else 0 for i in items], np.uint8),
        np.array([i[4] for i in items], np.int64),
        T,
    )


@settings(deadline=None)
@given(st.lists(SAMPLES, max_size=4))
def test_what_is_read_back_is_what_was_sampled_bit_for_bit(batches: list[list[Sample]]) -> None:
    site = inventory(
        equipment("pump-1", [point("flow"), point("power")]),
        equipment("panel", [point("fire", per="address")], instances=["a", "b"], type_="fire_panel"),
    )
    names = {p.id: i for i, p in enumerate(site.points)}
    lines = settled(site)
    for items in batches:
        expected = {(i, t): (v, q, r) for i, v, q, r, t in items}
        got: dict[tuple[int, int], dict[str, float]] = {}
        for line in parse(lines.encode(batch_of(items))):
            for field, value in line.fields.items():
                assert isinstance(value, float | int)
                what = field.removesuffix("_q")
                parts = [line.tags["equipment"], *([line.tags["instance"]] if "instance" in line.tags else []), what]
                got.setdefault((names[".".join(parts)], line.time), {})["q" if field != what else "v"] = value
        assert got.keys() == expected.keys()
        for key, (value, quality, reason) in expected.items():
            if quality != Quality.BAD:
                assert np.float64(got[key]["v"]).tobytes() == np.float64(value).tobytes()
            else:
                assert "v" not in got[key]
            assert got[key].get("q", 0) == (reason if quality else 0)


def wide(units: int, points: int) -> Inventory:
    return inventory(*(equipment(f"m-{n}", [point(f"p{i}") for i in range(points)]) for n in range(units)))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_round_that_comes_again_reads_as_if_it_came_for_the_first_time(data: st.DataObject) -> None:
    """Each meter with a time of its own, some missing, in any order: prepared lines say what unprepared ones say."""
    site = wide(4, 10)
    prepared = settled(site)
    for _ in range(6):
        units = data.draw(st.lists(st.integers(0, 3), min_size=1, max_size=4, unique=True))
        twice = data.draw(st.booleans())
        batch = joined(
            [
                good(
                    np.arange(10 * u, 10 * u + 10, dtype=np.uint32),
                    np.array(data.draw(st.lists(st.floats(-1e6, 1e6), min_size=10, max_size=10))),
                    T + data.draw(st.integers(0, 2)) * NS,
                )
                for u in (units + units[:1] if twice else units)
            ]
        )
        mine, fresh = prepared.encode(batch), settled(site).encode(batch)
        assert sorted(map(str, parse(mine))) == sorted(map(str, parse(fresh)))


def test_prepared_rounds_are_bounded() -> None:
    site = wide(8, 10)
    lines = settled(site)
    for mask in range(1, 256):
        units = [u for u in range(8) if mask >> u & 1]
        batch = joined([good(np.arange(10 * u, 10 * u + 10, dtype=np.uint32), np.ones(10), T) for u in units])
        for _ in range(3):
            assert len(parse(lines.encode(batch))) == len(units)
    kept = lines._templates._whole.values()
    assert 1 <= len(kept) < 40
    assert sum(t.points for t in kept) <= 4 * len(site.points)
