"""The textbook pump point, and the table of starts as it is printed."""

from __future__ import annotations

import pytest

from facility.condition.pump import efficiency, head_of, hydraulic_kw, specific_energy, start_limit


def test_a_textbook_pump_point() -> None:
    assert hydraulic_kw(180, 32) == pytest.approx(15.70, abs=0.005)
    assert 100 * efficiency(180, 32, 24) == pytest.approx(65.4, abs=0.05)
    assert specific_energy(180, 24) == pytest.approx(0.133, abs=0.0005)


def test_a_rise_of_pressure_is_a_head() -> None:
    assert head_of(32 * 1000 * 9.81 / 1e6) == pytest.approx(32)


@pytest.mark.parametrize(
    ("kilowatts", "poles", "starts", "rest"),
    [
        (0.7457, 2, 15, 75),
        (0.55, 4, 30, 38),
        (2.2, 2, 8.1, 83),
        (7.457, 4, 12.5, 46),
        (7.5, 4, 9.6, 55),
        (149, 6, 4.5, 265),
    ],
)
def test_a_motor_takes_the_next_larger_row(kilowatts: float, poles: int, starts: float, rest: float) -> None:
    limit = start_limit(kilowatts, poles)
    assert limit is not None
    assert (limit.starts_per_hour, limit.rest, limit.assumed_poles) == (starts, rest, False)


def test_without_poles_the_strictest_column_holds_and_beyond_the_table_nothing() -> None:
    limit = start_limit(7.457)
    assert limit is not None
    assert (limit.starts_per_hour, limit.poles, limit.assumed_poles) == (6.2, 2, True)
    assert (start_limit(160), start_limit(4, 8), start_limit(0)) == (None, None, None)
