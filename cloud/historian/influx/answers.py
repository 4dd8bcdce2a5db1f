"""InfluxQL's tables → the columns of the Historian."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cloud.historian.base import Buckets, Latest, Series
from cloud.historian.grid import Grid
from cloud.historian.influx.connection import Table
from cloud.historian.segments import silences
from facility.quality import Quality


@dataclass(frozen=True, slots=True)
class SeriesAnswer:
    """What the statements of `series` found."""

    buckets: Table
    long_steps: Table
    first: Table
    last: Table
    reason_before: Table
    reasons: Table


def newest_of(series: tuple[Series, ...], tables: list[Table]) -> Latest:
    """Pairs of (last value, last reason) tables → Latest."""
    count = len(series)
    at, value = np.zeros(count, dtype=np.int64), np.full(count, np.nan)
    quality, reason = np.zeros(count, dtype=np.uint8), np.zeros(count, dtype=np.uint8)
    texts = [""] * count
    for place in range(count):
        values, reasons = tables[2 * place : 2 * place + 2]
        if values:
            at[place] = values[0][0]
            newest = values[0][1]
            texts[place] = newest if isinstance(newest, str) else ""
            value[place] = np.nan if isinstance(newest, str) else float(newest)
        if reasons and reasons[0][0] >= at[place]:
            word = int(reasons[0][1])
            doubtful = Quality.UNCERTAIN if values and reasons[0][0] == at[place] else Quality.BAD
            quality[place], reason[place] = (doubtful if word else Quality.GOOD), word & 0xFF
            at[place] = reasons[0][0]
    return Latest(series, at, value, quality, reason, tuple(texts))


def buckets_of(series: Series, grid: Grid, end: int, answer: SeriesAnswer) -> Buckets:
    """One series' buckets with their shares of bad, uncertain and silent time."""
    rows = [row for row in answer.buckets if row[1]]
    slot = (np.array([row[0] for row in rows], dtype=np.int64) - grid.start) // grid.width

    def spread(column: int) -> NDArray[np.float64]:
        whole = np.full(grid.count, np.nan)
        whole[slot] = np.array([row[column] for row in rows], dtype=np.float64)
        return whole

    bad, uncertain = _doubtful(grid, end, [*answer.reason_before, *answer.reasons])
    return Buckets(
        series, grid.width, grid.starts, np.nan_to_num(spread(1)).astype(np.int64),
        spread(2), spread(3), spread(4), spread(5), spread(6), bad, uncertain, _silent(grid, end, answer),
    )  # fmt: skip


def _silent(grid: Grid, end: int, answer: SeriesAnswer) -> NDArray[np.float64]:
    """Runs without a long step between are as good as their samples."""
    begins = [row[0] for row in answer.first] + [row[0] for row in answer.long_steps]
    ends = [row[0] - row[1] for row in answer.long_steps] + [row[0] for row in answer.last]
    first, last = np.array(begins, dtype=np.int64), np.array(ends, dtype=np.int64)
    quiet = silences(first, last, np.zeros(len(first), dtype=np.int64), grid.start, end)
    return grid.share(quiet.begin, quiet.end)


def _doubtful(grid: Grid, end: int, rows: Table) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    begin = np.maximum(np.array([row[0] for row in rows], dtype=np.int64), grid.start)
    until = np.append(begin[1:], max(end, grid.start))[: len(begin)].astype(np.int64)
    doubtful = np.array([row[1] != 0 for row in rows], dtype=np.bool_)
    bad = doubtful & np.array([row[2] is None for row in rows], dtype=np.bool_)
    uncertain = doubtful & ~bad
    return grid.share(begin[bad], until[bad]), grid.share(begin[uncertain], until[uncertain])
