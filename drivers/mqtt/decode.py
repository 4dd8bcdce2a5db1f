"""From messages to one Batch: what is right becomes good, what is wrong becomes bad with its reason, nothing raises."""

from __future__ import annotations

import base64
import binascii
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from drivers.base import Bound
from drivers.mqtt.address import Address, Quirks, word
from drivers.mqtt.json_path import ABSENT, at_path
from facility.batch import Batch, Note, Scalar
from facility.clock import NS, from_iso
from facility.point import Kind
from facility.quality import Quality, Reason

MAX_PAYLOAD: Final = 262_144
"""Bytes; a larger message is refused whole."""
_UNITS: Final = {"s": NS, "ms": 1_000_000, "ns": 1}


@dataclass(frozen=True, slots=True)
class Arrived:
    """One message as the broker handed it on. `received` is the edge's UTC ns."""

    topic: str
    payload: bytes
    retained: bool
    received: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One point of a topic, prepared."""

    bound: Bound
    address: Address
    quirks: Quirks
    words: Mapping[str, float]


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
            address, quirks = bound.address, bound.quirks
            if not isinstance(address, Address) or not isinstance(quirks, Quirks):
                raise TypeError(f"{bound.id} is bound to another protocol")
            topic = address.topic.replace("{unit}", str(bound.unit)).replace("{instance}", bound.instance)
            self._topics.setdefault(topic, []).append(Entry(bound, address, quirks, address.words))

    @property
    def topics(self) -> dict[str, int]:
        """Topic → QoS to subscribe with (1 at most: the broker is no durable hop)."""
        return {t: min(1, max(e.quirks.qos for e in entries)) for t, entries in self._topics.items()}

    def batch(self, messages: Sequence[Arrived]) -> Batch:
        """One Batch of several messages, in their order."""
        columns = _Columns()
        for message in messages:
            for entry in self._topics.get(message.topic, ()):
                _decode(entry, message, columns)
        return Batch(
            np.array(columns.point, np.uint32),
            np.array(columns.value, np.float64),
            np.array(columns.quality, np.uint8),
            np.array(columns.reason, np.uint8),
            np.array(columns.time, np.int64),
            max((m.received for m in messages), default=0),
            notes=tuple(columns.notes),
        )


def _decode(entry: Entry, message: Arrived, out: _Columns) -> None:
    index = entry.bound.index
    is_event = entry.bound.means.kind is Kind.EVENT
    body = _body(entry.address, message.payload)
    if body is ABSENT:
        if not is_event:
            out.put(index, math.nan, Quality.BAD, Reason.UNDECODABLE, message.received)
        return
    if not _meant(entry.address, body):
        return
    time, reason = _time(entry.address, body, message)
    if is_event:
        # A retained fact is an old one told again to whoever connects; it was taken when it was new.
        if not message.retained:
            out.notes.append(Note(index, time, _fields(entry.address, body), reason))
        return
    _sample(entry, message, body, time, reason, out)


def _sample(entry: Entry, message: Arrived, body: object, time: int, reason: int, out: _Columns) -> None:
    found = _picked(entry.address, body)
    if found is ABSENT:
        return
    index = entry.bound.index
    if entry.bound.means.kind is Kind.TEXT:
        out.notes.append(Note(index, time, str(found), reason))
        return
    value = _number(entry, found)
    if found is None or value is None or not math.isfinite(value):
        why = Reason.NOT_AVAILABLE if found is None else Reason.UNDECODABLE
        out.put(index, math.nan, Quality.BAD, why, time)
        return
    valid = entry.bound.means.valid
    if valid and not (_low(valid.low) <= value <= _high(valid.high)):
        out.put(index, value, Quality.BAD, Reason.OUT_OF_RANGE, time)
    elif message.retained and not entry.quirks.retain_is_fresh:
        out.put(index, value, Quality.UNCERTAIN, Reason.RETAINED, time)
    else:
        out.put(index, value, Quality.UNCERTAIN if reason else Quality.GOOD, reason, time)


def _low(value: float | None) -> float:
    return -math.inf if value is None else value


def _high(value: float | None) -> float:
    return math.inf if value is None else value


def _body(address: Address, payload: bytes) -> object:
    """The payload as the address reads it: JSON, or text; ABSENT where it can't be read."""
    if len(payload) > MAX_PAYLOAD:
        return ABSENT
    try:
        data = base64.b64decode(payload, validate=True) if address.base64 else payload
        text = data.decode("utf-8")
        return text if address.plain or address.csv is not None else json.loads(text)
    except (UnicodeDecodeError, binascii.Error, ValueError, RecursionError):
        return ABSENT


def _picked(address: Address, body: object) -> object:
    if address.json_path is not None:
        return at_path(body, address.json_path)
    text = str(body)
    if address.csv is not None:
        columns = text.split(",")
        return columns[address.csv].strip() if address.csv < len(columns) else ABSENT
    return text.strip()


def _number(entry: Entry, found: object) -> float | None:
    if entry.words:
        return entry.words.get(word(found))
    if isinstance(found, bool):
        return float(found)
    if isinstance(found, int | float | str):
        try:
            return float(found) * entry.address.scale + entry.address.offset
        except (ValueError, OverflowError):
            return None
    return None


def _meant(address: Address, body: object) -> bool:
    return all(word(at_path(body, path)) == word(value) for path, value in address.when.items())


def _time(address: Address, body: object, message: Arrived) -> tuple[int, int]:
    """(UTC ns, reason): the device's own time where it can be read, else the edge's with the reason CLOCK."""
    if address.time is None:
        return message.received, Reason.NONE
    found = at_path(body, address.time)
    try:
        if address.time_format == "iso" and isinstance(found, str):
            return from_iso(found), Reason.NONE
        if address.time_format != "iso" and isinstance(found, int | float) and not isinstance(found, bool):
            return int(found * _UNITS[address.time_format]), Reason.NONE
    except (ValueError, OverflowError):
        pass
    return message.received, Reason.CLOCK


def _fields(address: Address, body: object) -> dict[str, Scalar]:
    found = {name: at_path(body, path) for name, path in address.fields.items()}
    return {n: v for n, v in found.items() if v is None or isinstance(v, str | int | float | bool)}


def raw_text(point: Bound, payload: bytes) -> str:
    """What the device wrote for one point, for people: `"open"` of a JSON body, else the whole payload."""
    address = point.address
    whole = payload.decode("utf-8", "replace")
    if not isinstance(address, Address) or address.json_path is None:
        return whole
    found = at_path(_body(address, payload), address.json_path)
    return whole if found is ABSENT else json.dumps(found, ensure_ascii=False)
