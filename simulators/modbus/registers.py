"""From a value to the registers that stand for it: written from the data sheets' side, with `struct` alone."""

from __future__ import annotations

import math
import struct
from typing import Any, Literal

from pydantic import Field

from facility.words import Frozen

_PACK = {
    "int16": ">h", "uint16": ">H", "int32": ">i", "uint32": ">I", "int64": ">q", "uint64": ">Q",
    "float16": ">e", "float32": ">f", "float64": ">d",
}  # fmt: skip
_WIDTH = {"bool": 1, "bit": 1, "uint8h": 1, "uint8l": 1, "bcd16": 1, "bcd32": 2}


class WireAddress(Frozen):
    """Where a point stands in a device, as its data sheet would say."""

    table: Literal["coil", "discrete", "input", "holding"]
    first: int = Field(ge=0, le=65_535, alias="register")
    type: str = "uint16"
    order: Literal["ABCD", "DCBA", "BADC", "CDAB"] | None = None
    bit: int | None = None
    mask: int | None = None
    match: tuple[int, ...] = ()
    length: int = 0
    scale: float = 1.0
    offset: float = 0.0
    divisor: float = 1.0
    map: dict[int, float] = Field(default_factory=dict)
    not_available: tuple[int, ...] = ()

    @property
    def width(self) -> int:
        """Registers (or bits) that it takes."""
        if self.type == "string":
            return self.length
        return _WIDTH.get(self.type) or struct.calcsize(_PACK[self.type]) // 2


def ordered(data: bytes, order: str) -> bytes:
    """Big-endian bytes as the device sends them: ABCD as they are, DCBA all turned, BADC bytes, CDAB words."""
    if order == "ABCD" or len(data) < 2:
        return data
    if order == "DCBA":
        return data[::-1]
    words = [data[i : i + 2] for i in range(0, len(data), 2)]
    return b"".join(w[::-1] for w in words) if order == "BADC" else b"".join(reversed(words))


def _raw(value: float, at: WireAddress) -> float:
    if at.map:
        return next((float(raw) for raw, meaning in at.map.items() if meaning == value), 0.0)
    return (value - at.offset) / at.scale * at.divisor


def _missing(at: WireAddress, order: str) -> bytes:
    """What the device says when it has no value: its sentinel, NaN, or nought."""
    if at.type.startswith("float"):
        return ordered(struct.pack(_PACK[at.type], math.nan), order)
    wide = 2 * at.width
    return ordered((at.not_available[0] if at.not_available else 0).to_bytes(wide, "big", signed=False), order)


def encode(value: float, at: WireAddress, order: str) -> bytes:
    """The registers of one value, two bytes each; integers are rounded and held within their range."""
    if math.isnan(value):
        return _missing(at, order)
    raw = _raw(value, at)
    if at.type.startswith("float"):
        return ordered(struct.pack(_PACK[at.type], raw), order)
    whole = round(raw)
    if at.type.startswith("bcd"):
        digits = 4 * at.width
        return ordered(bytes.fromhex(str(max(0, min(whole, 10**digits - 1))).zfill(digits)), order)
    bits = 8 * struct.calcsize(_PACK[at.type])
    low, high = (0, 2**bits - 1) if at.type.startswith("u") else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    return ordered(struct.pack(_PACK[at.type], max(low, min(whole, high))), order)


def encode_text(text: str, registers: int) -> bytes:
    """A text in its registers, padded with NUL and cut at the end of a character."""
    data = text.encode("utf-8")[: 2 * registers]
    return data.decode("utf-8", "ignore").encode("utf-8").ljust(2 * registers, b"\0")


def parse(address: dict[str, Any]) -> WireAddress:
    """The address of a model file."""
    return WireAddress.model_validate(address)
