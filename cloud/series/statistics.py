"""Points over a span in figures: by the time that each value held where the samples are few enough, else by buckets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from cloud.historian.base import Buckets, Historian, Rises
from cloud.series.points import Wanted
from cloud.wire import Moment
from facility.condition.statistics import Statistics, shares, statistics
from facility.condition.stretches import SILENCE, Samples, held
from facility.point import Kind
from facility.words import Frozen, Text

MOST: Final = 1_000_000
"""Samples of one question that are read one by one."""
BUCKETS: Final = 1_000


class PointStatistics(Frozen):
    """One point over a span; null where it is not known."""

    point: str
    site: str
    name: Text
    kind: str
    unit: str
    decimals: int
    count: int
    """Samples."""
    known: float
    """Share of the time (0 … 1) in which it had a value; the rest is not counted in anything here."""
    minimum: float | None
    minimum_at: Moment | None
    maximum: float | None
    maximum_at: Moment | None
    mean: float | None
    """By time: a value counts for as long as it held. Of buckets: by samples."""
    deviation: float | None
    low: float | None
    """Below it for 5 % of the time."""
    median: float | None
    high: float | None
    """Above it for 5 % of the time."""
    rise: float | None
    """Of a counter: how far it rose, over its resets."""
    resets: int
    states: dict[int, float]
    """Of a state: value → its share of the known time."""
    exact: bool
    """From every sample; else from roll-ups, without deviation and quantiles."""


async def point_statistics(
    historian: Historian, wanted: Sequence[Wanted], start: int, end: int
) -> tuple[PointStatistics, ...]:
    """Each point over [start, end)."""
    series = [each.series for each in wanted]
    buckets = await historian.series(series, start, end, BUCKETS)
    few = _few(wanted, buckets)
    samples = await historian.samples([each.series for each in few], start - SILENCE, end) if few else []
    counters = [each for each in wanted if each.point.means.kind is Kind.COUNTER]
    rises = await historian.counter_deltas([each.series for each in counters], (start, end)) if counters else []
    of_point = {each.point.id: found for each, found in zip(few, samples, strict=True)}
    risen = {each.point.id: found for each, found in zip(counters, rises, strict=True)}
    return tuple(
        _statistics(each, found, of_point.get(each.point.id), risen.get(each.point.id), (start, end))
        for each, found in zip(wanted, buckets, strict=True)
    )


def _few(wanted: Sequence[Wanted], buckets: Sequence[Buckets]) -> list[Wanted]:
    """Those whose samples can be read one by one: the shortest first, as many as fit."""
    left = MOST
    found: list[Wanted] = []
    for count, place in sorted((int(each.count.sum()), place) for place, each in enumerate(buckets)):
        left -= count
        if left >= 0:
            found.append(wanted[place])
    return found


def _statistics(
    wanted: Wanted, buckets: Buckets, samples: Samples | None, rises: Rises | None, span: tuple[int, int]
) -> PointStatistics:
    means, length = wanted.point.means, span[1] - span[0]
    stretches = held(samples, span[1]).within(*span) if samples is not None else None
    found = statistics(stretches) if stretches is not None else None
    told: dict[str, object] = {
        "point": wanted.point.id,
        "site": wanted.site,
        "name": means.name,
        "kind": means.kind,
        "unit": means.unit,
        "decimals": means.decimals,
        "count": _count(samples, buckets, span),
        "rise": _number(float(rises.rise[0])) if rises is not None else None,
        "resets": int(rises.resets.sum()) if rises is not None else 0,
        "states": shares(stretches) if stretches is not None and means.kind is Kind.STATE else {},
        "exact": samples is not None,
    }
    known = stretches.total() / length if stretches is not None else _known(buckets)
    return PointStatistics.model_validate(told | {"known": known} | (_exact(found) if samples else _rough(buckets)))


def _count(samples: Samples | None, buckets: Buckets, span: tuple[int, int]) -> int:
    if samples is None:
        return int(buckets.count.sum())
    return int(((samples.at >= span[0]) & (samples.at < span[1])).sum())


_NAMES: Final = (
    "minimum", "minimum_at", "maximum", "maximum_at", "mean", "deviation", "low", "median", "high",
)  # fmt: skip


def _exact(found: Statistics | None) -> dict[str, object]:
    return {name: getattr(found, name) if found is not None else None for name in _NAMES}


def _rough(buckets: Buckets) -> dict[str, object]:
    none = dict.fromkeys(_NAMES)
    full = buckets.count > 0
    if not full.any():
        return none
    count, starts = buckets.count[full], buckets.start[full]
    least, most = int(np.argmin(buckets.minimum[full])), int(np.argmax(buckets.maximum[full]))
    return none | {
        "minimum": float(buckets.minimum[full][least]),
        "minimum_at": int(starts[least]),
        "maximum": float(buckets.maximum[full][most]),
        "maximum_at": int(starts[most]),
        "mean": float((buckets.mean[full] * count).sum() / count.sum()),
    }


def _known(buckets: Buckets) -> float:
    return float(1 - np.clip(buckets.silent + buckets.bad, 0, 1).mean())


def _number(value: float) -> float | None:
    return None if np.isnan(value) else value
