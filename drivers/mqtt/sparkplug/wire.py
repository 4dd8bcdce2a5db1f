"""Protocol Buffers as they are on the wire: the fields of one message, whatever the bytes may hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

VARINT: Final = 0
FIXED64: Final = 1
BYTES: Final = 2
FIXED32: Final = 5

_LENGTHS: Final = {FIXED64: 8, FIXED32: 4}
_WHOLE: Final = 2**64


class MalformedError(ValueError):
    """The bytes are no message."""


def fields(data: bytes) -> Iterator[tuple[int, int, int | bytes]]:
    """(number, wire type, value) of each field: an int of a varint, else the bytes. MalformedError, never more.

    Groups (wire types 3 and 4) are refused: no message that we read has them. Encoding: protobuf.dev, Encoding.
    """
    at, end = 0, len(data)
    while at < end:
        tag, at = _varint(data, at)
        number, wire = tag >> 3, tag & 7
        if not 0 < number < 2**29:
            raise MalformedError(f"there is no field {number}")
        if wire == VARINT:
            value, at = _varint(data, at)
            yield number, wire, value
            continue
        if wire == BYTES:
            length, at = _varint(data, at)
        elif wire in _LENGTHS:
            length = _LENGTHS[wire]
        else:
            raise MalformedError(f"wire type {wire} in field {number}")
        if length > end - at:
            raise MalformedError(f"field {number} is cut off")
        yield number, wire, data[at : at + length]
        at += length


def varints(data: bytes) -> Iterator[int]:
    """Numbers that stand one after the other (a packed repeated field)."""
    at = 0
    while at < len(data):
        value, at = _varint(data, at)
        yield value


def varint(value: int) -> bytes:
    """A number from 0 to 2^64 - 1 as it is written."""
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def field(number: int, value: int | bytes) -> bytes:
    """One field as it is written: a varint, or bytes with their length."""
    if isinstance(value, int):
        return varint(number << 3 | VARINT) + varint(value)
    return varint(number << 3 | BYTES) + varint(len(value)) + value


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for i, byte in enumerate(data[at : at + 10]):
        value |= (byte & 0x7F) << 7 * i
        if byte < 0x80:
            if value >= _WHOLE:
                raise MalformedError("a number has more than 64 bits")
            return value, at + i + 1
    raise MalformedError("a number is cut off or has more than 64 bits")
