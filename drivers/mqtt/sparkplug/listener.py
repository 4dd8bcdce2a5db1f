"""All edge nodes of one line: what is subscribed to, what their messages mean, which of them are asked for a birth."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from drivers.base import Bound
from drivers.mqtt.arrived import Arrived
from drivers.mqtt.entry import Entry, prepared
from drivers.mqtt.sparkplug.naming import command, metric_of, place_of, spoken, topics
from drivers.mqtt.sparkplug.node import EdgeNode
from drivers.mqtt.sparkplug.rows import Rows
from facility.batch import Batch
from facility.held import Held

CONFIRM: Final = (0.2, 5.0)
"""Shortest and longest time between two confirmations."""
AT_ONCE: Final = 20
"""Nodes that are asked for a birth in one go: all at once would answer all at once."""


class Sparkplug:
    """Sparkplug reports by exception: what a living node does not speak of holds, as long as no message is missing."""

    def __init__(self, points: Sequence[Bound]) -> None:
        by_node: dict[str, dict[str, dict[str, list[Entry]]]] = {}
        for point in points:
            group, node, device = [*(place_of(point) or "?/?").split("/"), ""][:3]
            devices = by_node.setdefault(f"{group}/{node}", {})
            devices.setdefault(device, {}).setdefault(metric_of(point), []).append(prepared(point))
        self._nodes = {name: EdgeNode(devices) for name, devices in by_node.items()}
        self.confirm_within = max(CONFIRM[0], min(CONFIRM[1], min((p.stale_after for p in points), default=15.0) / 3))
        """Seconds within which what holds must be said again, so that it does not go stale."""
        self._held = Held(p.index for p in points if p.means.kind.sampled)
        self._by_topic = {topic: name for name in self._nodes for topic in topics(name)}

    @property
    def topics(self) -> dict[str, int]:
        """Topic filter → QoS to subscribe with."""
        return dict.fromkeys(self._by_topic, 1)

    def sampled(self, refused: Iterable[str]) -> list[int]:
        """The points of the nodes of these topic filters."""
        names = {self._by_topic[t] for t in refused if t in self._by_topic}
        return sorted(i for n in names for d in self._nodes[n].devices.values() for i in d.indexes)

    def connected(self) -> None:
        """A new connection: every node must be born anew."""
        for node in self._nodes.values():
            node.connected()
        self._forget()

    def batches(self, messages: Sequence[Arrived]) -> list[Batch]:
        """What the messages come to: one Batch that is live, one that is replayed, where there is any."""
        rows = Rows()
        latest = 0
        for message in messages:
            found = spoken(message.topic)
            node = self._nodes.get(found.node) if found is not None else None
            # A broker that retains births and data breaks the standard; what it kept may be of a dead node.
            if found is None or node is None or message.retained:
                continue
            latest = max(latest, message.received)
            node.take(found, message.payload, message.received, rows)
        live, past = rows.live.batch(latest), rows.past.batch(latest, replayed=True)
        self._held.take(live)
        self._forget()
        return [b for b in (live, past) if len(b) or b.notes]

    def held(self, received: int) -> Batch:
        """What is known to hold still, said again."""
        return self._held.batch(received)

    def to_ask(self, now: float) -> list[str]:
        """Where to send a request for a birth at this moment (seconds of the loop); each call takes some."""
        found: list[str] = []
        for name, node in self._nodes.items():
            if len(found) < AT_ONCE and node.asks(now):
                found.append(command(name))
        return found

    def _forget(self) -> None:
        unsure = [i for n in self._nodes.values() for d in n.devices.values() if not d.sure for i in d.indexes]
        if unsure:
            self._held.forget(unsure)
