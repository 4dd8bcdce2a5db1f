"""The band of savings on simulated meters where nothing changed: how often the true saving, zero, lies inside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from facility.energy.baseline import Baseline, Method, fit
from facility.energy.baseline_saving import Saving, saving
from tests.facility.energy.simulated_meters import KINDS, Kind, simulate
from tests.measure import Figure, measure

SEEDS = 250
AFTER = (30, 180, 365)
METHODS: tuple[Method, ...] = ("daily", "hourly")
NOISY = (
    Kind("workshop, wild", 0.0, 0.01, -0.2, 0.45, 0.3),
    Kind("sticky beyond the proof", 0.02, 0.02, -0.2, 0.15, 0.9),
)


@measure(area="energy")
def band() -> list[Figure]:
    """Four kinds of meter, both models, a month, half a year and a year after."""
    how = f"{SEEDS} seeds × {len(KINDS)} kinds × {len(AFTER)} lengths; AR(1) noise of days and of hours; nominal 90 %"
    figures = []
    for method in METHODS:
        inside, tried, refused = Counter[str](), Counter[str](), 0
        for key, told in _savings(method):
            if not isinstance(told, Saving):
                refused += 1
                continue
            for each in (*key, "all"):
                tried[each] += 1
                inside[each] += abs(told.saved) <= told.half_width
        covered = 100 * inside["all"] / tried["all"]
        figures.append(_between(f"90 % band, {method} model", covered, f"{how}; {tried['all']} savings"))
        figures += [
            Figure.noted(f"{method}: {each}", 100 * inside[each] / tried[each], "%", f"of {tried[each]}")
            for each in tried
            if each != "all"
        ]
        figures.append(Figure.noted(f"{method}: refused", refused, "savings", how))
    return figures


@measure(area="energy")
def refusals() -> list[Figure]:
    """Meters that no model should be believed on."""
    shown, refused, tried = 0, Counter[str](), 0
    for kind in NOISY:
        for seed in range(60):
            meter = simulate(kind, 50_000 + seed, after_days=60)
            for method in METHODS:
                tried += 1
                told = fit(meter.baseline, method)
                if isinstance(told, Baseline):
                    shown += 1
                else:
                    refused.update(f"{kind.name}, {method}: {each.reason}" for each in told.refusals)
    how = f"{tried} baselines of meters with 45 % daily noise, or residuals that hang together by 0.9"
    figures = [Figure.at_least("refused of the unfit", 100 * (tried - shown) / tried, "%", 80, how)]
    return figures + [Figure.noted(name, count, "of 60", how) for name, count in sorted(refused.items())]


def _savings(method: Method) -> Iterator[tuple[tuple[str, str], object]]:
    for kind in KINDS:
        for after in AFTER:
            for seed in range(SEEDS):
                meter = simulate(kind, seed * 977 + after, after)
                baseline = fit(meter.baseline, method)
                told = saving(baseline, meter.after) if isinstance(baseline, Baseline) else baseline
                yield (kind.name, f"{after} days"), told


def _between(name: str, value: float, how: str) -> Figure:
    return Figure(name, value, "%", "87 … 93", ok=87 <= value <= 93, how=how)
