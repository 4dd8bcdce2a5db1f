"""Words in registers: hostile bytes in, printable text out; or the names of the bits that are set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from drivers.modbus.address import Order


@dataclass(frozen=True, slots=True)
class Place:
    """One string of a plan: its position among the plan's points, where its bytes are."""

    position: int
    byte: int
    size: int
    order: Order
    names: Mapping[int, str] | None = None
    """Of named bits; None: a string."""

    def decode(self, buffer: bytes | bytearray) -> str:
        """The string up to its first NUL, without blanks around it and control characters; or the names."""
        raw = bytes(buffer[self.byte : self.byte + self.size])
        return text(raw, self.order) if self.names is None else set_bits(raw, self.order, self.names)


def set_bits(raw: bytes, order: Order, names: Mapping[int, str]) -> str:
    """The names of the bits that are set, the lowest first, `bit 7` where one has none; empty where none is set."""
    endian: Literal["little", "big"] = "little" if order in (Order.BADC, Order.DCBA) else "big"
    words = [int.from_bytes(raw[i : i + 2], endian) for i in range(0, len(raw), 2)]
    found = [16 * i + bit for i, word in enumerate(words) for bit in range(16) if word >> bit & 1]
    return ", ".join(names.get(n, f"bit {n}") for n in found)


def text(raw: bytes, order: Order) -> str:
    """UTF-8 (so ASCII), else GB 18030, else with marks where a byte means nothing."""
    if order in (Order.BADC, Order.DCBA):
        raw = bytes(raw[i ^ 1] for i in range(len(raw)))
    if order in (Order.CDAB, Order.DCBA):
        raw = b"".join(raw[i : i + 2] for i in range(len(raw) - 2, -1, -2))
    raw = raw.partition(b"\0")[0]
    for encoding in ("utf-8", "gb18030"):
        try:
            return _printable(raw.decode(encoding))
        except UnicodeDecodeError:
            continue
    return _printable(raw.decode("utf-8", "replace"))


def _printable(found: str) -> str:
    return "".join(c for c in found if c.isprintable()).strip()
