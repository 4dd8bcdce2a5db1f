"""The last day of a row as one small chart: what its first measured key point did, else how often it alarmed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, select

from cloud.alarms.tables import ALARM
from cloud.equipment.values import Asked
from cloud.historian.base import Buckets, Reads
from cloud.historian.grid import QUARTER
from cloud.series.schemas import Column
from cloud.systems.schemas import Spark
from facility.clock import NS
from facility.errors import DeliveryError
from facility.point import Kind
from facility.words import Text

HOURS: Final = 24
BUCKETS: Final = 96
MOST: Final = 8
"""Points of one chart."""
HOUR: Final = 3_600 * NS
ALARMS: Final = Text(zh="每小时报警", en="Alarms an hour")


@dataclass(frozen=True, slots=True)
class Curve:
    """The points that a row's chart is made of: one name, on several equipment."""

    points: tuple[Asked, ...]


def curve_of(points: Sequence[Asked]) -> Curve | None:
    """The first measured key point of the row, on all equipment of its type that has it; None where none has."""
    measured = [
        p for p in points if p.point.means.key and p.point.means.kind is Kind.MEASUREMENT and not p.point.means.per
    ]
    best = next((p for p in measured if p.point.means.unit not in ("1", "")), None)
    if best is None:
        return None
    same = [p for p in measured if (p.type, p.point.point) == (best.type, best.point.point)]
    return Curve(tuple(same[:MOST]))


async def sparks(historian: Reads | None, curves: Sequence[Curve], now: int) -> list[Spark | None]:
    """Of each curve; None where the historian does not answer."""
    wanted = [point.series for curve in curves for point in curve.points]
    if historian is None or not wanted:
        return [None] * len(curves)
    until = -(-now // QUARTER) * QUARTER
    try:
        found = await historian.series(wanted, until - HOURS * HOUR, until, BUCKETS)
    except DeliveryError:
        return [None] * len(curves)
    answer: list[Spark | None] = []
    for curve in curves:
        mine, found = found[: len(curve.points)], found[len(curve.points) :]
        answer.append(_spark(curve, mine))
    return answer


def _spark(curve: Curve, found: Sequence[Buckets]) -> Spark:
    means, grid = curve.points[0].point.means, found[0]
    return Spark(
        what="values",
        name=means.name,
        unit=means.unit,
        decimals=means.decimals,
        normal=means.normal,
        points=tuple(point.point.id for point in curve.points),
        start=tuple((grid.start // 1_000_000).tolist()),
        width=grid.width / NS,
        minimum=_column(found, "minimum", np.fmin),
        maximum=_column(found, "maximum", np.fmax),
        mean=_mean(found),
        silent=tuple(np.min([each.silent for each in found], axis=0).tolist()),
    )


def _column(found: Sequence[Buckets], name: str, together: np.ufunc) -> Column:
    return _nulls(together.reduce([getattr(each, name) for each in found]))


def _mean(found: Sequence[Buckets]) -> Column:
    """Of the points' own means, each counting the same."""
    means = np.array([each.mean for each in found])
    known = np.isfinite(means)
    count = known.sum(axis=0)
    return _nulls(np.where(count > 0, np.where(known, means, 0.0).sum(axis=0) / np.maximum(count, 1), np.nan))


def _nulls(values: NDArray[Any]) -> Column:
    return tuple(None if np.isnan(value) else float(value) for value in values)


def alarm_times(connection: Connection, among: frozenset[str] | None, now: int) -> list[tuple[str, str | None, int]]:
    """(site, system, raised at) of the last 24 hours."""
    a = ALARM.c
    query = select(a.site, a.system, a.raised_at).where(a.raised_at >= _first(now))
    rows = connection.execute(query if among is None else query.where(a.site.in_(among)))
    return [(row.site, row.system, row.raised_at) for row in rows]


def _first(now: int) -> int:
    return -(-now // HOUR) * HOUR - HOURS * HOUR


def alarm_spark(times: Sequence[int], now: int) -> Spark:
    """How many alarms were raised in each of the last 24 hours."""
    first = _first(now)
    counts = np.bincount([(at - first) // HOUR for at in times if at < first + HOURS * HOUR], minlength=HOURS)
    column = tuple(map(float, counts))
    return Spark(
        what="alarms",
        name=ALARMS,
        unit="1",
        decimals=0,
        normal=None,
        points=(),
        start=tuple((first + hour * HOUR) // 1_000_000 for hour in range(HOURS)),
        width=HOUR / NS,
        minimum=column,
        maximum=column,
        mean=column,
        silent=(0.0,) * HOURS,
    )
