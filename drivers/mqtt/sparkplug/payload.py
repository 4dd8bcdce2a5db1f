"""Sparkplug B payloads: what stands in one, and the one that we send."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from drivers.mqtt.sparkplug.compressed import MARK, unpacked
from drivers.mqtt.sparkplug.fieldvalue import BOOL, DATASET, INT, WIRES, Value, text, value_at
from drivers.mqtt.sparkplug.wire import BYTES, VARINT, MalformedError, field, fields

MAX_PAYLOAD: Final = 1_048_576
"""Bytes; the birth of a node with ten thousand metrics is about half of that."""
REBIRTH: Final = "Node Control/Rebirth"
BOOLEAN: Final = 11

# Sparkplug 3.0, chapter 6.4.1: the fields of Payload, Metric, PropertySet and PropertyValue.
_TIMESTAMP, _METRICS, _SEQ = 1, 2, 3
_UUID, _BODY = 4, 5
_PAYLOAD: Final = {_TIMESTAMP: VARINT, _METRICS: BYTES, _SEQ: VARINT, _UUID: BYTES, _BODY: BYTES}
_NAME, _ALIAS, _TIME, _DATATYPE, _HISTORICAL, _NULL, _PROPERTIES = 1, 2, 3, 4, 5, 7, 9
_OTHER_VALUES: Final = (16, 18, 19)
"""Bytes, templates, extensions: nothing that a point can hold."""
_NARROW: Final = (_DATATYPE, INT)
"""Of 32 bits; a negative number may be carried on to 64."""
_MESSAGES: Final = (8, 17, 18, 19)
"""Metadata, data set, template, extensions."""
_KINDS: Final = {
    _NAME: BYTES, _ALIAS: VARINT, _TIME: VARINT, _DATATYPE: VARINT, _HISTORICAL: VARINT, _NULL: VARINT,
    _PROPERTIES: BYTES, **WIRES,
}  # fmt: skip


@dataclass(slots=True)
class Metric:
    """`time` in ms since 1970; `form` is the number of the field that holds the value, 0 where there is none.

    `quality` is the property of that name: 192 good, 0 bad, 500 stale.
    """

    name: str | None = None
    alias: int | None = None
    time: int | None = None
    datatype: int | None = None
    historical: bool = False
    null: bool = False
    quality: int | None = None
    form: int = 0
    value: Value = None


@dataclass(frozen=True, slots=True)
class Payload:
    """`time` in ms since 1970."""

    time: int | None
    seq: int | None
    metrics: tuple[Metric, ...]

    def named(self, name: str) -> Metric | None:
        """The first metric of that name."""
        return next((m for m in self.metrics if m.name == name), None)


def read(data: bytes, *, metrics: bool = True) -> Payload:
    """The payload; MalformedError where the bytes are none. Without `metrics` only what stands around them.

    One that holds another, packed, is that other one; what it says of time and number counts where that says nothing.
    """
    found, within = _read(data, metrics=metrics)
    if within is None:
        return found
    inner, deeper = _read(unpacked(within, MAX_PAYLOAD), metrics=metrics)
    if deeper is not None:
        raise MalformedError("a packed payload holds another packed one")
    time = found.time if inner.time is None else inner.time
    return replace(inner, time=time, seq=found.seq if inner.seq is None else inner.seq)


def _read(data: bytes, *, metrics: bool) -> tuple[Payload, bytes | None]:
    """The payload, and the body of one that holds another."""
    if len(data) > MAX_PAYLOAD:
        raise MalformedError(f"{len(data)} bytes are more than {MAX_PAYLOAD}")
    parts: dict[int, Any] = {}
    found: list[Metric] = []
    for number, wire, value in fields(data):
        if number in _PAYLOAD and wire != _PAYLOAD[number]:
            raise MalformedError(f"wire type {wire} in field {number}")
        if number != _METRICS:
            parts[number] = value
        elif metrics:
            found.append(_metric(value))
    body = parts.get(_BODY, b"") if parts.get(_UUID) == MARK else None
    return Payload(parts.get(_TIMESTAMP), parts.get(_SEQ), tuple(found)), body


def rebirth(now: int) -> bytes:
    """What asks an edge node to be born anew (NCMD); `now` is UTC ns."""
    at = now // 1_000_000
    metric = field(_NAME, REBIRTH.encode()) + field(_TIME, at) + field(_DATATYPE, BOOLEAN) + field(BOOL, 1)
    return field(_TIMESTAMP, at) + field(_METRICS, metric)


def _metric(data: Any) -> Metric:
    out = Metric()
    for number, wire, value in fields(data):
        if _KINDS.get(number, wire) != wire:
            raise MalformedError(f"wire type {wire} in a metric's field {number}")
        if number in _NARROW and isinstance(value, int) and 2**32 <= value < 2**64 - 2**31:
            raise MalformedError(f"a metric's field {number} has more than 32 bits")
        if number in _PARTS:
            name, read_ = _PARTS[number]
            setattr(out, name, read_(value))
        elif number in _KINDS:
            out.form, out.value = number, value_at(number, wire, value)
        elif number in _OTHER_VALUES:
            out.form, out.value = number, None
        elif number == DATASET:
            out.form, out.value = number, value
        if number in _MESSAGES:
            _well_formed(value, wire)
    return out


def _well_formed(data: Any, wire: int) -> None:
    """A part that we don't read must be a message all the same: where it is none, the rest may be shifted."""
    if wire != BYTES:
        raise MalformedError("a part of a metric is no message")
    for _ in fields(data):
        pass


def _quality(data: Any) -> int | None:
    """The property `Quality` of a property set: keys and values in two lists of one length."""
    keys: list[str] = []
    values: list[int | None] = []
    for number, wire, value in fields(data):
        if number in (1, 2) and wire != BYTES:
            raise MalformedError("a property is no message")
        if number == 1:
            keys.append(text(value))
        elif number == 2 and isinstance(value, bytes):
            values.append(_whole(value))
    return next((v for k, v in zip(keys, values, strict=False) if k == "Quality"), None)


def _whole(data: bytes) -> int | None:
    """A property's value where it is a whole number."""
    found = None
    for number, wire, value in fields(data):
        if number in (3, 4) and wire == VARINT:
            found = _int(value)
    return found


def _int(value: Any) -> int:
    return int(value)


_PARTS: Final[dict[int, tuple[str, Callable[[Any], object]]]] = {
    _NAME: ("name", text), _ALIAS: ("alias", _int), _TIME: ("time", _int), _DATATYPE: ("datatype", _int),
    _HISTORICAL: ("historical", bool), _NULL: ("null", bool), _PROPERTIES: ("quality", _quality),
}  # fmt: skip
