from datetime import date
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from facility.clock import NS
from facility.energy.intervals import QUARTER, Intervals, aggregate, exact, joined
from facility.energy.local_time import edges, local_day, midnight, month_of
from facility.energy.quality import NAMES, AmountQuality

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")


def quarters(amounts: list[int | None], start: int = 0, quality: AmountQuality = AmountQuality.MEASURED) -> Intervals:
    """None is missing."""
    known = np.array([a is not None for a in amounts])
    return Intervals(
        "kW.h",
        start + QUARTER * np.arange(len(amounts) + 1),
        np.array([a or 0 for a in amounts], np.int64),
        np.where(known, quality, AmountQuality.MISSING).astype(np.uint8),
        known.astype(np.float64),
        np.where(known, 3.0, 0.0),
        np.where(known, 4.0, 0.0),
    )


def test_missing_stays_missing_and_is_never_a_zero() -> None:
    hours = aggregate(quarters([1, 2, None, 4, None, None, None, None, 0, 0, 0, 0]), 4 * QUARTER * np.arange(4))
    assert hours.amount.tolist() == [7, 0, 0]
    assert hours.coverage.tolist() == [0.75, 0.0, 1.0]
    assert hours.quality.tolist() == [AmountQuality.MISSING, AmountQuality.MISSING, AmountQuality.MEASURED]
    assert hours.value[2] == 0
    assert np.isnan(hours.value[1])


def test_doubt_cancels_inside_a_stretch_and_counts_again_at_each_gap() -> None:
    hours = aggregate(quarters([1, 2, 3, 4, 1, None, None, 1]), 4 * QUARTER * np.arange(3))
    assert hours.uncertainty.tolist() == [7.0, 14.0]
    assert quarters([1, 2, 3, 4]).total().uncertainty == 7.0


def test_time_outside_is_missing() -> None:
    day = aggregate(quarters([5] * 4, start=4 * QUARTER), np.array([0, 16 * QUARTER, 32 * QUARTER]))
    assert day.amount.tolist() == [20, 0]
    assert day.coverage.tolist() == [0.25, 0.0]
    assert day.quality.tolist() == [AmountQuality.MISSING] * 2


def test_the_worst_quality_is_told() -> None:
    mixed = joined([quarters([1, 1]), quarters([1], 2 * QUARTER, AmountQuality.RESET), quarters([1], 3 * QUARTER)])
    assert mixed.total().quality is AmountQuality.RESET
    assert mixed.total().whole


def test_an_edge_inside_an_interval_is_refused() -> None:
    with pytest.raises(ValueError, match="whole intervals"):
        aggregate(quarters([1, 2]), np.array([0, QUARTER // 2, 2 * QUARTER]))


def test_parts_must_meet() -> None:
    with pytest.raises(ValueError, match="meet"):
        joined([quarters([1]), quarters([1], 5 * QUARTER)])


def test_a_part_of_it() -> None:
    some = quarters([1, 2, 3, 4])
    assert some.between(QUARTER, 3 * QUARTER).amount.tolist() == [2, 3]
    assert some.between(3 * QUARTER, 9 * QUARTER).amount.tolist() == [4]
    assert len(some.between(9 * QUARTER, 12 * QUARTER)) == 0
    assert some.between(9 * QUARTER, 12 * QUARTER).total().known is None
    assert str(exact(1_234_567)) == "1.234567"


def test_columns_must_fit() -> None:
    some = quarters([1, 2])
    with pytest.raises(ValueError, match="3 edges"):
        Intervals("m3", some.edges, some.amount[:1], some.quality, some.coverage, some.before, some.after)


def test_a_day_begins_at_local_midnight() -> None:
    assert midnight(SHANGHAI, date(2026, 11, 22)) == 1_795_276_800 * NS
    assert local_day(SHANGHAI, midnight(SHANGHAI, date(2026, 11, 22)) - 1) == date(2026, 11, 21)


@pytest.mark.parametrize(
    ("day", "quarters"), [(date(2026, 3, 29), 92), (date(2026, 10, 25), 100), (date(2026, 5, 1), 96)]
)
def test_a_day_of_the_clock_change_has_all_its_quarters(day: date, quarters: int) -> None:
    cut = edges(BERLIN, day, date.fromordinal(day.toordinal() + 1), "quarter")
    assert len(cut) - 1 == quarters
    assert len(edges(BERLIN, day, date.fromordinal(day.toordinal() + 1), "hour")) - 1 == quarters // 4


def test_months() -> None:
    assert month_of(2026, 0) == (date(2025, 12, 1), date(2026, 1, 1))
    assert month_of(2026, 13) == (date(2027, 1, 1), date(2027, 2, 1))
    cut = edges(SHANGHAI, date(2026, 1, 1), date(2026, 4, 1), "month")
    assert [local_day(SHANGHAI, int(at)) for at in cut] == [date(2026, n, 1) for n in (1, 2, 3, 4)]


def test_every_quality_has_both_names() -> None:
    assert set(NAMES) == set(AmountQuality)
    assert all(text.zh and text.en for text in NAMES.values())
