"""From messages to one Batch: what is right becomes good, what is wrong becomes bad with its reason, nothing raises."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from drivers.base import Bound
from drivers.mqtt.entry import Entry, prepared, topic_of
from drivers.mqtt.json_path import ABSENT
from drivers.mqtt.payload import body_of, number_of, text_of, time_of
from facility.batch import U4, Batch, Note
from facility.point import Kind
from facility.quality import Quality, Reason


@dataclass(frozen=True, slots=True)
class Arrived:
    """One message as the broker handed it on. `received` is the edge's UTC ns."""

    topic: str
    payload: bytes
    retained: bool
    received: int
    mark: bytes = b""
    again: bool = False
    """As Note says."""


@dataclass(slots=True)
class _Columns:
    point: list[int] = field(default_factory=list)
    value: list[float] = field(default_factory=list)
    quality: list[int] = field(default_factory=list)
    reason: list[int] = field(default_factory=list)
    time: list[int] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def put(self, point: int, value: float, quality: int, reason: int, time: int) -> None:
        self.point.append(point)
        self.value.append(value)
        self.quality.append(quality)
        self.reason.append(reason)
        self.time.append(time)


class Decoder:
    """Knows which points a topic carries."""

    def __init__(self, points: Sequence[Bound]) -> None:
        self._topics: dict[str, list[Entry]] = {}
        for bound in points:
            self._topics.setdefault(topic_of(bound), []).append(prepared(bound))

    @property
    def topics(self) -> dict[str, int]:
        """Topic → QoS to subscribe with (1 at most: the broker is no durable hop)."""
        return {t: max(e.qos for e in entries) for t, entries in self._topics.items()}

    def sampled(self, topics: Iterable[str]) -> U4:
        """The points of these topics that have samples."""
        return np.array([e.index for t in topics for e in self._topics[t] if e.kind.sampled], np.uint32)

    def batch(self, messages: Sequence[Arrived]) -> Batch:
        """One Batch of several messages, in their order."""
        columns = _Columns()
        for message in messages:
            bodies: dict[tuple[bool, bool], object] = {}
            for entry in self._topics.get(message.topic, ()):
                if entry.form not in bodies:
                    bodies[entry.form] = body_of(message.payload, text=entry.form[0], encoded=entry.form[1])
                _decode(entry, message, bodies[entry.form], columns)
        return Batch(
            np.array(columns.point, np.uint32),
            np.array(columns.value, np.float64),
            np.array(columns.quality, np.uint8),
            np.array(columns.reason, np.uint8),
            np.array(columns.time, np.int64),
            max((m.received for m in messages), default=0),
            notes=tuple(columns.notes),
        )


def _decode(entry: Entry, message: Arrived, body: object, out: _Columns) -> None:
    if body is ABSENT:
        if entry.kind.sampled:
            out.put(entry.index, math.nan, Quality.BAD, Reason.UNDECODABLE, message.received)
        return
    if entry.when and not entry.meant(body):
        return
    time, reason = _time(entry, message, body)
    if entry.kind is Kind.EVENT:
        # A retained fact is an old one told again to whoever connects; it was taken when it was new.
        if not message.retained:
            out.notes.append(Note(entry.index, time, entry.facts(body), reason, message.mark, message.again))
        return
    found = entry.picked(body)
    if found is ABSENT:
        return
    if entry.kind is Kind.TEXT:
        text = text_of(found)
        if text is not None:
            out.notes.append(Note(entry.index, time, text, reason))
        return
    _sample(entry, message, found, (time, reason), out)


def _sample(entry: Entry, message: Arrived, found: object, at: tuple[int, int], out: _Columns) -> None:
    time, reason = at
    value = number_of(found, entry.words, entry.address.scale, entry.address.offset)
    if found is None or value is None:
        why = Reason.NOT_AVAILABLE if found is None else Reason.UNDECODABLE
        out.put(entry.index, math.nan, Quality.BAD, why, time)
    elif not entry.low <= value <= entry.high:
        out.put(entry.index, value, Quality.BAD, Reason.OUT_OF_RANGE, time)
    elif message.retained and not entry.retain_is_fresh:
        out.put(entry.index, value, Quality.UNCERTAIN, Reason.RETAINED, time)
    else:
        out.put(entry.index, value, Quality.UNCERTAIN if reason else Quality.GOOD, reason, time)


def _time(entry: Entry, message: Arrived, body: object) -> tuple[int, int]:
    """(UTC ns, reason): the device's own time where it can be read, else the edge's with the reason CLOCK."""
    if entry.time is None:
        return message.received, Reason.NONE
    at = time_of(body, entry.time, entry.address.time_format)
    return (message.received, Reason.CLOCK) if at is None else (at, Reason.NONE)
