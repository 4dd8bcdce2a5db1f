"""Baselines find what is there, refuse what they can't know, and their band keeps its word (a tenth of the proof)."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from facility.energy.baseline import Baseline, Method, Reason, Refused, fit
from facility.energy.baseline_band import noise_of, quantile
from facility.energy.baseline_daily import DailyModel, Kind, fit_daily
from facility.energy.baseline_data import Days, Observed, drawn
from facility.energy.baseline_saving import Saving, saving
from tests.facility.energy.simulated_meters import KINDS, ar1, simulate

METHODS: tuple[Method, ...] = ("daily", "hourly")


def test_a_broken_line_is_found_where_it_breaks() -> None:
    rng = np.random.default_rng(3)
    warm = np.linspace(-5, 35, 365)
    off = np.arange(365) % 7 > 4
    truth = 900 - 200 * off + 30 * np.maximum(0, 11 - warm) + 45 * np.maximum(0, warm - 23)
    model = fit_daily(truth + rng.normal(0, 20, 365), warm, off)
    assert model.kind is Kind.BOTH
    assert model.heating_from == pytest.approx(11, abs=1)
    assert model.cooling_from == pytest.approx(23, abs=1)
    assert model.coefficients == pytest.approx([900, -200, 30, 45], rel=0.1)


def test_without_weather_in_it_the_mean_is_taken_and_no_slope_is_negative() -> None:
    rng = np.random.default_rng(4)
    warm = rng.uniform(-5, 35, 365)
    flat = fit_daily(500 + rng.normal(0, 20, 365), warm, np.zeros(365, bool))
    assert flat.kind is Kind.MEAN
    falling = fit_daily(500 - 8 * np.maximum(0, warm - 20) + rng.normal(0, 5, 365), warm, np.zeros(365, bool))
    assert (falling.coefficients[1:] >= 0).all()


def test_residuals_of_known_correlation_are_known_again() -> None:
    rng = np.random.default_rng(5)
    days = np.arange(365)
    design = np.column_stack([np.ones(365), np.sin(days / 58), np.cos(days / 58), days])
    found = []
    for _ in range(60):
        noise = 7 * ar1(rng, 365, 0.6)
        left = noise - design @ np.linalg.lstsq(design, noise, rcond=None)[0]
        found.append(noise_of(left, design, days))
    assert np.mean([each.rho for each in found]) == pytest.approx(0.6, abs=0.03)
    assert np.mean([each.sigma for each in found]) == pytest.approx(7, rel=0.05)


@pytest.mark.parametrize(("freedom", "t"), [(5, 2.0150), (10, 1.8125), (30, 1.6973), (120, 1.6577)])
def test_students_quantile(freedom: int, t: float) -> None:
    assert quantile(0.90, freedom) == pytest.approx(t, rel=2e-3)


def test_short_gaps_of_the_temperature_are_drawn_and_long_ones_stay() -> None:
    warm = np.array([1.0, np.nan, np.nan, 4.0, *[np.nan] * 7, 20.0, np.nan])
    assert drawn(warm)[:4].tolist() == [1, 2, 3, 4]
    assert np.isnan(drawn(warm)[4:11]).all()
    assert np.isnan(drawn(warm)[-1])


def test_the_band_holds_its_word_on_meters_where_nothing_changed() -> None:
    inside, tried = 0, 0
    for kind in KINDS:
        for seed in range(12):
            meter = simulate(kind, 1_000 + seed, after_days=60)
            baseline = fit(meter.baseline, "daily")
            assert isinstance(baseline, Baseline)
            told = saving(baseline, meter.after)
            assert isinstance(told, Saving)
            inside += abs(told.saved) <= told.half_width
            tried += 1
    assert tried == 48
    assert 37 <= inside <= 48, inside


@pytest.mark.parametrize("method", METHODS)
def test_a_saving_is_seen_in_its_size(method: Method) -> None:
    meter = simulate(KINDS[0], 11, after_days=120)
    days = meter.after.days
    less = dataclasses.replace(
        meter.after, use=meter.after.use * 0.8, days=dataclasses.replace(days, use=days.use * 0.8)
    )
    baseline = fit(meter.baseline, method)
    assert isinstance(baseline, Baseline)
    told = saving(baseline, less)
    assert isinstance(told, Saving)
    assert told.distinct
    assert abs(told.saved - 0.2 * float(days.use.sum())) <= 2 * told.half_width
    assert told.share == pytest.approx(0.2, abs=0.05)


def only(seen: Observed, kept: slice, no_temperature: int = 0) -> Observed:
    days = Days(*(getattr(seen.days, name)[kept] for name in ("day", "use", "temperature", "off")))
    return dataclasses.replace(seen, days=days, no_temperature=no_temperature)


def reasons(told: Baseline | Refused | Saving) -> set[Reason]:
    assert isinstance(told, Refused)
    return {each.reason for each in told.refusals}


@pytest.mark.parametrize("method", METHODS)
def test_what_is_not_good_enough_is_refused_with_its_reason(method: Method) -> None:
    seen = simulate(KINDS[0], 8, after_days=1).baseline
    assert reasons(fit(only(seen, slice(0, 0), no_temperature=366), method)) == {Reason.NO_TEMPERATURE}
    assert reasons(fit(only(seen, slice(0, 300)), method)) == {Reason.TOO_FEW_DAYS}
    rng = np.random.default_rng(9)
    wild = dataclasses.replace(seen, use=seen.use * rng.lognormal(0, 0.8, len(seen.use)))
    wild = dataclasses.replace(
        wild, days=dataclasses.replace(seen.days, use=seen.days.use * rng.lognormal(0, 0.6, len(seen.days)))
    )
    assert Reason.FIT_CV in reasons(fit(wild, method))
    idle = np.where(np.arange(len(seen.days)) % 5 == 0, 0.0, seen.days.use)
    assert Reason.NO_USE in reasons(
        fit(dataclasses.replace(seen, days=dataclasses.replace(seen.days, use=idle)), method)
    )


def test_no_saving_is_told_for_other_weather_few_days_or_the_same_days() -> None:
    meter = simulate(KINDS[0], 10, after_days=60)
    baseline = fit(meter.baseline, "daily")
    assert isinstance(baseline, Baseline)
    days = meter.after.days
    hot = dataclasses.replace(meter.after, days=dataclasses.replace(days, temperature=days.temperature + 40))
    assert reasons(saving(baseline, hot)) == {Reason.OTHER_WEATHER}
    assert reasons(saving(baseline, only(meter.after, slice(0, 20)))) == {Reason.TOO_FEW_TO_COMPARE}
    assert reasons(saving(baseline, meter.baseline)) == {Reason.OVERLAPS}


def test_the_model_of_days_off_needs_some() -> None:
    model = fit_daily(np.full(40, 5.0) + np.arange(40) % 3, np.linspace(0, 30, 40), np.zeros(40, bool))
    assert isinstance(model, DailyModel)
    assert not model.with_off
