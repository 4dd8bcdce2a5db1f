"""From a value to the registers that hold it: the way of decode.py backwards, for one point at a time."""

from __future__ import annotations

import math
import struct
from typing import Final

from drivers.modbus.address import Address, Order, Type
from drivers.modbus.groups import wire_order
from facility.errors import Refused

_STRUCT: Final = {
    Type.BOOL: "H",
    Type.INT16: "h",
    Type.UINT16: "H",
    Type.INT32: "i",
    Type.UINT32: "I",
    Type.INT64: "q",
    Type.UINT64: "Q",
    Type.FLOAT16: "e",
    Type.FLOAT32: "f",
    Type.FLOAT64: "d",
}
_FLOATS: Final = (Type.FLOAT16, Type.FLOAT32, Type.FLOAT64)


def raw_number(address: Address, value: float) -> float:
    """The number that stands in the registers for a value; Refused where the map has no such value."""
    number = (value - address.offset) * address.divisor / address.scale
    if address.map is not None:
        found = next((raw for raw, to in address.map.items() if math.isclose(to, number)), None)
        if found is None:
            known = ", ".join(f"{to:g}" for to in address.map.values())
            raise Refused(f"{value:g} is none of the values that the device knows: {known}")
        return found
    return number if address.type in _FLOATS else round(number)


def part(address: Address) -> int | None:
    """The bits of the register that the point takes, None where it has its registers to itself."""
    if address.type is Type.BIT:
        return 1 << (address.bit or 0)
    if address.type in (Type.UINT8H, Type.UINT8L):
        return 0xFF00 if address.type is Type.UINT8H else 0x00FF
    return address.mask


def registers(address: Address, order: Order, value: float, now: bytes) -> bytes:
    """The registers (a coil: one byte, 0 or 1) to write. `now`: what stands there, for a part of a register."""
    number = raw_number(address, value)
    if address.table.of_bits:
        return bytes((_fits(number, 0, 1),))
    mask = part(address)
    if mask is not None:
        return _into(address, order, mask, int(number), now)
    try:
        big = _packed(address.type, number)
    except (struct.error, OverflowError) as error:
        raise Refused(f"{value:g} is {number:g} for the device: too large for {address.type}") from error
    return ordered(big, order)


def ordered(big: bytes, order: Order) -> bytes:
    """Big-endian bytes put into the device's order."""
    wire = bytearray(len(big))
    for at, byte in zip(wire_order(order, len(big)), reversed(big), strict=True):
        wire[at] = byte
    return bytes(wire)


def _packed(type_: Type, number: float) -> bytes:
    if type_ in (Type.BCD16, Type.BCD32):
        digits = 4 if type_ is Type.BCD16 else 8
        return bytes.fromhex(f"{_fits(number, 0, 10**digits - 1):0{digits}d}")
    if type_.of_ten_thousands:
        return _ten_thousands(number, {Type.MOD10_32: 2, Type.MOD10_48: 3}.get(type_, 4))
    if type_ is Type.BOOL:
        number = _fits(number, 0, 1)
    return struct.pack(f">{_STRUCT[type_]}", number if type_ in _FLOATS else int(number))


def _ten_thousands(number: float, registers: int) -> bytes:
    most = 10_000**registers - 1
    sign, rest = (-1 if number < 0 else 1), abs(_fits(number, -most, most))
    words = (sign * (rest // 10_000**i % 10_000) for i in reversed(range(registers)))
    return struct.pack(f">{registers}h", *words)


def _into(address: Address, order: Order, mask: int, number: int, now: bytes) -> bytes:
    shift = (mask & -mask).bit_length() - 1
    field = _fits(number, 0, mask >> shift) << shift
    if field & ~mask:
        raise Refused(f"{number} does not fit the bits {mask:#06x} of the register")
    halves = address.type in (Type.UINT8H, Type.UINT8L)
    kept = int.from_bytes(ordered(now, Order.ABCD if halves else order), "big")
    return ordered(((kept & ~mask) | field).to_bytes(2, "big"), Order.ABCD if halves else order)


def _fits(number: float, low: int, high: int) -> int:
    if not low <= number <= high:
        raise Refused(f"{number:g} is beyond {low} … {high}, all that the device can hold there")
    return int(number)
