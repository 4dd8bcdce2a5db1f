"""One device of an edge node, or the node's own metrics: what its birth said, and what its data means since."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

from drivers.mqtt.entry import Entry
from drivers.mqtt.sparkplug.payload import Metric, Payload
from drivers.mqtt.sparkplug.rows import Moment, Rows, put
from facility.quality import Quality, Reason

NOBODY: Final[tuple[Entry, ...]] = ()


class Device:
    """`metrics`: the points that are bound to each metric."""

    def __init__(self, metrics: Mapping[str, Sequence[Entry]]) -> None:
        self._metrics = metrics
        self._types: dict[str, int | None] = {}
        self._names: dict[int, str] = {}
        self.sure = False
        """Whether what it last said is known to hold: it was born and nothing was missed since, or it is dead."""
        self.born = False
        self.indexes = [e.index for entries in metrics.values() for e in entries if e.kind.sampled]
        """Its points that have samples."""

    def birth(self, payload: Payload, at: Moment, out: Rows) -> None:
        """All of its metrics, by name; a point that is none of them is not there."""
        self._types = {m.name: m.datatype for m in payload.metrics if m.name is not None}
        self._names = {m.alias: m.name for m in payload.metrics if m.alias is not None and m.name is not None}
        self.sure = self.born = True
        for name in self._metrics.keys() - self._types.keys():
            self._bad(self._metrics[name], Reason.NOT_FOUND, at.received, out)
        for metric in payload.metrics:
            self._take(metric, metric.name, at, out)

    def data(self, payload: Payload, at: Moment, out: Rows) -> bool:
        """What changed; False where a metric can't be told without a new birth."""
        known = self.born
        for metric in payload.metrics:
            name = metric.name or (None if metric.alias is None else self._names.get(metric.alias))
            if name is None:
                known = False
            else:
                self._take(metric, name, at, out)
        return known

    def death(self, received: int, out: Rows) -> None:
        """It is no longer connected."""
        self.unsure()
        self.sure = True
        for entries in self._metrics.values():
            self._bad(entries, Reason.NOT_CONNECTED, received, out)

    def unreadable(self, received: int, out: Rows) -> None:
        """It sent what is no payload."""
        self.unsure()
        for entries in self._metrics.values():
            self._bad(entries, Reason.UNDECODABLE, received, out)

    def unsure(self) -> None:
        """Something was missed: what an alias means is known again after the next birth."""
        self.sure = self.born = False
        self._types, self._names = {}, {}

    def _take(self, metric: Metric, name: str | None, at: Moment, out: Rows) -> None:
        for entry in self._metrics.get(name or "", NOBODY):
            put(entry, metric, self._types.get(name or ""), at, out)

    @staticmethod
    def _bad(entries: Sequence[Entry], reason: Reason, received: int, out: Rows) -> None:
        for entry in entries:
            if entry.kind.sampled:
                out.live.put(entry.index, math.nan, Quality.BAD, reason, received)
