"""All points of one broker: what is subscribed to for them, and what the messages mean to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from drivers.base import Bound, Misfit
from drivers.mqtt.arrived import Arrived
from drivers.mqtt.connection import Connection
from drivers.mqtt.decode import Decoder
from drivers.mqtt.entry import lacks
from drivers.mqtt.sparkplug import Sparkplug
from drivers.mqtt.sparkplug.naming import is_metric, place_of
from facility.batch import U4, Batch
from facility.point import Kind


class Points:
    """Those of topics and those of Sparkplug side by side."""

    def __init__(self, points: Sequence[Bound]) -> None:
        metrics = [p for p in points if is_metric(p)]
        self.plain = Decoder([p for p in points if not is_metric(p)])
        self.sparkplug = Sparkplug(metrics) if metrics else None

    @property
    def topics(self) -> dict[str, int]:
        """Topic filter → QoS to subscribe with."""
        return self.plain.topics | (self.sparkplug.topics if self.sparkplug else {})

    def sampled(self, topics: Iterable[str]) -> U4:
        """The points with samples that depend on these topic filters."""
        names = list(topics)
        found = self.plain.sampled(names) + (self.sparkplug.sampled(names) if self.sparkplug else [])
        return np.array(found, np.uint32)

    def connected(self) -> None:
        """A new connection: what the last one knew may no longer hold."""
        self.plain.connected()
        if self.sparkplug:
            self.sparkplug.connected()

    def batches(self, messages: Sequence[Arrived]) -> list[Batch]:
        """What the messages come to, in the order in which it is to be handed on."""
        plain = self.plain.batch(messages)
        found = self.sparkplug.batches(messages) if self.sparkplug else []
        return [b for b in (plain, *found) if len(b) or b.notes]


def misfits(connection: Connection, points: Sequence[Bound]) -> Iterator[Misfit]:
    """Metrics whose unit names no edge node, or that come over a shared subscription; units with too few parts."""
    for point in points:
        if not is_metric(point):
            if lacking := lacks(point):
                yield Misfit(point, "unit", f"{point.unit!r} has no part {lacking}; its parts are divided by slashes")
            continue
        if place_of(point) is None:
            yield Misfit(point, "unit", f"{point.unit!r} is no Sparkplug device; write group/node or group/node/device")
        elif point.means.kind is Kind.EVENT:
            yield Misfit(point, "address", "a metric is one value, and an event has several: use a state or a text")
        elif connection.share is not None:
            yield Misfit(point, "address", "a shared subscription tears Sparkplug's sequence apart: take `share` away")
