"""What was saved against a baseline: expected less used, with its band. There is no way to one without a Baseline."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from facility.energy.baseline import Baseline, Reason, Refusal, Refused
from facility.energy.baseline_band import NOMINAL, weights_of
from facility.energy.baseline_data import F8, I8, Observed
from facility.words import Text

BEYOND: Final = 2.0
"""°C by which a day may be colder or warmer than any of the baseline."""
MOST_BEYOND: Final = 0.1
LEAST_DAYS: Final = 3
LEAST_SHARE: Final = 0.5


@dataclass(frozen=True, slots=True)
class Saving:
    """Over the days that could be compared; nothing is added for the others. kWh; positive is saved."""

    day: I8
    expected: F8
    used: F8
    half_width: float
    """± around the saving, 90 %."""
    asked: int
    """Days of the period."""

    @property
    def saved(self) -> float:
        """Expected less used."""
        return float(self.expected.sum() - self.used.sum())

    @property
    def distinct(self) -> bool:
        """Whether the band leaves zero out."""
        return abs(self.saved) > self.half_width

    @property
    def share(self) -> float:
        """Of what was expected."""
        return self.saved / float(self.expected.sum())


def saving(baseline: Baseline, seen: Observed, nominal: float = NOMINAL) -> Saving | Refused:
    """Of the whole days of a period after (or before) the baseline's."""
    refusals = tuple(_refusals(baseline, seen))
    if refusals:
        return Refused(baseline.method, refusals, baseline.fit)
    weights = weights_of(baseline.design, baseline.terms(seen))
    half = baseline.noise.half_width(weights, seen.days.day, nominal)
    return Saving(seen.days.day, baseline.expected(seen), seen.days.use, half, seen.asked)


def _refusals(baseline: Baseline, seen: Observed) -> Iterator[Refusal]:
    days = len(seen.days)
    if days < LEAST_DAYS or days < LEAST_SHARE * seen.asked:
        zh = f"{seen.asked} 天中只有 {days} 天可比(缺电量 {seen.no_use} 天,缺气温 {seen.no_temperature} 天)"
        lacks = f"{seen.no_use} lack use, {seen.no_temperature} temperature"
        en = f"only {days} of {seen.asked} days can be compared ({lacks})"
        yield Refusal(Reason.TOO_FEW_TO_COMPARE, Text(zh=zh, en=en))
        return
    warm = seen.days.temperature
    beyond = float(np.mean((warm < baseline.coldest - BEYOND) | (warm > baseline.warmest + BEYOND)))
    if beyond > MOST_BEYOND:
        zh = f"{beyond:.0%} 的天数气温超出基线范围 {baseline.coldest:.1f}~{baseline.warmest:.1f} °C"
        en = f"{beyond:.0%} of the days lie outside the baseline's {baseline.coldest:.1f} to {baseline.warmest:.1f} °C"
        yield Refusal(Reason.OTHER_WEATHER, Text(zh=zh, en=en))
    if np.isin(seen.days.day, baseline.noise.days).any():
        says = Text(zh="比较期与基线期重叠", en="the period overlaps the baseline's own days")
        yield Refusal(Reason.OVERLAPS, says)
