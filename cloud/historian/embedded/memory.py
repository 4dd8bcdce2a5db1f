"""What the embedded historian keeps in memory: the newest value of each series and the spans with fresh arrivals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import duckdb
import numpy as np
from numpy.typing import NDArray

from cloud.historian.embedded.tables import SPAN

NEVER: Final = 0
"""The time of a series without any row."""


@dataclass(frozen=True, slots=True)
class Fresh:
    """A span with rows that are not in the roll-ups: at most so many, the last of them arrived at (monotonic s)."""

    rows: int
    touched: float


class Memory:
    """Rebuilt at start; changed by the writer alone, read by all."""

    def __init__(self) -> None:
        self.at: NDArray[np.int64] = np.zeros(1024, dtype=np.int64)
        self.value: NDArray[np.float64] = np.full(1024, np.nan)
        self.text: dict[int, str] = {}
        self.spans: dict[int, Fresh] = {}
        """Start of each span that has rows in `recent` → how many, and since when no more of them came."""

    def grow(self, count: int) -> None:
        """Make room for series 0 … count - 1."""
        if count > len(self.at):
            more = max(count, 2 * len(self.at)) - len(self.at)
            self.value = np.concatenate((self.value, np.full(more, np.nan)))
            self.at = np.concatenate((self.at, np.zeros(more, dtype=np.int64)))

    def arrive(self, at: NDArray[np.int64], moment: float) -> None:
        """Note the spans of rows before they are committed: a reader may see them too early, never too late."""
        spans, counts = np.unique(at // SPAN, return_counts=True)
        for span, count in zip((spans * SPAN).tolist(), counts.tolist(), strict=True):
            known = self.spans.get(span)
            self.spans[span] = Fresh(count + (known.rows if known else 0), moment)

    def waiting(self, closed: int) -> int:
        """Samples, at most, that spans begun at `closed` or before have outside the roll-ups."""
        return sum(fresh.rows for span, fresh in list(self.spans.items()) if span <= closed)

    def take(self, series: NDArray[np.int32], at: NDArray[np.int64], value: NDArray[np.float64]) -> None:
        """Note the newest rows; the rows come in ascending time within each series."""
        newer = at >= self.at[series]
        self.value[series[newer]] = value[newer]
        self.at[series[newer]] = at[newer]

    def take_text(self, series: int, at: int, text: str) -> None:
        """Note a string."""
        if at >= self.at[series]:
            self.at[series] = at
            self.text[series] = text

    def rebuild(self, connection: duckdb.DuckDBPyConnection, count: int) -> None:
        """Read everything back from the file; roll-ups stand in for the history."""
        self.grow(count)
        for source in (
            "SELECT series, max(last_at) AS time, arg_max(last, last_at) AS value FROM quarter GROUP BY series",
            "SELECT series, max(time) AS time, arg_max(value, time) AS value FROM recent GROUP BY series",
            "SELECT series, max(time) AS time, arg_max(reason, time)::DOUBLE AS value FROM quality GROUP BY series",
        ):
            rows = connection.execute(source).fetchnumpy()
            self.take(np.asarray(rows["series"]), np.asarray(rows["time"]), np.asarray(rows["value"]))
        texts = "SELECT series, max(time), arg_max(text, time) FROM texts GROUP BY series"
        for series, at, text in connection.execute(texts).fetchall():
            self.take_text(series, at, text)
        for span, rows in connection.execute(f"SELECT time // {SPAN}, count(*) FROM recent GROUP BY 1").fetchall():  # noqa: S608
            self.spans[span * SPAN] = Fresh(rows, 0.0)
