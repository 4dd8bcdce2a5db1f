"""What the embedded historian answers: newest values, buckets, raw rows, segments of counters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import duckdb
import numpy as np
from numpy.typing import NDArray

from cloud.historian.base import Buckets, Latest, Rises, Series
from cloud.historian.embedded.memory import NEVER, Memory
from cloud.historian.embedded.runs import RAW, Range, runs, samples
from cloud.historian.embedded.tables import HOUR, SPANWISE, TIERS
from cloud.historian.grid import Grid, grid_of
from cloud.historian.registry import Entry, Registry, name_of
from cloud.historian.segments import Intervals, Segments, rises, silences
from facility.condition.stretches import Samples
from facility.quality import Quality

Connection = duckdb.DuckDBPyConnection
EVER: Final = 2**62
"""Later than any sample."""


class Reads:
    """Each call gets a connection (a cursor) of its own, so calls run beside each other and beside the writer."""

    def __init__(self, registry: Registry, memory: Memory) -> None:
        self._registry = registry
        self._memory = memory

    def latest(self, wanted: Sequence[Series]) -> Latest:
        """From memory alone."""
        memory, registry = self._memory, self._registry
        count = len(wanted)
        at, value = np.zeros(count, dtype=np.int64), np.full(count, np.nan)
        quality, reason = np.zeros(count, dtype=np.uint8), np.zeros(count, dtype=np.uint8)
        texts = [""] * count
        for place, each in enumerate(wanted):
            name = name_of(each)
            entry, judge = registry.find(name), registry.quality_of(name)
            if entry is not None and entry.id < len(memory.at):
                at[place], value[place] = memory.at[entry.id], memory.value[entry.id]
                texts[place] = memory.text.get(entry.id, "") if entry.kind == "s" else ""
            if judge is not None and judge.id < len(memory.at) and memory.at[judge.id] >= max(at[place], NEVER + 1):
                word = int(memory.value[judge.id])
                doubtful = Quality.UNCERTAIN if memory.at[judge.id] == at[place] else Quality.BAD
                quality[place], reason[place] = (doubtful if word else Quality.GOOD), word & 0xFF
                at[place] = memory.at[judge.id]
        return Latest(tuple(wanted), at, value, quality, reason, tuple(texts))

    def series(
        self, connection: Connection, wanted: Sequence[Series], start: int, end: int, buckets: int
    ) -> list[Buckets]:
        """Each series in buckets, from the coarsest roll-up that fits them."""
        grid = grid_of(start, end, buckets)
        tier = _tier(grid.width)
        entries = [self._registry.find(name_of(each)) for each in wanted]
        judges = [self._registry.quality_of(name_of(each)) for each in wanted]
        before = max(grid.start - max(HOUR, TIERS.get(tier, 0)), 0)
        relation = runs(tier, self._range(entries, before, grid.end))
        connection.execute(f"CREATE OR REPLACE TEMP TABLE chosen AS SELECT * FROM {relation}")  # noqa: S608
        slots = _slots(connection, grid)
        quiet = _quiet(connection, grid, entries, max(end, grid.start))
        states = self._states(connection, judges, grid.start, end)
        return [
            _buckets(each, grid, slots.of(entry), quiet[place], states.of(judge), end)
            for place, (each, entry, judge) in enumerate(zip(wanted, entries, judges, strict=True))
        ]

    def _range(self, entries: Sequence[Entry | None], start: int, end: int) -> Range:
        ids = [entry.id for entry in entries if entry is not None] or [-1]
        return Range(ids, start, end, list(self._memory.spans))

    def _states(self, connection: Connection, judges: Sequence[Entry | None], start: int, end: int) -> Grouped:
        before = self._range(judges, 0, start).between()
        within = self._range(judges, start, end).between()
        return Grouped.fetch(
            connection,
            "SELECT * FROM (SELECT series, max(time) AS time, arg_max(reason, time) AS reason, "  # noqa: S608
            f"arg_max(bad, time) AS bad FROM quality WHERE {before} GROUP BY series UNION ALL "
            f"SELECT series, time, reason, bad FROM quality WHERE {within}) ORDER BY series, time",
        )

    def samples(self, connection: Connection, wanted: Sequence[Series], start: int, end: int) -> list[Samples]:
        """Single samples, and the moments at which each went bad."""
        entries = [self._registry.find(name_of(each)) for each in wanted]
        judges = [self._registry.quality_of(name_of(each)) for each in wanted]
        relation = samples(self._range(entries, start, end))
        found = Grouped.fetch(connection, f"SELECT * FROM {relation} ORDER BY series, time")  # noqa: S608
        within = self._range(judges, start, end).between()
        spoiled = Grouped.fetch(
            connection,
            f"SELECT series, time FROM quality WHERE bad AND {within} ORDER BY series, time",  # noqa: S608
        )
        return [
            Samples(found.of(entry)["time"], found.of(entry)["value"], spoiled.of(judge)["time"])
            for entry, judge in zip(entries, judges, strict=True)
        ]

    def counter_deltas(self, connection: Connection, wanted: Sequence[Series], edges: Sequence[int]) -> list[Rises]:
        """From the coarsest roll-up in which every edge lies between two rows."""
        limits = np.array(edges, dtype=np.int64)
        tier = _tier(int(np.gcd.reduce(limits)), SPANWISE)
        low, high = int(limits[0]) // HOUR * HOUR - HOUR, int(limits[-1]) // HOUR * HOUR + 2 * HOUR
        entries = [self._registry.find(name_of(each)) for each in wanted]
        columns = "series, first_at, last_at, first, last, reset, resets, step"
        within = f"SELECT {columns} FROM {runs(tier, self._range(entries, low, high))}"  # noqa: S608
        earlier = (
            "SELECT series, max(last_at), max(last_at), arg_max(last, last_at), arg_max(last, last_at), 0, 0, 0 "  # noqa: S608
            f"FROM {runs('quarter', self._range(entries, 0, low))} GROUP BY series"
        )
        later = (
            "SELECT series, min(first_at), min(first_at), arg_min(first, first_at), arg_min(first, first_at), 0, 0, 0 "  # noqa: S608
            f"FROM {runs('quarter', self._range(entries, high, EVER))} GROUP BY series"
        )
        found = Grouped.fetch(
            connection,
            f"SELECT * FROM ({within} UNION ALL {earlier} UNION ALL {later}) ORDER BY series, first_at",  # noqa: S608
        )
        return [rises(each, _segments(found.of(entry)), limits) for each, entry in zip(wanted, entries, strict=True)]


@dataclass(frozen=True, slots=True)
class Grouped:
    """The rows of a query that is ordered by its column `series`."""

    columns: dict[str, NDArray[Any]]

    @classmethod
    def fetch(cls, connection: Connection, query: str) -> Grouped:
        """Ask; NULL cannot come."""
        found = connection.execute(query).fetchnumpy()
        return cls({name: np.asarray(column) for name, column in found.items()})

    def of(self, entry: Entry | None) -> dict[str, NDArray[Any]]:
        """The rows of one series, without a copy; none of a series that was never written."""
        series = self.columns["series"]
        low, high = np.searchsorted(series, [entry.id, entry.id + 1]) if entry else (0, 0)
        return {name: column[low:high] for name, column in self.columns.items()}


def _slots(connection: Connection, grid: Grid) -> Grouped:
    return Grouped.fetch(
        connection,
        f"SELECT series, (time - {grid.start}) // {grid.width} AS slot, sum(count)::BIGINT AS count, "  # noqa: S608
        "min(low) AS low, max(high) AS high, sum(sum) AS sum, arg_min(first, first_at) AS first, "
        f"arg_max(last, last_at) AS last FROM chosen WHERE time >= {grid.start} "
        "GROUP BY series, slot ORDER BY series, slot",
    )


def _quiet(connection: Connection, grid: Grid, entries: Sequence[Entry | None], end: int) -> list[Intervals]:
    found = Grouped.fetch(connection, "SELECT series, first_at, last_at, step FROM chosen ORDER BY series, first_at")
    return [
        silences(rows["first_at"], rows["last_at"], rows["step"], grid.start, end)
        for rows in (found.of(entry) for entry in entries)
    ]


def _tier(width: int, tiers: Mapping[str, int] = TIERS) -> str:
    fitting = [tier for tier, ns in tiers.items() if width % ns == 0]
    return fitting[-1] if fitting else RAW


def _segments(rows: dict[str, NDArray[Any]]) -> Segments:
    return Segments(
        rows["first_at"], rows["last_at"], rows["first"], rows["last"], rows["reset"],
        rows["resets"].astype(np.int64), rows["step"].astype(np.int64),
    )  # fmt: skip


def _buckets(
    series: Series,
    grid: Grid,
    rows: dict[str, NDArray[Any]],
    quiet: Intervals,
    state: dict[str, NDArray[Any]],
    end: int,
) -> Buckets:
    slot = rows["slot"]

    def spread(column: NDArray[Any]) -> NDArray[np.float64]:
        whole = np.full(grid.count, np.nan)
        whole[slot] = column
        return whole

    count = np.zeros(grid.count, dtype=np.int64)
    count[slot] = rows["count"]
    begin = np.maximum(state["time"], grid.start)
    until = np.append(begin[1:], max(end, grid.start))[: len(begin)]
    bad, doubtful = state["bad"].astype(np.bool_), state["reason"] != 0
    return Buckets(
        series, grid.width, grid.starts, count,
        spread(rows["low"]), spread(rows["high"]), spread(rows["sum"] / np.maximum(rows["count"], 1)),
        spread(rows["first"]), spread(rows["last"]),
        grid.share(begin[bad], until[bad]),
        grid.share(begin[doubtful & ~bad], until[doubtful & ~bad]),
        grid.share(quiet.begin, quiet.end),
    )  # fmt: skip
