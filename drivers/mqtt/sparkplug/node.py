"""One edge node: whether it lives, whether a message of it is missing, and when to ask it to be born anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from drivers.mqtt.entry import Entry
from drivers.mqtt.sparkplug.device import Device
from drivers.mqtt.sparkplug.naming import Spoken
from drivers.mqtt.sparkplug.payload import Payload, read
from drivers.mqtt.sparkplug.rows import Moment, Rows
from drivers.mqtt.sparkplug.wire import MalformedError

ASK_AGAIN: Final = (5.0, 60.0)
"""Seconds until a birth that did not come is asked for again: at first, and at most; it doubles each time."""


class EdgeNode:
    """`devices`: the points by device (nothing for the node's own) and metric."""

    def __init__(self, devices: Mapping[str, Mapping[str, Sequence[Entry]]]) -> None:
        self.devices = {name: Device(metrics) for name, metrics in devices.items()}
        self.devices.setdefault("", Device({}))
        self._seq: int | None = None
        """The number of the last message; None where it is not known."""
        self._session: object = None
        """bdSeq of the last birth."""
        self._wanted = True
        self._next, self._pause = 0.0, ASK_AGAIN[0]

    def connected(self) -> None:
        """We may have missed anything."""
        self._lose()
        self._session = None
        self._next, self._pause = 0.0, ASK_AGAIN[0]

    def asks(self, now: float) -> bool:
        """Whether a rebirth is to be asked for now (`now` in seconds of the loop)."""
        if not self._wanted or now < self._next:
            return False
        if now > self._next + ASK_AGAIN[1]:
            self._pause = ASK_AGAIN[0]
        self._next, self._pause = now + self._pause, min(2 * self._pause, ASK_AGAIN[1])
        return True

    def take(self, spoken: Spoken, data: bytes, received: int, out: Rows) -> None:
        """One message; nothing raises."""
        device = self.devices.get(spoken.device)
        try:
            payload = read(data, metrics=device is not None)
        except MalformedError:
            self._lose()
            if device is not None:
                device.unreadable(received, out)
            return
        at = Moment(payload.time, received)
        if spoken.kind == "NBIRTH":
            self._birth(payload, at, out)
        elif spoken.kind == "NDEATH":
            self._death(payload, received, out)
        else:
            self._follow(payload.seq)
            if device is not None:
                self._of_device(device, spoken.kind[1:], payload, at, out)

    def _birth(self, payload: Payload, at: Moment, out: Rows) -> None:
        for device in self.devices.values():
            device.unsure()
        self._seq, self._wanted = payload.seq, False
        self._session = _session(payload)
        self.devices[""].birth(payload, at, out)

    def _death(self, payload: Payload, received: int, out: Rows) -> None:
        """The will of an earlier session may come after the birth of this one: it is not this one's death."""
        said = _session(payload)
        if self._session is not None and said is not None and said != self._session:
            return
        self._seq, self._wanted, self._session = None, False, None
        for device in self.devices.values():
            device.death(received, out)

    def _of_device(self, device: Device, kind: str, payload: Payload, at: Moment, out: Rows) -> None:
        if kind == "BIRTH":
            device.birth(payload, at, out)
            device.sure = device.born = self._seq is not None
        elif kind == "DEATH":
            device.death(at.received, out)
        elif not device.data(payload, at, out):
            device.unsure()
            self._wanted = True

    def _follow(self, seq: int | None) -> None:
        """Count; after a gap nothing is known to hold until the next birth."""
        if self._seq is None or seq is None or seq != (self._seq + 1) % 256:
            self._lose()
        else:
            self._seq = seq

    def _lose(self) -> None:
        self._seq, self._wanted = None, True
        for device in self.devices.values():
            device.unsure()


def _session(payload: Payload) -> object:
    found = payload.named("bdSeq")
    return None if found is None else found.value
