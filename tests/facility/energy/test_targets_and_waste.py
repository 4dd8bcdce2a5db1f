"""Targets add up and forecasts hold; waste is found where it was put, nowhere else; factors are dated."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from facility.energy.factor import Factor, Quantity, factor_on
from facility.energy.target import Course, Forecast, broken_down, changed_by, course, forecast
from facility.energy.waste import (
    Hourly,
    Unjudged,
    Waste,
    WasteRule,
    heat_and_cold,
    holiday_use,
    lights_by_day,
    night_base,
    pump_closed,
    verified,
)  # fmt: skip

D = Decimal


@given(
    whole=st.decimals(0, 10_000_000, places=2),
    shares=st.lists(st.decimals(0, 1000, places=3), min_size=1, max_size=24).filter(any),
    places=st.integers(0, 2),
)
def test_the_parts_are_the_whole(whole: Decimal, shares: list[Decimal], places: int) -> None:
    told = broken_down(whole, {f"{n:02}": share for n, share in enumerate(shares)}, places)
    assert sum(told.values()) == whole
    for n, share in enumerate(shares):
        assert abs(told[f"{n:02}"] - whole * share / sum(shares)) <= 2 * Decimal(1).scaleb(-places)


def test_a_breakdown_without_shares_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one above 0"):
        broken_down(D(100), {"a": D(0)})


def test_a_forecast_takes_days_of_their_kind_and_judges() -> None:
    rng = np.random.default_rng(1)
    off = np.arange(56) % 7 > 4
    past = np.where(off, 500.0, 1000.0) + rng.normal(0, 20, 56)
    told = forecast(past[:10], past, off, np.array([False] * 15 + [True] * 5))
    assert told is not None
    assert told.expected == pytest.approx(17_500, rel=0.02)
    assert told.days_known == 10
    assert told.days_left == 20
    low, high = told.total - told.half_width, told.total + told.half_width
    aims = [D(str(round(x))) for x in (high + 50, told.total, low - 50, told.known - 50)]
    assert [course(aim, told) for aim in aims] == [
        Course.ON_COURSE, Course.AT_RISK, Course.OFF_COURSE, Course.MISSED,
    ]  # fmt: skip
    over = Forecast(1000.0, 0.0, 0.0, 30, 0)
    assert [course(D(aim), over) for aim in (1000, 999)] == [Course.MET, Course.MISSED]
    assert course(None, over) is Course.UNKNOWN
    assert forecast(past[:2], past[:3], off[:3], np.array([True])) is None


def test_a_change_against_nothing_is_unknown() -> None:
    assert changed_by(120.0, 100.0) == pytest.approx(0.2)
    assert changed_by(120.0, 0.0) is None
    assert changed_by(None, 100.0) is None


def test_factors_are_dated_and_a_sites_own_comes_first() -> None:
    def carbon(year: int, own: list[Factor] | None = None) -> Decimal:
        found = factor_on(own or [], Quantity.CARBON, "kW.h", date(year, 7, 1))
        assert found is not None
        return found.per_unit

    assert [carbon(year) for year in (2021, 2022, 2026)] == [D("0.5568"), D("0.5366"), D("0.5306")]
    own = Factor.model_validate(
        {"unit": "kW.h", "quantity": "carbon", "per_unit": "0.4", "from": "2026-01-01", "source": "supplier"}
    )
    assert [carbon(year, [own]) for year in (2025, 2026)] == [D("0.5306"), D("0.4")]
    assert factor_on([], Quantity.STANDARD_COAL, "m3", date(2026, 1, 1)) is None
    gas = factor_on([], Quantity.STANDARD_COAL, "m3", date(2026, 1, 1), "gas")
    assert gas is not None
    assert gas.per_unit == D("1.2143")


def hours(days: int, night: float, busy: float, weekend: float, seed: int = 1) -> Hourly:
    n = days * 24
    hour, day = np.arange(n) % 24, np.arange(n) // 24
    off = day % 7 > 4
    use = np.where((hour >= 8) & (hour < 19), np.where(off, weekend, busy), night)
    use = use + np.random.default_rng(seed).normal(0, 0.02 * busy, n)
    return Hourly(use, hour, day, off, np.zeros(n, bool))


def test_a_night_base_is_found_with_its_size() -> None:
    found = night_base(hours(60, night=30, busy=50, weekend=30))
    assert isinstance(found, Waste)
    assert found.rule is WasteRule.NIGHT_BASE
    assert found.measured == pytest.approx(30, rel=0.03)
    assert found.allowed == pytest.approx(20, rel=0.03)
    assert found.kwh_month.low < 10 * 10 * 30.4 < found.kwh_month.high * 1.02
    assert found.kwh_month.low <= found.kwh_month.middle <= found.kwh_month.high
    assert night_base(hours(60, night=10, busy=50, weekend=10)) is None
    little = night_base(hours(5, night=30, busy=50, weekend=30))
    assert isinstance(little, Unjudged), "too little to judge by is no all-clear"
    assert (little.rule, "5 个夜晚" in little.says.zh, "5 nights" in little.says.en) == (
        WasteRule.NIGHT_BASE,
        True,
        True,
    )


def test_days_off_that_go_on_as_working_days_are_found() -> None:
    found = holiday_use(hours(42, night=5, busy=50, weekend=50))
    assert isinstance(found, Waste)
    assert found.measured == pytest.approx(50 * 11 + 5 * 13, rel=0.02)
    assert holiday_use(hours(42, night=5, busy=50, weekend=5)) is None
    assert isinstance(holiday_use(hours(5, night=5, busy=50, weekend=5)), Unjudged)


def test_lights_by_day_are_found_and_unknown_hours_count_for_nothing() -> None:
    seen = hours(30, night=10, busy=8, weekend=8)
    lux = np.where((seen.hour >= 7) & (seen.hour < 18), 20_000.0, 0.0)
    found = lights_by_day(seen, lux)
    assert isinstance(found, Waste)
    assert found.kwh_month.middle == pytest.approx((10 * 7 + 10) * 30.4, rel=0.15)
    dark = Hourly(np.where(lux > 0, 0.0, 10.0), seen.hour, seen.day, seen.off, seen.holiday)
    assert lights_by_day(dark, lux) is None
    assert isinstance(lights_by_day(seen, np.full(len(lux), np.nan)), Unjudged)


def test_a_pump_against_a_closed_pipe_and_heat_beside_cold() -> None:
    seen = hours(20, night=7, busy=7, weekend=7)
    closed = seen.hour < 6
    found = pump_closed(seen, np.ones(480), np.where(closed, 0.0, 30.0))
    assert isinstance(found, Waste)
    assert found.measured == pytest.approx(6)
    assert found.kwh_month.middle == pytest.approx(6 * 7 * 30.4, rel=0.05)
    assert pump_closed(seen, np.ones(480), np.full(480, 30.0)) is None
    both = heat_and_cold(seen, np.where(closed, 0.5, 0.0), np.full(480, 0.4))
    assert isinstance(both, Waste)
    assert both.rule is WasteRule.HEAT_AND_COLD
    assert isinstance(heat_and_cold(seen, np.full(480, np.nan), np.full(480, 0.4)), Unjudged)


def test_a_repair_is_verified_with_a_band_or_not_at_all() -> None:
    rng = np.random.default_rng(2)
    told = verified(80 + rng.normal(0, 5, 30), 50 + rng.normal(0, 5, 20))
    assert told is not None
    assert told.distinct
    assert abs(told.kwh_day - 30) < 3 * told.half_width
    same = verified(80 + rng.normal(0, 5, 30), 80 + rng.normal(0, 5, 20))
    assert same is not None
    assert abs(same.kwh_day) < 3 * same.half_width
    assert verified(np.full(30, 5.0), np.full(6, 1.0)) is None
