"""Statistics by time: a value counts for as long as it held, a gap for nothing."""

from __future__ import annotations

import numpy as np
import pytest

from facility.condition.statistics import shares, statistics
from facility.condition.stretches import Held


def spans(*rows: tuple[int, int, float]) -> Held:
    begin, end, value = zip(*rows, strict=True)
    return Held(np.array(begin, np.int64), np.array(end, np.int64), np.array(value, np.float64))


def test_a_value_counts_for_as_long_as_it_held() -> None:
    found = statistics(spans((0, 90, 1.0), (90, 99, 11.0), (500, 501, 101.0)))
    assert found is not None
    assert (found.known, found.minimum, found.minimum_at, found.maximum, found.maximum_at) == (100, 1.0, 0, 101.0, 500)
    assert found.mean == pytest.approx((90 + 99 + 101) / 100)
    assert (found.low, found.median, found.high) == (1.0, 1.0, 11.0)
    assert found.deviation == pytest.approx(np.std([1.0] * 90 + [11.0] * 9 + [101.0]))


def test_nothing_known_has_no_statistics_and_states_have_shares() -> None:
    none = np.zeros(0, np.int64)
    empty = Held(none, none, np.zeros(0))
    assert (statistics(empty), shares(empty)) == (None, {})
    assert shares(spans((0, 30, 0.0), (30, 40, 2.0), (50, 110, 0.0))) == {0: 0.9, 2: 0.1}
