"""Strings in registers: hostile bytes in, printable text out."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.modbus.address import Order


@dataclass(frozen=True, slots=True)
class Text:
    """One string of a plan: its row in the point table, its position among the plan's points, where its bytes are."""

    point: int
    position: int
    byte: int
    size: int
    order: Order

    def decode(self, buffer: bytes | bytearray) -> str:
        """The string up to its first NUL, without blanks around it and control characters."""
        return text(bytes(buffer[self.byte : self.byte + self.size]), self.order)


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
