"""The Historian interface: what the cloud asks of any store of time series, and what it gets back, in columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from facility.clock import NS
from facility.condition.stretches import Samples
from facility.errors import DeliveryError, Rejected

Precision = str
"""`ns`, `us`, `ms` or `s`: the unit of the times in a body."""

Scalar = float | int | bool | str
"""A field's value as it was written."""

SILENCE: Final = 600 * NS
"""Two heartbeats: a longer time without a sample is a gap (contracts.md, Telemetry)."""

QUALITY_SUFFIX: Final = "_q"
"""`<point>_q` holds the reason (facility.quality.Reason) of a sample that is not good; 0 says all is well again."""


@dataclass(frozen=True, slots=True, order=True)
class Series:
    """The name of one time series: measurement `type`, tags `site`, `equipment`, `instance`, field `point`."""

    site: str
    type: str
    equipment: str
    point: str
    instance: str = ""


@dataclass(frozen=True, slots=True)
class Latest:
    """The newest word on each series asked for, in the order asked; columns of equal length.

    `at` is 0 and `value` NaN where nothing was ever written. `value` is the newest value, also where a newer
    sample was bad; then `quality` and `reason` (facility.quality) say so and `at` is the bad sample's time.
    Text has no number: its `value` is NaN and its words stand in `text`, which is empty elsewhere.
    """

    series: tuple[Series, ...]
    at: NDArray[np.int64]
    value: NDArray[np.float64]
    quality: NDArray[np.uint8]
    reason: NDArray[np.uint8]
    text: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Buckets:
    """One series in buckets of equal width on round UTC times; bucket i is [start[i], start[i] + width).

    `minimum maximum mean first last` are NaN where `count` is 0. `bad`, `uncertain` and `silent` are shares
    (0 … 1) of the bucket's time: the last word on quality was bad or uncertain, or the sample before and the
    sample after are more than SILENCE apart. A gap is where `silent` is over 0: draw no line through it.
    """

    series: Series
    width: int
    """Nanoseconds."""
    start: NDArray[np.int64]
    count: NDArray[np.int64]
    minimum: NDArray[np.float64]
    maximum: NDArray[np.float64]
    mean: NDArray[np.float64]
    first: NDArray[np.float64]
    last: NDArray[np.float64]
    bad: NDArray[np.float64]
    uncertain: NDArray[np.float64]
    silent: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rises:
    """How far one counter rose between each two neighbouring edges; n + 1 edges, n rises.

    A step down to less than half counts from zero (the device was reset); a smaller one, of a register that lost its
    last counts or shows fewer digits, takes back what it lost. At an edge the register is read on the straight line
    between the samples around it, so neighbouring rises always add up to the register's own. `rise` is NaN where
    the register is unknown at an edge (before the first or after the last sample); `silent` is the share of the
    time in which samples lay more than SILENCE apart: over 0 the rise is right in sum but its place is estimated.
    """

    series: Series
    edges: NDArray[np.int64]
    rise: NDArray[np.float64]
    silent: NDArray[np.float64]
    resets: NDArray[np.int64]


@dataclass(frozen=True, slots=True, order=True)
class Cursor:
    """A row of a history: go on after it. `index` is the place of its series in the list asked for."""

    at: int
    index: int


@dataclass(frozen=True, slots=True)
class Rows:
    """Raw rows, ordered by time, then by the order in which the series were asked for."""

    index: NDArray[np.int32]
    at: NDArray[np.int64]
    value: list[Scalar]
    after: Cursor | None
    """Where to go on; None at the end."""


@dataclass(frozen=True, slots=True)
class LineError:
    """One line of a write that was not taken: its number (from 1), its text (shortened) and why."""

    number: int
    text: str
    reason: str


class PartialWrite(Rejected):
    """Some lines were refused for good; all the others are kept. `dropped` counts the refused lines."""

    def __init__(self, lines: Sequence[LineError], dropped: int, written: int) -> None:
        self.lines = tuple(lines)
        """The first refused lines, at most 100."""
        self.dropped = dropped
        self.written = written
        """Values that were kept."""
        super().__init__(f"partial write: {self.lines[0].reason} dropped={dropped}")

    def __reduce__(self) -> tuple[type[PartialWrite], tuple[object, ...]]:
        return PartialWrite, (self.lines, self.dropped, self.written)


class HistorianAway(DeliveryError):
    """The store does not answer now: nothing is lost, try again in a moment."""


class Writes(Protocol):
    """Takes line protocol."""

    async def write(self, body: bytes, precision: Precision = "ns", *, site: str | None = None) -> int:
        """Keep every value of the body on disk and answer how many; a same (series, time) is replaced.

        `site` limits the writer: a line whose `site` tag is another one is refused. Lines without a time get
        the time of receipt. Raises PartialWrite (good lines are kept), HistorianAway.
        """


class Reads(Protocol):
    """Answers with samples: newest, in buckets, raw. All times are UTC nanoseconds; all raise HistorianAway."""

    async def latest(self, series: Sequence[Series]) -> Latest:
        """The newest word on each."""

    async def series(self, series: Sequence[Series], start: int, end: int, buckets: int) -> list[Buckets]:
        """Each series over [start, end) in at most `buckets` buckets; the first and last bucket are whole."""

    async def samples(self, series: Sequence[Series], start: int, end: int) -> list[Samples]:
        """Each series' samples of [start, end) in columns, and when it went bad: for reckoning, days at a time."""

    async def history(
        self, series: Sequence[Series], start: int, end: int, *, after: Cursor | None = None, limit: int = 10_000
    ) -> Rows:
        """At most `limit` raw rows of [start, end), going on after `after`."""


class Counts(Protocol):
    """Reads counters."""

    async def counter_deltas(self, series: Sequence[Series], edges: Sequence[int]) -> list[Rises]:
        """The rises between neighbouring edges (ascending, UTC ns; any widths: days, tariff windows)."""


class Historian(Writes, Reads, Counts, Protocol):
    """A whole historian: `embedded` or `influx`."""
