"""From one metric to a row: value, quality, reason, time."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Final

from drivers.mqtt.columns import Columns
from drivers.mqtt.entry import Entry
from drivers.mqtt.json_path import ABSENT
from drivers.mqtt.payload import number_of
from drivers.mqtt.sparkplug.dataset import cell
from drivers.mqtt.sparkplug.fieldvalue import DATASET
from drivers.mqtt.sparkplug.payload import Metric
from drivers.mqtt.sparkplug.value import value_of
from drivers.mqtt.sparkplug.wire import MalformedError
from facility.batch import Note
from facility.point import Kind
from facility.quality import Quality, Reason

_LATEST: Final = 2**63 - 1
_GOOD: Final = 192
_QUALITY: Final = {0: (Quality.BAD, Reason.DEVICE), 500: (Quality.UNCERTAIN, Reason.STALE)}
"""Sparkplug 3.0, chapter 6.4.1.6; what is neither of these nor 192 is uncertain."""


@dataclass(slots=True)
class Rows:
    """What came live, and what is told of an earlier time (`is_historical`)."""

    live: Columns = field(default_factory=Columns)
    past: Columns = field(default_factory=Columns)


@dataclass(frozen=True, slots=True)
class Moment:
    """`said`: the payload's own ms since 1970, if it has one. `received`: the edge's UTC ns."""

    said: int | None
    received: int


def put(entry: Entry, metric: Metric, datatype: int | None, at: Moment, out: Rows) -> None:
    """Add the metric's row, or its text. A historical one without any time has no place in history and is left out."""
    time, reason = _time(metric, at)
    if metric.historical and (reason or (metric.time is None and at.said is None)):
        return
    columns = out.past if metric.historical else out.live
    found = _found(entry, metric, datatype) if metric.form and not metric.null else None
    if entry.kind is Kind.TEXT:
        if isinstance(found, str):
            columns.notes.append(Note(entry.index, time, found, reason))
    elif entry.kind.sampled:
        _sample(entry, found, metric.quality, (time, reason), columns)


def _found(entry: Entry, metric: Metric, datatype: int | None) -> object:
    """What the metric holds, or the cell of it that the point looks at; the metric's own datatype comes first."""
    column = entry.address.column
    if column is None:
        return value_of(metric.form, metric.value, metric.datatype or datatype)
    if metric.form != DATASET or not isinstance(metric.value, bytes):
        return ABSENT
    try:
        found = cell(metric.value, column, entry.address.row)
    except MalformedError:
        return ABSENT
    if found is None:
        return ABSENT
    return value_of(found.form, found.value, found.datatype) if found.form else None


def _sample(entry: Entry, found: object, said: int | None, at: tuple[int, int], out: Columns) -> None:
    time, reason = at
    quality = Quality.UNCERTAIN if reason else Quality.GOOD
    if said is not None and said != _GOOD:
        quality, reason = _QUALITY.get(said, (Quality.UNCERTAIN, Reason.DEVICE))
    value = None if found is ABSENT else number_of(found, entry.words, entry.address.scale, entry.address.offset)
    if quality == Quality.BAD:
        out.put(entry.index, math.nan, quality, reason, time)
    elif value is None:
        why = Reason.NOT_AVAILABLE if found is None else Reason.UNDECODABLE
        out.put(entry.index, math.nan, Quality.BAD, why, time)
    elif not entry.low <= value <= entry.high:
        out.put(entry.index, value, Quality.BAD, Reason.OUT_OF_RANGE, time)
    else:
        out.put(entry.index, value, quality, reason, time)


def _time(metric: Metric, at: Moment) -> tuple[int, int]:
    said = at.said if metric.time is None else metric.time
    if said is None:
        return at.received, Reason.NONE
    return (said * 1_000_000, Reason.NONE) if said <= _LATEST // 1_000_000 else (at.received, Reason.CLOCK)
