from fractions import Fraction

import numpy as np
import pytest

from facility.clock import NS
from facility.energy.course import Aside, Move, course
from facility.energy.intervals import QUARTER
from facility.energy.ledger import ledger
from facility.energy.quality import AmountQuality
from facility.energy.readings import Readings, Source, essential, merged
from facility.energy.register import Register, most_of, register_of
from tests.facility.energy.register_histories import lived, wrong_of

HOUR = 3_600 * NS
KWH = 10**6
PLAIN = Register("kW.h", 100 * KWH)


def readings(*pairs: tuple[float, float], source: Source = Source.WIRE) -> Readings:
    """(minute, kW.h)."""
    at = np.array([round(60 * minute) * NS for minute, _ in pairs], np.int64)
    return Readings.of(at, np.array([round(value * KWH) for _, value in pairs], np.int64), source)


def test_every_amount_and_quality_is_what_happened() -> None:
    wrong = [told for seed in range(30) for told in wrong_of(lived(seed))]
    assert not wrong


def test_what_is_kept_of_the_readings_says_the_same() -> None:
    wrong = [told for seed in range(10_000, 10_020) for told in wrong_of(lived(seed), thin=True)]
    assert not wrong


def test_a_gap_is_filled_to_the_last_count_and_says_so() -> None:
    edges = QUARTER * np.arange(9, dtype=np.int64)
    found = course(readings((0, 100), (15, 101), (75, 109), (90, 110), (120, 110)), [PLAIN])
    said = ledger(found, edges, unit="kW.h", period=3_600)
    assert said.amount.tolist() == [KWH, 2 * KWH, 2 * KWH, 2 * KWH, 2 * KWH, KWH, 0, 0]
    m, i = AmountQuality.MEASURED, AmountQuality.INTERPOLATED
    assert said.quality.tolist() == [m, i, i, i, i, m, i, i]
    assert said.uncertainty[2] == pytest.approx(2 * 6 * KWH, rel=0.5), "somewhere in the gap"


def test_a_power_cut_that_costs_the_register_its_last_counts_is_no_new_start() -> None:
    found = course(readings((0, 5000), (1, 5001), (2, 4991), (3, 4992), (4, 4993), (5, 4994), (9, 5004)), [PLAIN])
    assert found.move.tolist() == [Move.PLAIN, Move.SET_BACK, *[Move.PLAIN] * 4]
    assert found.total[-1] == 14 * KWH


def test_what_is_wider_than_the_register_is_put_aside() -> None:
    found = course(readings((0, 10), (1, 16_777_215), (2, 10.5)), [Register("kW.h", 100 * KWH, modulus=10**12)])
    assert [stray.why for stray in found.strays] == [Aside.TOO_WIDE]
    assert found.total.tolist() == [0, KWH // 2]


def test_strays_while_the_register_rolls_over_are_put_aside() -> None:
    register = Register("kW.h", 100 * KWH, modulus=10**12)
    found = course(readings((0, 999_999), (1, 220), (2, 310), (3, 290), (4, 0.5)), [register])
    assert [stray.why for stray in found.strays] == [Aside.SPIKE] * 3
    assert found.move.tolist() == [Move.ROLLED]
    assert found.total[-1] == 1.5 * KWH


def test_rounding_on_the_way_is_no_step_down() -> None:
    found = course(readings((0, 10.0007), (1, 10.0001), (2, 10.3)), [PLAIN])
    assert not found.move.any()
    assert found.total[-1] == readings((0, 0.2993)).amount[0]


def test_a_replacement_entered_some_minutes_off_counts_nothing_twice() -> None:
    old = readings((0, 7000), (5, 7000.2), (10, 7000.4), (15, 7000.6), (20, 7000.8))
    new = readings((21, 0.1), (25, 0.3), (30, 0.5))
    for minute in (12, 27):
        wire = merged([old, new])
        swap = merged(
            [readings((minute, 7000.9), source=Source.REMOVED), readings((minute, 0), source=Source.INSTALLED)]
        )
        found = course(merged([wire, swap]), [PLAIN, PLAIN])
        assert found.total[-1] == round(1.4 * KWH), minute
        assert {stray.why for stray in found.strays} == {Aside.OTHER_METER}


def test_the_multiplier_counts_and_its_parts_add_up() -> None:
    third = Register("kW.h", 100 * KWH, multiplier=Fraction(1, 3))
    edges = QUARTER * np.arange(5, dtype=np.int64)
    said = ledger(course(readings((0, 0), (15, 1), (30, 2), (45, 3), (60, 4)), [third]), edges, unit="kW.h", period=60)
    assert said.amount.sum() == round(4 * KWH / 3)


def test_one_reading_says_nothing_yet() -> None:
    edges = QUARTER * np.arange(3, dtype=np.int64)
    said = ledger(course(readings((10, 5)), [PLAIN]), edges, unit="kW.h", period=60)
    assert not said.known.any()
    assert not ledger(course(Readings.none(), [PLAIN]), edges, unit="kW.h", period=60).known.any()


def test_a_float32_register_says_how_coarse_it_is() -> None:
    register = register_of("kW.h", {"type": "float32"}, most_of("kW.h", None))
    assert register.steps(np.array([100_000 * KWH]))[0] == 7_812.5
    counted = register_of("W.h", {"type": "uint32", "scale": 10}, most_of("kW.h", None))
    assert (counted.modulus, counted.step) == (2**32 * 10_000, 10_000)


def test_only_what_the_ledger_needs_is_kept() -> None:
    many = Readings.of(np.arange(0, 4 * HOUR, 5 * NS), np.arange(2880) * 1000)
    kept = essential(many)
    assert len(kept) == 32
    assert kept.at[0] == 0
    assert kept.amount[-1] == many.amount[-1]
