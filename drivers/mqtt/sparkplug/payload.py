"""Sparkplug B payloads: what stands in one, and the one that we send."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from drivers.mqtt.sparkplug.wire import BYTES, FIXED32, FIXED64, VARINT, MalformedError, field, fields

MAX_PAYLOAD: Final = 1_048_576
"""Bytes; the birth of a node with ten thousand metrics is about half of that."""
REBIRTH: Final = "Node Control/Rebirth"
BOOLEAN: Final = 11

Value: TypeAlias = "int | float | bool | str | None"

# Sparkplug 3.0, chapter 6.4.1: the fields of Payload, Metric, PropertySet and PropertyValue.
_TIMESTAMP, _METRICS, _SEQ = 1, 2, 3
_UNREAD: Final = (4, 5)
"""The payload's uuid and body."""
_NAME, _ALIAS, _TIME, _DATATYPE, _HISTORICAL, _NULL, _PROPERTIES = 1, 2, 3, 4, 5, 7, 9
INT, LONG, FLOAT, DOUBLE, BOOL, STRING = 10, 11, 12, 13, 14, 15
_OTHER_VALUES: Final = range(16, 20)
"""Bytes, data sets, templates, extensions: nothing that a point can hold."""
_NARROW: Final = (_DATATYPE, INT)
"""Of 32 bits; a negative number may be carried on to 64."""
_MESSAGES: Final = (8, 17, 18, 19)
"""Metadata, data set, template, extensions."""
_KINDS: Final = {
    _NAME: BYTES, _ALIAS: VARINT, _TIME: VARINT, _DATATYPE: VARINT, _HISTORICAL: VARINT, _NULL: VARINT,
    _PROPERTIES: BYTES, INT: VARINT, LONG: VARINT, FLOAT: FIXED32, DOUBLE: FIXED64, BOOL: VARINT, STRING: BYTES,
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
    """The payload; MalformedError where the bytes are none. Without `metrics` only what stands around them."""
    if len(data) > MAX_PAYLOAD:
        raise MalformedError(f"{len(data)} bytes are more than {MAX_PAYLOAD}")
    time = seq = None
    found: list[Metric] = []
    for number, wire, value in fields(data):
        if number in (_TIMESTAMP, _SEQ):
            if wire != VARINT or not isinstance(value, int):
                raise MalformedError(f"wire type {wire} in field {number}")
            time, seq = (value, seq) if number == _TIMESTAMP else (time, value)
        elif number == _METRICS:
            if not isinstance(value, bytes):
                raise MalformedError("a metric is no message")
            if metrics:
                found.append(_metric(value))
        elif number in _UNREAD and wire != BYTES:
            raise MalformedError(f"wire type {wire} in field {number}")
    return Payload(time, seq, tuple(found))


def rebirth(now: int) -> bytes:
    """What asks an edge node to be born anew (NCMD); `now` is UTC ns."""
    at = now // 1_000_000
    metric = field(_NAME, REBIRTH.encode()) + field(_TIME, at) + field(_DATATYPE, BOOLEAN) + field(BOOL, 1)
    return field(_TIMESTAMP, at) + field(_METRICS, metric)


def _metric(data: bytes) -> Metric:
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
            out.form, out.value = number, _value(number, value)
        elif number in _OTHER_VALUES:
            out.form, out.value = number, None
        if number in _MESSAGES:
            _well_formed(value, wire)
    return out


def _well_formed(data: Any, wire: int) -> None:
    """A part that we don't read must be a message all the same: where it is none, the rest may be shifted."""
    if wire != BYTES:
        raise MalformedError("a part of a metric is no message")
    for _ in fields(data):
        pass


def _value(number: int, value: Any) -> Value:
    if number == FLOAT:
        return float(struct.unpack("<f", value)[0])
    if number == DOUBLE:
        return float(struct.unpack("<d", value)[0])
    if number == BOOL:
        return bool(value)
    return _text(value) if number == STRING else _int(value)


def _quality(data: Any) -> int | None:
    """The property `Quality` of a property set: keys and values in two lists of one length."""
    keys: list[str] = []
    values: list[int | None] = []
    for number, wire, value in fields(data):
        if number in (1, 2) and wire != BYTES:
            raise MalformedError("a property is no message")
        if number == 1:
            keys.append(_text(value))
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


def _text(value: Any) -> str:
    try:
        return bytes(value).decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedError(f"a text is no UTF-8: {error.reason}") from error


def _int(value: Any) -> int:
    return int(value)


_PARTS: Final[dict[int, tuple[str, Callable[[Any], object]]]] = {
    _NAME: ("name", _text), _ALIAS: ("alias", _int), _TIME: ("time", _int), _DATATYPE: ("datatype", _int),
    _HISTORICAL: ("historical", bool), _NULL: ("null", bool), _PROPERTIES: ("quality", _quality),
}  # fmt: skip
