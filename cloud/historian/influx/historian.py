"""A Historian over InfluxDB 1.x, 2.x or 3.x."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Self

import numpy as np

from cloud.historian.base import SILENCE, Buckets, Cursor, Latest, PartialWrite, Precision, Rises, Rows, Scalar, Series
from cloud.historian.grid import grid_of
from cloud.historian.influx import influxql
from cloud.historian.influx.answers import SeriesAnswer, buckets_of, newest_of
from cloud.historian.influx.connection import Connection, InfluxSettings
from cloud.historian.influx.gate import Gate
from cloud.historian.segments import Segments, rises
from facility.clock import Clock
from facility.condition.stretches import Samples

_EARLIEST = 0
_LATEST = 2**63 - 2**31


class InfluxHistorian:
    """Checks each line before it is sent, so refusals name their lines as the embedded historian's do."""

    def __init__(self, settings: InfluxSettings, clock: Clock) -> None:
        self._connection = Connection(settings)
        self._gate = Gate(clock)

    async def __aenter__(self) -> Self:
        await self._connection.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._connection.close()

    async def write(self, body: bytes, precision: Precision = "ns", *, site: str | None = None) -> int:
        """See Writes. What InfluxDB itself refuses (a field's type) it does not pin to a line."""
        passed = self._gate.check(body, precision, site)
        try:
            if passed.body:
                await self._connection.write(passed.body, "ns")
        except PartialWrite as partial:
            lines = (*passed.errors, *partial.lines)
            raise PartialWrite(
                lines, passed.dropped + partial.dropped, max(passed.values - partial.dropped, 0)
            ) from None
        if passed.dropped:
            raise PartialWrite(passed.errors, passed.dropped, passed.values)
        return passed.values

    async def latest(self, series: Sequence[Series]) -> Latest:
        """See Reads."""
        statements = [each for one in series for each in influxql.newest(one)]
        tables = await self._connection.query(statements) if statements else []
        return newest_of(tuple(series), tables)

    async def series(self, series: Sequence[Series], start: int, end: int, buckets: int) -> list[Buckets]:
        """See Reads."""
        grid = grid_of(start, end, buckets)
        before, until = max(grid.start - SILENCE, 0), grid.end
        answers = []
        for each in series:
            statements = (
                influxql.buckets(each, grid),
                influxql.long_steps(each, before, until),
                *influxql.first_and_last(each, before, until),
                *influxql.reasons(each, grid.start, end),
            )
            answers.append(SeriesAnswer(*await self._connection.query(statements)))
        return [buckets_of(each, grid, end, answer) for each, answer in zip(series, answers, strict=True)]

    async def samples(self, series: Sequence[Series], start: int, end: int) -> list[Samples]:
        """See Reads."""
        answers = []
        for each in series:
            statements = (influxql.rows(each, start, end), influxql.reasons(each, start, end)[1])
            rows, reasons = await self._connection.query(statements)
            bad = [row[0] for row in reasons if row[1] and row[2] is None]
            answers.append(
                Samples(
                    np.array([row[0] for row in rows], dtype=np.int64),
                    np.array([row[1] for row in rows], dtype=np.float64),
                    np.array(bad, dtype=np.int64),
                )
            )
        return answers

    async def history(
        self, series: Sequence[Series], start: int, end: int, *, after: Cursor | None = None, limit: int = 10_000
    ) -> Rows:
        """See Reads."""
        low = start if after is None else max(start, after.at)
        tables = await self._connection.query([influxql.rows(each, low, end, limit + 2) for each in series])
        found: list[tuple[int, int, Scalar]] = sorted(
            (at, place, value)
            for place, table in enumerate(tables)
            for at, value in table
            if after is None or (at, place) > (after.at, after.index)
        )
        kept = found[:limit]
        return Rows(
            np.array([row[1] for row in kept], dtype=np.int32),
            np.array([row[0] for row in kept], dtype=np.int64),
            [row[2] for row in kept],
            Cursor(kept[-1][0], kept[-1][1]) if len(found) > limit else None,
        )

    async def counter_deltas(self, series: Sequence[Series], edges: Sequence[int]) -> list[Rises]:
        """See Counts."""
        limits = np.array(edges, dtype=np.int64)
        low, high = int(limits[0]), int(limits[-1]) + 1
        answers = []
        for each in series:
            statements = (
                influxql.first_and_last(each, _EARLIEST, low)[1],
                influxql.rows(each, low, high),
                influxql.first_and_last(each, high, _LATEST)[0],
            )
            rows = [row for table in await self._connection.query(statements) for row in table]
            at = np.array([row[0] for row in rows], dtype=np.int64)
            value = np.array([row[1] for row in rows], dtype=np.float64)
            answers.append(rises(each, Segments.of_samples(at, value), limits))
        return answers
