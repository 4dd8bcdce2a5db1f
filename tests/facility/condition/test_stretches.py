"""When something was known: silences, bad quality, overlaps, counters; and that spans add up however they are cut."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from facility.clock import NS
from facility.condition.day import Machine, Span, tally
from facility.condition.stretches import SILENCE, Held, Register, Samples, between, held, steps, together
from facility.condition.tally import Run, Tally, summed

MINUTE = 60 * NS


def samples(*rows: tuple[int, float], bad: tuple[int, ...] = ()) -> Samples:
    """(minute, value)."""
    return Samples(
        np.array([at * MINUTE for at, _ in rows], np.int64),
        np.array([value for _, value in rows]),
        np.array([at * MINUTE for at in bad], np.int64),
    )


def stretches(found: Held) -> list[tuple[float, float, float]]:
    columns = zip(found.begin.tolist(), found.end.tolist(), found.value.tolist(), strict=True)
    return [(begin / MINUTE, end / MINUTE, value) for begin, end, value in columns]


def test_a_value_holds_until_the_next_and_a_gap_is_unknown() -> None:
    found = held(samples((0, 1), (10, 0), (21, 1), (25, 0)), 30 * MINUTE)
    assert stretches(found) == [(0, 10, 1), (21, 25, 1), (25, 30, 0)]
    assert stretches(held(samples((0, 1)), 11 * MINUTE)) == []
    assert stretches(held(Samples.none(), 11 * MINUTE)) == []


def test_bad_quality_ends_what_was_known_also_before_a_long_gap() -> None:
    found = held(samples((0, 1), (40, 0), (45, 0), bad=(5, 47)), 60 * MINUTE)
    assert stretches(found) == [(0, 5, 1), (40, 45, 0), (45, 47, 0)]


def test_a_counter_is_known_from_sample_to_sample() -> None:
    found = between(samples((0, 1), (5, 2), (20, 9), (25, 10), (30, 11), bad=(27,)))
    assert stretches(found) == [(0, 5, 1), (20, 25, 9)]
    after, seen, count = steps(samples((0, 1), (5, 1), (10, 3), (15, 1)))
    assert ((after // MINUTE).tolist(), (seen // MINUTE).tolist(), count.tolist()) == ([5, 10], [10, 15], [2, 1])


def test_what_all_know_together() -> None:
    one = held(samples((0, 1), (10, 2), (20, 3)), 25 * MINUTE)
    other = held(samples((5, 7), (12, 8), bad=(18,)), 18 * MINUTE)
    found, (mine, theirs) = together([one, other])
    assert stretches(found) == [(5, 10, 1), (10, 12, 2), (12, 18, 2)]
    assert (mine.tolist(), theirs.tolist()) == ([1, 2, 2], [7, 7, 8])


def test_a_register_counts_from_zero_after_a_reset() -> None:
    register = Register.of(samples((0, 100), (10, 104), (20, 1), (30, 3)))
    whole = register.rise(np.array([0]), np.array([30 * MINUTE]))
    assert (register.total.tolist(), whole) == ([0, 4, 5, 7], 7.0)


def test_a_register_that_shows_fewer_digits_than_before_was_not_reset() -> None:
    shown = samples((0, 10026.55), (5, 10026.5), (10, 10026.5), (15, 10027.5), (20, 3), (25, 4))
    register = Register.of(shown)
    assert register.total.round(6).tolist() == [0, -0.05, -0.05, 0.95, 3.95, 4.95]
    assert steps(shown)[2].round(6).tolist() == [1, 3, 1]


def test_a_run_begins_also_where_a_gap_hides_it_and_none_where_nothing_was_known() -> None:
    one = Run(known=5, held=0, first=False, last=False)
    other = Run(known=5, held=5, first=True, last=True)
    assert one.then(Run()).then(other) == Run(known=10, held=5, begins=1, first=False, last=True)
    assert (other.then(other).begins, Run().then(Run())) == (0, Run())


rows = st.lists(
    st.tuples(st.integers(1, 800), st.sampled_from([0.0, 1.0])), min_size=1, max_size=40
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(rows, st.lists(st.integers(0, 20_000), max_size=5), st.lists(st.integers(1, 19_999), max_size=4, unique=True))
def test_spans_add_up_however_they_are_cut(some: list[tuple[int, float]], spoiled: list[int], cuts: list[int]) -> None:
    at = np.cumsum([second for second, _ in some]).astype(np.int64) * NS
    point = Samples(at, np.array([value for _, value in some]), np.sort(np.array(spoiled, np.int64) * NS))
    flow = Samples(at, point.value * 7.0, point.bad_at)
    machine = Machine({"running": point, "flow": flow, "power": flow}, {"running": frozenset({1.0})})
    edges = [0, *sorted(cut * NS for cut in cuts), 20_000 * NS]
    end = edges[-1]
    whole = tally(machine, Span(0, end, end))
    parts = summed(tally(machine, Span(low, high, end)) for low, high in pairwise(edges))
    assert (whole.length, whole.running) == (parts.length, parts.running)
    assert (whole.pumped is None) == (parts.pumped is None)
    if whole.pumped is not None and parts.pumped is not None:
        assert whole.pumped.known == parts.pumped.known
        assert np.isclose(whole.pumped.m3, parts.pumped.m3)
    assert whole.often is not None
    assert whole.often.most == max((parts.often or whole.often).most, 0)


def test_a_span_that_has_not_begun_says_nothing() -> None:
    assert tally(Machine({}), Span(10, 20, 5)) == Tally()
    assert SILENCE == 600 * NS
