"""The value of one field of a metric as Python has it."""

from __future__ import annotations

import struct
from typing import Any, Final, TypeAlias

from drivers.mqtt.sparkplug.wire import BYTES, FIXED32, FIXED64, VARINT, MalformedError

Value: TypeAlias = "int | float | bool | str | bytes | None"

# Sparkplug 3.0, chapter 6.4.1: the fields of a Metric that hold its value.
INT, LONG, FLOAT, DOUBLE, BOOL, STRING = 10, 11, 12, 13, 14, 15
DATASET: Final = 17
"""Kept as bytes: a point looks at one cell of it."""
WIRES: Final = {INT: VARINT, LONG: VARINT, FLOAT: FIXED32, DOUBLE: FIXED64, BOOL: VARINT, STRING: BYTES}


def value_at(number: int, wire: int, value: Any) -> Value:
    """What stands in the field; MalformedError where the wire says something else than the standard."""
    if WIRES[number] != wire:
        raise MalformedError(f"wire type {wire} in a value's field {number}")
    if number == FLOAT:
        return float(struct.unpack("<f", value)[0])
    if number == DOUBLE:
        return float(struct.unpack("<d", value)[0])
    if number == BOOL:
        return bool(value)
    return text(value) if number == STRING else int(value)


def text(value: Any) -> str:
    """UTF-8, or MalformedError."""
    try:
        return bytes(value).decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedError(f"a text is no UTF-8: {error.reason}") from error
