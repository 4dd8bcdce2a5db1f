"""What the Sparkplug tests share: three points of one edge node, and its messages by another hand's encoder."""

from collections.abc import Iterator
from typing import Any

import pytest

from drivers.base import Bound
from drivers.mqtt import Address, Quirks
from drivers.mqtt.arrived import Arrived
from drivers.mqtt.sparkplug import Sparkplug
from facility.batch import Batch
from facility.point import Kind, Range
from tests.contracts.line_watching import bound
from tests.services.fixtures import required
from tests.services.sparkplug import Encoder

NOW = 1_790_000_000_000_000_000
MS = NOW // 1_000_000
UNIT = "plant/edge-1/pump-1"


def metric(index: int, name: str, kind: Kind = Kind.MEASUREMENT, unit: str = UNIT, **keys: Any) -> Bound:
    """A point of pump-1."""
    address = Address.model_validate({"metric": name, **keys})
    return bound(index, address, Quirks(), kind, unit=unit, valid=Range(low=-1e9, high=1e9), period=10)


POINTS = [
    metric(0, "Supply/Flow", scale=0.1),
    metric(1, "Running", Kind.STATE),
    metric(2, "Text", Kind.TEXT),
    metric(3, "Temperature", unit="plant/edge-1"),
]
FLOW = {"name": "Supply/Flow", "alias": 11, "type": "Int32", "value": -120}
RUNNING = {"name": "Running", "alias": 12, "type": "Boolean", "value": True}
TEXT = {"name": "Text", "alias": 13, "type": "String", "value": "正常"}
TEMPERATURE = {"name": "Temperature", "alias": 14, "type": "Float", "value": 21.5}
BD = {"name": "bdSeq", "type": "Int64", "value": "7"}
ALL = [FLOW, RUNNING, TEXT]


@pytest.fixture(scope="session")
def encoder() -> Iterator[Encoder]:
    """One for all tests."""
    with required():
        made = Encoder()
    yield made
    made.remove()


class Peer:
    """An edge node that speaks to a listener directly, counting as the standard asks."""

    def __init__(self, encoder: Encoder, points: list[Bound] = POINTS) -> None:
        self._encoder = encoder
        self.listener = Sparkplug(points)
        self.seq = 0

    def message(self, kind: str, metrics: list[dict[str, Any]], device: str = "pump-1", **more: Any) -> Arrived:
        """The next message of the node or of its device."""
        payload: dict[str, Any] = {"timestamp": MS, "metrics": [dict(m) for m in metrics]}
        if kind == "NBIRTH":
            self.seq = 0
        if kind != "NDEATH":
            payload["seq"], self.seq = self.seq, (self.seq + 1) % 256
        topic = f"spBv1.0/plant/{kind}/edge-1" + (f"/{device}" if kind[0] == "D" else "")
        return Arrived(topic, self._encoder.encode(payload | more), retained=False, received=NOW)

    def say(self, kind: str, metrics: list[dict[str, Any]], device: str = "pump-1", **more: Any) -> list[Batch]:
        """The same, taken by the listener."""
        return self.listener.batches([self.message(kind, metrics, device, **more)])

    def births(self) -> list[Batch]:
        """The node and its device are born."""
        return self.say("NBIRTH", [BD, TEMPERATURE]) + self.say("DBIRTH", ALL)

    @property
    def held(self) -> dict[int, tuple[float, int, int]]:
        """What is known to hold."""
        return rows([self.listener.held(NOW)])


def rows(batches: list[Batch], *, replayed: bool = False) -> dict[int, tuple[float, int, int]]:
    """Point → (value, quality, reason), the last of each."""
    return {
        int(i): (round(float(v), 6), int(q), int(r))
        for b in batches
        if b.replayed == replayed
        for i, v, q, r in zip(b.point, b.value, b.quality, b.reason, strict=True)
    }
