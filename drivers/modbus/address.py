"""Where one point is on a Modbus device: table, register, and how its bytes become a value."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cached_property
from typing import Any, Final

from pydantic import Field, model_validator

from facility.words import Frozen


class Table(StrEnum):
    """The four tables of the Modbus application protocol (V1.1b3 §4.3)."""

    COIL = "coil"
    DISCRETE = "discrete"
    INPUT = "input"
    HOLDING = "holding"

    @property
    def of_bits(self) -> bool:
        """Whether its cells are bits, not 16-bit registers."""
        return self in (Table.COIL, Table.DISCRETE)


class Type(StrEnum):
    """What the bytes are."""

    BOOL = "bool"
    BIT = "bit"
    UINT8H = "uint8h"
    UINT8L = "uint8l"
    INT16 = "int16"
    UINT16 = "uint16"
    INT32 = "int32"
    UINT32 = "uint32"
    INT64 = "int64"
    UINT64 = "uint64"
    FLOAT16 = "float16"
    FLOAT32 = "float32"
    FLOAT64 = "float64"
    BCD16 = "bcd16"
    BCD32 = "bcd32"
    MOD10_32 = "mod10_32"
    MOD10_48 = "mod10_48"
    MOD10_64 = "mod10_64"
    BITS = "bits"
    STRING = "string"

    @property
    def textual(self) -> bool:
        """Whether it is read into words, not into a number."""
        return self in (Type.STRING, Type.BITS)

    @property
    def of_ten_thousands(self) -> bool:
        """Whether each register counts ten thousands of the one below it (PowerLogic's modulo 10,000)."""
        return self in (Type.MOD10_32, Type.MOD10_48, Type.MOD10_64)


class Order(StrEnum):
    """In which order a value's bytes come; A is the most significant. 64-bit values by analogy (CDAB = GHEFCDAB)."""

    ABCD = "ABCD"
    DCBA = "DCBA"
    BADC = "BADC"
    CDAB = "CDAB"


_REGISTERS: Final = {
    Type.INT32: 2,
    Type.UINT32: 2,
    Type.FLOAT32: 2,
    Type.BCD32: 2,
    Type.INT64: 4,
    Type.UINT64: 4,
    Type.FLOAT64: 4,
    Type.MOD10_32: 2,
    Type.MOD10_48: 3,
    Type.MOD10_64: 4,
}
_WHOLE: Final = frozenset(
    {
        Type.BOOL,
        Type.BIT,
        Type.UINT8H,
        Type.UINT8L,
        Type.INT16,
        Type.UINT16,
        Type.INT32,
        Type.UINT32,
        Type.INT64,
        Type.UINT64,
        Type.BCD16,
        Type.BCD32,
    }
)
_TABLE_OF_DIGIT: Final = {"0": Table.COIL, "1": Table.DISCRETE, "3": Table.INPUT, "4": Table.HOLDING}


def _from_reference(reference: Any) -> dict[str, Any]:
    """Table and 0-based register of the manuals' form: 40001 or 400001, 30001, 10001, `"00001"`."""
    found = re.fullmatch(r"([0134])(\d{4,5})", str(reference))
    number = int(found[2]) if found else 0
    if not found or not 1 <= number <= 65_536:
        raise ValueError(
            f"reference {reference!r} is no Modbus reference: write 40001 (holding), 30001 (input), "
            '10001 (discrete) or "00001" (coil), or use table and register (0-based)'
        )
    return {"table": _TABLE_OF_DIGIT[found[1]], "register": number - 1}


class Address(Frozen):
    """The `address` of a model's point. Table and register (0-based), or `reference: 40001` as manuals print."""

    table: Table
    register_: int = Field(alias="register", ge=0, le=65_535)
    """0-based, as on the wire."""
    type: Type
    order: Order | None = None
    """Default: the model's `quirks: order`."""
    bit: int | None = Field(default=None, ge=0, le=15)
    """Bit of a register; 0 is the least significant."""
    mask: int | None = Field(default=None, ge=1, le=0xFFFF)
    """Bits of a register that make a field; its value is shifted down to bit 0."""
    match: tuple[int, ...] | None = Field(default=None, min_length=1)
    """1 where (register & mask), not shifted, is one of these, else 0."""
    length: int | None = Field(default=None, ge=1, le=125)
    """Registers of a string, or of named bits (default 1)."""
    names: dict[int, str] | None = Field(default=None, min_length=1)
    """Of type bits: bit → its name; 0 is the least significant of the first register, 16 that of the second. The
    value is the names of all bits that are set."""
    scale: float = Field(default=1.0, allow_inf_nan=False)
    offset: float = Field(default=0.0, allow_inf_nan=False)
    divisor: float = Field(default=1.0, allow_inf_nan=False)
    """value = raw * scale / divisor + offset."""
    map: dict[int, float] | None = Field(default=None, min_length=1)
    """Raw number (of a bit or mask: the field's) → value, before scale and offset; any other raw number is bad
    (undecodable)."""
    not_available: tuple[int | float, ...] = ()
    """Raw numbers that say "no value": 0xFFFF. Of an integer: the bits, signed or not; of a float: the number."""

    @property
    def first(self) -> int:
        """The first register or bit, 0-based."""
        return self.register_

    @cached_property
    def count(self) -> int:
        """How many registers (or bits) the value takes."""
        return self.length or 1 if self.type.textual else _REGISTERS.get(self.type, 1)

    @model_validator(mode="before")
    @classmethod
    def _completed(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        given = dict(data)
        if "reference" in given:
            if "table" in given or "register" in given:
                raise ValueError("give either reference, or table and register")
            given |= _from_reference(given.pop("reference"))
        if "type" not in given:
            implied = _implied(given)
            if implied is not None:
                given["type"] = implied
        return given

    @model_validator(mode="after")
    def _consistent(self) -> Address:
        wrong = [*self._wrong_place(), *self._wrong_bits(), *self._wrong_number()]
        if wrong:
            raise ValueError("; ".join(wrong))
        return self

    def _wrong_place(self) -> list[str]:
        wrong = []
        if self.table.of_bits and self.type is not Type.BOOL:
            wrong.append(f"table {self.table} holds single bits: type is bool, not {self.type}")
        if self.first + self.count > 65_536:
            wrong.append(f"register {self.first} and the {self.count - 1} after it pass the end of the table (65535)")
        if self.type is Type.STRING and self.length is None:
            wrong.append("a string has a length in registers")
        if self.length is not None and not self.type.textual:
            wrong.append("length (registers) belongs to types string and bits, and only to them")
        return wrong

    def _wrong_bits(self) -> list[str]:
        wrong = []
        if (self.type is Type.BIT) != (self.bit is not None):
            wrong.append("bit (0 … 15) belongs to type bit, and only to it")
        if (self.type is Type.BITS) != (self.names is not None):
            wrong.append("names (bit: name) belongs to type bits, and only to it")
        beyond = [n for n in self.names or () if not 0 <= n < 16 * self.count]
        if beyond:
            wrong.append(f"names: bit {beyond[0]} is none of the {16 * self.count} bits, which count from 0")
        if (self.mask is not None or self.match is not None) and self.type is not Type.UINT16:
            wrong.append("mask and match work on one register: type uint16")
        if self.match is not None:
            mask = 0xFFFF if self.mask is None else self.mask
            never = [m for m in self.match if m & ~mask]
            if never:
                shown = ", ".join(f"{m:#x}" for m in never)
                wrong.append(f"match {shown} has bits outside the mask {mask:#06x}: it can never be met")
        return wrong

    def _wrong_number(self) -> list[str]:
        wrong = []
        if self.scale == 0 or self.divisor == 0:
            wrong.append("scale and divisor can't be 0")
        changed = self.scale != 1 or self.divisor != 1 or self.offset != 0
        if self.type.textual and (changed or self.map or self.not_available):
            wrong.append(f"a {self.type} has no scale, offset, divisor, map or not_available")
        if self.type.of_ten_thousands and self.not_available:
            wrong.append(f"{self.type} needs no not_available: a register beyond ±9999 is bad by itself")
        if self.map is not None and (self.type not in _WHOLE or self.match is not None):
            wrong.append("map goes with a whole-number type, and without match")
        if self.type in _WHOLE:
            bits = 8 if self.type in (Type.UINT8H, Type.UINT8L) else 16 * self.count
            wrong += [
                f"not_available {n} is no raw number of {self.type}: it has {bits} bits"
                for n in self.not_available
                if not isinstance(n, int) or not -(1 << bits - 1) <= n < 1 << bits
            ]
        if self.table.of_bits and self.not_available:
            wrong.append("a single bit has no raw number to spare for not_available")
        return wrong


def _implied(given: dict[str, Any]) -> Type | None:
    """The type where the other keys leave only one."""
    if given.get("table") in (Table.COIL, Table.DISCRETE):
        return Type.BOOL
    if "bit" in given:
        return Type.BIT
    if "names" in given:
        return Type.BITS
    return Type.UINT16 if "mask" in given or "match" in given else None
