from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.rounding import decimals_beside, percent_beside


@pytest.mark.parametrize(
    ("value", "limit", "decimals", "shown"),
    [
        (8, 8.1, 0, "8.0 8.1"),
        (9, 8.1, 0, "9 8"),
        (49.97, 50, 1, "49.97 50.00"),
        (50.0, 50, 1, "50.0 50.0"),
        (0.1 + 0.2, 0.3, 1, "0.3 0.3"),
        (50.04, 50, 1, "50.04 50.00"),
    ],
)
def test_a_figure_stays_on_its_side_of_the_limit(value: float, limit: float, decimals: int, shown: str) -> None:
    digits = decimals_beside(value, limit, decimals)
    assert f"{value:.{digits}f} {limit:.{digits}f}" == shown


def test_a_broken_promise_is_not_rounded_up_to_a_kept_one() -> None:
    shares = [(0.9996, 1), (1, 1), (0.7, 0.7), (0.69996, 0.7), (0.98, 0.95)]
    assert [percent_beside(*each) for each in shares] == ["99.96%", "100.0%", "70.0%", "69.996%", "98.0%"]


@given(st.integers(0, 10_000), st.integers(1, 10_000), st.floats(0, 1))
def test_what_is_read_says_what_was_judged(kept: int, more: int, required: float) -> None:
    share = kept / (kept + more)
    digits = decimals_beside(100 * share, 100 * required, 1)
    assert 1 <= digits <= 5
    if abs(share - required) > 1e-6:
        assert (round(100 * share, digits) >= round(100 * required, digits)) == (share >= required)
