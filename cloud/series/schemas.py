"""Series on the wire: columns, so that a chart takes them as they are."""

from __future__ import annotations

from cloud.wire import Exact
from facility.words import Frozen, Text

Column = tuple[float | None, ...]


class SeriesColumns(Frozen):
    """One point in buckets; all columns as long as `start`. null where a bucket holds no sample."""

    point: str
    site: str
    name: Text
    unit: str
    """UCUM."""
    decimals: int
    count: tuple[int, ...]
    minimum: Column
    maximum: Column
    mean: Column
    first: Column
    last: Column
    bad: tuple[float, ...]
    """Share of the bucket's time (0 … 1) in which the quality was bad."""
    uncertain: tuple[float, ...]
    silent: tuple[float, ...]
    """Share of the time within a silence of over ten minutes: over 0, draw no line through the bucket."""


class SeriesAnswer(Frozen):
    """Points in buckets of one width."""

    start: tuple[int, ...]
    """Where each bucket begins, in UTC milliseconds since 1970."""
    width: float
    """Seconds."""
    items: tuple[SeriesColumns, ...]


class HistoryRow(Frozen):
    """One raw value as it was written."""

    point: str
    at: Exact
    value: float | int | bool | str
